//! Facts for those who count, to Kafka.

use async_trait::async_trait;
use ports::{Fact, FactFeed, FeedError};

use super::producer::{self, Error, Outgoing, Producer};

/// Where facts go.
pub const TOPIC: &str = "todo-analytics";
/// The CloudEvents `source` of every fact.
const SOURCE: &str = "/todo-analytics";

/// The topic of facts, keyed by owner.
pub struct KafkaFacts(Producer);

impl KafkaFacts {
    /// The Kafka at `brokers` (`host:port`, several separated by commas), which need not be there yet; with these settings of
    /// librdkafka, too, for example for TLS.
    ///
    /// # Errors
    /// If the settings are wrong.
    pub fn new(brokers: &str, settings: &[(String, String)]) -> Result<Self, Error> {
        Producer::new(producer::settings(brokers, "todo-facts", settings)).map(Self)
    }
}

#[async_trait]
impl FactFeed for KafkaFacts {
    async fn publish(&self, facts: &[Fact]) -> Result<(), FeedError> {
        let bodies: Vec<_> = facts.iter().map(|fact| serde_json::to_vec(fact).map_err(|_| Error::Json)).collect();
        let outgoing = facts.iter().zip(&bodies).map(|(fact, body)| {
            let body = body.as_deref().map_err(|_| Error::Json)?;
            let (id, subject, time) = (fact.fact_id.to_string(), fact.todo_id.to_string(), fact.at.to_string());
            // CloudEvents 1.0 in Kafka's binary mode.
            let headers = producer::headers([
                ("ce_specversion", "1.0"),
                ("ce_id", &id),
                ("ce_source", SOURCE),
                ("ce_type", fact.kind.name()),
                ("ce_subject", &subject),
                ("ce_time", &time),
                ("content-type", "application/json"),
            ]);
            Ok(Outgoing { topic: TOPIC, partition: None, key: Some(fact.owner.as_str().as_bytes()), body: Some(body), headers })
        });
        self.0.send(outgoing).await.map_err(|error| FeedError(error.into()))
    }
}
