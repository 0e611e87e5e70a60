use async_trait::async_trait;
use domain::EventRecord;

use crate::Source;

/// Where events go once they are committed.
#[async_trait]
pub trait EventFeed: Send + Sync {
    /// Hands over events of *one* aggregate, in order, and returns once the feed has them for good.
    ///
    /// Calls for one aggregate reach the feed in the order in which their futures were first polled. Events may arrive
    /// more than once; readers know them by `(aggregate_id, version)`.
    ///
    /// # Errors
    /// If the feed did not take them all. Some may have arrived.
    async fn publish(&self, events: &[EventRecord]) -> Result<(), FeedError>;
}

/// Why events were not taken.
#[derive(Debug, thiserror::Error)]
#[error("the feed did not take the events")]
pub struct FeedError(#[source] pub Source);
