use std::pin::pin;

use futures::{StreamExt, TryStreamExt, stream};
use ports::{ActorKey, Chain, Journal, JournalError, RecordStore, RecordStoreError, Stored, Timers, TimersError};
use tokio::{sync::mpsc, task::JoinError};

use super::{Kinds, NotRestored, Restored};

/// How to restore.
#[derive(Debug, Clone, Copy)]
pub struct RestoreOptions {
    /// See [`restored_writes`](super::restored_writes).
    pub writes: u64,
    /// Only say what would be done.
    pub dry_run: bool,
    /// So many records go to the store in one call.
    pub batch: usize,
    /// So many calls are under way at a time.
    pub in_flight: usize,
}

impl RestoreOptions {
    /// In calls that a store answers soon, and that share the way to it.
    pub fn new(writes: u64) -> Self {
        Self { writes, dry_run: false, batch: 250, in_flight: 4 }
    }
}

/// What came of a restoration so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restoration {
    /// Events read.
    pub events: u64,
    /// Aggregates read.
    pub aggregates: u64,
    /// Records written, or that would be.
    pub restored: u64,
    /// Records that were there at the journal's version: an earlier attempt's, or never lost.
    pub present: u64,
    /// Records that were there and know of more than the journal.
    pub ahead: u64,
    /// Timers armed, or that would be.
    pub armed: u64,
    /// How many aggregates were left as they are.
    pub left: u64,
    /// The first hundred of them.
    pub named: Vec<Left>,
}

/// So many timers are armed at a time.
const ARMED_AT_A_TIME: usize = 32;

/// So many aggregates are named that were left as they are.
const NAMED: usize = 100;

/// An aggregate that was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub aggregate_id: String,
    /// Why.
    pub why: NotRestored,
}

/// Why a restoration ended early. What was written stays; beginning again goes on.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The journal could not be read to its end.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The store did not confirm a write.
    #[error(transparent)]
    Store(#[from] RecordStoreError),
    /// A timer may not be armed.
    #[error(transparent)]
    Timers(#[from] TimersError),
    /// A record could not be made: a defect.
    #[error("records cannot be made")]
    Make(#[from] JoinError),
}

/// Puts the record of every aggregate of `journal` into `store`, where there is none yet, and arms what its state wants armed: who
/// has lost the records has lost the timers, too. No record that is there is touched, but its timers are armed all the same: an
/// earlier attempt may have ended before it did, and what is armed by mistake rings and means nothing. `progress` is told after
/// every batch.
///
/// No actor may be hosted meanwhile, and the journal must have everything that the feed has: an actor that goes on from
/// less than was acknowledged gives the same versions to other events.
///
/// # Errors
/// See [`RestoreError`].
pub async fn restore(
    journal: &dyn Journal,
    store: &dyn RecordStore,
    timers: &dyn Timers,
    kinds: &Kinds,
    options: RestoreOptions,
    progress: &(dyn Fn(&Restoration) + Sync),
) -> Result<Restoration, RestoreError> {
    let (to, chains) = mpsc::channel::<Chain>(options.batch * 2);
    let batches = stream::unfold(chains, |mut chains| async move {
        let mut batch = Vec::with_capacity(options.batch);
        (chains.recv_many(&mut batch, options.batch).await > 0).then_some((batch, chains))
    });
    let work = async {
        let mut all = Restoration::default();
        let mut done = pin!(batches.map(|batch| restore_batch(store, timers, kinds, options, batch)).buffer_unordered(options.in_flight));
        while let Some(batch) = done.next().await {
            all.add(batch?);
            progress(&all);
        }
        Ok::<_, RestoreError>(all)
    };
    // Where the work ends early, nobody receives any more, and so does the reading.
    let reading = async { journal.chains(to).await.map_err(RestoreError::from) };
    let (all, ()) = tokio::try_join!(work, reading)?;
    Ok(all)
}

async fn restore_batch(
    store: &dyn RecordStore,
    timers: &dyn Timers,
    kinds: &Kinds,
    options: RestoreOptions,
    chains: Vec<Chain>,
) -> Result<Restoration, RestoreError> {
    let mut batch = Restoration {
        events: chains.iter().map(|chain| chain.rows.len() as u64).sum(),
        aggregates: chains.len() as u64,
        ..Restoration::default()
    };
    let make = {
        let kinds = kinds.clone();
        move || chains.iter().map(|chain| (chain.aggregate_id.clone(), kinds.restored(chain, options.writes))).collect::<Vec<_>>()
    };
    let mut records: Vec<(ActorKey, Stored)> = Vec::new();
    let (mut versions, mut wanted) = (Vec::new(), Vec::new());
    for (aggregate_id, made) in tokio::task::spawn_blocking(make).await? {
        match made {
            Ok(Restored { key, record, version, timers }) => {
                records.push((key, record));
                wanted.extend(timers);
                versions.push(version);
            }
            Err(why) => batch.leave(aggregate_id, why),
        }
    }
    let before = if options.dry_run {
        let keys: Vec<_> = records.iter().map(|(key, _)| key.clone()).collect();
        store.present(&keys).await?
    } else {
        store.create_all(&records).await?
    };
    for (((key, _), journal), before) in records.iter().zip(versions).zip(before) {
        match before.map(|before| kinds.version(&key.id, &before)) {
            None => batch.restored += 1,
            Some(Ok(present)) if present == journal => batch.present += 1,
            Some(Ok(present)) if present > journal => batch.ahead += 1,
            Some(Ok(present)) => batch.leave(key.id.to_string(), NotRestored::Behind { present, journal }),
            Some(Err(why)) => batch.leave(key.id.to_string(), why),
        }
    }
    batch.armed = wanted.len() as u64;
    if !options.dry_run {
        let arming = stream::iter(wanted).map(|timer| async move { timers.arm(&timer).await });
        arming.buffer_unordered(ARMED_AT_A_TIME).try_collect::<()>().await?;
    }
    Ok(batch)
}

impl Restoration {
    fn leave(&mut self, aggregate_id: String, why: NotRestored) {
        self.left += 1;
        if self.named.len() < NAMED {
            self.named.push(Left { aggregate_id, why });
        }
    }

    fn add(&mut self, more: Self) {
        let Self { events, aggregates, restored, present, ahead, armed, left, named } = more;
        self.armed += armed;
        self.events += events;
        self.aggregates += aggregates;
        self.restored += restored;
        self.present += present;
        self.ahead += ahead;
        self.left += left;
        let room = NAMED.saturating_sub(self.named.len());
        self.named.extend(named.into_iter().take(room));
    }
}
