//! PostgreSQL: the journal, the views and the facts for analytics.

mod analytics;
mod apply;
mod connect;
mod counts;
mod erasing;
mod generation;
mod journal;
mod listen;
mod lists;
mod notifications;
mod operations;
mod people;
mod query;
mod search;
mod upsert;
mod views;
mod words;

pub use analytics::PgAnalytics;
pub use apply::apply;
pub use connect::Error;
pub use generation::{BuiltFrom, GenerationError, Lacking, PgGeneration, PgReplays, Rebuildable, Switching};
pub use journal::PgJournal;
pub use notifications::PgNotifications;
pub use operations::PgOperations;
pub use views::PgViews;
