//! The facts of the embedded shape, in a file of their own: `analytics.db`.
//!
//! Like the views, it is made from the feed and can be made again.

mod read;
mod write;

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{ListId, TodoId, UserId, analytics::Happenings};
use jiff::Timestamp;
use ports::{
    AnalyticsError, AnalyticsReader, AnalyticsStore, FactQuery, FeedPosition, FeedPositionError, PastOverdue, TodoFacts, ViewsError,
};
use tokio::sync::{mpsc, oneshot};

use self::write::Batch;
use super::views::{Readers, SqliteViewsError, offsets, open_versioned};
use crate::views::{RowId, Waiters, todo_positions};

/// The version of everything below. Whoever changes it, or what is written into it, raises it: the file is then thrown away
/// and made again from the feed.
const VERSION: i32 = 1;

/// Instants are microseconds since 1970.
const SCHEMA: &str = "
    CREATE TABLE todos (
        id BLOB PRIMARY KEY,
        version INTEGER NOT NULL,
        owner TEXT NOT NULL,
        list BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        created_list BLOB NOT NULL,
        completed_at INTEGER,
        completed_list BLOB,
        lead_time INTEGER,
        deleted INTEGER NOT NULL,
        due_at INTEGER,
        overdue_since INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX todos_by_creation ON todos (owner, created_at, created_list);
    CREATE INDEX todos_by_completion ON todos (owner, completed_at, completed_list, lead_time) WHERE completed_at IS NOT NULL;
    CREATE INDEX todos_overdue ON todos (owner, overdue_since, list) WHERE overdue_since IS NOT NULL;
    CREATE TABLE past_overdue (
        id BLOB NOT NULL,
        version INTEGER NOT NULL,
        owner TEXT NOT NULL,
        list BLOB NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (id, version)
    ) WITHOUT ROWID;
    CREATE INDEX past_overdue_by_end ON past_overdue (owner, until, since, list);
    CREATE TABLE feed_offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
";

/// Facts in SQLite: one thread writes, several read beside it.
#[derive(Debug, Clone)]
pub struct SqliteAnalytics {
    batches: mpsc::Sender<Batch>,
    readers: Readers,
    waiters: Arc<Waiters>,
}

impl SqliteAnalytics {
    /// Opens the file, or makes it anew where it is missing or of another version of this program.
    ///
    /// # Errors
    /// If the file can be neither used nor made.
    pub fn open(path: &Path) -> Result<Self, SqliteViewsError> {
        let connection = open_versioned(path, SCHEMA, VERSION)?;
        let readers = Readers::open(path)?;
        let waiters = Arc::new(Waiters::default());
        let (batches, queue) = mpsc::channel(1);
        let wake = waiters.clone();
        let writer = std::thread::Builder::new().name("analytics-write".into());
        writer.spawn(move || write::run(connection, queue, &wake)).map_err(SqliteViewsError::Thread)?;
        Ok(Self { batches, readers, waiters })
    }

    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, AnalyticsError> {
        self.readers.with(ask).await.map_err(away)
    }
}

fn away(error: ViewsError) -> AnalyticsError {
    match error {
        ViewsError::Unavailable(source) => AnalyticsError(source),
        other => AnalyticsError(other.into()),
    }
}

#[async_trait]
impl AnalyticsReader for SqliteAnalytics {
    async fn happenings(&self, owner: &UserId, query: &FactQuery) -> Result<Happenings, AnalyticsError> {
        let (owner, query) = (owner.clone(), *query);
        self.ask(move |connection| read::happenings(connection, &owner, &query)).await
    }

    async fn active_quarters(&self, owner: &UserId, list: Option<ListId>) -> Result<Vec<Timestamp>, AnalyticsError> {
        let owner = owner.clone();
        self.ask(move |connection| read::active_quarters(connection, &owner, list)).await
    }

    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, AnalyticsError> {
        let Some(positions) = todo_positions(positions) else {
            tokio::time::sleep(patience).await;
            return Ok(false);
        };
        let ids: Vec<_> = positions.iter().map(|(id, _)| *id).collect();
        let versions = self.ask(move |connection| read::versions(connection, &ids));
        let positions: Vec<_> = positions.into_iter().map(|(id, version)| (RowId::Todo(id), version)).collect();
        self.waiters.wait(&positions, patience, versions).await
    }

    async fn ready(&self) -> Result<(), AnalyticsError> {
        self.ask(|connection| read::versions(connection, &[])).await.map(|_: HashMap<_, _>| ())
    }
}

#[async_trait]
impl FeedPosition for SqliteAnalytics {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.readers.with(offsets).await.map_err(|error| FeedPositionError(error.into()))
    }
}

#[async_trait]
impl AnalyticsStore for SqliteAnalytics {
    async fn facts(&self, ids: &[TodoId]) -> Result<Vec<TodoFacts>, AnalyticsError> {
        let ids = ids.to_vec();
        self.ask(move |connection| read::facts(connection, &ids)).await
    }

    async fn store(&self, facts: &[TodoFacts], past: &[PastOverdue], offsets: &[(i32, i64)]) -> Result<(), AnalyticsError> {
        let (answer, stored) = oneshot::channel();
        let batch = Batch { facts: facts.to_vec(), past: past.to_vec(), offsets: offsets.to_vec(), answer };
        self.batches.send(batch).await.map_err(|_| AnalyticsError("the writer has stopped".into()))?;
        stored.await.map_err(|error| AnalyticsError(error.into()))?.map_err(|error| AnalyticsError(error.into()))
    }
}
