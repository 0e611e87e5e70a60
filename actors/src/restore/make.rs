use std::collections::BTreeMap;

use bytes::Bytes;
use domain::{Aggregate, ChainHash, EventRecord, Timer, UpcastError, fold};
use jiff::Timestamp;
use ports::{ActorKey, ArmedTimer, Chain, Stored};

use crate::{
    reactions::armed,
    recent::Recent,
    record::{Record, RecordError, SCHEMA},
    types::TakeTypes,
};

/// As many writes of one actor may fall into a second, as a power of two, before a restored count could be met again.
const WRITES_PER_SECOND: u32 = 20;

/// How often a record that is restored at `at` says it was written.
///
/// No host that still holds a record from before may match it: that one's count is of single writes, or of a restoration
/// some seconds earlier with less than a million writes in each second since. Below 2⁵³ until the year 2242, so that whoever
/// reads JSON numbers as floating point reads it right; never the etag that stands for "create only", which is below 2³¹.
pub fn restored_writes(at: Timestamp) -> u64 {
    at.as_second().max(1 << 12).cast_unsigned() << WRITES_PER_SECOND
}

/// An actor's record, made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Whose.
    pub key: ActorKey,
    /// What a store is to hold.
    pub record: Stored,
    /// The aggregate's version.
    pub version: u64,
    /// What its state wants armed.
    pub timers: Vec<ArmedTimer>,
}

/// Why a record could not be made, or read. Shows no private text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRestored {
    /// Rows are missing, changed or moved.
    #[error("the journal does not hold what was written into it: `todo audit` names the damage")]
    Damaged,
    /// Its events are of a kind that this program does not host.
    #[error("no actor here has ids like this: restore with the program that wrote it, or a newer one")]
    UnknownKind,
    /// An event cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UpcastError),
    /// The store has a record that no host can go on with.
    #[error("the store has another record of it, which cannot be used: {0}")]
    Unusable(String),
    /// The store has a record that lacks events.
    #[error("the store has a record of it that is at version {present}, but {journal} events happened")]
    Behind {
        /// What the store says.
        present: u64,
        /// What the journal says.
        journal: u64,
    },
}

/// The kinds of actors whose records can be made.
#[derive(Debug, Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Kind>);

#[derive(Debug, Clone, Copy)]
struct Kind {
    actor_type: &'static str,
    make: fn(&[EventRecord], u64) -> Result<Made, NotRestored>,
    version: fn(&Stored) -> Result<u64, NotRestored>,
}

/// A record as the store keeps it, and what its state wants armed.
struct Made {
    value: Bytes,
    timers: Vec<Timer>,
}

impl TakeTypes for Kinds {
    fn with<A: Aggregate>(mut self) -> Self {
        self.0.insert(A::ID_PREFIX, Kind { actor_type: A::TYPE, make: make::<A>, version: version::<A> });
        self
    }
}

impl Kinds {
    fn of(&self, aggregate_id: &str) -> Result<Kind, NotRestored> {
        let prefix = aggregate_id.split_once('-').map(|(prefix, _)| prefix);
        prefix.and_then(|prefix| self.0.get(prefix)).copied().ok_or(NotRestored::UnknownKind)
    }

    /// The record of the actor that `chain` is the whole history of, which says that it was written `writes` times.
    ///
    /// It is the record that the actor's last turn left, but for what only the requests said: an outbox is empty, since
    /// what the journal has came through the feed; and a command is known by its id and person, not by its content.
    ///
    /// # Errors
    /// See [`NotRestored`].
    pub fn restored(&self, chain: &Chain, writes: u64) -> Result<Restored, NotRestored> {
        let kind = self.of(&chain.aggregate_id)?;
        let events = verified(chain)?;
        let Made { value, timers } = (kind.make)(&events, writes)?;
        let key = ActorKey::new(kind.actor_type, chain.aggregate_id.as_str());
        let timers = timers.into_iter().map(|timer| armed(&key, timer)).collect();
        Ok(Restored { key, record: Stored { writes, value }, version: events.len() as u64, timers })
    }

    /// The version that a stored record of this aggregate is at.
    ///
    /// # Errors
    /// [`NotRestored::UnknownKind`] or [`NotRestored::Unusable`].
    pub fn version(&self, aggregate_id: &str, stored: &Stored) -> Result<u64, NotRestored> {
        (self.of(aggregate_id)?.version)(stored)
    }
}

/// The events of a chain that is whole: versions without gaps, hashes that fit, rows filed where they belong.
fn verified(chain: &Chain) -> Result<Vec<EventRecord>, NotRestored> {
    if chain.rows.is_empty() || chain.head != Some(chain.rows.len() as u64) {
        return Err(NotRestored::Damaged);
    }
    let mut hash = ChainHash::START;
    let mut events = Vec::with_capacity(chain.rows.len());
    for (row, version) in chain.rows.iter().zip(1..) {
        hash = hash.then(&row.record);
        let event: EventRecord = serde_json::from_str(&row.record).map_err(|_| NotRestored::Damaged)?;
        if row.hash != Some(hash) || row.version != version || event.version != version || event.aggregate_id != chain.aggregate_id {
            return Err(NotRestored::Damaged);
        }
        events.push(event);
    }
    Ok(events)
}

fn make<A: Aggregate>(events: &[EventRecord], writes: u64) -> Result<Made, NotRestored> {
    let record = Record::<A::State>::restored::<A>(events, writes)?;
    let timers = A::timers(&record.state);
    record.write().map(|value| Made { value, timers }).map_err(|error| NotRestored::Unusable(error.to_string()))
}

fn version<A: Aggregate>(stored: &Stored) -> Result<u64, NotRestored> {
    let read = Record::<A::State>::read(&stored.value, stored.writes);
    read.map(|record| record.version).map_err(|error: RecordError| NotRestored::Unusable(error.to_string()))
}

impl<S> Record<S> {
    /// The record of the aggregate whose whole history is `events`, in order.
    pub(crate) fn restored<A: Aggregate<State = S>>(events: &[EventRecord], writes: u64) -> Result<Self, UpcastError>
    where
        S: Default + Clone,
    {
        let mut state = S::default();
        let mut recent_commands = Recent::default();
        // One command is one commit.
        for command in events.chunk_by(|one, next| one.command_id == next.command_id) {
            let read: Vec<_> = command.iter().map(A::upcast).collect::<Result<_, _>>()?;
            state = fold::<A>(state, &read);
            if read.iter().any(A::forgets) {
                recent_commands = Recent::default();
            }
            recent_commands.remember_events(command, &state);
        }
        let version = events.last().map_or(0, |last| last.version);
        Ok(Self { schema: SCHEMA, version, writes, state, recent_commands, outbox: Default::default() })
    }
}
