use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use ports::{Delivery, FeedPosition, PackedHeaders};
use rdkafka::{
    ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::{BorrowedMessage, Headers},
    types::RDKafkaRespErr,
};
use tokio::{runtime::Handle, sync::mpsc};

use super::Positions;

/// How often to look whether the reader is still there.
const LOOK: Duration = Duration::from_millis(100);
/// How often the group is told how far we are.
const TELL: Duration = Duration::from_secs(5);
/// Between two attempts to ask the store where it stands.
const RETRY: Duration = Duration::from_millis(500);

type Batch = Result<Vec<Delivery>, KafkaError>;

/// Begins each partition that is assigned to us where its projection stands.
pub(super) struct Assignment {
    pub runtime: Handle,
    pub position: Arc<dyn FeedPosition>,
    pub reader: mpsc::WeakSender<Batch>,
}

impl ClientContext for Assignment {}

impl ConsumerContext for Assignment {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let done = if event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.place(partitions).and_then(|()| consumer.incremental_assign(partitions))
        } else {
            consumer.incremental_unassign(partitions)
        };
        match done {
            Ok(()) => tracing::info!(count = partitions.count(), ?event, "partitions of the feed changed hands"),
            Err(error) => tracing::error!(%error, ?event, "partitions of the feed could not change hands"),
        }
    }
}

impl Assignment {
    fn place(&self, partitions: &mut TopicPartitionList) -> KafkaResult<()> {
        let offsets = self.offsets();
        let assigned: Vec<_> = partitions.elements().iter().map(|element| (element.topic().to_owned(), element.partition())).collect();
        for (topic, partition) in assigned {
            let next = offsets.get(&partition).map_or(Offset::Beginning, |next| Offset::Offset(*next));
            partitions.set_partition_offset(&topic, partition, next)?;
        }
        Ok(())
    }

    /// Asks until the store answers: without it there is nothing to read for. Nothing once the reader is gone.
    fn offsets(&self) -> HashMap<i32, i64> {
        loop {
            match self.runtime.block_on(self.position.offsets()) {
                Ok(offsets) => return offsets.into_iter().collect(),
                Err(error) => tracing::warn!(%error, "waiting for the store to say where the feed goes on"),
            }
            if self.reader.upgrade().is_none_or(|reader| reader.is_closed()) {
                return HashMap::new();
            }
            std::thread::sleep(RETRY);
        }
    }
}

/// The thread that polls.
pub(super) struct Poller {
    pub consumer: BaseConsumer<Assignment>,
    pub topic: String,
    pub batches: mpsc::Sender<Batch>,
    pub batch: usize,
    pub stored: Positions,
    /// Dropped last, when the group has been left.
    pub _end: std::sync::mpsc::Sender<()>,
}

impl Poller {
    /// Polls until nobody reads any more, then leaves the group.
    pub(super) fn run(self) {
        let mut told = (Instant::now(), HashMap::new());
        while !self.batches.is_closed() {
            self.tell(&mut told);
            let Some(batch) = self.poll() else { continue };
            // Waits while the reader is busy: so a slow store slows the reading down, and nothing piles up.
            if self.batches.blocking_send(batch).is_err() {
                break;
            }
        }
    }

    /// What has come: at least one record, or an error; nothing if nothing came for a while.
    fn poll(&self) -> Option<Batch> {
        let mut batch = vec![match self.consumer.poll(LOOK)? {
            Ok(message) => delivery(&message),
            Err(error) if heals(&error) => return None,
            Err(error) => return Some(Err(error)),
        }];
        while batch.len() < self.batch {
            match self.consumer.poll(Duration::ZERO) {
                Some(Ok(message)) => batch.push(delivery(&message)),
                // An error that lasts comes again.
                Some(Err(_)) | None => break,
            }
        }
        Some(Ok(batch))
    }

    /// Tells the group how far we are, for those who watch its lag. Nothing depends on it.
    fn tell(&self, (when, told): &mut (Instant, HashMap<i32, i64>)) {
        if when.elapsed() < TELL {
            return;
        }
        *when = Instant::now();
        let stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if stored == *told {
            return;
        }
        let mut offsets = TopicPartitionList::new();
        for (partition, next) in &stored {
            // A number that is no offset is not told.
            let _ = offsets.add_partition_offset(&self.topic, *partition, Offset::Offset(*next));
        }
        if self.consumer.commit(&offsets, CommitMode::Async).is_ok() {
            *told = stored;
        }
    }
}

/// Whether librdkafka, which has logged it, goes on by itself. While Kafka is away it queues several a second. Each that
/// the reader learned of would make it wait, and so they would keep it from reading long after Kafka is back.
pub(in crate::kafka) fn heals(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure, Resolve};
    let heals = matches!(error.rdkafka_error_code(), Some(AllBrokersDown | BrokerTransportFailure | Resolve));
    if heals {
        metrics::counter!("todo_feed_connection_errors_total").increment(1);
    }
    heals
}

fn delivery(message: &BorrowedMessage<'_>) -> Delivery {
    let copied = |bytes: Option<&[u8]>| Bytes::copy_from_slice(bytes.unwrap_or_default());
    let headers = message.headers().into_iter().flat_map(Headers::iter).map(|header| (header.key, header.value.unwrap_or_default()));
    let headers = PackedHeaders::pack(headers);
    let trace = message.headers().and_then(|headers| headers.iter().find(|header| header.key == "traceparent"));
    let trace = trace.and_then(|header| std::str::from_utf8(header.value?).ok()).map(str::to_owned);
    let read = Delivery::read(message.partition(), message.offset(), copied(message.key()), copied(message.payload()));
    Delivery { trace, ..read.with_headers(headers) }
}
