use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{SagaId, saga::Status};
use ports::{FeedPosition, FeedPositionError, OperationQuery, OperationReader, OperationRow, OperationStore, OperationsError};
use rusqlite::{Connection, Row, TransactionBehavior, params, params_from_iter, types::Value};
use uuid::Uuid;

use super::views::{SqliteViewsError, offsets, open_versioned};
use crate::operations::status;

/// The version of everything below. Whoever changes it raises it: the file is then thrown away and made again from the feed.
const VERSION: i32 = 1;

/// Instants are microseconds since 1970.
const SCHEMA: &str = "
    CREATE TABLE operations (
        id BLOB PRIMARY KEY, version INTEGER NOT NULL, owner TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
        saga TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX operations_by_owner ON operations (owner, started_at DESC, id DESC);
    CREATE INDEX operations_by_begin ON operations (started_at DESC, id DESC);
    CREATE TABLE feed_offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
";

/// Operations of the embedded shape, in a file of their own: `operations.db`. Like the views, it is made from the feed and can
/// be made again.
#[derive(Debug, Clone)]
pub struct SqliteOperations {
    connection: Arc<Mutex<Connection>>,
}

impl SqliteOperations {
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
    ) -> Result<T, OperationsError> {
        let connection = self.connection.clone();
        let asked = move || ask(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        let answer = tokio::task::spawn_blocking(asked).await.map_err(|error| OperationsError(error.into()))?;
        answer.map_err(|error| OperationsError(error.into()))
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<OperationRow> {
    let text: String = row.get(2)?;
    // The parser's own message may quote a value, and that may be private.
    let damaged = |_| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, "the stored saga is damaged".into());
    Ok(OperationRow {
        id: SagaId::new(Uuid::from_bytes(row.get(0)?)),
        version: row.get::<_, i64>(1)?.cast_unsigned(),
        saga: serde_json::from_str(&text).map_err(damaged)?,
    })
}

#[async_trait]
impl FeedPosition for SqliteOperations {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.with(|connection| offsets(connection)).await.map_err(|error| FeedPositionError(error.into()))
    }
}

#[async_trait]
impl OperationReader for SqliteOperations {
    async fn operations(&self, query: &OperationQuery) -> Result<Vec<OperationRow>, OperationsError> {
        let query = query.clone();
        self.with(move |connection| {
            let (mut sql, mut values) = ("SELECT id, version, saga FROM operations WHERE true".to_owned(), Vec::<Value>::new());
            if let Some(owner) = &query.owner {
                sql.push_str(" AND owner = ?");
                values.push(owner.as_str().to_owned().into());
            }
            if !query.statuses.is_empty() {
                sql.push_str(&format!(" AND status IN ({})", vec!["?"; query.statuses.len()].join(", ")));
                values.extend(query.statuses.iter().map(|one| Value::from(status(*one).to_owned())));
            }
            if let Some((at, id)) = query.after {
                sql.push_str(" AND (started_at, id) < (?, ?)");
                values.extend([Value::from(at.as_microsecond()), Value::from(id.uuid().as_bytes().to_vec())]);
            }
            sql.push_str(" ORDER BY started_at DESC, id DESC LIMIT ?");
            values.push(i64::try_from(query.limit).unwrap_or(i64::MAX).into());
            connection.prepare_cached(&sql)?.query_map(params_from_iter(values), row)?.collect()
        })
        .await
    }
}

#[async_trait]
impl OperationStore for SqliteOperations {
    async fn rows(&self, ids: &[SagaId]) -> Result<Vec<OperationRow>, OperationsError> {
        let ids = ids.to_vec();
        self.with(move |connection| {
            let mut select = connection.prepare_cached("SELECT id, version, saga FROM operations WHERE id = ?")?;
            let mut rows = vec![];
            for id in ids {
                rows.extend(select.query_map(params![id.uuid().as_bytes()], row)?.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            Ok(rows)
        })
        .await
    }

    async fn store(&self, rows: &[OperationRow], offsets: &[(i32, i64)]) -> Result<(), OperationsError> {
        let (rows, offsets) = (rows.to_vec(), offsets.to_vec());
        self.with(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for OperationRow { id, version, saga } in &rows {
                let json = serde_json::to_string(saga).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                let (begin, uuid) = (saga.started_at.as_microsecond(), id.uuid());
                let values = params![uuid.as_bytes(), version.cast_signed(), saga.owner.as_str(), status(saga.status), begin, json];
                transaction
                    .prepare_cached(
                        "INSERT INTO operations (id, version, owner, status, started_at, saga) VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET version = excluded.version, owner = excluded.owner, status = excluded.status,
                            started_at = excluded.started_at, saga = excluded.saga
                        WHERE operations.version < excluded.version",
                    )?
                    .execute(values)?;
            }
            for moved in &offsets {
                transaction.prepare_cached("INSERT OR REPLACE INTO feed_offsets (partition, next) VALUES (?, ?)")?.execute(*moved)?;
            }
            transaction.commit()
        })
        .await
    }

    async fn count(&self, of: Status) -> Result<u64, OperationsError> {
        let counted = self.with(move |connection| {
            let mut select = connection.prepare_cached("SELECT count(*) FROM operations WHERE status = ?")?;
            select.query_row(params![status(of)], |row| row.get::<_, i64>(0))
        });
        counted.await.map(i64::cast_unsigned)
    }
}
