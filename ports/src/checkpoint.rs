use async_trait::async_trait;
use domain::{ChainHash, CheckpointStatement};
use tokio::sync::mpsc;

use crate::JournalError;

/// A signed statement of how chains stood at one moment, itself chained to the one before it.
///
/// Whoever can write to the journal can make every hash anew; without the key, not the checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What it says.
    pub statement: CheckpointStatement,
    /// Ed25519 (RFC 8032) over [`CheckpointStatement::bytes`].
    pub signature: [u8; 64],
}

/// An aggregate's head, as a checkpoint covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredHead {
    /// Which aggregate.
    pub aggregate_id: String,
    /// Its version.
    pub version: u64,
    /// Its chain's hash.
    pub hash: ChainHash,
}

/// How chains stood at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedHeads {
    /// The last position that is looked at.
    pub position: u64,
    /// The heads up to there of the aggregates that have events there, in the byte order of ids.
    pub heads: Vec<CoveredHead>,
}

/// Where checkpoints are kept, beside the journal; append-only like it.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// The heads of the aggregates that have events behind position `after`, of which at most the first `most` are looked at.
    /// Costs as much as there are events there, however many aggregates there are.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn changed(&self, after: u64, most: u64) -> Result<ChangedHeads, JournalError>;

    /// All checkpoints by number.
    ///
    /// # Errors
    /// If they cannot be read.
    async fn all(&self) -> Result<Vec<Checkpoint>, JournalError>;

    /// The last one.
    ///
    /// # Errors
    /// If it cannot be read.
    async fn last(&self) -> Result<Option<Checkpoint>, JournalError>;

    /// Adds the next one with the heads that it covers, in one transaction.
    ///
    /// # Errors
    /// If it is not known to be added; its number may be taken.
    async fn add(&self, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> Result<(), JournalError>;

    /// Sends the heads that checkpoints cover, each with its checkpoint's number, in the byte order of ids and then by number;
    /// ends early where nobody receives.
    ///
    /// # Errors
    /// If they cannot be read to their end.
    async fn covered(&self, to: mpsc::Sender<(u64, CoveredHead)>) -> Result<(), JournalError>;
}

/// Signs checkpoints.
pub trait CheckpointKey: Send + Sync {
    /// The signature of `statement`.
    fn sign(&self, statement: &[u8]) -> [u8; 64];
}

/// Tells whether it was the right key that signed, without being able to sign.
pub trait CheckpointVerifier: Send + Sync {
    /// Whether `signature` is the key's of `statement`.
    fn verifies(&self, statement: &[u8], signature: &[u8; 64]) -> bool;
}
