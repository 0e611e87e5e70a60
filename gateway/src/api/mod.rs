//! The public API, version 1.

mod analytics;
mod answer;
mod bulk;
mod collection;
mod counts;
pub(crate) mod draft;
mod erasure;
mod fields;
mod filters;
mod happened;
mod history;
mod invitations;
mod item;
mod list_operations;
mod lists;
mod me;
mod members;
mod notifications;
mod openapi;
mod operations;
mod operator;
mod parameters;
mod query;
mod quick_add;
mod recurrence;
mod reminders;
mod representation;
mod schemas;
mod smart;
mod stream;
mod webhooks;

pub(crate) use answer::{changed, shown};
pub(crate) use fields::{Fields, todo_id, type_of, version};
pub use openapi::document;
pub(crate) use openapi::routes;
pub(crate) use query::{shown_cursor, text_parameters};
pub(crate) use representation::TodoJson;

/// Where the API begins.
pub(crate) const BASE: &str = "/api/v1";
