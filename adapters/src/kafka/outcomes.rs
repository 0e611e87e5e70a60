//! What became of commands, to Kafka.

use async_trait::async_trait;
use ports::{CommandOutcome, Outcomes, OutcomesError, Verdict};

use super::producer::{self, Error, Outgoing, Producer};

/// Where outcomes go.
pub const TOPIC: &str = "todo-command-outcomes";
/// The CloudEvents `source` of every outcome.
const SOURCE: &str = "/todo-gateway";

/// The topic of outcomes.
pub struct KafkaOutcomes(Producer);

impl KafkaOutcomes {
    /// The Kafka at `brokers` (`host:port`, several separated by commas), which need not be there yet; with these settings of
    /// librdkafka, too, for example for TLS.
    ///
    /// # Errors
    /// If the address is wrong.
    pub fn new(brokers: &str, settings: &[(String, String)]) -> Result<Self, Error> {
        Producer::new(producer::settings(brokers, "todo-outcomes", settings)).map(Self)
    }
}

#[async_trait]
impl Outcomes for KafkaOutcomes {
    async fn publish(&self, outcome: &CommandOutcome) -> Result<(), OutcomesError> {
        let (id, time, key) = (outcome.outcome_id.to_string(), outcome.timestamp.to_string(), outcome.key());
        let body = serde_json::to_vec(outcome).map_err(|_| OutcomesError(Error::Json.into()))?;
        let kind = match outcome.outcome {
            Verdict::Accepted => "CommandAccepted",
            Verdict::Refused => "CommandRefused",
        };
        // CloudEvents 1.0 in Kafka's binary mode.
        let headers = producer::headers([
            ("ce_specversion", "1.0"),
            ("ce_id", &id),
            ("ce_source", SOURCE),
            ("ce_type", kind),
            ("ce_subject", &outcome.command_id),
            ("ce_time", &time),
            ("content-type", "application/json"),
        ]);
        let outgoing = Outgoing { topic: TOPIC, partition: None, key: Some(key.as_bytes()), body: Some(&body), headers };
        self.0.send([Ok(outgoing)]).await.map_err(|error| OutcomesError(error.into()))
    }
}
