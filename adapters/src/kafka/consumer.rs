//! Events from Kafka, from where a projection stands.
//!
//! A thread of its own polls, so that Kafka hears from us however busy everybody else is, and the next batch is ready
//! while the one before is being stored. Offsets live with what was made of the events; what is committed to the consumer group is only
//! for those who watch its lag.

mod config;
mod poll;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, mpsc::RecvTimeoutError},
    time::Duration,
};

use async_trait::async_trait;
use ports::{Delivery, FeedError, FeedPosition, FeedReader};
use rdkafka::{
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};
use tokio::{runtime::Handle, sync::mpsc};

pub use config::ConsumerConfig;
pub(super) use poll::heals;

use self::poll::{Assignment, Poller};

/// How many batches wait to be taken: one, while the next is being read.
const AHEAD: usize = 1;
/// How long leaving the group in order may take; whoever just goes is missed only after the session's time-out.
const LEAVING: Duration = Duration::from_secs(2);

/// What is stored, by partition: the offset where it goes on.
type Positions = Arc<Mutex<HashMap<i32, i64>>>;

/// Why there is no consumer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are wrong.
    #[error("the Kafka consumer cannot be made")]
    Config(#[source] KafkaError),
    /// The system gives no thread.
    #[error("no thread for the Kafka consumer")]
    Thread(#[source] std::io::Error),
}

/// Reads one topic as a member of a consumer group.
#[derive(Debug)]
pub struct KafkaReader {
    batches: mpsc::Receiver<Result<Vec<Delivery>, KafkaError>>,
    left: VecDeque<Delivery>,
    /// Given out by the last call, and so stored when the next one comes.
    given: HashMap<i32, i64>,
    stored: Positions,
    ended: std::sync::mpsc::Receiver<()>,
}

impl KafkaReader {
    /// Begins to read from where `position` says, or from the beginning where it does not. Kafka and the store need
    /// not be there yet.
    ///
    /// # Errors
    /// If the settings are wrong.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: &ConsumerConfig, position: Arc<dyn FeedPosition>) -> Result<Self, Error> {
        let (batch_sender, batches) = mpsc::channel(AHEAD);
        let assignment = Assignment { runtime: Handle::current(), position, reader: batch_sender.downgrade() };
        let consumer: BaseConsumer<Assignment> = config.client().create_with_context(assignment).map_err(Error::Config)?;
        consumer.subscribe(&[&config.topic]).map_err(Error::Config)?;
        let stored = Positions::default();
        let (end, ended) = std::sync::mpsc::channel();
        let poller =
            Poller { consumer, topic: config.topic.clone(), batches: batch_sender, batch: config.batch, stored: stored.clone(), _end: end };
        let thread = std::thread::Builder::new().name("kafka-poll".into());
        thread.spawn(move || poller.run()).map_err(Error::Thread)?;
        Ok(Self { batches, left: VecDeque::new(), given: HashMap::new(), stored, ended })
    }
}

#[async_trait]
impl FeedReader for KafkaReader {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).extend(self.given.drain());
        while self.left.is_empty() {
            match self.batches.recv().await {
                Some(Ok(batch)) => self.left.extend(batch),
                Some(Err(error)) => return Err(FeedError(error.into())),
                None => return Err(FeedError("the Kafka consumer has stopped".into())),
            }
        }
        let batch: Vec<Delivery> = self.left.drain(..max.min(self.left.len())).collect();
        self.given.extend(batch.iter().map(|delivery| (delivery.partition, delivery.offset + 1)));
        Ok(batch)
    }
}

impl Drop for KafkaReader {
    fn drop(&mut self) {
        self.batches.close();
        // The poller sees that at its next look. Leaving in order gives the partitions to others at once.
        if let Err(RecvTimeoutError::Timeout) = self.ended.recv_timeout(LEAVING) {
            tracing::warn!("the Kafka consumer did not leave its group in time");
        }
    }
}
