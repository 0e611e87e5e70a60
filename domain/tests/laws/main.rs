//! The laws of the domain: what happens when, and what holds whatever happens.

mod analytics;
mod chain;
mod contract;
mod due;
mod events;
mod filters;
mod generators;
mod ids;
mod list;
mod notifications;
mod properties;
mod quick_add;
mod recurrence;
mod recurring_todos;
mod refusals;
mod reminders;
mod sagas;
mod samples;
mod secrecy;
mod settings;
mod shared_todos;
mod stored_form;
mod subtasks;
mod text;
mod undo;
mod wire_form;
