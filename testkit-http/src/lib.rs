//! What every shape of the platform must do over HTTP, as scenarios that know only a base URL such as
//! `http://127.0.0.1:8080`.
//!
//! For tests only: a scenario panics where something is not as it should be, and says what. Scenarios create what they
//! need; [`todo_backend_contract`] also deletes everything that the caller has, so it does not run beside others.

mod analytics;
mod bad_input;
mod client;
mod conditional_requests;
mod counts;
mod erasure;
mod events;
mod history;
mod idempotency;
mod invitations;
mod lifecycle;
mod list_operations;
mod live_updates;
mod notifications;
mod operations;
mod poll;
mod queries;
mod read_your_writes;
mod recurrence;
mod reminders;
mod saved_filters;
mod settings;
mod shared_live;
mod sharing;
mod smart_lists;
mod strangers;
mod time_travel;
mod todo_backend;
mod undo;

pub use analytics::analytics;
pub use bad_input::bad_input_matrix;
pub use client::{Api, Reply};
pub use conditional_requests::conditional_requests;
pub use counts::counts;
pub use erasure::{ERASED_MARK, beginning_anew, erasure};
pub use events::{Events, Message};
pub use history::history;
pub use idempotency::idempotency;
pub use invitations::invitations;
pub use lifecycle::lifecycle;
pub use list_operations::list_operations;
pub use live_updates::live_updates;
pub use notifications::notifications;
pub use operations::operations;
pub use queries::queries;
pub use read_your_writes::read_your_writes;
pub use recurrence::recurrence;
pub use reminders::{reminders, reminders_ring};
pub use saved_filters::saved_filters;
pub use settings::settings;
pub use shared_live::shared_live;
pub use sharing::sharing;
pub use smart_lists::smart_lists;
pub use strangers::strangers;
pub use time_travel::time_travel;
pub use todo_backend::todo_backend_contract;
pub use undo::undo;
