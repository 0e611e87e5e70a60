//! Dapr: actor calls, actor callbacks by two transports, fenced actor state.

mod actor_settings;
pub mod app_callback;
mod backoff;
pub mod callbacks;
pub mod dispatch;
mod reminder;
pub mod reminders;
pub mod state;
pub mod stream;

pub use actor_settings::ActorSettings;

/// The name of the header, and of the call metadata, by which daprd knows its own app.
const API_TOKEN: &str = "dapr-api-token";
