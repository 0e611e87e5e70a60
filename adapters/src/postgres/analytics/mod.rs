//! The facts of the cluster shape.

mod read;
mod upsert;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use domain::{ListId, TodoId, UserId, analytics::Happenings};
use jiff::Timestamp;
use ports::{
    AnalyticsError, AnalyticsReader, AnalyticsStore, FactQuery, FeedPosition, FeedPositionError, PastOverdue, TodoFacts, ViewsError,
};
use tokio::task::JoinHandle;

use super::{
    connect::{Database, Error},
    generation::{Place, Table},
    listen::{self, Watched},
};
use crate::views::{RowId, Waiters, todo_positions};

/// How many queries run at once in one process; one more connection listens.
const READERS: u32 = 4;
/// The facts that everybody sees.
pub(super) static LIVE: Place = Place::live("analytics", "analytics", "todo_analytics");

/// Facts in PostgreSQL.
#[derive(Debug)]
pub struct PgAnalytics {
    place: Place,
    table: Table,
    reading: Database,
    writing: Database,
    waiters: Arc<Waiters>,
    /// Runs from the first time that somebody waits.
    waking: OnceLock<JoinHandle<()>>,
}

impl PgAnalytics {
    /// Facts in the database at `url`. It connects when it is first asked something.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn new(url: &str) -> Result<Self, Error> {
        let writing = Database::for_writing(url, LIVE.schema)?;
        Self::of(url, LIVE.clone(), writing)
    }

    pub(super) fn of(url: &str, place: Place, writing: Database) -> Result<Self, Error> {
        let reading = Database::for_reading(url, place.schema, READERS)?;
        Ok(Self { place, table: Table::default(), reading, writing, waiters: Arc::default(), waking: OnceLock::new() })
    }
}

impl Drop for PgAnalytics {
    fn drop(&mut self) {
        if let Some(waking) = self.waking.get() {
            waking.abort();
        }
    }
}

fn away(error: ViewsError) -> AnalyticsError {
    match error {
        ViewsError::Unavailable(source) => AnalyticsError(source),
        other => AnalyticsError(other.into()),
    }
}

#[async_trait]
impl AnalyticsReader for PgAnalytics {
    async fn happenings(&self, owner: &UserId, query: &FactQuery) -> Result<Happenings, AnalyticsError> {
        self.reading.bounded(read::happenings(&self.reading.pool, self.place.schema, owner, query)).await.map_err(away)
    }

    async fn active_quarters(&self, owner: &UserId, list: Option<ListId>) -> Result<Vec<Timestamp>, AnalyticsError> {
        self.reading.bounded(read::active_quarters(&self.reading.pool, self.place.schema, owner, list)).await.map_err(away)
    }

    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, AnalyticsError> {
        let Some(positions) = todo_positions(positions) else {
            tokio::time::sleep(patience).await;
            return Ok(false);
        };
        let positions: Vec<_> = positions.into_iter().map(|(id, version)| (RowId::Todo(id), version)).collect();
        // There are neither people nor lists here, whoever asks for some.
        let versions = format!(
            "SELECT 't', id, version FROM {}.todos WHERE id = ANY($1) AND cardinality($2::uuid[]) >= 0 AND cardinality($3::uuid[]) >= 0",
            self.place.schema
        );
        let watched = Watched { channel: self.place.channel, versions };
        let ids: Vec<_> = positions.iter().map(|(id, _)| *id).collect();
        let versions = self.reading.bounded(listen::versions(&self.reading.pool, &watched, &ids));
        self.waking.get_or_init(|| tokio::spawn(listen::wake(self.reading.pool.clone(), watched.clone(), self.waiters.clone())));
        self.waiters.wait(&positions, patience, versions).await.map_err(away)
    }

    async fn ready(&self) -> Result<(), AnalyticsError> {
        self.reading.bounded(read::ready(&self.reading.pool, self.place.schema)).await.map_err(away)
    }
}

#[async_trait]
impl FeedPosition for PgAnalytics {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.writing.offsets(&self.place.projection).await
    }
}

#[async_trait]
impl AnalyticsStore for PgAnalytics {
    async fn facts(&self, ids: &[TodoId]) -> Result<Vec<TodoFacts>, AnalyticsError> {
        self.writing.bounded(read::facts(&self.writing.pool, self.place.schema, ids)).await.map_err(away)
    }

    async fn store(&self, facts: &[TodoFacts], past: &[PastOverdue], offsets: &[(i32, i64)]) -> Result<(), AnalyticsError> {
        let store = upsert::store(&self.writing.pool, &self.place, &self.table, facts, past, offsets);
        let table = self.writing.bounded(store).await.map_err(away)?;
        if !self.table.found(table) {
            return Err(AnalyticsError("the facts were built again: what was read of them is old".into()));
        }
        self.waiters.shown(facts.iter().map(|facts| (RowId::Todo(facts.id), facts.version)));
        Ok(())
    }
}
