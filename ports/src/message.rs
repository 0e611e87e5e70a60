use std::{fmt, sync::Arc};

use bytes::{BufMut, Bytes, BytesMut};

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

/// Named values beside a body, in one piece of memory: packed for every message, and unpacked for the few that are put aside.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PackedHeaders(Bytes);

impl PackedHeaders {
    /// Packs them, in order. A name or value beyond 4 GiB cannot be: brokers take no such message.
    pub fn pack<'a>(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut packed = BytesMut::new();
        for (name, value) in headers {
            for part in [name.as_bytes(), value] {
                packed.put_u32(u32::try_from(part.len()).unwrap_or(u32::MAX));
                packed.put_slice(part);
            }
        }
        Self(packed.freeze())
    }

    /// The names and values, in order.
    pub fn unpack(&self) -> Vec<(String, Bytes)> {
        let mut left = self.0.clone();
        let mut part = || {
            let mut take = |length: usize| (length <= left.len()).then(|| left.split_to(length));
            let length = u32::from_be_bytes(take(4)?.as_ref().try_into().ok()?);
            take(usize::try_from(length).ok()?)
        };
        std::iter::from_fn(|| Some((String::from_utf8(part()?.to_vec()).ok()?, part()?))).collect()
    }
}
