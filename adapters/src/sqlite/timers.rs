use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;
use ports::{ActorKey, ArmedTimer, Timers, TimersError};
use rusqlite::{Connection, OptionalExtension, params};

/// Timers of the embedded shape, in a file of their own: `timers.db`. They ring because somebody looks: `actors::ring_until`.
#[derive(Debug, Clone)]
pub struct SqliteTimers {
    connection: Arc<Mutex<Connection>>,
    types: Arc<HashMap<&'static str, &'static str>>,
}

/// Instants are microseconds since 1970.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS timers (
        type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, due INTEGER NOT NULL,
        PRIMARY KEY (type, id, name)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS timers_by_due ON timers (due);";

impl SqliteTimers {
    /// Opens or creates the file, for timers of actors of `types`.
    ///
    /// # Errors
    /// If it can be neither opened nor made.
    pub fn open(path: &Path, types: &[&'static str]) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // What is armed must be so after a power cut.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(SCHEMA)?;
        let types = types.iter().map(|name| (*name, *name)).collect();
        Ok(Self { connection: Arc::new(Mutex::new(connection)), types: Arc::new(types) })
    }

    async fn with<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, TimersError> {
        let connection = self.connection.clone();
        let asked = move || ask(&connection.lock().unwrap_or_else(PoisonError::into_inner));
        let answer = tokio::task::spawn_blocking(asked).await.map_err(|error| TimersError(error.into()))?;
        answer.map_err(|error| TimersError(error.into()))
    }
}

#[async_trait]
impl Timers for SqliteTimers {
    async fn arm(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        let timer = timer.clone();
        self.with(move |connection| {
            let mut insert = connection.prepare_cached("INSERT OR REPLACE INTO timers (type, id, name, due) VALUES (?, ?, ?, ?)")?;
            insert.execute(params![timer.actor.actor_type, &*timer.actor.id, timer.name, timer.due.as_microsecond()]).map(drop)
        })
        .await
    }

    async fn cancel(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        let timer = timer.clone();
        self.with(move |connection| {
            let mut delete = connection.prepare_cached("DELETE FROM timers WHERE type = ? AND id = ? AND name = ? AND due = ?")?;
            delete.execute(params![timer.actor.actor_type, &*timer.actor.id, timer.name, timer.due.as_microsecond()]).map(drop)
        })
        .await
    }

    async fn due_before(&self, before: Timestamp, limit: usize) -> Result<Vec<ArmedTimer>, TimersError> {
        let types = self.types.clone();
        self.with(move |connection| {
            let before = before.as_microsecond();
            // Mostly there is none: that costs one look at the index.
            let mut first = connection.prepare_cached("SELECT due FROM timers ORDER BY due LIMIT 1")?;
            let first: Option<i64> = first.query_row([], |row| row.get(0)).optional()?;
            if first.is_none_or(|first| first >= before) {
                return Ok(vec![]);
            }
            let mut select = connection.prepare_cached("SELECT type, id, name, due FROM timers WHERE due < ? ORDER BY due LIMIT ?")?;
            let mut rows = select.query(params![before, i64::try_from(limit).unwrap_or(i64::MAX)])?;
            let mut due = vec![];
            while let Some(row) = rows.next()? {
                let Some(actor_type) = types.get(row.get_ref(0)?.as_str()?).copied() else { continue };
                let Ok(at) = Timestamp::from_microsecond(row.get(3)?) else { continue };
                due.push(ArmedTimer { actor: ActorKey::new(actor_type, row.get::<_, String>(1)?), name: row.get(2)?, due: at });
            }
            Ok(due)
        })
        .await
    }
}
