use async_trait::async_trait;
use jiff::Timestamp;

use crate::{ActorKey, Source};

/// The note "this actor may have unpublished events, from this version on".
///
/// One mark for each commit: it is set before the commit and cleared after the feed has that commit's events, so no
/// host can clear the mark of another host's commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// Whose events.
    pub key: ActorKey,
    /// The version of the commit's first event.
    pub version: u64,
}

/// Finds outboxes whose host died between commit and publish.
#[async_trait]
pub trait OutboxIndex: Send + Sync {
    /// Sets marks. When this returns, they survive a crash of this process.
    ///
    /// # Errors
    /// If it is not known that they are set: the commit must not happen.
    async fn set(&self, marks: &[Mark], at: Timestamp) -> Result<(), OutboxIndexError>;

    /// Clears marks. A mark that is not set is fine.
    ///
    /// # Errors
    /// If they may still be set: their events will be published once more.
    async fn clear(&self, marks: &[Mark]) -> Result<(), OutboxIndexError>;

    /// Which of `marks` are set.
    ///
    /// # Errors
    /// If the index cannot be asked.
    async fn set_among(&self, marks: &[Mark]) -> Result<Vec<Mark>, OutboxIndexError>;

    /// Up to `limit` marks that were set before `before`, oldest first.
    ///
    /// # Errors
    /// If the index cannot be asked.
    async fn older_than(&self, before: Timestamp, limit: usize) -> Result<Vec<Mark>, OutboxIndexError>;
}

/// The index could not be asked or told.
#[derive(Debug, thiserror::Error)]
#[error("the outbox index did not answer")]
pub struct OutboxIndexError(#[source] pub Source);
