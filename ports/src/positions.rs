use std::time::Duration;

use async_trait::async_trait;
use domain::UserId;

use crate::Source;

/// What each person wrote last, so that the next query can wait until the views show it.
///
/// Shared by all gateways: whoever answers a person's query knows what another gateway acknowledged to them.
///
/// It is bounded, however much a person writes: see [`PositionsBounds`]. A query of somebody who wrote to more aggregates
/// than that without asking anything waits for the newest. The others lie before those in the feed, so the views show them by
/// then, unless an event was held up on its way, for example because its host died before it was published. What is older
/// than the lifetime is not waited for at all: by then the views have caught up, or an operator has been called.
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

/// How much of what one person wrote is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionsBounds {
    /// The aggregates that were noted last, and no more.
    pub most: usize,
    /// Each for as long after its latest version was noted, whatever else the person writes.
    pub lifetime: Duration,
}

impl Default for PositionsBounds {
    /// What one query can wait for in one question to the views; and the time after which views that lag are an operator's
    /// business.
    fn default() -> Self {
        Self { most: 256, lifetime: Duration::from_secs(60) }
    }
}

/// Positions could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the record of recent writes did not answer")]
pub struct PositionsError(#[source] pub Source);
