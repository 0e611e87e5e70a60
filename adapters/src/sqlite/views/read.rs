use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{PersonId, TodoId, todo::Todo};
use jiff::Timestamp;
use ports::{Page, PersonRow, Sort, TodoRow, ViewsError};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::query::COLUMNS;
use crate::views::{Cursor, Keys, RowId, instant};

/// How many queries run at once: enough that a slow search does not hold up everybody.
const READERS: usize = 4;

/// Connections that only read, each used by one query at a time, on threads that may block.
#[derive(Debug, Clone)]
pub(in crate::sqlite) struct Readers {
    connections: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(in crate::sqlite) fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.set_prepared_statement_cache_capacity(64);
            Ok(connection)
        };
        let connections = (0..READERS).map(|_| open()).collect::<rusqlite::Result<_>>()?;
        Ok(Self { connections: Arc::new(Mutex::new(connections)), free: Arc::new(Semaphore::new(READERS)) })
    }

    /// What `ask` gives, asked on a connection of its own.
    pub(in crate::sqlite) async fn with<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ViewsError> {
        let permit = self.free.clone().acquire_owned().await.map_err(|error| ViewsError::Unavailable(error.into()))?;
        let connections = self.connections.clone();
        // The connection goes back in there, because the caller may leave before the answer.
        let asked = tokio::task::spawn_blocking(move || {
            let lock = || connections.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = lock().pop()?;
            let answer = ask(&connection);
            lock().push(connection);
            drop(permit);
            Some(answer)
        });
        let answer = asked.await.map_err(|error| ViewsError::Unavailable(error.into()))?;
        answer
            .ok_or_else(|| ViewsError::Unavailable("no connection is left".into()))?
            .map_err(|error| ViewsError::Unavailable(error.into()))
    }
}

pub(super) fn rows(connection: &Connection, ids: &[TodoId]) -> rusqlite::Result<Vec<TodoRow>> {
    // One transaction, so that all rows are of one moment.
    let transaction = connection.unchecked_transaction()?;
    let mut select = transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM todos WHERE id = ?"))?;
    let one = |id: &TodoId| select.query_row([id.uuid().as_bytes()], row).optional().transpose();
    ids.iter().filter_map(one).collect()
}

/// The row of one todo, if there is one.
pub(super) fn row_of(connection: &Connection, id: TodoId) -> rusqlite::Result<Option<TodoRow>> {
    let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM todos WHERE id = ?"))?;
    select.query_row([id.uuid().as_bytes()], row).optional()
}

pub(super) fn people(connection: &Connection, ids: &[PersonId]) -> rusqlite::Result<Vec<PersonRow>> {
    let mut select = connection.prepare_cached("SELECT version, person FROM people WHERE id = ?")?;
    let mut one = |id: &PersonId| {
        let row = |row: &Row<'_>| {
            let user = serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(|_| damaged(1))?;
            Ok(PersonRow { id: *id, version: row.get::<_, i64>(0)?.cast_unsigned(), user })
        };
        select.query_row([id.uuid().as_bytes()], row).optional().transpose()
    };
    ids.iter().filter_map(&mut one).collect()
}

pub(super) fn versions(connection: &Connection, ids: &[RowId]) -> rusqlite::Result<HashMap<RowId, u64>> {
    let mut todos = connection.prepare_cached("SELECT version FROM todos WHERE id = ?")?;
    let mut people = connection.prepare_cached("SELECT version FROM people WHERE id = ?")?;
    let mut lists = connection.prepare_cached("SELECT version FROM lists WHERE id = ?")?;
    let mut versions = HashMap::with_capacity(ids.len());
    for id in ids {
        let (select, uuid) = match id {
            RowId::Todo(id) => (&mut todos, id.uuid()),
            RowId::Person(id) => (&mut people, id.uuid()),
            RowId::List(id) => (&mut lists, id.uuid()),
        };
        if let Some(version) = select.query_row([uuid.as_bytes()], |row| row.get::<_, i64>(0)).optional()? {
            versions.insert(*id, version.cast_unsigned());
        }
    }
    Ok(versions)
}

pub(in crate::sqlite) fn offsets(connection: &Connection) -> rusqlite::Result<Vec<(i32, i64)>> {
    let mut select = connection.prepare_cached("SELECT partition, next FROM feed_offsets")?;
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The rows of the parts of the views that a viewer sees, each in order already, as one in that order.
pub(super) fn merged(parts: Vec<Vec<TodoRow>>, sort: Sort) -> Vec<TodoRow> {
    let several = parts.len() > 1;
    let rows = parts.into_iter().flatten();
    if !several {
        return rows.collect();
    }
    let mut keyed: Vec<_> = rows.map(|row| (Keys::of(&row), row)).collect();
    keyed.sort_by(|(keys, row), (others, other)| keys.compare(others, sort).then(row.id.cmp(&other.id)));
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// The first `limit` of `rows` as a page; there are more if there is one more.
pub(super) fn page(mut rows: Vec<TodoRow>, sort: Sort, limit: usize) -> Page {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| Cursor::behind(sort, last));
    Page { rows, next }
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<TodoRow> {
    Ok(TodoRow {
        id: TodoId::new(Uuid::from_bytes(row.get(0)?)),
        version: row.get::<_, i64>(1)?.cast_unsigned(),
        created_at: at(2, row.get(2)?)?,
        updated_at: at(3, row.get::<_, i64>(3)?.checked_neg())?,
        completed_at: row.get::<_, Option<i64>>(4)?.map(|stored| at(4, Some(stored))).transpose()?,
        todo: todo(row, 5)?,
    })
}

/// The todo in a column.
pub(super) fn todo(row: &Row<'_>, column: usize) -> rusqlite::Result<Todo> {
    // The parser's own message may quote a value, and that may be private.
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|_| damaged(column))
}

fn at(column: usize, microseconds: Option<i64>) -> rusqlite::Result<Timestamp> {
    microseconds.and_then(instant).ok_or_else(|| damaged(column))
}

pub(in crate::sqlite) fn damaged(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, "the stored value is damaged".into())
}
