use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use domain::EventRecord;
use ports::{ActorKey, Mark};

/// How far an actor's events have come on their way to the feed: shared by the actor and the relay.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Versions that the feed has and the stored outbox still holds.
    published: Mutex<BTreeSet<u64>>,
    /// Batches that the relay is working on.
    in_flight: AtomicUsize,
    /// A batch was not taken: what follows must wait, or it would overtake.
    stalled: AtomicBool,
}

impl Progress {
    pub(crate) fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
    }

    /// The relay is done with a batch; `published` says whether the feed has it.
    pub(crate) fn end(&self, events: &[EventRecord], published: bool) {
        if published {
            self.published().extend(events.iter().map(|event| event.version));
        } else {
            self.stall();
        }
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn stall(&self) {
        self.stalled.store(true, Ordering::Release);
    }

    pub(crate) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Acquire)
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.in_flight.load(Ordering::Acquire) > 0
    }

    pub(crate) fn resume(&self) {
        self.stalled.store(false, Ordering::Release);
    }

    /// Takes from `outbox` what the feed has.
    pub(crate) fn prune(&self, outbox: &mut VecDeque<EventRecord>) {
        let mut published = self.published();
        if !published.is_empty() {
            outbox.retain(|event| !published.remove(&event.version));
        }
    }

    pub(crate) fn has(&self, version: u64) -> bool {
        self.published().contains(&version)
    }

    fn published(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The commits that `outbox` holds events of: the mark of each, and its events.
pub(crate) fn commits(key: &ActorKey, outbox: &VecDeque<EventRecord>) -> Vec<(Mark, Vec<EventRecord>)> {
    let mut commits: Vec<(Mark, Vec<EventRecord>)> = Vec::new();
    for event in outbox {
        match commits.last_mut() {
            // One command is one commit.
            Some((_, events)) if events.last().is_some_and(|last| last.command_id == event.command_id) => events.push(event.clone()),
            _ => commits.push((Mark { key: key.clone(), version: event.version }, vec![event.clone()])),
        }
    }
    commits
}
