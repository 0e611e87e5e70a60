//! PostgreSQL: the journal and the views.

mod apply;
mod connect;
mod counts;
mod journal;
mod listen;
mod people;
mod query;
mod upsert;
mod views;
mod words;

pub use apply::apply;
pub use connect::Error;
pub use journal::PgJournal;
pub use views::PgViews;
