//! The laws of the domain: what happens when, and what holds whatever happens.

mod analytics;
mod chain;
mod contract;
mod due;
mod events;
mod filters;
mod generators;
mod ids;
mod invitations;
mod list;
mod notifications;
mod properties;
mod quick_add;
mod refusals;
mod sagas;
mod samples;
mod secrecy;
mod settings;
mod shared_todos;
mod stored_form;
mod text;
mod undo;
mod variants;
mod wire_form;
