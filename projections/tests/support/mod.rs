//! What several tests of this room use.
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod shelf;

use std::sync::Arc;

use ports::{
    SystemClock,
    memory::{MemoryDeadLetters, MemoryJournal},
};
use projections::Parking;

/// Puts letters there, and notes forks in this journal.
pub(crate) fn parking(forks: &Arc<MemoryJournal>, letters: &Arc<MemoryDeadLetters>) -> Parking {
    Parking {
        letters: letters.clone(),
        forks: forks.clone(),
        topic: "todo-events".into(),
        group: "todo-test".into(),
        clock: Arc::new(SystemClock),
    }
}
