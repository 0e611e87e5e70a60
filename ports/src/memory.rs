//! In-memory versions of the ports: for tests, and as the plainest statement of what each port promises.

mod authenticator;
mod channels;
mod feed;
mod journal;
mod live;
mod messages;
mod notifications;
mod operations;
mod outbox;
mod overview;
mod positions;
mod store;
mod timers;

pub use authenticator::MemoryAuthenticator;
pub use channels::MemoryChannels;
pub use feed::MemoryFeed;
pub use journal::MemoryJournal;
pub use live::MemoryLive;
pub use messages::{MemoryCommandSource, MemoryDeadLetters, MemoryOutcomes, MemoryTopic};
pub use notifications::MemoryNotifications;
pub use operations::MemoryOperations;
pub use outbox::MemoryOutboxIndex;
pub use overview::MemoryOverview;
pub use positions::MemoryPositions;
pub use store::MemoryStore;
pub use timers::MemoryTimers;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock, also where a panicking test left it: the data below has no invariant that spans two statements.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
