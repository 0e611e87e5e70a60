use std::sync::Arc;

use async_trait::async_trait;
use domain::EventRecord;
use ports::{Delivery, FeedError, FeedReader, memory::MemoryFeed};

/// Reads a [`MemoryFeed`], which has one partition, from its beginning.
#[derive(Debug)]
pub struct MemoryFeedReader {
    feed: Arc<MemoryFeed>,
    next: usize,
}

impl MemoryFeedReader {
    /// A reader that has read nothing yet.
    pub fn new(feed: Arc<MemoryFeed>) -> Self {
        Self { feed, next: 0 }
    }
}

#[async_trait]
impl FeedReader for MemoryFeedReader {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError> {
        loop {
            let deliveries: Vec<_> = self.feed.events().into_iter().zip(0..).skip(self.next).take(max).map(deliver).collect();
            if !deliveries.is_empty() {
                self.next += deliveries.len();
                return Ok(deliveries);
            }
            self.feed.more_than(self.next).await;
        }
    }
}

fn deliver((event, offset): (EventRecord, i64)) -> Delivery {
    Delivery::of(0, offset, event)
}
