//! Events to Kafka: acknowledged by all replicas, once for each time they are handed over, in order for each aggregate.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::EventRecord;
use ports::{EventFeed, FeedError, Source};
use rdkafka::{ClientConfig, message::OwnedHeaders};

pub use super::producer::Error;
use super::producer::{self, Outgoing, Producer};

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
        producer::settings(&self.brokers, "todo-feed", &self.settings)
    }
}

/// The topic of events.
pub struct KafkaFeed {
    config: FeedConfig,
    producer: Producer,
}

impl KafkaFeed {
    /// A feed as `config` says. Kafka need not be there yet.
    ///
    /// # Errors
    /// If the settings are wrong.
    pub fn new(config: FeedConfig) -> Result<Self, Error> {
        let producer = Producer::new(config.client())?;
        Ok(Self { config, producer })
    }

    /// Waits until everything that was handed over is delivered, at most for `patience`.
    ///
    /// # Errors
    /// If that was too short.
    pub async fn flush(&self, patience: Duration) -> Result<(), Error> {
        self.producer.flush(patience).await
    }
}

#[async_trait]
impl EventFeed for KafkaFeed {
    async fn publish(&self, events: &[EventRecord]) -> Result<(), FeedError> {
        let begun = Instant::now();
        let trace = ports::trace::here();
        let bodies: Vec<_> = events.iter().map(|event| serde_json::to_vec(event).map_err(|_| Error::Json)).collect();
        let outgoing = events.iter().zip(&bodies).map(|(event, body)| {
            let body = body.as_deref().map_err(|_| Error::Json)?;
            let (topic, key) = (self.config.topic.as_str(), Some(event.aggregate_id.as_bytes()));
            Ok(Outgoing { topic, partition: None, key, body: Some(body), headers: headers(event, &self.config.source, trace.as_deref()) })
        });
        match self.producer.send(outgoing).await {
            Ok(()) => {
                metrics::counter!("todo_feed_published_total").increment(events.len() as u64);
                metrics::histogram!("todo_feed_publish_seconds").record(begun.elapsed().as_secs_f64());
                Ok(())
            }
            Err(error) => {
                metrics::counter!("todo_feed_failures_total").increment(1);
                Err(FeedError(Source::from(error)))
            }
        }
    }
}

/// CloudEvents 1.0 in Kafka's binary mode, and where in a trace we are.
fn headers(event: &EventRecord, source: &str, trace: Option<&str>) -> OwnedHeaders {
    let id = event.event_id.to_string();
    let time = event.timestamp.to_string();
    let always = [
        ("ce_specversion", "1.0"),
        ("ce_id", &*id),
        ("ce_source", source),
        ("ce_type", &event.event_type),
        ("ce_subject", &event.aggregate_id),
        ("ce_time", &time),
        ("content-type", "application/json"),
    ];
    producer::headers(always.into_iter().chain(trace.map(|trace| ("traceparent", trace))))
}
