use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{NotificationId, UserId};
use jiff::Timestamp;
use ports::{
    FeedPosition, FeedPositionError, NotificationCursor, NotificationReader, NotificationRow, NotificationStore, NotificationsError,
};
use rusqlite::{Connection, Row, TransactionBehavior, params};
use uuid::Uuid;

use super::views::{SqliteViewsError, offsets, open_versioned};

/// The version of everything below. Whoever changes it raises it: the file is then thrown away and made again from the feed.
const VERSION: i32 = 1;

/// Instants are microseconds since 1970.
const SCHEMA: &str = "
    CREATE TABLE notifications (
        id BLOB PRIMARY KEY, version INTEGER NOT NULL, owner TEXT NOT NULL, at INTEGER NOT NULL, notification TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX notifications_by_owner ON notifications (owner, at DESC, id DESC);
    CREATE INDEX notifications_by_age ON notifications (at);
    CREATE TABLE feed_offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
";

/// What people were told, in the embedded shape, in a file of its own: `notifications.db`. Like the views, it is made from the feed
/// and can be made again; nobody is told anything again by that.
#[derive(Debug, Clone)]
pub struct SqliteNotifications {
    connection: Arc<Mutex<Connection>>,
}

impl SqliteNotifications {
    /// Opens the file, or makes it anew where it is missing or of another version of this program.
    ///
    /// # Errors
    /// If the file can be neither used nor made.
    pub fn open(path: &Path) -> Result<Self, SqliteViewsError> {
        Ok(Self { connection: Arc::new(Mutex::new(open_versioned(path, SCHEMA, VERSION)?)) })
    }

    async fn with<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NotificationsError> {
        let connection = self.connection.clone();
        let asked = move || ask(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        let answer = tokio::task::spawn_blocking(asked).await.map_err(|error| NotificationsError(error.into()))?;
        answer.map_err(|error| NotificationsError(error.into()))
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<NotificationRow> {
    let text: String = row.get(2)?;
    // The parser's own message may quote a value.
    let damaged =
        |_| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, "the stored notification is damaged".into());
    Ok(NotificationRow {
        id: NotificationId::new(Uuid::from_bytes(row.get(0)?)),
        version: row.get::<_, i64>(1)?.cast_unsigned(),
        notification: serde_json::from_str(&text).map_err(damaged)?,
    })
}

#[async_trait]
impl FeedPosition for SqliteNotifications {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.with(|connection| offsets(connection)).await.map_err(|error| FeedPositionError(error.into()))
    }
}

#[async_trait]
impl NotificationReader for SqliteNotifications {
    async fn notifications(
        &self,
        owner: &UserId,
        limit: usize,
        after: Option<NotificationCursor>,
    ) -> Result<Vec<NotificationRow>, NotificationsError> {
        let owner = owner.as_str().to_owned();
        self.with(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, version, notification FROM notifications WHERE owner = ?1 AND (?2 IS NULL OR (at, id) < (?2, ?3))
                ORDER BY at DESC, id DESC LIMIT ?4",
            )?;
            let (at, id) = after.map_or((None, vec![]), |(at, id)| (Some(at.as_microsecond()), id.uuid().as_bytes().to_vec()));
            select.query_map(params![owner, at, id, i64::try_from(limit).unwrap_or(i64::MAX)], row)?.collect()
        })
        .await
    }
}

#[async_trait]
impl NotificationStore for SqliteNotifications {
    async fn rows(&self, ids: &[NotificationId]) -> Result<Vec<NotificationRow>, NotificationsError> {
        let ids = ids.to_vec();
        self.with(move |connection| {
            let mut select = connection.prepare_cached("SELECT id, version, notification FROM notifications WHERE id = ?")?;
            let mut rows = vec![];
            for id in ids {
                rows.extend(select.query_map(params![id.uuid().as_bytes()], row)?.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            Ok(rows)
        })
        .await
    }

    async fn store(&self, rows: &[NotificationRow], offsets: &[(i32, i64)], forget: Timestamp) -> Result<(), NotificationsError> {
        let (rows, offsets) = (rows.to_vec(), offsets.to_vec());
        self.with(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for NotificationRow { id, version, notification } in &rows {
                let json = serde_json::to_string(notification).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                let uuid = id.uuid();
                let values =
                    params![uuid.as_bytes(), version.cast_signed(), notification.owner.as_str(), notification.at.as_microsecond(), json];
                transaction
                    .prepare_cached(
                        "INSERT INTO notifications (id, version, owner, at, notification) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET version = excluded.version, owner = excluded.owner, at = excluded.at,
                            notification = excluded.notification
                        WHERE notifications.version < excluded.version",
                    )?
                    .execute(values)?;
            }
            for moved in &offsets {
                transaction.prepare_cached("INSERT OR REPLACE INTO feed_offsets (partition, next) VALUES (?, ?)")?.execute(*moved)?;
            }
            transaction.prepare_cached("DELETE FROM notifications WHERE at < ?")?.execute(params![forget.as_microsecond()])?;
            transaction.commit()
        })
        .await
    }
}
