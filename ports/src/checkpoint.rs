use async_trait::async_trait;
use domain::ChainHash;
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::JournalError;

/// A signed statement of how all chains stood at one moment, itself chained to the one before it.
///
/// Whoever can write to the journal can make every hash anew; without the key, not the checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// 1, 2, 3, …
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// The last position that it covers.
    pub position: u64,
    /// How many aggregates it covers.
    pub aggregates: u64,
    /// The SHA-256 of all heads at that position: see [`domain::HeadsDigest`].
    pub digest: [u8; 32],
    /// The SHA-256 of the statement before it; zeros for the first.
    pub previous: [u8; 32],
    /// Ed25519 (RFC 8032) over the statement.
    pub signature: [u8; 64],
}

/// An aggregate's head, to be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredHead {
    /// Which aggregate.
    pub aggregate_id: String,
    /// Its version.
    pub version: u64,
    /// Its chain's hash.
    pub hash: ChainHash,
}

/// Where checkpoints are kept, beside the journal; append-only like it.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// Sends every head in the byte order of ids, all of one moment, and gives the last position of that moment.
    ///
    /// # Errors
    /// If the journal cannot be read to its end.
    async fn heads_now(&self, to: mpsc::Sender<CoveredHead>) -> Result<u64, JournalError>;

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

    /// Adds the next one.
    ///
    /// # Errors
    /// If it is not known to be added; its number may be taken.
    async fn add(&self, checkpoint: &Checkpoint) -> Result<(), JournalError>;
}

/// Signs checkpoints, and tells whether it was this key that did.
pub trait CheckpointKey: Send + Sync {
    /// The signature of `statement`.
    fn sign(&self, statement: &[u8]) -> [u8; 64];
    /// Whether `signature` is this key's of `statement`.
    fn verifies(&self, statement: &[u8], signature: &[u8; 64]) -> bool;
}
