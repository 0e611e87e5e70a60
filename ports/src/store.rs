use std::{fmt, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use domain::EventRecord;

use crate::Source;

/// One actor among all: its type and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorKey {
    /// The aggregate's [`TYPE`](domain::Aggregate::TYPE).
    pub actor_type: &'static str,
    /// Unique within the type.
    pub id: Arc<str>,
}

impl ActorKey {
    /// Names an actor.
    pub fn new(actor_type: &'static str, id: impl Into<Arc<str>>) -> Self {
        Self { actor_type, id: id.into() }
    }
}

impl fmt::Display for ActorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.actor_type, self.id)
    }
}

/// What a store holds for an actor: one value, and how often it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// How many writes there were: the fence. The first write makes it 1.
    pub writes: u64,
    /// The aggregate's whole record.
    pub value: Bytes,
}

/// What is to become of an actor's record.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// The aggregate's whole record, which carries its own write count, `expected + 1`.
    pub value: Bytes,
    /// The events that this write commits, in order.
    pub events: Arc<[EventRecord]>,
}

/// Where aggregates live: one key each, every write fenced by the count of the writes before it.
///
/// Two hosts that both believe to own an actor cannot overwrite each other: the second write of the same count is
/// refused, wholly.
#[async_trait]
pub trait AggregateStore: Send + Sync {
    /// The actor's record, or `None` if it was never written.
    ///
    /// # Errors
    /// If the store cannot be asked or holds something unreadable.
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError>;

    /// Writes the record if it was written exactly `expected` times before (0: never), and otherwise changes nothing.
    /// When this returns `Ok`, the write survives a crash of this process.
    ///
    /// # Errors
    /// See [`CommitError`]: the caller must tell a lost race from an unknown outcome.
    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError>;

    /// Whether a commit also appends its events to the feed, in the same transaction. Where it does not, the host keeps
    /// them in the record (the outbox) and relays them.
    fn appends_to_feed(&self) -> bool {
        false
    }
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
#[error("the actor's state could not be loaded")]
pub struct LoadError(#[source] pub Source);

/// Why a commit did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another write came first. Nothing was written: load again and decide again.
    #[error("another write came first")]
    LostRace,
    /// The write may have landed or not: load again and look for the command.
    #[error("it is not known whether the state was written")]
    Unclear(#[source] Source),
}
