use async_trait::async_trait;
use domain::EventRecord;

use crate::FeedError;

/// One thing that was read from the feed.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Which part of the feed; one aggregate's events are all in one part, in order.
    pub partition: i32,
    /// Where in the part.
    pub offset: i64,
    /// The event, or why it could not be read (shows no values).
    pub event: Result<EventRecord, String>,
}

/// Reads the feed from where a projection stands.
#[async_trait]
pub trait FeedReader: Send {
    /// The next deliveries in order, at least one, at most `max`; waits for them.
    ///
    /// # Errors
    /// If the feed cannot be read now; calling again goes on where it stopped.
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError>;
}
