use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use ports::{Delivery, FeedError, FeedPosition, FeedReader};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::watch;

/// The feed is one table, and so has one partition.
const PARTITION: i32 = 0;

/// Reads the events that [`super::SqliteStore`] commits, from the same file.
#[derive(Debug)]
pub struct SqliteFeedReader {
    /// Locked by the one thread that reads, which goes on to its end even if nobody waits for it any more.
    connection: Arc<Mutex<Connection>>,
    next: i64,
    last_event: watch::Receiver<i64>,
}

/// Why the feed cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SqliteFeedError {
    /// SQLite refuses.
    #[error("the feed's file cannot be opened")]
    Sqlite(#[from] rusqlite::Error),
    /// Nobody knows where to go on.
    #[error(transparent)]
    Position(#[from] ports::FeedPositionError),
}

impl SqliteFeedReader {
    /// Reads `path` from where `position` says; `last_event` is [`super::SqliteStore::last_event`].
    ///
    /// # Errors
    /// If the file is missing, or it is not known where to go on.
    pub async fn open(path: &Path, position: &dyn FeedPosition, last_event: watch::Receiver<i64>) -> Result<Self, SqliteFeedError> {
        let next = position.offsets().await?.into_iter().find(|(partition, _)| *partition == PARTITION).map_or(1, |(_, next)| next);
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), next, last_event })
    }

    async fn read(&self, max: usize) -> Result<Vec<Delivery>, FeedError> {
        let (connection, from) = (self.connection.clone(), self.next);
        let reading = tokio::task::spawn_blocking(move || read(&connection.lock().unwrap_or_else(PoisonError::into_inner), from, max));
        reading.await.map_err(|error| FeedError(error.into()))?.map_err(|error| FeedError(error.into()))
    }
}

#[async_trait]
impl FeedReader for SqliteFeedReader {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError> {
        loop {
            let next = self.next;
            self.last_event.wait_for(|last| *last >= next).await.map_err(|error| FeedError(error.into()))?;
            let deliveries = self.read(max).await?;
            if let Some(last) = deliveries.last() {
                self.next = last.offset + 1;
                return Ok(deliveries);
            }
            // Announced, but rolled back: there is nothing to read before the next announcement.
            self.last_event.changed().await.map_err(|error| FeedError(error.into()))?;
        }
    }
}

fn read(connection: &Connection, from: i64, max: usize) -> rusqlite::Result<Vec<Delivery>> {
    let mut select = connection.prepare_cached("SELECT seq, record, aggregate_id FROM events WHERE seq >= ? ORDER BY seq LIMIT ?")?;
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let delivery = |row: &rusqlite::Row<'_>| {
        let body = Bytes::copy_from_slice(row.get_ref(1)?.as_bytes()?);
        Ok(Delivery::read(PARTITION, row.get(0)?, Bytes::copy_from_slice(row.get_ref(2)?.as_bytes()?), body))
    };
    select.query_map((from, limit), delivery)?.collect()
}
