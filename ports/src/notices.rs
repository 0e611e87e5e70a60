use async_trait::async_trait;
use domain::{NotificationId, UserId, notification::Subject};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::FeedError;

/// That somebody is to be told something: the public contract of the topic `todo-notifications`. Holds no word that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The same whenever this is told: it names the notification that comes of it.
    pub notification_id: NotificationId,
    /// Who. Orders the notices.
    pub person: UserId,
    /// What.
    pub subject: Subject,
    /// When it happened.
    pub at: Timestamp,
}

/// Where notices go.
#[async_trait]
pub trait NoticeFeed: Send + Sync {
    /// Hands over notices, and returns once the feed has them for good. They may arrive more than once; readers know them by
    /// [`Notice::notification_id`].
    ///
    /// # Errors
    /// If the feed did not take them all. Some may have arrived.
    async fn publish(&self, notices: &[Notice]) -> Result<(), FeedError>;
}
