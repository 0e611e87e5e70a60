use std::fmt;

use sha2::{Digest, Sha256};

/// The hash of one event record and, through its predecessor's, of everything that happened to the aggregate before.
///
/// The chain is SHA-256 (FIPS 180-4) of the predecessor's 32 bytes followed by the record's JSON as it is stored; the first
/// event's predecessor is 32 zero bytes. Nobody changes, drops or inserts a record without breaking it, unless every later
/// hash is made anew.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash([u8; 32]);

impl ChainHash {
    /// What comes before an aggregate's first event.
    pub const START: Self = Self([0; 32]);

    /// The hash of `record`, stored as this JSON, right after the event with this hash.
    #[must_use]
    pub fn then(self, record: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(record);
        Self(hash.finalize().into())
    }

    /// Its 32 bytes, to be stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A stored hash; `None` if it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// In hexadecimal.
impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The SHA-256 of many chains' ends: of each aggregate, in the byte order of ids, the id's length (8 bytes, big-endian), the
/// id, the version (8 bytes, big-endian) and the chain's hash.
#[derive(Debug, Clone, Default)]
pub struct HeadsDigest {
    hash: Sha256,
    aggregates: u64,
}

impl HeadsDigest {
    /// Takes the next aggregate in.
    pub fn add(&mut self, aggregate_id: &str, version: u64, hash: &ChainHash) {
        self.hash.update((aggregate_id.len() as u64).to_be_bytes());
        self.hash.update(aggregate_id);
        self.hash.update(version.to_be_bytes());
        self.hash.update(hash.as_bytes());
        self.aggregates += 1;
    }

    /// How many aggregates there were, and the digest.
    #[must_use]
    pub fn finish(self) -> (u64, [u8; 32]) {
        (self.aggregates, self.hash.finalize().into())
    }
}
