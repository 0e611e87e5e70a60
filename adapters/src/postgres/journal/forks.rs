use std::collections::HashSet;

use async_trait::async_trait;
use jiff::Timestamp;
use ports::{Fork, Forks, JournalError};
use sqlx::{Row, postgres::PgRow};

use super::{PgJournal, failed};
use crate::postgres::connect::damaged;

#[async_trait]
impl Forks for PgJournal {
    async fn frozen(&self, aggregate_ids: &[String]) -> Result<HashSet<String>, JournalError> {
        const FROZEN: &str = "SELECT DISTINCT aggregate_id FROM journal_forks WHERE released_at IS NULL AND aggregate_id = ANY($1)";
        let select = sqlx::query_scalar(FROZEN).bind(aggregate_ids);
        let frozen: Vec<String> = self.writing.bounded(select.fetch_all(&self.writing.pool)).await.map_err(failed)?;
        Ok(frozen.into_iter().collect())
    }

    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, JournalError> {
        const FREEZE: &str = "INSERT INTO journal_forks (aggregate_id, version, kept, other, at)
            VALUES ($1, $2, $3, $4, timestamptz 'epoch' + $5 * interval '1 microsecond')
            ON CONFLICT (aggregate_id, version, other) DO UPDATE SET kept = excluded.kept RETURNING released_at IS NULL";
        let mut standing = vec![];
        for fork in forks {
            let freeze = sqlx::query_scalar::<_, bool>(FREEZE)
                .bind(&fork.aggregate_id)
                .bind(fork.version.cast_signed())
                .bind(fork.kept)
                .bind(fork.other)
                .bind(fork.at.as_microsecond());
            if self.writing.bounded(freeze.fetch_one(&self.writing.pool)).await.map_err(failed)? {
                standing.push(fork.clone());
            }
        }
        Ok(standing)
    }

    async fn forks(&self) -> Result<Vec<Fork>, JournalError> {
        const FORKS: &str = "SELECT aggregate_id, version, kept, other, (extract(epoch FROM at) * 1000000)::bigint AS at
            FROM journal_forks WHERE released_at IS NULL ORDER BY journal_forks.at, aggregate_id, version";
        let select = sqlx::query(FORKS).try_map(fork);
        self.reading.bounded(select.fetch_all(&self.reading.pool)).await.map_err(failed)
    }

    async fn release(&self, aggregate_id: &str) -> Result<bool, JournalError> {
        let release = sqlx::query("UPDATE journal_forks SET released_at = now() WHERE aggregate_id = $1 AND released_at IS NULL");
        let released = self.writing.bounded(release.bind(aggregate_id).execute(&self.writing.pool)).await.map_err(failed)?;
        Ok(released.rows_affected() > 0)
    }
}

fn fork(row: PgRow) -> sqlx::Result<Fork> {
    Ok(Fork {
        aggregate_id: row.try_get("aggregate_id")?,
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        kept: row.try_get("kept")?,
        other: row.try_get("other")?,
        at: Timestamp::from_microsecond(row.try_get("at")?).map_err(|_| damaged("at"))?,
    })
}
