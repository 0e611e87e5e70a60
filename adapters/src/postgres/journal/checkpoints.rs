use async_trait::async_trait;
use futures::TryStreamExt;
use jiff::Timestamp;
use ports::{Checkpoint, Checkpoints, CoveredHead, JournalError};
use sqlx::{AssertSqlSafe, Connection, Row, postgres::PgRow};
use tokio::sync::mpsc;

use super::{PgJournal, away, failed, hash, read::connect};
use crate::postgres::connect::damaged;

#[async_trait]
impl Checkpoints for PgJournal {
    async fn heads_now(&self, to: mpsc::Sender<CoveredHead>) -> Result<u64, JournalError> {
        heads_now(&self.url, to).await.map_err(away)
    }

    async fn all(&self) -> Result<Vec<Checkpoint>, JournalError> {
        let select = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY number"))).try_map(checkpoint);
        self.reading.bounded(select.fetch_all(&self.reading.pool)).await.map_err(failed)
    }

    async fn last(&self) -> Result<Option<Checkpoint>, JournalError> {
        let select = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY number DESC LIMIT 1"))).try_map(checkpoint);
        self.reading.bounded(select.fetch_optional(&self.reading.pool)).await.map_err(failed)
    }

    async fn add(&self, checkpoint: &Checkpoint) -> Result<(), JournalError> {
        const ADD: &str = "INSERT INTO journal_checkpoints (number, at, position, aggregates, digest, previous, signature)
            VALUES ($1, timestamptz 'epoch' + $2 * interval '1 microsecond', $3, $4, $5, $6, $7)";
        let add = sqlx::query(ADD)
            .bind(checkpoint.number.cast_signed())
            .bind(checkpoint.at.as_microsecond())
            .bind(checkpoint.position.cast_signed())
            .bind(checkpoint.aggregates.cast_signed())
            .bind(&checkpoint.digest[..])
            .bind(&checkpoint.previous[..])
            .bind(&checkpoint.signature[..]);
        self.writing.bounded(add.execute(&self.writing.pool)).await.map(|_| ()).map_err(failed)
    }
}

/// In one transaction that sees one moment. Positions become visible in order, so the position of that moment covers
/// exactly the heads of that moment.
async fn heads_now(url: &str, to: mpsc::Sender<CoveredHead>) -> sqlx::Result<u64> {
    let mut connection = connect(url).await?;
    let mut snapshot = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let position: i64 = sqlx::query_scalar("SELECT position FROM journal_position").fetch_one(&mut *snapshot).await?;
    {
        let mut heads = sqlx::query("SELECT aggregate_id, version, hash FROM journal_heads ORDER BY aggregate_id").fetch(&mut *snapshot);
        while let Some(row) = heads.try_next().await? {
            let hash = hash(&row)?.ok_or_else(|| damaged("hash"))?;
            let head = CoveredHead {
                aggregate_id: row.try_get("aggregate_id")?,
                version: row.try_get::<i64, _>("version")?.cast_unsigned(),
                hash,
            };
            if to.send(head).await.is_err() {
                break;
            }
        }
    }
    snapshot.rollback().await?;
    connection.close().await?;
    Ok(position.cast_unsigned())
}

const SELECT: &str = "SELECT number, (extract(epoch FROM at) * 1000000)::bigint AS at,
    position, aggregates, digest, previous, signature FROM journal_checkpoints";

fn checkpoint(row: PgRow) -> sqlx::Result<Checkpoint> {
    let number = |column: &str| row.try_get::<i64, _>(column).map(i64::cast_unsigned);
    let bytes = |column: &str| row.try_get::<Vec<u8>, _>(column);
    Ok(Checkpoint {
        number: number("number")?,
        at: Timestamp::from_microsecond(row.try_get("at")?).map_err(|_| damaged("at"))?,
        position: number("position")?,
        aggregates: number("aggregates")?,
        digest: bytes("digest")?.try_into().map_err(|_| damaged("digest"))?,
        previous: bytes("previous")?.try_into().map_err(|_| damaged("previous"))?,
        signature: bytes("signature")?.try_into().map_err(|_| damaged("signature"))?,
    })
}
