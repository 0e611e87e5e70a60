//! For people who look after dead letters: what lies there, and delivering it again.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    str::FromStr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::{BorrowedMessage, Header, Headers, OwnedHeaders},
};

use super::{
    TOPIC,
    headers::{self, PREFIX},
};
use crate::kafka::producer::{self, Outgoing, Producer};

/// How long Kafka may take to answer one question, or to give the next letters.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many messages are delivered again before their letters are marked.
const AT_ONCE: usize = 200;

/// Where a letter lies: `PARTITION:OFFSET` in the topic of dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LetterId {
    /// Which part of the topic.
    pub partition: i32,
    /// Where in the part.
    pub offset: i64,
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.partition, self.offset)
    }
}

/// A text is no [`LetterId`].
#[derive(Debug, thiserror::Error)]
#[error("expected PARTITION:OFFSET, for example 0:17, as `todo dead-letters list` shows it")]
pub struct ParseLetterIdError;

impl FromStr for LetterId {
    type Err = ParseLetterIdError;
    fn from_str(text: &str) -> Result<Self, ParseLetterIdError> {
        let (partition, offset) = text.split_once(':').ok_or(ParseLetterIdError)?;
        let (partition, offset) = (partition.parse().map_err(|_| ParseLetterIdError)?, offset.parse().map_err(|_| ParseLetterIdError)?);
        Ok(Self { partition, offset })
    }
}

/// A letter that was not delivered again yet.
#[derive(Clone)]
pub struct Letter {
    /// Where it lies.
    pub id: LetterId,
    /// When it was put there; `None` where that is not said.
    pub at: Option<Timestamp>,
    /// The message's topic, and where in it it lay.
    pub topic: String,
    /// Where in `topic`.
    pub source: LetterId,
    /// Where it lay before it was ever retried.
    pub origin: LetterId,
    /// Who could not take it.
    pub group: String,
    /// Why, in one word.
    pub kind: String,
    /// Why, in words.
    pub reason: String,
    /// The message's key.
    pub key: Option<Bytes>,
    /// The message's own headers.
    pub headers: Vec<(String, Bytes)>,
    /// The message. May hold private text.
    pub body: Option<Bytes>,
}

/// Which letters are meant.
#[derive(Debug, Clone)]
pub enum Which {
    /// This one.
    One(LetterId),
    /// Those whose message has this key: an aggregate's id, in the topics that have one.
    Key(String),
    /// All.
    All,
}

/// What was delivered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retried {
    /// How many messages.
    pub messages: usize,
    /// How many letters they were in: a message may lie there once for each group that could not take it.
    pub letters: usize,
}

/// Why letters could not be read or delivered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Kafka did not answer.
    #[error("the topic of dead letters cannot be read")]
    Read(#[source] KafkaError),
    /// Kafka gave less than it has.
    #[error("the topic of dead letters cannot be read to its end within {PATIENCE:?}")]
    Incomplete,
    /// Kafka did not take a message.
    #[error("a message could not be delivered again; those before it were")]
    Write(#[source] producer::Error),
    /// There is none.
    #[error("there is no letter {0} that waits: it may have been retried, or have grown too old")]
    Unknown(LetterId),
    /// The reading was cut off.
    #[error("the program is stopping")]
    Stopped,
}

/// The letters that were not delivered again yet, by where they lie; with their bodies only if `bodies`.
///
/// # Errors
/// If the topic cannot be read to its end.
pub async fn waiting(brokers: &str, settings: &[(String, String)], bodies: bool) -> Result<Vec<Letter>, Error> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    for (name, value) in settings {
        config.set(name, value);
    }
    tokio::task::spawn_blocking(move || read_all(config, bodies)).await.map_err(|_| Error::Stopped)?
}

/// Delivers messages again to the topics that they came from, byte for byte, in their first order, and then marks their
/// letters. If it is cut off in between, a message may be delivered twice: whoever reads knows it by its own ids.
///
/// # Errors
/// If the letters cannot be read, there is no such letter, or Kafka does not take a message.
pub async fn retry(brokers: &str, settings: &[(String, String)], which: &Which) -> Result<Retried, Error> {
    let letters = waiting(brokers, settings, true).await?;
    let chosen: HashSet<_> = letters.iter().filter(|letter| chosen(letter, which)).map(message_of).collect();
    if let (Which::One(id), true) = (which, chosen.is_empty()) {
        return Err(Error::Unknown(*id));
    }
    // All groups read what is delivered again, so it settles the letters of all of them.
    let mut messages: BTreeMap<_, Vec<&Letter>> = BTreeMap::new();
    for letter in letters.iter().filter(|letter| chosen.contains(&message_of(letter))) {
        messages.entry((&letter.topic, letter.origin, letter.source)).or_default().push(letter);
    }
    let producer = Producer::new(producer::settings(brokers, "todo-dead-letters-retry", settings)).map_err(Error::Write)?;
    let messages: Vec<_> = messages.into_values().collect();
    for some in messages.chunks(AT_ONCE) {
        let again = some.iter().filter_map(|letters| letters.first()).map(|letter| Ok(again(letter)));
        producer.send(again).await.map_err(Error::Write)?;
        let marks: Vec<_> = some.iter().flatten().map(|letter| (*letter, letter.id.to_string(), Timestamp::now().to_string())).collect();
        producer.send(marks.iter().map(|(letter, id, at)| Ok(mark(letter, id, at)))).await.map_err(Error::Write)?;
    }
    Ok(Retried { messages: messages.len(), letters: messages.iter().map(Vec::len).sum() })
}

fn message_of(letter: &Letter) -> (&str, LetterId) {
    (&letter.topic, letter.source)
}

fn chosen(letter: &Letter, which: &Which) -> bool {
    match which {
        Which::One(id) => letter.id == *id,
        Which::Key(key) => letter.key.as_deref() == Some(key.as_bytes()),
        Which::All => true,
    }
}

/// The message as it was. In the part of the topic where it was, too, whichever way its writer chose it: there the others
/// of its key are.
fn again(letter: &Letter) -> Outgoing<'_> {
    let origin = letter.origin.to_string();
    let own = letter.headers.iter().fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(&value[..]) }));
    let headers = own.insert(Header { key: headers::ORIGIN, value: Some(&origin) });
    let (key, body) = (letter.key.as_deref(), letter.body.as_deref());
    Outgoing { topic: &letter.topic, partition: Some(letter.source.partition), key, body, headers }
}

fn mark<'a>(letter: &'a Letter, id: &'a str, at: &'a str) -> Outgoing<'a> {
    let headers = producer::headers([(headers::RETRIED, id), (headers::AT, at)]);
    Outgoing { topic: TOPIC, partition: Some(letter.id.partition), key: letter.key.as_deref(), body: None, headers }
}

fn read_all(mut config: ClientConfig, bodies: bool) -> Result<Vec<Letter>, Error> {
    let consumer: BaseConsumer = config
        // Only a name: partitions are assigned by hand, and nothing is committed.
        .set("group.id", "todo-dead-letters-office")
        .set("enable.auto.commit", "false")
        .create()
        .map_err(Error::Read)?;
    let mut ends = ends(&consumer)?;
    let mut begin = TopicPartitionList::new();
    for partition in ends.keys() {
        begin.add_partition_offset(TOPIC, *partition, Offset::Beginning).map_err(Error::Read)?;
    }
    consumer.assign(&begin).map_err(Error::Read)?;
    let mut letters = BTreeMap::new();
    let mut heard = Instant::now();
    while !ends.is_empty() {
        let message = match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(message)) => message,
            // Errors that last show as silence.
            Some(Err(_)) | None if heard.elapsed() < PATIENCE => continue,
            Some(Err(error)) => return Err(Error::Read(error)),
            None => return Err(Error::Incomplete),
        };
        heard = Instant::now();
        let id = LetterId { partition: message.partition(), offset: message.offset() };
        match text(&message, headers::RETRIED).map(|id| id.parse::<LetterId>()) {
            Some(Ok(retried)) => drop(letters.remove(&retried)),
            Some(Err(_)) => {}
            None => drop(letters.insert(id, letter(id, &message, bodies))),
        }
        ends.retain(|partition, end| *partition != id.partition || id.offset + 1 < *end);
    }
    Ok(letters.into_values().collect())
}

/// Where each part of the topic that is not empty ends.
fn ends(consumer: &BaseConsumer) -> Result<BTreeMap<i32, i64>, Error> {
    let metadata = consumer.fetch_metadata(Some(TOPIC), PATIENCE).map_err(Error::Read)?;
    let mut ends = BTreeMap::new();
    for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
        let (begin, end) = consumer.fetch_watermarks(TOPIC, partition.id(), PATIENCE).map_err(Error::Read)?;
        if begin < end {
            ends.insert(partition.id(), end);
        }
    }
    Ok(ends)
}

fn text<'a>(message: &'a BorrowedMessage<'_>, name: &str) -> Option<&'a str> {
    let header = message.headers()?.iter().find(|header| header.key == name)?;
    std::str::from_utf8(header.value?).ok()
}

fn letter(id: LetterId, message: &BorrowedMessage<'_>, bodies: bool) -> Letter {
    let said = |name| text(message, name).unwrap_or_default().to_owned();
    let number = |name| text(message, name).and_then(|number| number.parse().ok());
    let source = LetterId {
        partition: number(headers::SOURCE_PARTITION).and_then(|number: i64| i32::try_from(number).ok()).unwrap_or(-1),
        offset: number(headers::SOURCE_OFFSET).unwrap_or(-1),
    };
    let copied = |bytes: Option<&[u8]>| bytes.map(Bytes::copy_from_slice);
    let own = message.headers().into_iter().flat_map(Headers::iter).filter(|header| !header.key.starts_with(PREFIX));
    Letter {
        id,
        at: text(message, headers::AT).and_then(|at| at.parse().ok()),
        topic: said(headers::SOURCE_TOPIC),
        source,
        origin: text(message, headers::ORIGIN).and_then(|origin| origin.parse().ok()).unwrap_or(source),
        group: said(headers::GROUP),
        kind: said(headers::KIND),
        reason: said(headers::REASON),
        key: copied(message.key()),
        headers: own.map(|header| (header.key.to_owned(), copied(header.value).unwrap_or_default())).collect(),
        body: if bodies { copied(message.payload()) } else { None },
    }
}
