use std::time::Duration;

use rdkafka::ClientConfig;

/// How to consume.
#[derive(Debug, Clone)]
pub struct ConsumerConfig {
    /// `host:port`, several separated by commas.
    pub brokers: String,
    /// What to read.
    pub topic: String,
    /// The consumer group: one for each projection, shared by its processes.
    pub group: String,
    /// At most so many records in one batch.
    pub batch: usize,
    /// So many bytes must have come together before Kafka answers …
    pub fetch_min_bytes: u32,
    /// … or so much time must have passed.
    pub fetch_wait: Duration,
    /// Of a member that was killed nobody hears a goodbye: what it read stands still until the group, after so much time, gives it
    /// up. People wait for that.
    pub session: Duration,
    /// More settings of librdkafka, for example for TLS. They come last, so they win.
    pub settings: Vec<(String, String)>,
}

impl ConsumerConfig {
    /// For what people wait for: Kafka answers as soon as there is anything.
    pub fn live(brokers: impl Into<String>, topic: impl Into<String>, group: impl Into<String>) -> Self {
        Self { fetch_min_bytes: 1, ..Self::bulk(brokers, topic, group) }
    }

    /// For what nobody waits for: fewer, larger answers.
    pub fn bulk(brokers: impl Into<String>, topic: impl Into<String>, group: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            topic: topic.into(),
            group: group.into(),
            batch: 2_000,
            fetch_min_bytes: 1024,
            fetch_wait: Duration::from_millis(500),
            session: Duration::from_secs(10),
            settings: Vec::new(),
        }
    }

    pub(in crate::kafka) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("group.id", &self.group)
            .set("client.id", &self.group)
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", self.session.as_millis().to_string())
            .set("heartbeat.interval.ms", (self.session.as_millis() / 3).to_string())
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // Where the store's own offset is no longer kept: what is missing then shows as gaps.
            .set("auto.offset.reset", "earliest")
            .set("fetch.min.bytes", self.fetch_min_bytes.to_string())
            .set("fetch.wait.max.ms", self.fetch_wait.as_millis().to_string())
            .set("queued.max.messages.kbytes", "16384")
            // A topic that is made later is found soon.
            .set("topic.metadata.refresh.interval.ms", "10000")
            .set("reconnect.backoff.max.ms", "2000");
        for (name, value) in &self.settings {
            config.set(name, value);
        }
        config
    }
}
