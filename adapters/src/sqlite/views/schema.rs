use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

/// The version of everything below. Whoever changes a table, an index or what is written into one, raises it: the
/// file is then thrown away and made again from the feed.
const VERSION: i32 = 6;

/// Sorting is by these indexes, each with the id at its end. `place`, `due_at` and `priority` have a value beyond all
/// others where there is none: comparisons need no null. What a page leaves out is in the index of its order, too, so that only the
/// rows of the page are fetched.
///
/// `owner` is whose part of the views a row is in: a person's id, or `/` and a list's id where the list has members.
const SCHEMA: &str = "
    CREATE TABLE todos (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        owner TEXT NOT NULL,
        list BLOB NOT NULL,
        completed INTEGER NOT NULL,
        deleted INTEGER NOT NULL,
        place REAL NOT NULL,
        created_at INTEGER NOT NULL,
        updated_desc INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        priority INTEGER NOT NULL,
        title TEXT NOT NULL,
        completed_at INTEGER,
        -- What `todo_terms` has of it, each term between spaces: a walk along an order looks at it.
        terms TEXT NOT NULL,
        todo TEXT NOT NULL
    );
    CREATE INDEX todos_by_place ON todos (owner, deleted, place, created_at, id, completed, priority, due_at);
    CREATE INDEX todos_by_created ON todos (owner, deleted, created_at, id, completed, priority, due_at);
    CREATE INDEX todos_by_updated ON todos (owner, deleted, updated_desc, id, completed, priority, due_at);
    CREATE INDEX todos_by_due ON todos (owner, deleted, due_at, id, completed, priority);
    CREATE INDEX todos_by_priority ON todos (owner, deleted, priority, id, completed, due_at);
    CREATE INDEX todos_by_title ON todos (owner, deleted, title, id, completed, priority, due_at);
    CREATE INDEX todos_by_list ON todos (owner, list, deleted, place, created_at, id);
    -- Terms come folded and separated by spaces. This tokenizer leaves everything that is not ASCII as it is.
    CREATE VIRTUAL TABLE todo_terms USING fts5 (terms, content = '', contentless_delete = 1, tokenize = 'ascii');
    CREATE TABLE todo_counts (
        owner TEXT NOT NULL,
        kind INTEGER NOT NULL,
        name TEXT NOT NULL,
        open INTEGER NOT NULL,
        completed INTEGER NOT NULL,
        PRIMARY KEY (owner, kind, name)
    ) WITHOUT ROWID;
    CREATE TABLE people (id BLOB PRIMARY KEY, version INTEGER NOT NULL, person TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE lists (id BLOB PRIMARY KEY, version INTEGER NOT NULL, list TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE list_members (
        member TEXT NOT NULL, list BLOB NOT NULL, deleted INTEGER NOT NULL, PRIMARY KEY (member, list)
    ) WITHOUT ROWID;
    CREATE INDEX list_members_by_list ON list_members (list);
    CREATE TABLE list_invitations (invitee TEXT NOT NULL, list BLOB NOT NULL, PRIMARY KEY (invitee, list)) WITHOUT ROWID;
    CREATE INDEX list_invitations_by_list ON list_invitations (list);
    CREATE TABLE feed_offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
";

/// Why a file that is made from the feed cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SqliteViewsError {
    /// SQLite refuses.
    #[error("the file cannot be opened")]
    Sqlite(#[from] rusqlite::Error),
    /// It is of another version of this program, and cannot be removed to be made again.
    #[error("{0} is of another version and cannot be removed: remove it, it is made again")]
    Outdated(PathBuf, #[source] io::Error),
    /// The system gives no thread.
    #[error("no thread that writes")]
    Thread(#[source] io::Error),
}

/// Opens the views' file for writing, with its tables.
pub(super) fn open(path: &Path) -> Result<Connection, SqliteViewsError> {
    open_versioned(path, SCHEMA, VERSION)
}

/// Opens a file that is made from the feed for writing, with the tables of `schema`. If it is of another version, it is made
/// anew.
pub(in crate::sqlite) fn open_versioned(path: &Path, schema: &str, current: i32) -> Result<Connection, SqliteViewsError> {
    let connection = connect(path)?;
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let connection = match version {
        0 => connection,
        version if version == current => return Ok(connection),
        _ => {
            drop(connection);
            crate::sqlite::remove(path).map_err(|error| SqliteViewsError::Outdated(path.to_owned(), error))?;
            connect(path)?
        }
    };
    connection.execute_batch(&format!("BEGIN; {schema} PRAGMA user_version = {current}; COMMIT;"))?;
    Ok(connection)
}

fn connect(path: &Path) -> Result<Connection, SqliteViewsError> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // 4096 pages are 16 MiB: fewer checkpoints, and so fewer fsyncs beside those of the aggregates' store.
    connection.pragma_update(None, "wal_autocheckpoint", 4096)?;
    // In KiB: room for the upper levels of the indexes.
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}
