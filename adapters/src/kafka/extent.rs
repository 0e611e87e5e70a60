//! What a topic holds.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};

/// How long Kafka may take to answer one question.
const PATIENCE: Duration = Duration::from_secs(10);

/// What one partition holds: the offsets from `first` up to, but not with, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Which partition.
    pub partition: i32,
    /// The first offset that is still there: 0, unless retention has let go of some.
    pub first: i64,
    /// The offset that the next message gets.
    pub end: i64,
}

/// Why it is not known what a topic holds.
#[derive(Debug, thiserror::Error)]
pub enum ExtentError {
    /// Kafka does not say.
    #[error("Kafka does not say what the topic {0} holds")]
    Kafka(String, #[source] KafkaError),
    /// There is none.
    #[error("there is no topic {0}: run `todo topics apply`")]
    NoTopic(String),
    /// The asking was cut off.
    #[error("the program is stopping")]
    Stopped,
}

/// What each partition of `topic` holds now.
///
/// # Errors
/// If there is no such topic or Kafka does not answer.
pub async fn extent(brokers: &str, settings: &[(String, String)], topic: &str) -> Result<Vec<Extent>, ExtentError> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    for (name, value) in settings {
        config.set(name, value);
    }
    let topic = topic.to_owned();
    tokio::task::spawn_blocking(move || ask(&config, &topic)).await.map_err(|_| ExtentError::Stopped)?
}

fn ask(config: &ClientConfig, topic: &str) -> Result<Vec<Extent>, ExtentError> {
    let failed = |error| ExtentError::Kafka(topic.to_owned(), error);
    let consumer: BaseConsumer = config.create().map_err(failed)?;
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).map_err(failed)?;
    let partitions = metadata.topics().first().map(|topic| topic.partitions()).unwrap_or_default();
    if partitions.is_empty() {
        return Err(ExtentError::NoTopic(topic.to_owned()));
    }
    let extent = |partition: i32| {
        let (first, end) = consumer.fetch_watermarks(topic, partition, PATIENCE).map_err(failed)?;
        Ok(Extent { partition, first, end })
    };
    partitions.iter().map(|partition| extent(partition.id())).collect()
}
