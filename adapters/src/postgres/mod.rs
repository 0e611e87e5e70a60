//! PostgreSQL: the views.

mod connect;
mod counts;
mod listen;
mod query;
mod upsert;
mod views;

pub use connect::Error;
pub use views::PgViews;
