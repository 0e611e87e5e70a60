//! How far a topic goes.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use async_trait::async_trait;
use ports::{FeedEnds, Source};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// Why it is not known how far a topic goes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Kafka did not answer.
    #[error("Kafka does not say how far topic {0} goes")]
    Ask(String, #[source] KafkaError),
    /// Kafka has no such topic.
    #[error("Kafka has no topic {0}: is it the right one? `todo topics apply` makes the topics")]
    Missing(String),
    /// The asking was cut off.
    #[error("the program is stopping")]
    Stopped,
}

/// The offsets that each partition of `topic` has: from the oldest message that is still there up to where the next one will
/// lie.
///
/// # Errors
/// If there is no such topic, or Kafka at `brokers` with these `settings` of its client does not answer.
pub async fn ends(brokers: &str, settings: &[(String, String)], topic: &str) -> Result<BTreeMap<i32, Range<i64>>, Error> {
    let mut config = ClientConfig::new();
    // Only a name: nothing is read, and nothing committed.
    config.set("bootstrap.servers", brokers).set("group.id", "todo-ends").set("enable.auto.commit", "false");
    for (name, value) in settings {
        config.set(name, value);
    }
    let topic = topic.to_owned();
    tokio::task::spawn_blocking(move || ask(&config, &topic)).await.map_err(|_| Error::Stopped)?
}

fn ask(config: &ClientConfig, topic: &str) -> Result<BTreeMap<i32, Range<i64>>, Error> {
    let failed = |error| Error::Ask(topic.to_owned(), error);
    let consumer: BaseConsumer = config.create().map_err(failed)?;
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).map_err(failed)?;
    let partitions: Vec<_> = metadata.topics().iter().flat_map(|topic| topic.partitions()).map(|partition| partition.id()).collect();
    if partitions.is_empty() {
        return Err(Error::Missing(topic.to_owned()));
    }
    let end = |partition: i32| {
        let (begin, end) = consumer.fetch_watermarks(topic, partition, PATIENCE).map_err(failed)?;
        Ok((partition, begin..end))
    };
    partitions.into_iter().map(end).collect()
}

/// How far one topic goes, for whoever watches it.
#[derive(Debug, Clone)]
pub struct TopicEnds {
    /// Where Kafka is: host:port, several separated by commas.
    pub brokers: String,
    /// Settings of the client library.
    pub settings: Vec<(String, String)>,
    /// The topic.
    pub topic: &'static str,
}

#[async_trait]
impl FeedEnds for TopicEnds {
    async fn ends(&self) -> Result<Vec<(i32, Range<i64>)>, Source> {
        Ok(ends(&self.brokers, &self.settings, self.topic).await?.into_iter().collect())
    }
}
