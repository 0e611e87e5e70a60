use async_trait::async_trait;
use domain::UserId;

use crate::Source;

/// What each person wrote last, so that the next query can wait until the views show it.
///
/// Shared by all gateways: whoever answers a person's query knows what another gateway acknowledged to them. Entries
/// may be forgotten after about a minute: by then the views have caught up, or an operator has been called.
#[async_trait]
pub trait Positions: Send + Sync {
    /// `user` was told that `aggregate_id` is at `version`.
    ///
    /// # Errors
    /// If it could not be noted.
    async fn note(&self, user: &UserId, aggregate_id: &str, version: u64) -> Result<(), PositionsError>;

    /// The aggregates that `user` wrote to lately, with the highest version noted for each.
    ///
    /// # Errors
    /// If it cannot be asked.
    async fn outstanding(&self, user: &UserId) -> Result<Vec<(String, u64)>, PositionsError>;

    /// The views show these now: they may be forgotten, unless a higher version was noted since.
    ///
    /// # Errors
    /// If it cannot be told.
    async fn settled(&self, user: &UserId, reached: &[(String, u64)]) -> Result<(), PositionsError>;
}

/// Positions could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the record of recent writes did not answer")]
pub struct PositionsError(#[source] pub Source);
