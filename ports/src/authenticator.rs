use async_trait::async_trait;
use domain::{Role, UserId};
use jiff::Timestamp;

use crate::Source;

/// Whom a token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub user: UserId,
    /// The most that the token's bearer may do with what that person may.
    pub role: Role,
    /// When the token ends: what was begun with it ends then, too. `None` if it does not.
    pub until: Option<Timestamp>,
}

/// Finds out whom a bearer token speaks for. The one place that knows who issues tokens and how they are checked.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// Whom `token` speaks for at the instant `now`.
    ///
    /// # Errors
    /// See [`AuthenticationError`]. No error holds any part of the token.
    async fn authenticate(&self, token: &str, now: Timestamp) -> Result<Principal, AuthenticationError>;
}

/// Why nobody knows who calls.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// The token does not hold; in words that may be shown to whoever sent it.
    #[error("the token {0}")]
    Rejected(&'static str),
    /// It cannot be found out now.
    #[error("tokens cannot be checked now")]
    Unavailable(#[source] Source),
}
