//! What every store of views does in the same way: sort keys, cursors, searching, waiting.
//!
//! Both stores sort by the same stored columns and search the same stored words, so that they cannot differ.
//! Timestamps are kept to the microsecond.

mod cursor;
mod keys;
mod scope;
mod terms;
mod waiters;

pub(crate) use cursor::Cursor;
pub(crate) use keys::{Key, Keys, NEVER, columns, instant, priority_rank};
pub(crate) use scope::{of_list, of_person, scope};
pub(crate) use terms::{Term, document, terms};
#[cfg(feature = "cluster")]
pub(crate) use terms::{lexicon, unscoped};
pub(crate) use waiters::Waiters;

use domain::{ListId, PersonId, TodoId};
use ports::{ListRow, PersonRow, TodoRow};

/// What the views have a row of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RowId {
    Todo(TodoId),
    Person(PersonId),
    List(ListId),
}

/// Positions as versions of rows; `None` if one of them is of something else, which no view shows.
pub(crate) fn row_positions(positions: &[(String, u64)]) -> Option<Vec<(RowId, u64)>> {
    let row = |id: &str| {
        let todo = id.parse().map(RowId::Todo);
        todo.or_else(|_| id.parse().map(RowId::Person)).or_else(|_| id.parse().map(RowId::List)).ok()
    };
    positions.iter().map(|(id, version)| Some((row(id)?, *version))).collect()
}

/// Positions as versions of todos; `None` if one of them is of something else.
pub(crate) fn todo_positions(positions: &[(String, u64)]) -> Option<Vec<(TodoId, u64)>> {
    positions.iter().map(|(id, version)| Some((id.parse().ok()?, *version))).collect()
}

/// What a batch brings.
pub(crate) fn versions(rows: &[TodoRow], people: &[PersonRow], lists: &[ListRow]) -> impl Iterator<Item = (RowId, u64)> {
    let todos = rows.iter().map(|row| (RowId::Todo(row.id), row.version));
    let people = people.iter().map(|row| (RowId::Person(row.id), row.version));
    todos.chain(people).chain(lists.iter().map(|row| (RowId::List(row.id), row.version)))
}
