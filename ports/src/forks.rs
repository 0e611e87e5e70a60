use std::collections::HashSet;

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use crate::JournalError;

/// Two different events claim one version of an aggregate: its history has split, and nobody but a person can say which half
/// is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// Which aggregate.
    pub aggregate_id: String,
    /// Which version.
    pub version: u64,
    /// The event that the journal has.
    pub kept: Uuid,
    /// The event that came later.
    pub other: Uuid,
    /// When that was found.
    pub at: Timestamp,
}

/// The aggregates that stand still because their history has split. Everything that is made of events looks here first.
#[async_trait]
pub trait Forks: Send + Sync {
    /// Which of these aggregates stand still.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn frozen(&self, aggregate_ids: &[String]) -> Result<HashSet<String>, JournalError>;

    /// Notes forks, and gives back those of them that hold their aggregate: all but those that were released before. Noting one
    /// again changes nothing.
    ///
    /// # Errors
    /// If it is not known that all are noted.
    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, JournalError>;

    /// All forks that hold an aggregate, oldest first.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn forks(&self) -> Result<Vec<Fork>, JournalError>;

    /// Lets an aggregate go on with what the journal has; its later event of each noted fork is passed over from now on. Gives
    /// whether it stood still.
    ///
    /// # Errors
    /// If it is not known that it goes on.
    async fn release(&self, aggregate_id: &str) -> Result<bool, JournalError>;
}
