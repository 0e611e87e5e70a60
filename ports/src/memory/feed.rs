use std::sync::Mutex;

use async_trait::async_trait;
use domain::EventRecord;

use super::locked;
use crate::{EventFeed, FeedError};

/// A feed that keeps what it was given, in the order of arrival.
#[derive(Debug, Default)]
pub struct MemoryFeed {
    events: Mutex<Vec<EventRecord>>,
}

impl MemoryFeed {
    /// What arrived so far.
    pub fn events(&self) -> Vec<EventRecord> {
        locked(&self.events).clone()
    }
}

#[async_trait]
impl EventFeed for MemoryFeed {
    async fn publish(&self, events: &[EventRecord]) -> Result<(), FeedError> {
        locked(&self.events).extend_from_slice(events);
        Ok(())
    }
}
