use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ActorKey, Source};

/// A timer of an actor: told to the actor at `due` or later, never before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArmedTimer {
    /// Whose.
    pub actor: ActorKey,
    /// Unique within the actor: `a-z 0-9 - _ .`.
    pub name: String,
    /// When, to the microsecond.
    pub due: Timestamp,
}

/// Alarm clocks of actors, one for each actor and name.
///
/// They may ring more than once, and after they were cancelled: the actor's state decides whether a ring is the one that it
/// waits for. What was armed and has not been reported as [`fired`](Timers::fired) can be found by
/// [`due_before`](Timers::due_before), so that a sweep makes up for whatever the scheduler lost: late rather than never.
#[async_trait]
pub trait Timers: Send + Sync {
    /// Arms a timer, in place of one of the same actor and name. When this returns, it survives a crash of this process.
    ///
    /// # Errors
    /// If it is not known that it is armed.
    async fn arm(&self, timer: &ArmedTimer) -> Result<(), TimersError>;

    /// Disarms a timer, if it is armed for just that moment: a later arming stays.
    ///
    /// # Errors
    /// If it may still be armed.
    async fn cancel(&self, timer: &ArmedTimer) -> Result<(), TimersError>;

    /// The actor was told of this timer: it need not be told again. A later arming stays.
    ///
    /// # Errors
    /// If it may be told again.
    async fn fired(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        self.cancel(timer).await
    }

    /// Up to `limit` armed timers that are due before `before`, those due first first.
    ///
    /// # Errors
    /// If they cannot be asked for.
    async fn due_before(&self, before: Timestamp, limit: usize) -> Result<Vec<ArmedTimer>, TimersError>;
}

/// Timers could not be asked or told.
#[derive(Debug, thiserror::Error)]
#[error("the timers did not answer")]
pub struct TimersError(#[source] pub Source);

/// The method by which a sweep tells an actor of a timer: a [`Ring`] in, nothing out.
pub const METHOD_RING: &str = "ring";

/// Which timer rings, as schedulers carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// The timer's name.
    pub name: String,
    /// When it was due, in microseconds since 1970.
    pub due: i64,
}

impl Ring {
    /// The ring of `timer`.
    pub fn of(timer: &ArmedTimer) -> Self {
        Self { name: timer.name.clone(), due: timer.due.as_microsecond() }
    }

    /// As bytes.
    pub fn write(&self) -> Bytes {
        serde_json::to_vec(self).map(Bytes::from).unwrap_or_default()
    }

    /// From bytes; `None` if they are no ring.
    pub fn read(data: &[u8]) -> Option<Self> {
        serde_json::from_slice(data).ok()
    }
}
