use std::{fmt, sync::Arc};

use bytes::Bytes;

/// Where a message lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which topic.
    pub topic: Arc<str>,
    /// Which part of the topic; messages of one key are all in one part, in order.
    pub partition: i32,
    /// Where in the part.
    pub offset: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.topic, self.partition, self.offset)
    }
}

/// A message as somebody wrote it, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// Where it lies.
    pub place: Place,
    /// What keeps it in order with others.
    pub key: Option<Bytes>,
    /// Named values beside the body, in order.
    pub headers: Vec<(String, Bytes)>,
    /// May hold private text: never log it.
    pub body: Option<Bytes>,
}

/// Debug never shows what somebody wrote.
impl fmt::Debug for RawMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.place, self.body.as_ref().map_or(0, Bytes::len))
    }
}

impl RawMessage {
    /// The value of the header `name` as text; `None` if there is none, or it is no text. The last one counts.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().rev().find(|(known, _)| known == name)?;
        std::str::from_utf8(&found.1).ok()
    }
}
