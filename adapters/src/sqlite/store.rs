use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;
use ports::{ActorKey, AggregateStore, CommitError, LoadError, NewRecord, Stored};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    schema,
    writer::{self, Commit},
};

/// Actors and their events in one SQLite file, `todo.db`.
///
/// A commit writes the actor's record and appends its events in one transaction. Commits that arrive while another is
/// being made durable share the next one's fsync (group commit), so that many clients cost hardly more than one.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    commits: mpsc::Sender<Commit>,
    loads: mpsc::Sender<Load>,
    last_event: watch::Receiver<i64>,
}

#[derive(Debug)]
struct Load {
    key: ActorKey,
    answer: oneshot::Sender<rusqlite::Result<Option<Stored>>>,
}

/// How many calls may wait before callers do.
const QUEUE: usize = 4096;

impl SqliteStore {
    /// Opens or creates the file. One process at a time: see [`super::DataFolder`].
    ///
    /// # Errors
    /// If it cannot be opened, or is not of this program.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = schema::open(path)?;
        let last: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM events", [], |row| row.get(0))?;
        let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        let (announce, last_event) = watch::channel(last);
        let (commits, commit_queue) = mpsc::channel(QUEUE);
        let (loads, load_queue) = mpsc::channel(QUEUE);
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| std::thread::Builder::new().name(name.into()).spawn(work);
        spawn("sqlite-write", Box::new(move || writer::run(connection, commit_queue, &announce))).map_err(thread_error)?;
        spawn("sqlite-read", Box::new(move || read(&reader, load_queue))).map_err(thread_error)?;
        Ok(Self { commits, loads, last_event })
    }

    /// The `seq` of the last event that is durable: wakes readers of the feed.
    pub fn last_event(&self) -> watch::Receiver<i64> {
        self.last_event.clone()
    }
}

fn thread_error(error: std::io::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

fn read(connection: &Connection, mut queue: mpsc::Receiver<Load>) {
    while let Some(Load { key, answer }) = queue.blocking_recv() {
        // Nobody waits for it any more: fine.
        let _ = answer.send(load(connection, &key));
    }
}

fn load(connection: &Connection, key: &ActorKey) -> rusqlite::Result<Option<Stored>> {
    let mut statement = connection.prepare_cached("SELECT writes, value FROM actors WHERE key = ?")?;
    let stored = |row: &rusqlite::Row<'_>| {
        Ok(Stored { writes: row.get::<_, i64>(0)?.cast_unsigned(), value: Bytes::from(row.get::<_, Vec<u8>>(1)?) })
    };
    statement.query_row(params![key.to_string()], stored).optional()
}

#[async_trait]
impl AggregateStore for SqliteStore {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        let (answer, loaded) = oneshot::channel();
        self.loads.send(Load { key: key.clone(), answer }).await.map_err(|_| LoadError("the reader has stopped".into()))?;
        loaded.await.map_err(|error| LoadError(error.into()))?.map_err(|error| LoadError(error.into()))
    }

    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        let (answer, committed) = oneshot::channel();
        let commit = Commit { key: key.clone(), expected, record, answer };
        self.commits.send(commit).await.map_err(|_| CommitError::Unclear("the writer has stopped".into()))?;
        committed.await.map_err(|error| CommitError::Unclear(error.into()))?
    }

    fn appends_to_feed(&self) -> bool {
        true
    }
}
