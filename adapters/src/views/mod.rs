//! What every store of views does in the same way: sort keys, cursors, searching, waiting.
//!
//! Both stores sort by the same stored columns and search the same stored words, so that they cannot differ.
//! Timestamps are kept to the microsecond.

mod cursor;
mod keys;
mod terms;
mod waiters;

pub(crate) use cursor::Cursor;
pub(crate) use keys::{Key, Keys, columns, instant, priority_rank};
pub(crate) use terms::{Term, document, terms};
pub(crate) use waiters::Waiters;

use domain::TodoId;

/// Positions as versions of todos; `None` if one of them is of something else, which no view shows.
pub(crate) fn todo_positions(positions: &[(String, u64)]) -> Option<Vec<(TodoId, u64)>> {
    positions.iter().map(|(id, version)| Some((id.parse().ok()?, *version))).collect()
}
