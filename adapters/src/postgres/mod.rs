//! PostgreSQL: the journal, the views and the facts for analytics.

mod analytics;
mod apply;
mod connect;
mod counts;
mod journal;
mod listen;
mod operations;
mod people;
mod query;
mod upsert;
mod views;
mod words;

pub use analytics::{NextError, NotYet, PgAnalytics};
pub use apply::apply;
pub use connect::Error;
pub use journal::PgJournal;
pub use operations::PgOperations;
pub use views::PgViews;
