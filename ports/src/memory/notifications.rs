use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use domain::{NotificationId, UserId};
use jiff::Timestamp;

use super::locked;
use crate::{
    FeedPosition, FeedPositionError, NotificationCursor, NotificationReader, NotificationRow, NotificationStore, NotificationsError,
};

/// Notifications in a map.
#[derive(Debug, Default)]
pub struct MemoryNotifications {
    kept: Mutex<(BTreeMap<NotificationId, NotificationRow>, BTreeMap<i32, i64>)>,
}

#[async_trait]
impl FeedPosition for MemoryNotifications {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        Ok(locked(&self.kept).1.iter().map(|(partition, next)| (*partition, *next)).collect())
    }
}

#[async_trait]
impl NotificationReader for MemoryNotifications {
    async fn notifications(
        &self,
        owner: &UserId,
        limit: usize,
        after: Option<NotificationCursor>,
    ) -> Result<Vec<NotificationRow>, NotificationsError> {
        let place = |row: &NotificationRow| (row.notification.at, row.id);
        let kept = locked(&self.kept);
        let mut rows: Vec<_> = kept.0.values().filter(|row| row.notification.owner == *owner).collect();
        rows.retain(|row| after.is_none_or(|after| place(row) < after));
        rows.sort_by_key(|row| std::cmp::Reverse(place(row)));
        Ok(rows.into_iter().take(limit).cloned().collect())
    }
}

#[async_trait]
impl NotificationStore for MemoryNotifications {
    async fn rows(&self, ids: &[NotificationId]) -> Result<Vec<NotificationRow>, NotificationsError> {
        let kept = locked(&self.kept);
        Ok(ids.iter().filter_map(|id| kept.0.get(id).cloned()).collect())
    }

    async fn store(&self, rows: &[NotificationRow], offsets: &[(i32, i64)], forget: Timestamp) -> Result<(), NotificationsError> {
        let mut kept = locked(&self.kept);
        for row in rows {
            if kept.0.get(&row.id).is_none_or(|known| known.version < row.version) {
                kept.0.insert(row.id, row.clone());
            }
        }
        kept.0.retain(|_, row| row.notification.at >= forget);
        kept.1.extend(offsets.iter().copied());
        Ok(())
    }
}
