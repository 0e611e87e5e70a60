//! Events to Kafka: acknowledged by all replicas, once for each time they are handed over, in order for each aggregate.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use domain::EventRecord;
use futures::future::try_join_all;
use ports::{EventFeed, FeedError, Source};
use rdkafka::{
    ClientConfig,
    error::{KafkaError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer},
};

/// How to produce.
#[derive(Debug, Clone)]
pub struct FeedConfig {
    /// `host:port`, several separated by commas.
    pub brokers: String,
    /// Where events go.
    pub topic: String,
    /// The CloudEvents `source` of every event: a URI reference.
    pub source: String,
    /// More settings of librdkafka, for example for TLS. They come last, so they win.
    pub settings: Vec<(String, String)>,
}

impl FeedConfig {
    /// The topic `todo-events` of the Kafka at `brokers`.
    pub fn new(brokers: impl Into<String>) -> Self {
        Self { brokers: brokers.into(), topic: "todo-events".into(), source: "/todo-backend".into(), settings: Vec::new() }
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "todo-feed")
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("compression.type", "lz4")
            .set("linger.ms", "10")
            .set("batch.size", "32768")
            // While Kafka is away events wait here, in order, as long as it takes: an event that timed out would be
            // overtaken by the next one. The outboxes hold them too, so a crash loses nothing.
            .set("message.timeout.ms", "0")
            .set("queue.buffering.max.kbytes", "262144")
            // The same partition for a key as Dapr's own pub/sub component, which may write to the same topics.
            .set("partitioner", "fnv1a_random")
            .set("reconnect.backoff.max.ms", "2000");
        for (name, value) in &self.settings {
            config.set(name, value);
        }
        config
    }
}

/// Why there is no producer, or why it did not deliver. Shows no event's content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are wrong.
    #[error("the Kafka producer cannot be made")]
    Config(#[source] KafkaError),
    /// The event was not put into the queue: it is full, or the producer is broken.
    #[error("the Kafka producer takes no event now")]
    Enqueue(#[source] KafkaError),
    /// Kafka did not take the event.
    #[error("Kafka did not take an event")]
    Delivery(#[source] KafkaError),
    /// The producer was stopped before it knew.
    #[error("the Kafka producer was stopped before an event was acknowledged")]
    Stopped,
    /// The event cannot be written as JSON.
    #[error("an event cannot be written as JSON")]
    Json,
}

/// The topic of events.
pub struct KafkaFeed {
    config: FeedConfig,
    /// Replaced when it is broken for good: a producer that lost its place in the broker's sequence sends nothing any more.
    producer: RwLock<Arc<FutureProducer>>,
}

impl KafkaFeed {
    /// A feed as `config` says. Kafka need not be there yet.
    ///
    /// # Errors
    /// If the settings are wrong.
    pub fn new(config: FeedConfig) -> Result<Self, Error> {
        let producer = config.client().create().map_err(Error::Config)?;
        Ok(Self { config, producer: RwLock::new(Arc::new(producer)) })
    }

    /// Waits until everything that was handed over is delivered, at most for `patience`.
    ///
    /// # Errors
    /// If that was too short.
    pub async fn flush(&self, patience: Duration) -> Result<(), Error> {
        let producer = self.producer();
        let flushed = tokio::task::spawn_blocking(move || producer.flush(patience)).await;
        flushed.map_err(|_| Error::Stopped)?.map_err(Error::Delivery)
    }

    fn producer(&self) -> Arc<FutureProducer> {
        Arc::clone(&self.producer.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn enqueue(&self, producer: &FutureProducer, event: &EventRecord) -> Result<DeliveryFuture, Error> {
        let body = serde_json::to_vec(event).map_err(|_| Error::Json)?;
        let record =
            FutureRecord::to(&self.config.topic).key(&event.aggregate_id).payload(&body).headers(headers(event, &self.config.source));
        producer.send_result(record).map_err(|(error, _)| Error::Enqueue(error))
    }

    /// Puts a new producer in the place of `broken`, if nobody else did.
    fn replace_if_broken(&self, broken: &Arc<FutureProducer>, error: &Error) {
        let (Error::Enqueue(cause) | Error::Delivery(cause)) = error else { return };
        if cause.rdkafka_error_code() != Some(RDKafkaErrorCode::Fatal) && broken.client().fatal_error().is_none() {
            return;
        }
        let mut current = self.producer.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&current, broken) {
            return;
        }
        match self.config.client().create() {
            Ok(producer) => {
                tracing::error!(error = %cause, "the Kafka producer was broken and has been replaced");
                metrics::counter!("todo_feed_producer_replacements_total").increment(1);
                *current = Arc::new(producer);
            }
            Err(again) => tracing::error!(error = %again, "the Kafka producer is broken and cannot be replaced"),
        }
    }
}

#[async_trait]
impl EventFeed for KafkaFeed {
    async fn publish(&self, events: &[EventRecord]) -> Result<(), FeedError> {
        let begun = Instant::now();
        let producer = self.producer();
        // No await before the last event is in the queue: callers rely on the order of their first polls.
        let queued: Result<Vec<DeliveryFuture>, Error> = events.iter().map(|event| self.enqueue(&producer, event)).collect();
        let delivered = match queued {
            Ok(deliveries) => try_join_all(deliveries.into_iter().map(acknowledged)).await,
            Err(error) => Err(error),
        };
        match delivered {
            Ok(_) => {
                metrics::counter!("todo_feed_published_total").increment(events.len() as u64);
                metrics::histogram!("todo_feed_publish_seconds").record(begun.elapsed().as_secs_f64());
                Ok(())
            }
            Err(error) => {
                metrics::counter!("todo_feed_failures_total").increment(1);
                self.replace_if_broken(&producer, &error);
                Err(FeedError(Source::from(error)))
            }
        }
    }
}

async fn acknowledged(delivery: DeliveryFuture) -> Result<(), Error> {
    match delivery.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((error, _))) => Err(Error::Delivery(error)),
        Err(_) => Err(Error::Stopped),
    }
}

/// CloudEvents 1.0 in Kafka's binary mode.
fn headers(event: &EventRecord, source: &str) -> OwnedHeaders {
    let id = event.event_id.to_string();
    let time = event.timestamp.to_string();
    let pairs = [
        ("ce_specversion", "1.0"),
        ("ce_id", &id),
        ("ce_source", source),
        ("ce_type", &event.event_type),
        ("ce_subject", &event.aggregate_id),
        ("ce_time", &time),
        ("content-type", "application/json"),
    ];
    pairs
        .iter()
        .fold(OwnedHeaders::new_with_capacity(pairs.len()), |headers, (key, value)| headers.insert(Header { key, value: Some(*value) }))
}
