use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use domain::EventRecord;

use crate::{FeedError, PackedHeaders, Place, RawMessage, Source};

/// One thing that was read from the feed.
#[derive(Clone)]
pub struct Delivery {
    /// Which part of the feed; one aggregate's events are all in one part, in order.
    pub partition: i32,
    /// Where in the part.
    pub offset: i64,
    /// What orders it in its part: the aggregate's id, where a well-behaved writer wrote it. May be empty.
    pub key: Bytes,
    /// What came, byte for byte. May hold private text: never log it.
    pub body: Bytes,
    /// What came beside it.
    pub headers: PackedHeaders,
    /// Where in a trace it was published (`traceparent`), if that was told.
    pub trace: Option<String>,
    /// The event, or why it could not be read (shows no values).
    pub event: Result<EventRecord, String>,
}

impl Delivery {
    /// Reads `body` as an event record.
    pub fn read(partition: i32, offset: i64, key: Bytes, body: Bytes) -> Self {
        // The parser's own message may quote a value, and that may be private.
        let event = if body.is_empty() {
            Err("it has no body".to_owned())
        } else {
            serde_json::from_slice(&body).map_err(|error| format!("its body is no event record: {:?}", error.classify()))
        };
        Self { partition, offset, key, body, headers: PackedHeaders::default(), trace: None, event }
    }

    /// An event as a feed would deliver it.
    ///
    /// # Panics
    /// Never: event records always serialise.
    pub fn of(partition: i32, offset: i64, event: EventRecord) -> Self {
        let body = serde_json::to_vec(&event).map(Bytes::from).unwrap_or_default();
        Self {
            partition,
            offset,
            key: event.aggregate_id.clone().into(),
            body,
            headers: PackedHeaders::default(),
            trace: None,
            event: Ok(event),
        }
    }

    /// With what came beside it.
    #[must_use]
    pub fn with_headers(self, headers: PackedHeaders) -> Self {
        Self { headers, ..self }
    }

    /// The message as it lies in `topic`, byte for byte.
    pub fn message(&self, topic: &Arc<str>) -> RawMessage {
        let some = |bytes: &Bytes| Some(bytes.clone()).filter(|bytes| !bytes.is_empty());
        RawMessage {
            place: Place { topic: topic.clone(), partition: self.partition, offset: self.offset },
            key: some(&self.key),
            headers: self.headers.unpack(),
            body: some(&self.body),
        }
    }
}

/// Shows neither key nor body.
impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} {:?}", self.partition, self.offset, self.event)
    }
}

/// Reads the feed from where a projection stands.
#[async_trait]
pub trait FeedReader: Send {
    /// The next deliveries in order, at least one, at most `max`; waits for them.
    ///
    /// # Errors
    /// If the feed cannot be read now; calling again goes on where it stopped.
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError>;
}

/// Knows how far a projection has read the feed: kept with what the projection made of it, and moved in the same
/// transaction.
#[async_trait]
pub trait FeedPosition: Send + Sync {
    /// Where each partition of the feed goes on; absent means from its beginning.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError>;
}

/// It is not known where the feed goes on.
#[derive(Debug, thiserror::Error)]
#[error("the store does not say where the feed goes on")]
pub struct FeedPositionError(#[source] pub Source);
