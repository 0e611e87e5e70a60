use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{NotificationId, UserId};
use jiff::Timestamp;
use ports::{
    FeedPosition, FeedPositionError, NotificationCursor, NotificationReader, NotificationRow, NotificationStore, NotificationsError,
    ViewsError,
};
use uuid::Uuid;

use super::connect::{Database, Error, damaged};

/// How many queries run at once in one process.
const READERS: u32 = 2;
/// Where its table is.
const SCHEMA: &str = "public";
/// The projection's name in the table of offsets.
const PROJECTION: &str = "notices";

/// What people were told, in PostgreSQL.
#[derive(Debug)]
pub struct PgNotifications {
    reading: Database,
    writing: Database,
}

impl PgNotifications {
    /// Notifications in the database at `url`. It connects when it is first asked something.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self { reading: Database::for_reading(url, SCHEMA, READERS)?, writing: Database::for_writing(url, SCHEMA)? })
    }
}

fn away(error: ViewsError) -> NotificationsError {
    match error {
        ViewsError::Unavailable(source) => NotificationsError(source),
        other => NotificationsError(other.into()),
    }
}

type Stored = (Uuid, i64, String);

fn rows(stored: Vec<Stored>) -> sqlx::Result<Vec<NotificationRow>> {
    let row = |(id, version, notification): Stored| {
        // The parser's own message may quote a value.
        let notification = serde_json::from_str(&notification).map_err(|_| damaged("notification"))?;
        Ok(NotificationRow { id: NotificationId::new(id), version: version.cast_unsigned(), notification })
    };
    stored.into_iter().map(row).collect()
}

#[async_trait]
impl FeedPosition for PgNotifications {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.writing.offsets(PROJECTION).await
    }
}

#[async_trait]
impl NotificationReader for PgNotifications {
    async fn notifications(
        &self,
        owner: &UserId,
        limit: usize,
        after: Option<NotificationCursor>,
    ) -> Result<Vec<NotificationRow>, NotificationsError> {
        let select = sqlx::query_as(
            "SELECT id, version, notification::text FROM notifications
            WHERE owner = $1 AND ($2::bigint IS NULL OR (at, id) < ($2, $3::uuid)) ORDER BY at DESC, id DESC LIMIT $4",
        )
        .bind(owner.as_str().to_owned())
        .bind(after.map(|(at, _)| at.as_microsecond()))
        .bind(after.map(|(_, id)| id.uuid()))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.reading.bounded(async { rows(select.fetch_all(&self.reading.pool).await?) }).await.map_err(away)
    }
}

#[async_trait]
impl NotificationStore for PgNotifications {
    async fn rows(&self, ids: &[NotificationId]) -> Result<Vec<NotificationRow>, NotificationsError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let select = sqlx::query_as("SELECT id, version, notification::text FROM notifications WHERE id = ANY($1)").bind(ids);
        self.writing.bounded(async { rows(select.fetch_all(&self.writing.pool).await?) }).await.map_err(away)
    }

    async fn store(&self, rows: &[NotificationRow], offsets: &[(i32, i64)], forget: Timestamp) -> Result<(), NotificationsError> {
        // One statement cannot write a row twice, nor take away what it writes; and in the same order everywhere, two writers cannot block
        // each other.
        let mut highest: BTreeMap<NotificationId, &NotificationRow> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.notification.at >= forget) {
            let kept = highest.entry(row.id).or_insert(row);
            if kept.version < row.version {
                *kept = row;
            }
        }
        let texts = highest.values().map(|row| serde_json::to_string(&row.notification)).collect::<Result<Vec<_>, _>>();
        let rows: Vec<_> = highest.values().collect();
        let offsets: BTreeMap<i32, i64> = offsets.iter().copied().collect();
        let write = sqlx::query(
            "WITH stored AS (
                INSERT INTO notifications AS stored (id, version, owner, at, notification)
                SELECT id, version, owner, at, notification::jsonb
                FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::text[]) AS row (id, version, owner, at, notification)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, owner = excluded.owner, at = excluded.at,
                    notification = excluded.notification
                WHERE stored.version < excluded.version
            ), forgotten AS (DELETE FROM notifications WHERE at < $6)
            INSERT INTO feed_offsets (projection, partition, next)
            SELECT $7, partition, next FROM unnest($8::integer[], $9::bigint[]) AS offsets (partition, next)
            ON CONFLICT (projection, partition) DO UPDATE SET next = excluded.next",
        )
        .bind(rows.iter().map(|row| row.id.uuid()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.version.cast_signed()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.notification.owner.as_str().to_owned()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.notification.at.as_microsecond()).collect::<Vec<_>>())
        .bind(texts.map_err(|error| NotificationsError(error.into()))?)
        .bind(forget.as_microsecond())
        .bind(PROJECTION)
        .bind(offsets.keys().copied().collect::<Vec<_>>())
        .bind(offsets.values().copied().collect::<Vec<_>>());
        self.writing.bounded(write.execute(&self.writing.pool)).await.map(drop).map_err(away)
    }
}
