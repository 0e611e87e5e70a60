use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use ports::{Delivery, FeedError, FeedReader, ViewStore};
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
    #[error("the views do not say where to go on")]
    Views(#[from] ports::ViewsError),
}

impl SqliteFeedReader {
    /// Reads `path` from where `views` stand; `last_event` is [`super::SqliteStore::last_event`].
    ///
    /// # Errors
    /// If the file is missing, or the views do not say where they stand.
    pub async fn open(path: &Path, views: &dyn ViewStore, last_event: watch::Receiver<i64>) -> Result<Self, SqliteFeedError> {
        let next = views.offsets().await?.into_iter().find(|(partition, _)| *partition == PARTITION).map_or(1, |(_, next)| next);
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
    let mut select = connection.prepare_cached("SELECT seq, record FROM events WHERE seq >= ? ORDER BY seq LIMIT ?")?;
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let delivery = |row: &rusqlite::Row<'_>| {
        // The parser's own message may quote a value, and that may be private.
        let event = serde_json::from_slice(row.get_ref(1)?.as_bytes()?).map_err(|error| format!("no event record: {:?}", error.classify()));
        Ok(Delivery { partition: PARTITION, offset: row.get(0)?, event })
    };
    select.query_map((from, limit), delivery)?.collect()
}
