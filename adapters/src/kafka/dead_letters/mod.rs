//! The topic of dead letters.

pub mod headers;
pub mod office;
mod watch;

pub use watch::WaitingLetters;

use std::sync::Arc;

use async_trait::async_trait;
use ports::{DeadLetter, DeadLetters, DeadLettersError, Source};
use rdkafka::message::{Header, OwnedHeaders};

use super::producer::{self, Error, Outgoing, Producer};

/// Where letters go.
pub const TOPIC: &str = "todo-dead-letters";

/// Puts letters into the topic.
#[derive(Clone)]
pub struct KafkaDeadLetters(Arc<Producer>);

impl KafkaDeadLetters {
    /// The Kafka at `brokers` (`host:port`, several separated by commas), which need not be there yet; with these settings of
    /// librdkafka, too, for example for TLS.
    ///
    /// # Errors
    /// If the address is wrong.
    pub fn new(brokers: &str, settings: &[(String, String)]) -> Result<Self, Error> {
        Ok(Self(Arc::new(Producer::new(producer::settings(brokers, "todo-dead-letters", settings))?)))
    }
}

#[async_trait]
impl DeadLetters for KafkaDeadLetters {
    async fn park(&self, letters: &[DeadLetter]) -> Result<(), DeadLettersError> {
        let outgoing = letters.iter().map(|letter| {
            let (key, body) = (letter.message.key.as_deref(), letter.message.body.as_deref());
            Ok(Outgoing { topic: TOPIC, partition: None, key, body, headers: written(letter) })
        });
        self.0.send(outgoing).await.map_err(|error| DeadLettersError(Source::from(error)))?;
        for letter in letters {
            metrics::counter!("todo_dead_letters_total", "group" => letter.group.clone(), "kind" => letter.kind.clone()).increment(1);
        }
        Ok(())
    }
}

/// The message's own headers, and what is known of why it lies here.
fn written(letter: &DeadLetter) -> OwnedHeaders {
    let place = &letter.message.place;
    let (partition, offset, at) = (place.partition.to_string(), place.offset.to_string(), letter.at.to_string());
    let origin = letter.message.header(headers::ORIGIN).map_or_else(|| format!("{partition}:{offset}"), str::to_owned);
    let own = letter.message.headers.iter().filter(|(name, _)| !name.starts_with(headers::PREFIX));
    let own = own.fold(OwnedHeaders::new(), |all, (name, value)| all.insert(Header { key: name, value: Some(&value[..]) }));
    let known = [
        (headers::REASON, letter.reason.as_str()),
        (headers::KIND, &letter.kind),
        (headers::SOURCE_TOPIC, &place.topic),
        (headers::SOURCE_PARTITION, &partition),
        (headers::SOURCE_OFFSET, &offset),
        (headers::ORIGIN, &origin),
        (headers::GROUP, &letter.group),
        (headers::AT, &at),
    ];
    known.into_iter().fold(own, |all, (key, value)| all.insert(Header { key, value: Some(value) }))
}
