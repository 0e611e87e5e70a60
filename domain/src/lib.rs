//! The domain: what a todo is and what may happen to it, and what a person keeps besides.
//!
//! Pure and synchronous. Nothing here reads a clock, draws a random number or does I/O: time, ids and the acting
//! person arrive in the [`Envelope`]. So every rule can be tested by *given* events, *when* a command, *then* events.

mod access;
mod aggregate;
pub mod analytics;
mod chain;
mod checkpoint;
mod envelope;
mod id;
pub mod list;
pub mod notification;
pub mod quick_add;
mod record;
pub mod recurrence;
mod refusal;
mod role;
pub mod saga;
mod text;
mod timer;
pub mod todo;
pub mod user;
pub mod webhook;

pub use access::{Access, Grant};
pub use aggregate::{Aggregate, fold};
pub use chain::{ChainHash, HeadsDigest};
pub use checkpoint::CheckpointStatement;
pub use envelope::{Envelope, Trace};
pub use id::{BatchId, CommandId, ListId, NotificationId, ParseIdError, PersonId, SagaId, TodoId, UserId, WebhookId, event_id};
pub use record::{EventRecord, UpcastError};
pub use refusal::{Invalid, Refusal};
pub use role::Role;
pub use text::Text;
pub use timer::Timer;
