//! Building a projection again, from the beginning of what happened to a point that is known.

mod journal;

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use ports::{Delivery, FeedReader, Source};
use tokio_util::sync::CancellationToken;

pub use journal::JournalReader;

use crate::{Applied, Backoff, KeptByFeed, Projection, Stopped, views::next_offsets};

/// So many events are applied in one transaction: nobody waits for any of them.
pub const BATCH: usize = 5_000;
/// So often in a row something may fail before the replay gives up. What it has done stays.
const FAILURES: u32 = 6;

/// Nothing is put aside here: the live projection has done that, and what was refused is told at the end.
const SOURCE: KeptByFeed = KeptByFeed { remedy: "see what the replay says at its end" };

/// Where each partition of a feed shall have been read to: the offset behind the last event.
pub type Goal = BTreeMap<i32, i64>;

/// How a call of [`Replay::until`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// At its goal.
    Reached,
    /// Before, because it was told to. What it had applied stays, and the next replay goes on there.
    Interrupted,
}

/// Why a replay gave up. What it had applied stays, and the next one goes on there.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// What is replayed cannot be read.
    #[error("the events cannot be read")]
    Feed(#[from] ports::FeedError),
    /// What is built cannot be written.
    #[error("what is built cannot be written")]
    Store(#[source] Source),
}

/// Feeds a projection until it has reached a goal.
pub struct Replay<'a> {
    reader: Box<dyn FeedReader>,
    projection: &'a dyn Projection,
    /// Where each partition goes on.
    next: Goal,
    /// What was read and is not known to be applied.
    pending: Vec<Delivery>,
    stopped: HashMap<String, Stopped>,
    unreadable: u64,
}

impl<'a> Replay<'a> {
    /// Reads from `reader`, which begins at `offsets`, into `projection`.
    pub fn new(reader: Box<dyn FeedReader>, offsets: Vec<(i32, i64)>, projection: &'a dyn Projection) -> Self {
        Self { reader, projection, next: offsets.into_iter().collect(), pending: vec![], stopped: HashMap::new(), unreadable: 0 }
    }

    /// Whether everything before `goal` is applied.
    pub fn reached(&self, goal: &Goal) -> bool {
        goal.iter().all(|(partition, end)| self.next.get(partition).copied().unwrap_or(0) >= *end)
    }

    /// Aggregates that could not take an event and did not go on later, by their ids.
    pub fn stopped(&self) -> impl Iterator<Item = &Stopped> {
        self.stopped.values()
    }

    /// How many deliveries were no events.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Applies what there is up to `goal` at least, telling `progress` after each batch how many events it had. What fails is
    /// tried again a few times. It may be dropped at any moment, and called again.
    ///
    /// # Errors
    /// If it fails again and again.
    pub async fn until(&mut self, goal: &Goal, stop: &CancellationToken, mut progress: impl FnMut(usize)) -> Result<Ended, ReplayError> {
        while !self.reached(goal) {
            let mut failures = 0;
            while self.pending.is_empty() {
                let attempt = tokio::select! {
                    biased;
                    () = stop.cancelled() => return Ok(Ended::Interrupted),
                    attempt = self.reader.next(BATCH) => attempt,
                };
                match attempt {
                    Ok(batch) => self.pending = batch,
                    Err(error) => wait(&mut failures, stop).await.ok_or(error)?,
                }
            }
            let mut failures = 0;
            let applied = loop {
                match self.projection.apply(&self.pending, &SOURCE).await {
                    Ok(applied) => break applied,
                    Err(_) if stop.is_cancelled() => return Ok(Ended::Interrupted),
                    Err(error) => wait(&mut failures, stop).await.ok_or(ReplayError::Store(error))?,
                }
            };
            let batch = std::mem::take(&mut self.pending);
            self.unreadable += batch.iter().filter(|delivery| delivery.event.is_err()).count() as u64;
            self.note(applied);
            self.next.extend(next_offsets(&batch));
            progress(batch.len());
        }
        Ok(Ended::Reached)
    }

    fn note(&mut self, applied: Applied) {
        if !self.stopped.is_empty() {
            for (id, _) in &applied.reached {
                self.stopped.remove(id);
            }
        }
        for stopped in applied.stopped {
            self.stopped.entry(stopped.aggregate_id.clone()).or_insert(stopped);
        }
    }
}

/// `None` after too many failures.
async fn wait(failures: &mut u32, stop: &CancellationToken) -> Option<()> {
    *failures += 1;
    let backoff = Backoff { longest: Duration::from_secs(2), ..Backoff::default() };
    if *failures > FAILURES {
        return None;
    }
    backoff.wait(*failures, stop).await;
    Some(())
}
