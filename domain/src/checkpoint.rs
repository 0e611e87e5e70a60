use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// What a checkpoint says: how the chains stood that had changed since the checkpoint before it, at one moment.
///
/// Each names the one before it by hash, so that the last says how all chains stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointStatement {
    /// 1, 2, 3, …
    pub number: u64,
    /// When it was made, to the microsecond.
    pub at: Timestamp,
    /// The last position in the journal that it covers; the first is right behind that of the checkpoint before it.
    pub position: u64,
    /// How many aggregates have events there.
    pub aggregates: u64,
    /// The digest of their heads: see [`HeadsDigest`](crate::HeadsDigest).
    pub digest: [u8; 32],
    /// The [`hash`](Self::hash) of the statement before it; zeros for the first.
    pub previous: [u8; 32],
}

/// Keeps a signature of ours from being one of anything else.
const WHAT: &[u8; 20] = b"todo checkpoint v1\0\0";

impl CheckpointStatement {
    /// The bytes that are signed: a constant, then number, microseconds since 1970, position and count as 8 big-endian bytes
    /// each, then digest and previous hash. Never changes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(WHAT.len() + 4 * 8 + 2 * 32);
        bytes.extend_from_slice(WHAT);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.at.as_microsecond().to_be_bytes());
        bytes.extend_from_slice(&self.position.to_be_bytes());
        bytes.extend_from_slice(&self.aggregates.to_be_bytes());
        bytes.extend_from_slice(&self.digest);
        bytes.extend_from_slice(&self.previous);
        bytes
    }

    /// The SHA-256 of [`bytes`](Self::bytes): the name of this statement and, through it, of all before it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }
}
