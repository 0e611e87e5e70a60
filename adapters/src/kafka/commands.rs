//! Commands from Kafka, as a member of a consumer group.
//!
//! A thread of its own polls, so that Kafka hears from us however long commands take; what waits to be taken is bounded by
//! pausing. Offsets are committed where the reader says so, and nowhere else.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::RecvTimeoutError,
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use ports::{Arrival, CommandSource, CommandSourceError, Place, RawMessage};
use rdkafka::{
    ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance},
    error::KafkaError,
    message::{BorrowedMessage, Headers},
};
use tokio::sync::{Notify, oneshot};

use super::consumer::{ConsumerConfig, Error, heals};

/// The topic, and the group that reads it.
pub const TOPIC: &str = "todo-commands";
/// The consumer group of all gateways.
pub const GROUP: &str = "todo-commands";

/// How often to look whether the reader is still there.
const LOOK: Duration = Duration::from_millis(100);
/// So many messages may wait to be taken before no more are fetched.
const AHEAD: usize = 500;
/// How long Kafka may take to confirm a commit.
const COMMIT: Duration = Duration::from_secs(10);
/// How long leaving the group in order may take; whoever just goes is missed only after the session's time-out.
const LEAVING: Duration = Duration::from_secs(2);

/// Reads the commands.
pub struct KafkaCommands {
    shared: Arc<Shared>,
    consumer: Arc<BaseConsumer<Group>>,
    topic: Arc<str>,
    ended: std::sync::mpsc::Receiver<()>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Notify,
    closed: AtomicBool,
}

#[derive(Default)]
struct Queue {
    messages: VecDeque<RawMessage>,
    /// Partitions that the reader does not know to be lost.
    lost: Vec<i32>,
    /// Those that are ours.
    owned: HashSet<i32>,
    error: Option<KafkaError>,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What happens to our membership.
struct Group(Arc<Shared>);

impl ClientContext for Group {}

impl ConsumerContext for Group {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let mut queue = self.0.queue();
        let numbers = |partitions: &TopicPartitionList| partitions.elements().iter().map(|part| part.partition()).collect::<Vec<_>>();
        match rebalance {
            Rebalance::Assign(partitions) => queue.owned.extend(numbers(partitions)),
            Rebalance::Revoke(partitions) => {
                let gone = numbers(partitions);
                queue.owned.retain(|number| !gone.contains(number));
                queue.messages.retain(|message| !gone.contains(&message.place.partition));
                queue.lost.extend(gone);
            }
            Rebalance::Error(error) => tracing::error!(%error, "the partitions of commands could not change hands"),
        }
        drop(queue);
        self.0.changed.notify_one();
    }
}

impl KafkaCommands {
    /// Begins to read where the group stands, or at the beginning. Kafka need not be there yet.
    ///
    /// # Errors
    /// If the settings are wrong.
    pub fn start(config: &ConsumerConfig) -> Result<Self, Error> {
        let shared = Arc::new(Shared::default());
        let consumer: BaseConsumer<Group> = config.client().create_with_context(Group(shared.clone())).map_err(Error::Config)?;
        consumer.subscribe(&[&config.topic]).map_err(Error::Config)?;
        let (consumer, topic) = (Arc::new(consumer), Arc::from(config.topic.as_str()));
        let (end, ended) = std::sync::mpsc::channel();
        let poller = Poller { shared: shared.clone(), consumer: consumer.clone(), topic: Arc::clone(&topic), _end: end };
        std::thread::Builder::new().name("kafka-commands".into()).spawn(move || poller.run()).map_err(Error::Thread)?;
        Ok(Self { shared, consumer, topic, ended })
    }
}

#[async_trait]
impl CommandSource for KafkaCommands {
    async fn next(&mut self, max: usize) -> Result<Arrival, CommandSourceError> {
        loop {
            {
                let mut queue = self.shared.queue();
                if !queue.lost.is_empty() {
                    return Ok(Arrival::Lost(std::mem::take(&mut queue.lost)));
                }
                if let Some(error) = queue.error.take() {
                    return Err(CommandSourceError(error.into()));
                }
                let count = max.min(queue.messages.len());
                if count > 0 {
                    return Ok(Arrival::Messages(queue.messages.drain(..count).collect()));
                }
            }
            self.shared.changed.notified().await;
        }
    }

    async fn commit(&mut self, next: &[(i32, i64)]) -> Result<(), CommandSourceError> {
        let failed = |error: KafkaError| CommandSourceError(error.into());
        let mut offsets = TopicPartitionList::new();
        {
            let queue = self.shared.queue();
            for (partition, offset) in next.iter().filter(|(partition, _)| queue.owned.contains(partition)) {
                offsets.add_partition_offset(&self.topic, *partition, Offset::Offset(*offset)).map_err(failed)?;
            }
        }
        if offsets.count() == 0 {
            return Ok(());
        }
        // In a thread that nobody waits for at the end: while Kafka is away this call takes as long as that.
        let (answer, committed) = oneshot::channel();
        let consumer = self.consumer.clone();
        let commit = move || drop(answer.send(consumer.commit(&offsets, CommitMode::Sync)));
        std::thread::Builder::new().name("kafka-commit".into()).spawn(commit).map_err(|error| CommandSourceError(error.into()))?;
        match tokio::time::timeout(COMMIT, committed).await {
            Ok(Ok(result)) => result.map_err(failed),
            _ => Err(CommandSourceError("Kafka does not confirm a commit".into())),
        }
    }
}

impl Drop for KafkaCommands {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        // Leaving in order gives the partitions to others at once.
        if let Err(RecvTimeoutError::Timeout) = self.ended.recv_timeout(LEAVING) {
            tracing::warn!("the Kafka consumer of commands did not leave its group in time");
        }
    }
}

/// The thread that polls.
struct Poller {
    shared: Arc<Shared>,
    consumer: Arc<BaseConsumer<Group>>,
    topic: Arc<str>,
    /// Dropped last, when the group has been left.
    _end: std::sync::mpsc::Sender<()>,
}

impl Poller {
    fn run(self) {
        let mut paused = false;
        while !self.shared.closed.load(Ordering::SeqCst) {
            let full = self.shared.queue().messages.len() >= AHEAD;
            // While it is full again and again: partitions that were assigned meanwhile are not paused.
            if (full || paused) && self.pause(full) {
                paused = full;
            }
            match self.consumer.poll(LOOK) {
                None => continue,
                Some(Ok(message)) => self.shared.queue().messages.push_back(self.raw(&message)),
                Some(Err(error)) if heals(&error) => continue,
                Some(Err(error)) => self.shared.queue().error = Some(error),
            }
            self.shared.changed.notify_one();
        }
        self.consumer.unsubscribe();
        // Until the partitions are given back; there may be none.
        let end = Instant::now() + LEAVING;
        while !self.shared.queue().owned.is_empty() && Instant::now() < end {
            drop(self.consumer.poll(LOOK));
        }
    }

    /// Stops or resumes fetching; whether that worked.
    fn pause(&self, full: bool) -> bool {
        let Ok(assigned) = self.consumer.assignment() else { return false };
        let done = if full { self.consumer.pause(&assigned) } else { self.consumer.resume(&assigned) };
        done.is_ok()
    }

    fn raw(&self, message: &BorrowedMessage<'_>) -> RawMessage {
        let copied = |bytes: Option<&[u8]>| bytes.map(Bytes::copy_from_slice);
        let headers = message.headers().into_iter().flat_map(Headers::iter);
        RawMessage {
            place: Place { topic: Arc::clone(&self.topic), partition: message.partition(), offset: message.offset() },
            key: copied(message.key()),
            headers: headers.map(|header| (header.key.to_owned(), copied(header.value).unwrap_or_default())).collect(),
            body: copied(message.payload()),
        }
    }
}
