use async_trait::async_trait;

use crate::{RawMessage, Source};

/// What comes from a [`CommandSource`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// Messages, those of one partition in order.
    Messages(Vec<RawMessage>),
    /// These partitions belong to another process now, which reads again whatever was not committed: whoever still works
    /// on their messages must stop, or an old command would come after a newer one.
    Lost(Vec<i32>),
}

/// Commands that other systems wrote, as a member of a group of readers.
#[async_trait]
pub trait CommandSource: Send {
    /// What comes next: at most `max` messages, none if `max` is 0. Waits for it; may be dropped while it waits.
    ///
    /// # Errors
    /// If the source cannot be read now; calling again goes on where it stopped.
    async fn next(&mut self, max: usize) -> Result<Arrival, CommandSourceError>;

    /// Whoever reads these partitions after us goes on at these offsets. When this returns, that survives a crash.
    /// Partitions that were lost meanwhile are passed over.
    ///
    /// # Errors
    /// If it is not known that they are committed: then messages may come again that were done.
    async fn commit(&mut self, next: &[(i32, i64)]) -> Result<(), CommandSourceError>;
}

/// The source could not be read or told.
#[derive(Debug, thiserror::Error)]
#[error("the commands cannot be read now")]
pub struct CommandSourceError(#[source] pub Source);
