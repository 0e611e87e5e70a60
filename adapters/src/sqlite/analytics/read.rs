use std::{collections::HashMap, time::Duration};

use domain::{
    ListId, TodoId, UserId,
    analytics::{Completion, Happenings, Overdue},
};
use jiff::Timestamp;
use ports::{Completed, FactQuery, TodoFacts};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params_from_iter};
use uuid::Uuid;

use crate::{
    sqlite::views::damaged,
    views::{RowId, instant},
};

const COLUMNS: &str =
    "id, version, owner, list, created_at, created_list, completed_at, completed_list, lead_time, deleted, due_at, overdue_since";

const CREATED: &str = "SELECT created_at FROM todos WHERE owner = ? AND created_at >= ? AND created_at < ?";
const COMPLETED: &str = "SELECT completed_at, lead_time FROM todos WHERE owner = ? AND completed_at >= ? AND completed_at < ?";
const OVERDUE: &str = "SELECT overdue_since FROM todos WHERE owner = ? AND overdue_since < ?";
const PAST: &str = "SELECT since, until FROM past_overdue WHERE owner = ? AND until > ? AND since < ?";
/// Rounded down to a quarter of an hour, also before 1970.
const QUARTERS: &str = "
    SELECT DISTINCT completed_at - ((completed_at % 900000000) + 900000000) % 900000000 AS quarter
    FROM todos WHERE owner = ? AND completed_at IS NOT NULL";

pub(super) fn facts(connection: &Connection, ids: &[TodoId]) -> rusqlite::Result<Vec<TodoFacts>> {
    // One transaction, so that all are of one moment.
    let transaction = connection.unchecked_transaction()?;
    let mut select = transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM todos WHERE id = ?"))?;
    let one = |id: &TodoId| select.query_row([id.uuid().as_bytes()], row).optional().transpose();
    ids.iter().filter_map(one).collect()
}

pub(super) fn versions(connection: &Connection, ids: &[TodoId]) -> rusqlite::Result<HashMap<RowId, u64>> {
    let mut select = connection.prepare_cached("SELECT version FROM todos WHERE id = ?")?;
    let mut versions = HashMap::with_capacity(ids.len());
    for id in ids {
        if let Some(version) = select.query_row([id.uuid().as_bytes()], |row| row.get::<_, i64>(0)).optional()? {
            versions.insert(RowId::Todo(*id), version.cast_unsigned());
        }
    }
    Ok(versions)
}

pub(super) fn happenings(connection: &Connection, owner: &UserId, query: &FactQuery) -> rusqlite::Result<Happenings> {
    // One transaction, so that all is of one moment.
    let transaction = connection.unchecked_transaction()?;
    let (from, until) = (query.from.as_microsecond(), query.until.as_microsecond());
    let ask = |sql, column, bounds: &[i64]| Ask { connection: &transaction, sql, column, owner, bounds: bounds.to_vec(), list: query.list };
    Ok(Happenings {
        created: ask(CREATED, "created_list", &[from, until]).rows("", |row| at(0, row.get(0)?))?,
        completed: ask(COMPLETED, "completed_list", &[from, until])
            .rows("", |row| Ok(Completion { at: at(0, row.get(0)?)?, lead_time: row.get::<_, Option<i64>>(1)?.map(microseconds) }))?,
        overdue: [
            ask(OVERDUE, "list", &[until]).rows("", |row| Ok(Overdue { since: at(0, row.get(0)?)?, until: None }))?,
            ask(PAST, "list", &[from, until])
                .rows("", |row| Ok(Overdue { since: at(0, row.get(0)?)?, until: Some(at(1, row.get(1)?)?) }))?,
        ]
        .concat(),
    })
}

pub(super) fn active_quarters(connection: &Connection, owner: &UserId, list: Option<ListId>) -> rusqlite::Result<Vec<Timestamp>> {
    let ask = Ask { connection, sql: QUARTERS, column: "completed_list", owner, bounds: vec![], list };
    ask.rows(" ORDER BY quarter", |row| at(0, row.get(0)?))
}

/// A question about somebody, in one list or in all.
struct Ask<'a> {
    connection: &'a Connection,
    sql: &'static str,
    /// What holds the list.
    column: &'static str,
    owner: &'a UserId,
    bounds: Vec<i64>,
    list: Option<ListId>,
}

impl Ask<'_> {
    fn rows<T>(&self, order: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Vec<T>> {
        let list = self.list.map(|list| list.uuid().into_bytes());
        let condition = list.map_or(String::new(), |_| format!(" AND {} = ?", self.column));
        let mut select = self.connection.prepare_cached(&format!("{}{condition}{order}", self.sql))?;
        let owner = self.owner.as_str();
        let values = std::iter::once(&owner as &dyn ToSql).chain(self.bounds.iter().map(|bound| bound as &dyn ToSql));
        select.query_map(params_from_iter(values.chain(list.iter().map(|list| list as &dyn ToSql))), read)?.collect()
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<TodoFacts> {
    let list = |column| Ok::<_, rusqlite::Error>(ListId::new(Uuid::from_bytes(row.get(column)?)));
    let optional = |column| row.get::<_, Option<i64>>(column)?.map(|stored| at(column, stored)).transpose();
    let completed = match optional(6)? {
        None => None,
        Some(at) => Some(Completed { at, list: list(7)?, lead_time: row.get::<_, Option<i64>>(8)?.map(microseconds) }),
    };
    Ok(TodoFacts {
        id: TodoId::new(Uuid::from_bytes(row.get(0)?)),
        version: row.get::<_, i64>(1)?.cast_unsigned(),
        owner: row.get::<_, String>(2)?.parse().map_err(|_| damaged(2))?,
        list: list(3)?,
        created_at: at(4, row.get(4)?)?,
        created_list: list(5)?,
        completed,
        deleted: row.get(9)?,
        due: optional(10)?,
        overdue_since: optional(11)?,
    })
}

fn microseconds(stored: i64) -> Duration {
    Duration::from_micros(stored.unsigned_abs())
}

fn at(column: usize, stored: i64) -> rusqlite::Result<Timestamp> {
    instant(stored).ok_or_else(|| damaged(column))
}
