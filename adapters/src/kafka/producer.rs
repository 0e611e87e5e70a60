//! A producer that others share: idempotent, acknowledged by all replicas, and replaced where it is broken.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures::future::try_join_all;
use rdkafka::{
    ClientConfig,
    error::{KafkaError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _},
};

/// Why there is no producer, or why it did not deliver. Shows no message's content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are wrong.
    #[error("the Kafka producer cannot be made")]
    Config(#[source] KafkaError),
    /// The message was not put into the queue: it is full, or the producer is broken.
    #[error("the Kafka producer takes no message now")]
    Enqueue(#[source] KafkaError),
    /// Kafka did not take the message.
    #[error("Kafka did not take a message")]
    Delivery(#[source] KafkaError),
    /// The producer was stopped before it knew.
    #[error("the Kafka producer was stopped before a message was acknowledged")]
    Stopped,
    /// The message cannot be written as JSON.
    #[error("a message cannot be written as JSON")]
    Json,
}

/// The settings of every producer of ours.
pub(super) fn settings(brokers: &str, client_id: &str, more: &[(String, String)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", brokers)
        .set("client.id", client_id)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("compression.type", "lz4")
        .set("linger.ms", "10")
        .set("batch.size", "32768")
        // While Kafka is away messages wait here, in order, as long as it takes: one that timed out would be overtaken by
        // the next one. Whoever hands them over holds them too, so a crash loses nothing.
        .set("message.timeout.ms", "0")
        .set("queue.buffering.max.kbytes", "262144")
        // The same partition for a key as Dapr's own pub/sub component, which may write to the same topics.
        .set("partitioner", "fnv1a_random")
        .set("reconnect.backoff.max.ms", "2000");
    for (name, value) in more {
        config.set(name, value);
    }
    config
}

/// A message on its way out.
pub(super) struct Outgoing<'a> {
    pub topic: &'a str,
    /// Which part; that of the key if nothing is said.
    pub partition: Option<i32>,
    pub key: Option<&'a [u8]>,
    pub body: Option<&'a [u8]>,
    pub headers: OwnedHeaders,
}

/// Hands messages to Kafka.
pub(super) struct Producer {
    config: ClientConfig,
    /// Replaced when it is broken for good: a producer that lost its place in the broker's sequence sends nothing any more.
    current: RwLock<Arc<FutureProducer>>,
}

impl Producer {
    /// A producer with these settings. Kafka need not be there yet.
    pub(super) fn new(config: ClientConfig) -> Result<Self, Error> {
        let producer = config.create().map_err(Error::Config)?;
        Ok(Self { config, current: RwLock::new(Arc::new(producer)) })
    }

    /// Hands over messages in order and returns once Kafka has them all. They are in the queue when this is first polled.
    pub(super) async fn send(&self, messages: impl IntoIterator<Item = Result<Outgoing<'_>, Error>>) -> Result<(), Error> {
        let producer = self.current();
        // No await before the last message is in the queue: callers rely on the order of their first polls.
        let queued: Result<Vec<DeliveryFuture>, Error> = messages.into_iter().map(|message| enqueue(&producer, message?)).collect();
        let delivered = match queued {
            Ok(deliveries) => try_join_all(deliveries.into_iter().map(acknowledged)).await,
            Err(error) => Err(error),
        };
        delivered.map(drop).inspect_err(|error| self.replace_if_broken(&producer, error))
    }

    /// Waits until everything that was handed over is delivered, at most for `patience`.
    pub(super) async fn flush(&self, patience: Duration) -> Result<(), Error> {
        let producer = self.current();
        let flushed = tokio::task::spawn_blocking(move || producer.flush(patience)).await;
        flushed.map_err(|_| Error::Stopped)?.map_err(Error::Delivery)
    }

    fn current(&self) -> Arc<FutureProducer> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a new producer in the place of `broken`, if nobody else did.
    fn replace_if_broken(&self, broken: &Arc<FutureProducer>, error: &Error) {
        let (Error::Enqueue(cause) | Error::Delivery(cause)) = error else { return };
        if cause.rdkafka_error_code() != Some(RDKafkaErrorCode::Fatal) && broken.client().fatal_error().is_none() {
            return;
        }
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&current, broken) {
            return;
        }
        match self.config.create() {
            Ok(producer) => {
                tracing::error!(error = %cause, "the Kafka producer was broken and has been replaced");
                metrics::counter!("todo_feed_producer_replacements_total").increment(1);
                *current = Arc::new(producer);
            }
            Err(again) => tracing::error!(error = %again, "the Kafka producer is broken and cannot be replaced"),
        }
    }
}

fn enqueue(producer: &FutureProducer, message: Outgoing<'_>) -> Result<DeliveryFuture, Error> {
    let Outgoing { topic, partition, key, body, headers } = message;
    let record = FutureRecord::<[u8], [u8]> { topic, partition, payload: body, key, timestamp: None, headers: Some(headers) };
    producer.send_result(record).map_err(|(error, _)| Error::Enqueue(error))
}

async fn acknowledged(delivery: DeliveryFuture) -> Result<(), Error> {
    match delivery.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((error, _))) => Err(Error::Delivery(error)),
        Err(_) => Err(Error::Stopped),
    }
}

/// Headers of text.
pub(super) fn headers<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> OwnedHeaders {
    pairs.into_iter().fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }))
}
