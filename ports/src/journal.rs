use std::collections::HashMap;

use async_trait::async_trait;
use domain::{ChainHash, UserId};
use jiff::Timestamp;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{FeedPosition, Source};

/// One event as the journal keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Its place among all events: 1, 2, 3, … Places become visible in order, so that whoever has seen one has seen all
    /// before it.
    pub position: u64,
    /// The aggregate's version after it, as the row is filed.
    pub version: u64,
    /// The [`EventRecord`](domain::EventRecord)'s JSON, byte for byte as it was appended. May hold private text.
    pub record: String,
    /// The chain's hash after it; `None` where what is stored is no hash.
    pub hash: Option<ChainHash>,
}

/// Never shows the record.
impl std::fmt::Debug for JournalRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{} version {} {:?}", self.position, self.version, self.hash)
    }
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

/// One event and its place among all events.
#[derive(Clone, PartialEq, Eq)]
pub struct Positioned {
    /// As [`JournalRow::position`].
    pub position: u64,
    /// As [`JournalRow::record`].
    pub record: String,
}

/// Never shows the record.
impl std::fmt::Debug for Positioned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.position)
    }
}

/// The complete record of what happened, append-only.
#[async_trait]
pub trait Journal: Send + Sync {
    /// What happened to one aggregate; `None` if there is neither an event nor an aggregate of this name.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError>;

    /// Sends every aggregate's chain, as they all stood at one moment, in the byte order of their ids, those without any
    /// row last; ends early where nobody receives.
    ///
    /// # Errors
    /// If the journal cannot be read to its end.
    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError>;

    /// Events of what `owner` has, behind position `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn since(&self, owner: &UserId, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError>;

    /// Everybody's events behind position `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError>;

    /// The position of the latest event; 0 if there is none.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn last_position(&self) -> Result<u64, JournalError>;
}

/// Where an aggregate's chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalHead {
    /// The version of its last event.
    pub version: u64,
    /// The chain's hash after it.
    pub hash: ChainHash,
}

/// One event that is to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// Whose.
    pub aggregate_id: String,
    /// The aggregate's version after it.
    pub version: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The event's own id.
    pub event_id: Uuid,
    /// Who caused it. Whoever caused the first event of an aggregate is its owner.
    pub principal: UserId,
    /// As [`JournalRow::record`].
    pub record: Secret,
    /// The chain's hash after it.
    pub hash: ChainHash,
}

/// Text that Debug does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Where a projection keeps the [`Journal`], if the commits themselves do not write it.
#[async_trait]
pub trait JournalStore: FeedPosition {
    /// Where the chains of these aggregates end; those that have none are left out.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn heads(&self, aggregate_ids: &[String]) -> Result<HashMap<String, JournalHead>, JournalError>;

    /// The ids of the events that have these versions already; those that are not there are left out.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn event_ids(&self, of: &[(String, u64)]) -> Result<HashMap<(String, u64), Uuid>, JournalError>;

    /// Appends `entries`, each right behind its aggregate's head, and moves the feed's offsets, in one transaction. Gives
    /// the owners of what was appended, each once, with the highest position among theirs.
    ///
    /// # Errors
    /// If nothing was appended, for example because a head has moved since it was asked for, or it is unknown.
    async fn append(&self, entries: &[JournalEntry], offsets: &[(i32, i64)]) -> Result<Vec<(UserId, u64)>, JournalError>;
}

/// Why the journal gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("the journal does not answer")]
pub struct JournalError(#[source] pub Source);
