use std::collections::HashMap;

use async_trait::async_trait;
use domain::{ChainHash, EventRecord, ListId, UserId};
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
    /// The lists with members that it happened in; a move is out of one and into another. Told by [`Journal::since`] alone.
    pub lists: Vec<ListId>,
}

/// Whom an event is news for, besides whoever has its aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audience {
    /// Where its aggregate is from then on, if it says so.
    pub moved: Option<Moved>,
    /// Whom it is about: who comes into a list, or leaves it.
    pub named: Vec<UserId>,
}

/// That an aggregate comes into a list with members, or leaves one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Which list it leaves.
    pub from: Option<ListId>,
    /// Which list it comes into.
    pub to: Option<ListId>,
}

impl Audience {
    /// That of `event`, as far as it says so itself.
    pub fn of(event: &EventRecord) -> Self {
        let text = |field: &str| event.data.get(field).and_then(serde_json::Value::as_str);
        let list = |field: &str| text(field).and_then(shared);
        let moved = match (event.event_type.as_str(), shared(&event.aggregate_id)) {
            ("TodoCreated", _) => Some(Moved { from: None, to: list("list") }),
            ("TodoMoved", _) => Some(Moved { from: list("from"), to: list("to") }),
            (_, Some(list)) if event.version == 1 => Some(Moved { from: None, to: Some(list) }),
            _ => None,
        };
        let about = if shared(&event.aggregate_id).is_some() { [text("user"), text("to")] } else { [None, None] };
        Self { moved, named: about.into_iter().flatten().filter_map(|user| user.parse().ok()).collect() }
    }
}

/// The list with members that is called so.
fn shared(id: &str) -> Option<ListId> {
    id.parse().ok().filter(|list: &ListId| list.has_members())
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

    /// Events of what `person` has, of what happened in `lists`, and of whoever is called `person` in a list, behind position
    /// `after`, in order, at most `limit`. Who may see them is not asked here.
    ///
    /// # Errors
    /// If the journal cannot be read.
    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError>;

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
    /// Whom it is news for.
    pub audience: Audience,
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
    /// whom it is news for, each once, with the highest position among theirs: the owners of what was appended, those whom
    /// it is about, and, as far as the store knows them by then, the members of lists that it happened in.
    ///
    /// # Errors
    /// If nothing was appended, for example because a head has moved since it was asked for, or it is unknown.
    async fn append(&self, entries: &[JournalEntry], offsets: &[(i32, i64)]) -> Result<Vec<(UserId, u64)>, JournalError>;
}

/// Why the journal gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("the journal does not answer")]
pub struct JournalError(#[source] pub Source);
