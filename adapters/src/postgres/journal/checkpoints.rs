use async_trait::async_trait;
use domain::{ChainHash, CheckpointStatement};
use futures::TryStreamExt;
use jiff::Timestamp;
use ports::{ChangedHeads, Checkpoint, Checkpoints, CoveredHead, JournalError};
use sqlx::{AssertSqlSafe, Connection, PgPool, Row, postgres::PgRow};
use tokio::sync::mpsc;

use super::{PgJournal, away, failed, hash, read::connect};
use crate::postgres::connect::damaged;

#[async_trait]
impl Checkpoints for PgJournal {
    async fn changed(&self, after: u64, most: u64) -> Result<ChangedHeads, JournalError> {
        self.writing.bounded(changed(&self.writing.pool, after, most)).await.map_err(failed)
    }

    async fn all(&self) -> Result<Vec<Checkpoint>, JournalError> {
        let select = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY number"))).try_map(checkpoint);
        self.writing.bounded(select.fetch_all(&self.writing.pool)).await.map_err(failed)
    }

    async fn last(&self) -> Result<Option<Checkpoint>, JournalError> {
        let select = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY number DESC LIMIT 1"))).try_map(checkpoint);
        self.reading.bounded(select.fetch_optional(&self.reading.pool)).await.map_err(failed)
    }

    async fn add(&self, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> Result<(), JournalError> {
        self.writing.bounded(add(&self.writing.pool, checkpoint, heads)).await.map_err(failed)
    }

    async fn covered(&self, to: mpsc::Sender<(u64, CoveredHead)>) -> Result<(), JournalError> {
        covered(&self.url, to).await.map_err(away)
    }
}

/// Positions become visible in order, so whatever is read first, the rows up to a position that was seen do not change.
async fn changed(pool: &PgPool, after: u64, most: u64) -> sqlx::Result<ChangedHeads> {
    const CHANGED: &str = "SELECT DISTINCT ON (aggregate_id) aggregate_id, version, hash FROM journal
        WHERE position > $1 AND position <= $2 ORDER BY aggregate_id, version DESC";
    let last: i64 = sqlx::query_scalar("SELECT position FROM journal_position").fetch_one(pool).await?;
    let position = last.cast_unsigned().min(after.saturating_add(most)).max(after);
    let select = sqlx::query(CHANGED).bind(after.cast_signed()).bind(position.cast_signed()).try_map(|row| {
        let hash = hash(&row)?.ok_or_else(|| damaged("hash"))?;
        head(&row, hash)
    });
    Ok(ChangedHeads { position, heads: select.fetch_all(pool).await? })
}

async fn add(pool: &PgPool, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> sqlx::Result<()> {
    const ADD: &str = "INSERT INTO journal_checkpoints (number, at, position, aggregates, digest, previous, signature)
        VALUES ($1, timestamptz 'epoch' + $2 * interval '1 microsecond', $3, $4, $5, $6, $7)";
    const HEADS: &str = "INSERT INTO journal_checkpoint_heads (number, aggregate_id, version, hash)
        SELECT $1, head.* FROM unnest($2::text[], $3::bigint[], $4::bytea[]) AS head";
    let CheckpointStatement { number, at, position, aggregates, digest, previous } = &checkpoint.statement;
    let mut transaction = pool.begin().await?;
    let add = sqlx::query(ADD)
        .bind(number.cast_signed())
        .bind(at.as_microsecond())
        .bind(position.cast_signed())
        .bind(aggregates.cast_signed())
        .bind(&digest[..])
        .bind(&previous[..])
        .bind(&checkpoint.signature[..]);
    add.execute(&mut *transaction).await?;
    let add_heads = sqlx::query(HEADS)
        .bind(number.cast_signed())
        .bind(heads.iter().map(|head| head.aggregate_id.as_str()).collect::<Vec<_>>())
        .bind(heads.iter().map(|head| head.version.cast_signed()).collect::<Vec<_>>())
        .bind(heads.iter().map(|head| head.hash.as_bytes().to_vec()).collect::<Vec<_>>());
    add_heads.execute(&mut *transaction).await?;
    transaction.commit().await
}

/// On a connection of its own, without a bound on the time.
async fn covered(url: &str, to: mpsc::Sender<(u64, CoveredHead)>) -> sqlx::Result<()> {
    const COVERED: &str = "SELECT number, aggregate_id, version, hash FROM journal_checkpoint_heads ORDER BY aggregate_id, number";
    let mut connection = connect(url).await?;
    {
        let mut rows = sqlx::query(COVERED).fetch(&mut connection);
        while let Some(row) = rows.try_next().await? {
            let number: i64 = row.try_get("number")?;
            // A hash of a wrong length is none that we ever wrote: it becomes one that nothing matches.
            let hash = hash(&row)?.unwrap_or(ChainHash::START);
            if to.send((number.cast_unsigned(), head(&row, hash)?)).await.is_err() {
                return Ok(());
            }
        }
    }
    connection.close().await
}

fn head(row: &PgRow, hash: ChainHash) -> sqlx::Result<CoveredHead> {
    let version: i64 = row.try_get("version")?;
    Ok(CoveredHead { aggregate_id: row.try_get("aggregate_id")?, version: version.cast_unsigned(), hash })
}

const SELECT: &str = "SELECT number, (extract(epoch FROM at) * 1000000)::bigint AS at,
    position, aggregates, digest, previous, signature FROM journal_checkpoints";

/// Bytes of a wrong length are none that we ever wrote: they become zeros, which nothing matches.
fn checkpoint(row: PgRow) -> sqlx::Result<Checkpoint> {
    let number = |column: &str| row.try_get::<i64, _>(column).map(i64::cast_unsigned);
    let hash = |column: &str| row.try_get::<Vec<u8>, _>(column).map(|bytes| bytes.try_into().unwrap_or([0; 32]));
    let statement = CheckpointStatement {
        number: number("number")?,
        at: Timestamp::from_microsecond(row.try_get("at")?).unwrap_or_default(),
        position: number("position")?,
        aggregates: number("aggregates")?,
        digest: hash("digest")?,
        previous: hash("previous")?,
    };
    let signature: Vec<u8> = row.try_get("signature")?;
    Ok(Checkpoint { statement, signature: signature.try_into().unwrap_or([0; 64]) })
}
