use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

use super::locked;
use crate::{
    Arrival, CommandOutcome, CommandSource, CommandSourceError, DeadLetter, DeadLetters, DeadLettersError, Outcomes, OutcomesError, Place,
    RawMessage,
};

/// How many partitions a [`MemoryTopic`] has.
const PARTITIONS: i32 = 3;

/// A topic of commands with one group of readers, which has one member: the source that was opened last.
#[derive(Debug, Default)]
pub struct MemoryTopic {
    kept: watch::Sender<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    messages: BTreeMap<i32, Vec<RawMessage>>,
    committed: HashMap<i32, i64>,
    /// Where the reader goes on, by partition.
    read: HashMap<i32, i64>,
    /// Partitions that the reader was not told to have lost.
    lost: Vec<i32>,
}

impl MemoryTopic {
    /// Writes a message.
    pub fn write(&self, key: Option<&str>, headers: &[(&str, &str)], body: Option<&[u8]>) -> Place {
        let partition = key.map_or(0, |key| key.bytes().fold(0, |hash: i32, byte| (hash * 31 + i32::from(byte)) % PARTITIONS));
        let mut place = Place { topic: "memory".into(), partition, offset: 0 };
        self.kept.send_modify(|kept| {
            let messages = kept.messages.entry(partition).or_default();
            place.offset = i64::try_from(messages.len()).unwrap_or(i64::MAX);
            messages.push(RawMessage {
                place: place.clone(),
                key: key.map(|key| Bytes::copy_from_slice(key.as_bytes())),
                headers: headers.iter().map(|(name, value)| ((*name).to_owned(), Bytes::copy_from_slice(value.as_bytes()))).collect(),
                body: body.map(Bytes::copy_from_slice),
            });
        });
        place
    }

    /// A reader that goes on where what was committed ends.
    pub fn open(self: &Arc<Self>) -> MemoryCommandSource {
        self.kept.send_modify(|kept| kept.read = kept.committed.clone());
        MemoryCommandSource { topic: self.clone(), changes: self.kept.subscribe() }
    }

    /// Takes a partition from the reader and gives it back at once, as a rebalance may: it is read again from what was
    /// committed.
    pub fn rebalance(&self, partition: i32) {
        self.kept.send_modify(|kept| {
            kept.lost.push(partition);
            let committed = kept.committed.get(&partition).copied().unwrap_or(0);
            kept.read.insert(partition, committed);
        });
    }

    /// Where each partition goes on.
    pub fn committed(&self) -> BTreeMap<i32, i64> {
        self.kept.borrow().committed.iter().map(|(partition, next)| (*partition, *next)).collect()
    }
}

/// Reads a [`MemoryTopic`].
#[derive(Debug)]
pub struct MemoryCommandSource {
    topic: Arc<MemoryTopic>,
    changes: watch::Receiver<Kept>,
}

impl Kept {
    fn next(&mut self, max: usize) -> Option<Arrival> {
        if !self.lost.is_empty() {
            return Some(Arrival::Lost(std::mem::take(&mut self.lost)));
        }
        let mut taken = vec![];
        for (partition, messages) in &self.messages {
            let read = self.read.entry(*partition).or_default();
            let from = usize::try_from(*read).unwrap_or(0).min(messages.len());
            let some = &messages[from..messages.len().min(from + max - taken.len())];
            *read += i64::try_from(some.len()).unwrap_or(0);
            taken.extend_from_slice(some);
        }
        (!taken.is_empty()).then_some(Arrival::Messages(taken))
    }
}

#[async_trait]
impl CommandSource for MemoryCommandSource {
    async fn next(&mut self, max: usize) -> Result<Arrival, CommandSourceError> {
        loop {
            self.changes.mark_unchanged();
            let mut found = None;
            self.topic.kept.send_if_modified(|kept| {
                found = kept.next(max);
                false
            });
            if let Some(found) = found {
                return Ok(found);
            }
            self.changes.changed().await.map_err(|error| CommandSourceError(error.into()))?;
        }
    }

    async fn commit(&mut self, next: &[(i32, i64)]) -> Result<(), CommandSourceError> {
        self.topic.kept.send_if_modified(|kept| {
            kept.committed.extend(next.iter().copied().filter(|(partition, _)| !kept.lost.contains(partition)));
            false
        });
        Ok(())
    }
}

/// Outcomes, in the order in which they were published.
#[derive(Debug, Default)]
pub struct MemoryOutcomes(Mutex<Vec<CommandOutcome>>);

impl MemoryOutcomes {
    /// What was published so far.
    pub fn all(&self) -> Vec<CommandOutcome> {
        locked(&self.0).clone()
    }
}

#[async_trait]
impl Outcomes for MemoryOutcomes {
    async fn publish(&self, outcome: &CommandOutcome) -> Result<(), OutcomesError> {
        locked(&self.0).push(outcome.clone());
        Ok(())
    }
}

/// Letters, in the order in which they were parked.
#[derive(Debug, Default)]
pub struct MemoryDeadLetters(Mutex<Vec<DeadLetter>>);

impl MemoryDeadLetters {
    /// What was parked so far.
    pub fn all(&self) -> Vec<DeadLetter> {
        locked(&self.0).clone()
    }
}

#[async_trait]
impl DeadLetters for MemoryDeadLetters {
    async fn park(&self, letters: &[DeadLetter]) -> Result<(), DeadLettersError> {
        locked(&self.0).extend_from_slice(letters);
        Ok(())
    }
}
