use std::path::Path;

use domain::ChainHash;
use rusqlite::{Connection, Transaction, params};

/// The version of the tables below. A file of an older one is brought up to date when it is opened.
const VERSION: i32 = 2;

/// What was there before the events were chained.
const FIRST: &str = "
    CREATE TABLE IF NOT EXISTS actors (
        key TEXT PRIMARY KEY, writes INTEGER NOT NULL, value BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS events (
        seq INTEGER PRIMARY KEY, aggregate_id TEXT NOT NULL, version INTEGER NOT NULL, record TEXT NOT NULL,
        UNIQUE (aggregate_id, version)
    );
    ALTER TABLE events ADD COLUMN hash BLOB;";

/// Events are only ever appended. Whoever owns the file can undo this; that is what the hashes are for.
const APPEND_ONLY: &str = "
    CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'events are append-only'); END;
    CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'events are append-only'); END;";

/// Signed statements of how the chains stood, and the heads that each covers.
const CHECKPOINTS: &str = "
    CREATE TABLE checkpoints (
        number INTEGER PRIMARY KEY, at INTEGER NOT NULL, position INTEGER NOT NULL, aggregates INTEGER NOT NULL,
        digest BLOB NOT NULL, previous BLOB NOT NULL, signature BLOB NOT NULL
    );
    CREATE TABLE checkpoint_heads (
        aggregate_id TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (aggregate_id, number)
    ) WITHOUT ROWID;
    CREATE TRIGGER checkpoints_are_not_changed BEFORE UPDATE ON checkpoints
        BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END;
    CREATE TRIGGER checkpoints_are_not_deleted BEFORE DELETE ON checkpoints
        BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END;
    CREATE TRIGGER checkpoint_heads_are_not_changed BEFORE UPDATE ON checkpoint_heads
        BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END;
    CREATE TRIGGER checkpoint_heads_are_not_deleted BEFORE DELETE ON checkpoint_heads
        BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END;";

/// Opens or creates `todo.db` for writing.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // With `NORMAL`, a power cut could take back commits that were acknowledged.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A checkpoint stalls the commits behind it: fewer, larger ones. 4096 pages are 16 MiB.
    connection.pragma_update(None, "wal_autocheckpoint", 4096)?;
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > VERSION {
        let problem = format!("{} is of a newer version of this program: upgrade it", path.display());
        return Err(rusqlite::Error::ToSqlConversionFailure(problem.into()));
    }
    if version < VERSION {
        let transaction = connection.transaction()?;
        if version < 1 {
            transaction.execute_batch(FIRST)?;
            chain_all(&transaction)?;
            transaction.execute_batch(APPEND_ONLY)?;
        }
        transaction.execute_batch(CHECKPOINTS)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
    }
    Ok(connection)
}

/// Gives events that were appended without hashes theirs.
fn chain_all(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut select = transaction.prepare("SELECT seq, aggregate_id, record FROM events ORDER BY aggregate_id, version")?;
    let mut update = transaction.prepare("UPDATE events SET hash = ? WHERE seq = ?")?;
    let (mut rows, mut last) = (select.query([])?, (String::new(), ChainHash::START));
    while let Some(row) = rows.next()? {
        let aggregate_id: String = row.get(1)?;
        let before = if last.0 == aggregate_id { last.1 } else { ChainHash::START };
        let hash = before.then(row.get_ref(2)?.as_str()?);
        update.execute(params![hash.as_bytes(), row.get::<_, i64>(0)?])?;
        last = (aggregate_id, hash);
    }
    Ok(())
}
