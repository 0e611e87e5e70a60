//! What may be worked on when: pure bookkeeping.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

/// Where a message lies: partition and offset.
pub(super) type Spot = (i32, i64);

/// What keeps messages of one partition in order among themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Order {
    /// Their writer's key.
    Key(Bytes),
    /// Where there is no key: the aggregate that they are for.
    Aggregate(String),
    /// Nothing.
    None(i64),
}

/// One message to be worked on.
pub(super) struct Incoming<T> {
    pub spot: Spot,
    pub order: Order,
    /// Whose memory of commands keeps it from having its effect twice.
    pub aggregate: Option<String>,
    pub work: T,
}

/// Something that may be begun now.
pub(super) struct Start<T> {
    pub spot: Spot,
    pub work: T,
    /// Cancelled where the message is no longer ours.
    pub cancel: CancellationToken,
}

type LaneId = (i32, Order);

/// All messages that are here and not yet committed.
///
/// A message that is done but not committed comes again after a crash. Then the actor must still remember it, and what was
/// refused must not have come true through a later one. So an aggregate has only so many of those, and a lane waits after
/// a refusal until that is committed.
pub(super) struct Lanes<T> {
    partitions: HashMap<i32, Partition<T>>,
    lanes: HashMap<LaneId, Lane>,
    /// Which lanes may have something to begin.
    ready: VecDeque<LaneId>,
    /// Which wait for a commit.
    blocked: HashSet<LaneId>,
    /// How many are done and not committed, by aggregate.
    unsettled: HashMap<String, usize>,
    held: usize,
    most_unsettled: usize,
}

struct Partition<T> {
    entries: BTreeMap<i64, Entry<T>>,
    cancel: CancellationToken,
}

struct Entry<T> {
    order: Order,
    aggregate: Option<String>,
    work: Option<T>,
    done: bool,
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<i64>,
    running: bool,
    /// The last refusal, until it is committed.
    refused: Option<i64>,
}

impl<T> Lanes<T> {
    /// No messages yet. An aggregate may have `most_unsettled` that are done and not committed.
    pub(super) fn new(most_unsettled: usize) -> Self {
        Self {
            partitions: HashMap::new(),
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            blocked: HashSet::new(),
            unsettled: HashMap::new(),
            held: 0,
            most_unsettled,
        }
    }

    /// How many messages are here.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// A message arrived.
    pub(super) fn add(&mut self, incoming: Incoming<T>) {
        let Incoming { spot: (number, offset), order, aggregate, work } = incoming;
        let partition =
            self.partitions.entry(number).or_insert_with(|| Partition { entries: BTreeMap::new(), cancel: CancellationToken::new() });
        if partition.entries.contains_key(&offset) {
            return;
        }
        partition.entries.insert(offset, Entry { order: order.clone(), aggregate, work: Some(work), done: false });
        self.held += 1;
        let id = (number, order);
        self.lanes.entry(id.clone()).or_default().waiting.push_back(offset);
        self.ready.push_back(id);
    }

    /// What may be begun next.
    pub(super) fn start(&mut self) -> Option<Start<T>> {
        while let Some(id) = self.ready.pop_front() {
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            let Some(offset) = lane.waiting.front().copied().filter(|_| !lane.running) else { continue };
            let Some(partition) = self.partitions.get_mut(&id.0) else { continue };
            let Some(entry) = partition.entries.get(&offset) else { continue };
            let unsettled = entry.aggregate.as_ref().and_then(|aggregate| self.unsettled.get(aggregate)).copied().unwrap_or(0);
            // The first that is not done is what commits wait for: it may never wait for them.
            let first = || partition.entries.iter().find(|(_, entry)| !entry.done).map(|(offset, _)| *offset);
            if lane.refused.is_some() || (unsettled >= self.most_unsettled && first() != Some(offset)) {
                self.blocked.insert(id);
                continue;
            }
            let Some(work) = partition.entries.get_mut(&offset).and_then(|entry| entry.work.take()) else { continue };
            lane.waiting.pop_front();
            lane.running = true;
            return Some(Start { spot: (id.0, offset), work, cancel: partition.cancel.clone() });
        }
        None
    }

    /// What was begun at `spot` has ended, and everybody knows. Nothing happens where the partition was lost.
    pub(super) fn done(&mut self, (number, offset): Spot, refused: bool) {
        let Some(partition) = self.partitions.get_mut(&number) else { return };
        let Some(entry) = partition.entries.get_mut(&offset) else { return };
        entry.done = true;
        if let Some(aggregate) = &entry.aggregate {
            *self.unsettled.entry(aggregate.clone()).or_default() += 1;
        }
        let id = (number, entry.order.clone());
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.running = false;
            lane.refused = refused.then_some(offset);
        }
        self.ready.push_back(id);
        // Somebody may be the first of its partition now.
        self.unblock();
    }

    /// How far each partition is done without a gap, where that is further than was committed.
    pub(super) fn to_commit(&self) -> Vec<Spot> {
        let next =
            |partition: &Partition<T>| partition.entries.iter().take_while(|(_, entry)| entry.done).last().map(|(offset, _)| offset + 1);
        self.partitions.iter().filter_map(|(number, partition)| Some((*number, next(partition)?))).collect()
    }

    /// The source knows that all before these offsets is done.
    pub(super) fn committed(&mut self, next: &[Spot]) {
        for (number, next) in next {
            let Some(partition) = self.partitions.get_mut(number) else { continue };
            let later = partition.entries.split_off(next);
            let settled = std::mem::replace(&mut partition.entries, later);
            for (offset, entry) in settled {
                self.settle(*number, offset, entry);
            }
        }
        self.unblock();
    }

    /// These partitions are no longer ours: forgets their messages and cancels what was begun.
    pub(super) fn lost(&mut self, numbers: &[i32]) {
        for number in numbers {
            let Some(partition) = self.partitions.remove(number) else { continue };
            partition.cancel.cancel();
            for (offset, entry) in partition.entries {
                self.settle(*number, offset, entry);
            }
            self.lanes.retain(|(lane, _), _| lane != number);
            self.blocked.retain(|(lane, _)| lane != number);
        }
        // Aggregates that had too many may have fewer now.
        self.unblock();
    }

    fn settle(&mut self, number: i32, offset: i64, entry: Entry<T>) {
        self.held -= 1;
        if entry.done
            && let Some(aggregate) = entry.aggregate
            && let Some(count) = self.unsettled.get_mut(&aggregate)
        {
            *count -= 1;
            if *count == 0 {
                self.unsettled.remove(&aggregate);
            }
        }
        let id = (number, entry.order);
        if let Some(lane) = self.lanes.get_mut(&id) {
            if lane.refused == Some(offset) {
                lane.refused = None;
            }
            if !lane.running && lane.waiting.is_empty() && lane.refused.is_none() {
                self.lanes.remove(&id);
            }
        }
    }

    /// Lanes that waited look again.
    fn unblock(&mut self) {
        self.ready.extend(self.blocked.drain());
    }
}

#[cfg(test)]
mod tests;
