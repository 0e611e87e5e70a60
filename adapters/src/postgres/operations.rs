use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{SagaId, saga::Status};
use ports::{FeedPosition, FeedPositionError, OperationQuery, OperationReader, OperationRow, OperationStore, OperationsError, ViewsError};
use uuid::Uuid;

use super::connect::{Database, Error, damaged};
use crate::operations::status;

/// How many queries run at once in one process.
const READERS: u32 = 2;
/// Where its table is.
const SCHEMA: &str = "public";
/// The projection's name in the table of offsets.
const PROJECTION: &str = "operations";

/// Operations in PostgreSQL.
#[derive(Debug)]
pub struct PgOperations {
    reading: Database,
    writing: Database,
}

impl PgOperations {
    /// Operations in the database at `url`. It connects when it is first asked something.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self { reading: Database::for_reading(url, SCHEMA, READERS)?, writing: Database::for_writing(url, SCHEMA)? })
    }
}

fn away(error: ViewsError) -> OperationsError {
    match error {
        ViewsError::Unavailable(source) => OperationsError(source),
        other => OperationsError(other.into()),
    }
}

type Stored = (Uuid, i64, String);

fn rows(stored: Vec<Stored>) -> sqlx::Result<Vec<OperationRow>> {
    let row = |(id, version, saga): Stored| {
        // The parser's own message may quote a value, and that may be private.
        let saga = serde_json::from_str(&saga).map_err(|_| damaged("saga"))?;
        Ok(OperationRow { id: SagaId::new(id), version: version.cast_unsigned(), saga })
    };
    stored.into_iter().map(row).collect()
}

#[async_trait]
impl FeedPosition for PgOperations {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.writing.offsets(PROJECTION).await
    }
}

#[async_trait]
impl OperationReader for PgOperations {
    async fn operations(&self, query: &OperationQuery) -> Result<Vec<OperationRow>, OperationsError> {
        let select = sqlx::query_as(
            "SELECT id, version, saga::text FROM operations
            WHERE ($1::text IS NULL OR owner = $1) AND (cardinality($2::text[]) = 0 OR status = ANY($2))
                AND ($3::bigint IS NULL OR (started_at, id) < ($3, $4::uuid))
            ORDER BY started_at DESC, id DESC LIMIT $5",
        )
        .bind(query.owner.as_ref().map(|owner| owner.as_str().to_owned()))
        .bind(query.statuses.iter().map(|one| status(*one)).collect::<Vec<_>>())
        .bind(query.after.map(|(at, _)| at.as_microsecond()))
        .bind(query.after.map(|(_, id)| id.uuid()))
        .bind(i64::try_from(query.limit).unwrap_or(i64::MAX));
        self.reading.bounded(async { rows(select.fetch_all(&self.reading.pool).await?) }).await.map_err(away)
    }
}

#[async_trait]
impl OperationStore for PgOperations {
    async fn rows(&self, ids: &[SagaId]) -> Result<Vec<OperationRow>, OperationsError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let select = sqlx::query_as("SELECT id, version, saga::text FROM operations WHERE id = ANY($1)").bind(ids);
        self.writing.bounded(async { rows(select.fetch_all(&self.writing.pool).await?) }).await.map_err(away)
    }

    async fn store(&self, rows: &[OperationRow], offsets: &[(i32, i64)]) -> Result<(), OperationsError> {
        // One statement cannot write a row twice; and in the same order everywhere, two writers cannot block each other.
        let mut highest: BTreeMap<SagaId, &OperationRow> = BTreeMap::new();
        for row in rows {
            let kept = highest.entry(row.id).or_insert(row);
            if kept.version < row.version {
                *kept = row;
            }
        }
        let texts = highest.values().map(|row| serde_json::to_string(&row.saga)).collect::<Result<Vec<_>, _>>();
        let rows: Vec<_> = highest.values().collect();
        let offsets: BTreeMap<i32, i64> = offsets.iter().copied().collect();
        let write = sqlx::query(
            "WITH stored AS (
                INSERT INTO operations AS stored (id, version, owner, status, started_at, saga)
                SELECT id, version, owner, status, started_at, saga::jsonb
                FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[])
                    AS row (id, version, owner, status, started_at, saga)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, owner = excluded.owner, status = excluded.status,
                    started_at = excluded.started_at, saga = excluded.saga
                WHERE stored.version < excluded.version
            )
            INSERT INTO feed_offsets (projection, partition, next)
            SELECT $7, partition, next FROM unnest($8::integer[], $9::bigint[]) AS offsets (partition, next)
            ON CONFLICT (projection, partition) DO UPDATE SET next = excluded.next",
        )
        .bind(rows.iter().map(|row| row.id.uuid()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.version.cast_signed()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.saga.owner.as_str().to_owned()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| status(row.saga.status)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.saga.started_at.as_microsecond()).collect::<Vec<_>>())
        .bind(texts.map_err(|error| OperationsError(error.into()))?)
        .bind(PROJECTION)
        .bind(offsets.keys().copied().collect::<Vec<_>>())
        .bind(offsets.values().copied().collect::<Vec<_>>());
        self.writing.bounded(write.execute(&self.writing.pool)).await.map(drop).map_err(away)
    }

    async fn count(&self, of: Status) -> Result<u64, OperationsError> {
        let select = sqlx::query_scalar("SELECT count(*) FROM operations WHERE status = $1").bind(status(of));
        let counted: i64 = self.writing.bounded(select.fetch_one(&self.writing.pool)).await.map_err(away)?;
        Ok(counted.cast_unsigned())
    }
}
