use async_trait::async_trait;
use jiff::Timestamp;

use crate::{RawMessage, Source};

/// A message that its reader could not take, put aside so that a person can look at it and deliver it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message, untouched.
    pub message: RawMessage,
    /// Who could not take it: the name of the group of readers.
    pub group: String,
    /// Why, in one constant word, for example `gap`.
    pub kind: String,
    /// Why, in words that show no private text.
    pub reason: String,
    /// When it was put aside.
    pub at: Timestamp,
}

/// Where messages go that cannot be taken.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// Puts letters aside, in order for each key, and returns once they are there for good: only then may their reader go
    /// on. They may be there more than once.
    ///
    /// # Errors
    /// If it is not known that all are there.
    async fn park(&self, letters: &[DeadLetter]) -> Result<(), DeadLettersError>;
}

/// Letters were not taken.
#[derive(Debug, thiserror::Error)]
#[error("the dead letters were not taken")]
pub struct DeadLettersError(#[source] pub Source);
