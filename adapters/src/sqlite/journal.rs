mod checkpoints;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{ChainHash, ListId, UserId};
use ports::{Chain, Journal, JournalError, JournalRow, Positioned};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use tokio::{sync::mpsc, task::spawn_blocking};

/// Reads what [`super::SqliteStore`] appends, from the same file; beside a running server, too.
#[derive(Debug)]
pub struct SqliteJournal {
    path: std::path::PathBuf,
    /// For short questions, which many ask at once; whoever reads everything opens a connection of its own.
    kept: Arc<Mutex<Connection>>,
}

impl SqliteJournal {
    /// The journal in `path`.
    ///
    /// # Errors
    /// If there is none.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let connection = connect(path)?;
        connection.query_row("SELECT hash FROM events LIMIT 1", [], |_| Ok(())).optional().map_err(failed)?;
        Ok(Self { path: path.to_owned(), kept: Arc::new(Mutex::new(connection)) })
    }
}

impl SqliteJournal {
    /// What `ask` gives, asked on a thread that may block, on the connection that is kept for it.
    async fn reading<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, JournalError> {
        let kept = self.kept.clone();
        let reading = spawn_blocking(move || ask(&kept.lock().unwrap_or_else(PoisonError::into_inner)).map_err(failed));
        reading.await.map_err(failed)?
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
        let aggregate_id = aggregate_id.to_owned();
        self.reading(move |connection| one(connection, aggregate_id)).await
    }

    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        let path = self.path.clone();
        spawn_blocking(move || all(&mut connect(&path)?, &to).map_err(failed)).await.map_err(failed)?
    }

    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        let person = person.as_str().to_owned();
        // Of any other list what is in it is its owner's alone.
        let lists: Vec<_> = lists.iter().filter(|list| list.has_members()).collect();
        let lists = serde_json::to_string(&lists).map_err(failed)?;
        self.reading(move |connection| positioned(connection, TOLD, params![after.cast_signed(), limit_of(limit), person, lists])).await
    }

    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        const ALL: &str = "SELECT seq, record, NULL, NULL FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        self.reading(move |connection| positioned(connection, ALL, params![after.cast_signed(), limit_of(limit)])).await
    }

    async fn last_position(&self) -> Result<u64, JournalError> {
        const LAST: &str = "SELECT coalesce(max(seq), 0) FROM events";
        self.reading(|connection| connection.query_row(LAST, [], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)).await
    }
}

/// What is news for ?3, who is in the lists ?4. Whoever caused an aggregate's first event is its owner. Where a todo is, its last
/// event that says so tells.
const TOLD: &str = "
    WITH told AS (
        SELECT seq, record, aggregate_id,
            CASE WHEN aggregate_id LIKE 'list-%' THEN aggregate_id ELSE (
                SELECT coalesce(place.record ->> '$.data.to', place.record ->> '$.data.list') FROM events AS place
                WHERE place.aggregate_id = events.aggregate_id AND place.version <= events.version
                    AND place.record ->> '$.eventType' IN ('TodoCreated', 'TodoMoved')
                ORDER BY place.version DESC LIMIT 1
            ) END AS within,
            CASE WHEN record ->> '$.eventType' = 'TodoMoved' THEN record ->> '$.data.from' END AS moved_from
        FROM events WHERE seq > ?1
    )
    SELECT seq, record, within, moved_from FROM told
    WHERE within IN (SELECT value FROM json_each(?4)) OR moved_from IN (SELECT value FROM json_each(?4))
        OR aggregate_id LIKE 'list-%' AND (record ->> '$.data.user' = ?3 OR record ->> '$.data.to' = ?3)
        OR (SELECT first.record ->> '$.principal' FROM events AS first
            WHERE first.aggregate_id = told.aggregate_id AND first.version = 1) = ?3
    ORDER BY seq LIMIT ?2";

fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn positioned(connection: &Connection, select: &str, values: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<Vec<Positioned>> {
    let mut select = connection.prepare_cached(select)?;
    let row = |row: &rusqlite::Row<'_>| {
        let lists = [row.get_ref(3)?, row.get_ref(2)?].map(|id| id.as_str_or_null().ok().flatten().and_then(|id| id.parse().ok()));
        let lists = lists.into_iter().flatten().filter(|list: &ListId| list.has_members()).collect();
        Ok(Positioned { position: row.get::<_, i64>(0)?.cast_unsigned(), record: row.get(1)?, lists })
    };
    select.query_map(values, row)?.collect()
}

/// The head is what the actor's own record says, which was written with the row.
const HEADS: &str = "SELECT substr(key, instr(key, '/') + 1), value ->> '$.version' FROM actors";

fn one(connection: &Connection, aggregate_id: String) -> rusqlite::Result<Option<Chain>> {
    // Ends when it is dropped, also where something fails; nobody else has the connection meanwhile.
    let snapshot = connection.unchecked_transaction()?;
    let head = head(&snapshot, &aggregate_id)?;
    let mut select = snapshot.prepare_cached("SELECT seq, version, record, hash FROM events WHERE aggregate_id = ? ORDER BY version")?;
    let rows: Vec<_> = select.query_map(params![aggregate_id], |row| read(row, 0))?.collect::<Result<_, _>>()?;
    Ok((head.is_some() || !rows.is_empty()).then_some(Chain { aggregate_id, rows, head }))
}

/// What an actor's own record says is its version. Its key is TYPE/ID: there are few types, and each is asked by its key, which
/// does not get slower with the number of actors.
fn head(connection: &Connection, aggregate_id: &str) -> rusqlite::Result<Option<u64>> {
    let mut types = connection.prepare_cached("SELECT substr(key, 1, instr(key, '/')) FROM actors WHERE key >= ? ORDER BY key LIMIT 1")?;
    let mut version = connection.prepare_cached("SELECT value ->> '$.version' FROM actors WHERE key = ?")?;
    let mut from = String::new();
    while let Some(prefix) = types.query_row([&from], |row| row.get::<_, String>(0)).optional()? {
        let found = version.query_row([format!("{prefix}{aggregate_id}")], |row| row.get::<_, i64>(0)).optional()?;
        // Zero is the sign right after the slash: no key of this type is behind it.
        match (found, prefix.strip_suffix('/')) {
            (None, Some(name)) => from = format!("{name}0"),
            (found, _) => return Ok(found.map(i64::cast_unsigned)),
        }
    }
    Ok(None)
}

/// In one transaction, so that rows and heads are of one moment.
fn all(connection: &mut Connection, to: &mpsc::Sender<Chain>) -> rusqlite::Result<()> {
    let snapshot = connection.transaction()?;
    let mut heads: HashMap<String, u64> = snapshot
        .prepare(HEADS)?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?
        .collect::<Result<_, _>>()?;
    let mut select = snapshot.prepare("SELECT aggregate_id, seq, version, record, hash FROM events ORDER BY aggregate_id, version")?;
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
    let hash: Option<Vec<u8>> = row.get(from + 3)?;
    Ok(JournalRow {
        position: row.get::<_, i64>(from)?.cast_unsigned(),
        version: row.get::<_, i64>(from + 1)?.cast_unsigned(),
        record: row.get(from + 2)?,
        hash: hash.as_deref().and_then(ChainHash::from_bytes),
    })
}
