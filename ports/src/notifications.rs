use async_trait::async_trait;
use domain::{NotificationId, UserId, notification::Notification};
use jiff::Timestamp;

use crate::{FeedPosition, Source};

/// A notification as the views show it, with the log of its deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRow {
    /// Which.
    pub id: NotificationId,
    /// The version that the row shows.
    pub version: u64,
    /// The notification itself.
    pub notification: Notification,
}

/// Where a page of notifications goes on: behind this one.
pub type NotificationCursor = (Timestamp, NotificationId);

/// What people were told lately, what happened last first.
#[async_trait]
pub trait NotificationReader: Send + Sync {
    /// At most `limit` of `owner`'s, behind `after`.
    ///
    /// # Errors
    /// If they cannot be asked for.
    async fn notifications(
        &self,
        owner: &UserId,
        limit: usize,
        after: Option<NotificationCursor>,
    ) -> Result<Vec<NotificationRow>, NotificationsError>;
}

/// Where a projection keeps the rows that [`NotificationReader`] reads.
#[async_trait]
pub trait NotificationStore: FeedPosition {
    /// The rows of these, as far as they exist.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn rows(&self, ids: &[NotificationId]) -> Result<Vec<NotificationRow>, NotificationsError>;

    /// Writes `rows` and the feed's next `offsets` by partition, and forgets what happened before `forget`, in one transaction. A row
    /// of a lower or equal version than the stored one changes nothing.
    ///
    /// # Errors
    /// If nothing was written, or it is unknown whether all was.
    async fn store(&self, rows: &[NotificationRow], offsets: &[(i32, i64)], forget: Timestamp) -> Result<(), NotificationsError>;
}

/// The notifications could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the notifications cannot be read or written now")]
pub struct NotificationsError(#[source] pub Source);
