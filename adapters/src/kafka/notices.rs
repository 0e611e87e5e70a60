//! Notices to Kafka.

use async_trait::async_trait;
use ports::{FeedError, Notice, NoticeFeed};

use super::producer::{self, Error, Outgoing, Producer};

/// Where notices go.
pub const TOPIC: &str = "todo-notifications";
/// The consumer group of all that start notifications.
pub const GROUP: &str = "todo-notifications";
/// The CloudEvents `source` of every notice.
const SOURCE: &str = "/todo-notifications";

/// The topic of notices, keyed by person.
pub struct KafkaNotices(Producer);

impl KafkaNotices {
    /// The Kafka at `brokers` (`host:port`, several separated by commas), which need not be there yet; with these settings of
    /// librdkafka, too, for example for TLS.
    ///
    /// # Errors
    /// If the settings are wrong.
    pub fn new(brokers: &str, settings: &[(String, String)]) -> Result<Self, Error> {
        Producer::new(producer::settings(brokers, "todo-notices", settings)).map(Self)
    }
}

#[async_trait]
impl NoticeFeed for KafkaNotices {
    async fn publish(&self, notices: &[Notice]) -> Result<(), FeedError> {
        let bodies: Vec<_> = notices.iter().map(|notice| serde_json::to_vec(notice).map_err(|_| Error::Json)).collect();
        let outgoing = notices.iter().zip(&bodies).map(|(notice, body)| {
            let body = body.as_deref().map_err(|_| Error::Json)?;
            let (id, time) = (notice.notification_id.to_string(), notice.at.to_string());
            // CloudEvents 1.0 in Kafka's binary mode.
            let headers = producer::headers([
                ("ce_specversion", "1.0"),
                ("ce_id", &id),
                ("ce_source", SOURCE),
                ("ce_type", "notice"),
                ("ce_subject", notice.person.as_str()),
                ("ce_time", &time),
                ("content-type", "application/json"),
            ]);
            Ok(Outgoing { topic: TOPIC, partition: None, key: Some(notice.person.as_str().as_bytes()), body: Some(body), headers })
        });
        self.0.send(outgoing).await.map_err(|error| FeedError(error.into()))
    }
}
