//! Redis: the outbox index, recent positions, live news.

pub mod hosts;
pub mod live;
pub mod outbox;
pub mod positions;
pub mod records;
mod shared;
pub mod timers;

use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};

/// Why Redis cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The address is wrong.
    #[error("the address of Redis must look like redis://127.0.0.1:6379")]
    Address(#[source] std::sync::Arc<::redis::RedisError>),
    /// No answer in time.
    #[error("Redis gave no answer within {0:?}")]
    Deadline(Duration),
    /// The connection broke, or Redis refused.
    #[error("Redis failed")]
    Failed(#[source] std::sync::Arc<::redis::RedisError>),
    /// The program is stopping.
    #[error("the connection to Redis is closed")]
    Closed,
}

impl From<::redis::RedisError> for Error {
    fn from(error: ::redis::RedisError) -> Self {
        Self::Failed(std::sync::Arc::new(error))
    }
}

/// What [`connect`] gives.
pub type Connection = ConnectionManager;

/// A connection that all users share and that comes back by itself. Connects when first used; each command may take as
/// long as `deadline`. Must be called within a tokio runtime.
///
/// # Errors
/// If `url` is no address of Redis.
pub fn connect(url: &str, deadline: Duration) -> Result<ConnectionManager, Error> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(deadline))
        .set_connection_timeout(Some(deadline))
        .set_min_delay(Duration::from_millis(50))
        .set_max_delay(Duration::from_secs(1));
    let client = ::redis::Client::open(url).map_err(|error| Error::Address(error.into()))?;
    ConnectionManager::new_lazy_with_config(client, config).map_err(|error| Error::Address(error.into()))
}
