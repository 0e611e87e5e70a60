use async_trait::async_trait;
use domain::ChainHash;
use tokio::sync::mpsc;

use crate::Source;

/// One event as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// The aggregate's version after it, as the row is filed.
    pub version: u64,
    /// The [`EventRecord`](domain::EventRecord)'s JSON, byte for byte as it was appended. May hold private text.
    pub record: String,
    /// The chain's hash after it; `None` where what is stored is no hash.
    pub hash: Option<ChainHash>,
}

/// Everything that happened to one aggregate, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Which aggregate.
    pub aggregate_id: String,
    /// Its events by version.
    pub rows: Vec<JournalRow>,
    /// How many events it has had, known from elsewhere than the rows; `None` where nobody knows the aggregate.
    pub head: Option<u64>,
}

/// The complete record of what happened, append-only.
#[async_trait]
pub trait Journal: Send + Sync {
    /// What happened to one aggregate; `None` if there is neither an event nor an aggregate of this name.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError>;

    /// Sends every aggregate's chain, as they all stood at one moment, in any order; ends early where nobody receives.
    ///
    /// # Errors
    /// If the journal cannot be read to its end.
    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError>;
}

/// Why the journal gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("the journal cannot be read")]
pub struct JournalError(#[source] pub Source);
