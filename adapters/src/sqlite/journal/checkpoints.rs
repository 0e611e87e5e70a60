use std::path::Path;

use async_trait::async_trait;
use domain::{ChainHash, CheckpointStatement};
use jiff::Timestamp;
use ports::{ChangedHeads, Checkpoint, Checkpoints, CoveredHead, JournalError};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{SqliteJournal, connect, failed};

/// A file of an older version of this program has none until it is next opened for writing.
const THERE: &str = "SELECT 1 FROM sqlite_master WHERE name = 'checkpoints'";

#[async_trait]
impl Checkpoints for SqliteJournal {
    async fn changed(&self, after: u64, most: u64) -> Result<ChangedHeads, JournalError> {
        self.reading(move |connection| changed(connection, after, most)).await
    }

    async fn all(&self) -> Result<Vec<Checkpoint>, JournalError> {
        self.reading(|connection| select(connection, "ORDER BY number")).await
    }

    async fn last(&self) -> Result<Option<Checkpoint>, JournalError> {
        self.reading(|connection| select(connection, "ORDER BY number DESC LIMIT 1")).await.map(|mut found| found.pop())
    }

    /// On a connection of its own: what is added here waits for a group of commits at most, and a group for it.
    async fn add(&self, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> Result<(), JournalError> {
        let (path, checkpoint, heads) = (self.path.clone(), checkpoint.clone(), heads.to_vec());
        spawn_blocking(move || add(&path, &checkpoint, &heads).map_err(failed)).await.map_err(failed)?
    }

    async fn covered(&self, to: mpsc::Sender<(u64, CoveredHead)>) -> Result<(), JournalError> {
        let path = self.path.clone();
        spawn_blocking(move || covered(&connect(&path)?, &to).map_err(failed)).await.map_err(failed)?
    }
}

fn changed(connection: &Connection, after: u64, most: u64) -> rusqlite::Result<ChangedHeads> {
    const CHANGED: &str = "SELECT aggregate_id, version, hash FROM events WHERE seq > ?1 AND seq <= ?2 ORDER BY aggregate_id, version";
    let last: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM events", [], |row| row.get(0))?;
    let position = last.cast_unsigned().min(after.saturating_add(most)).max(after);
    let mut select = connection.prepare_cached(CHANGED)?;
    let mut rows = select.query([after.cast_signed(), position.cast_signed()])?;
    let mut heads: Vec<CoveredHead> = vec![];
    while let Some(row) = rows.next()? {
        let hash: Option<Vec<u8>> = row.get(2)?;
        let damaged = || rusqlite::Error::InvalidColumnType(2, "hash".into(), rusqlite::types::Type::Blob);
        let hash = hash.as_deref().and_then(ChainHash::from_bytes).ok_or_else(damaged)?;
        let head = CoveredHead { aggregate_id: row.get(0)?, version: row.get::<_, i64>(1)?.cast_unsigned(), hash };
        match heads.last_mut() {
            Some(before) if before.aggregate_id == head.aggregate_id => *before = head,
            _ => heads.push(head),
        }
    }
    Ok(ChangedHeads { position, heads })
}

fn select(connection: &Connection, order: &str) -> rusqlite::Result<Vec<Checkpoint>> {
    if connection.query_row(THERE, [], |_| Ok(())).optional()?.is_none() {
        return Ok(vec![]);
    }
    let select = format!("SELECT number, at, position, aggregates, digest, previous, signature FROM checkpoints {order}");
    connection.prepare_cached(&select)?.query_map([], checkpoint)?.collect()
}

/// Bytes of a wrong length are none that we ever wrote: they become zeros, which nothing matches.
fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    let number = |at: usize| row.get::<_, i64>(at).map(i64::cast_unsigned);
    let hash = |at: usize| row.get::<_, Vec<u8>>(at).map(|bytes| bytes.try_into().unwrap_or([0; 32]));
    let statement = CheckpointStatement {
        number: number(0)?,
        at: Timestamp::from_microsecond(row.get(1)?).unwrap_or_default(),
        position: number(2)?,
        aggregates: number(3)?,
        digest: hash(4)?,
        previous: hash(5)?,
    };
    let signature: Vec<u8> = row.get(6)?;
    Ok(Checkpoint { statement, signature: signature.try_into().unwrap_or([0; 64]) })
}

fn add(path: &Path, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let CheckpointStatement { number, at, position, aggregates, digest, previous } = &checkpoint.statement;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "INSERT INTO checkpoints (number, at, position, aggregates, digest, previous, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            number.cast_signed(),
            at.as_microsecond(),
            position.cast_signed(),
            aggregates.cast_signed(),
            digest,
            previous,
            checkpoint.signature
        ],
    )?;
    {
        let mut insert = transaction.prepare("INSERT INTO checkpoint_heads (aggregate_id, number, version, hash) VALUES (?, ?, ?, ?)")?;
        for CoveredHead { aggregate_id, version, hash } in heads {
            insert.execute(params![aggregate_id, number.cast_signed(), version.cast_signed(), hash.as_bytes()])?;
        }
    }
    transaction.commit()
}

fn covered(connection: &Connection, to: &mpsc::Sender<(u64, CoveredHead)>) -> rusqlite::Result<()> {
    if connection.query_row(THERE, [], |_| Ok(())).optional()?.is_none() {
        return Ok(());
    }
    let mut select =
        connection.prepare("SELECT number, aggregate_id, version, hash FROM checkpoint_heads ORDER BY aggregate_id, number")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        // A hash of a wrong length is none that we ever wrote: it becomes one that nothing matches.
        let hash: Vec<u8> = row.get(3)?;
        let hash = ChainHash::from_bytes(&hash).unwrap_or(ChainHash::START);
        let head = CoveredHead { aggregate_id: row.get(1)?, version: row.get::<_, i64>(2)?.cast_unsigned(), hash };
        if to.blocking_send((row.get::<_, i64>(0)?.cast_unsigned(), head)).is_err() {
            break;
        }
    }
    Ok(())
}
