use std::sync::Mutex;

use async_trait::async_trait;
use domain::EventRecord;

use tokio::sync::watch;

use super::locked;
use crate::{EventFeed, FeedError};

/// A feed that keeps what it was given, in the order of arrival.
#[derive(Debug, Default)]
pub struct MemoryFeed {
    events: Mutex<Vec<EventRecord>>,
    /// How many there are.
    count: watch::Sender<usize>,
}

impl MemoryFeed {
    /// What arrived so far.
    pub fn events(&self) -> Vec<EventRecord> {
        locked(&self.events).clone()
    }

    /// Returns once there are more than `seen`.
    pub async fn more_than(&self, seen: usize) {
        // Never an error: the sender lives as long as `self`.
        let _ = self.count.subscribe().wait_for(|count| *count > seen).await;
    }
}

#[async_trait]
impl EventFeed for MemoryFeed {
    async fn publish(&self, events: &[EventRecord]) -> Result<(), FeedError> {
        let mut all = locked(&self.events);
        all.extend_from_slice(events);
        self.count.send_replace(all.len());
        Ok(())
    }
}
