use std::{collections::HashMap, path::Path};

use async_trait::async_trait;
use domain::ChainHash;
use ports::{Chain, Journal, JournalError, JournalRow};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use tokio::{sync::mpsc, task::spawn_blocking};

/// Reads what [`super::SqliteStore`] appends, from the same file; beside a running server, too.
#[derive(Debug)]
pub struct SqliteJournal {
    path: std::path::PathBuf,
}

impl SqliteJournal {
    /// The journal in `path`.
    ///
    /// # Errors
    /// If there is none.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        connect(path)?.query_row("SELECT hash FROM events LIMIT 1", [], |_| Ok(())).optional().map_err(failed)?;
        Ok(Self { path: path.to_owned() })
    }
}

fn failed(error: impl Into<ports::Source>) -> JournalError {
    JournalError(error.into())
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failed)
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError> {
        let (path, aggregate_id) = (self.path.clone(), aggregate_id.to_owned());
        let reading = spawn_blocking(move || one(&mut connect(&path)?, aggregate_id).map_err(failed));
        reading.await.map_err(failed)?
    }

    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        let path = self.path.clone();
        spawn_blocking(move || all(&mut connect(&path)?, &to).map_err(failed)).await.map_err(failed)?
    }
}

/// The head is what the actor's own record says, which was written with the row.
const HEADS: &str = "SELECT substr(key, instr(key, '/') + 1), value ->> '$.version' FROM actors";

fn one(connection: &mut Connection, aggregate_id: String) -> rusqlite::Result<Option<Chain>> {
    let snapshot = connection.transaction()?;
    let head = snapshot
        .query_row(&format!("{HEADS} WHERE substr(key, instr(key, '/') + 1) = ?"), params![aggregate_id], |row| row.get::<_, i64>(1));
    let head = head.optional()?.map(i64::cast_unsigned);
    let mut select = snapshot.prepare("SELECT version, record, hash FROM events WHERE aggregate_id = ? ORDER BY version")?;
    let rows: Vec<_> = select.query_map(params![aggregate_id], |row| read(row, 0))?.collect::<Result<_, _>>()?;
    Ok((head.is_some() || !rows.is_empty()).then_some(Chain { aggregate_id, rows, head }))
}

/// In one transaction, so that rows and heads are of one moment.
fn all(connection: &mut Connection, to: &mpsc::Sender<Chain>) -> rusqlite::Result<()> {
    let snapshot = connection.transaction()?;
    let mut heads: HashMap<String, u64> = snapshot
        .prepare(HEADS)?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?
        .collect::<Result<_, _>>()?;
    let mut select = snapshot.prepare("SELECT aggregate_id, version, record, hash FROM events ORDER BY aggregate_id, version")?;
    let mut rows = select.query([])?;
    let mut current: Option<Chain> = None;
    while let Some(row) = rows.next()? {
        let aggregate_id: String = row.get(0)?;
        if current.as_ref().is_none_or(|chain| chain.aggregate_id != aggregate_id) {
            let head = heads.remove(&aggregate_id);
            let before = current.replace(Chain { aggregate_id, rows: vec![], head });
            if before.is_some_and(|chain| to.blocking_send(chain).is_err()) {
                return Ok(());
            }
        }
        if let Some(chain) = &mut current {
            chain.rows.push(read(row, 1)?);
        }
    }
    // Those that have lost every row.
    let bare = heads.into_iter().map(|(aggregate_id, head)| Chain { aggregate_id, rows: vec![], head: Some(head) });
    for chain in current.into_iter().chain(bare) {
        if to.blocking_send(chain).is_err() {
            break;
        }
    }
    Ok(())
}

fn read(row: &rusqlite::Row<'_>, from: usize) -> rusqlite::Result<JournalRow> {
    let hash: Option<Vec<u8>> = row.get(from + 2)?;
    Ok(JournalRow {
        version: row.get::<_, i64>(from)?.cast_unsigned(),
        record: row.get(from + 1)?,
        hash: hash.as_deref().and_then(ChainHash::from_bytes),
    })
}
