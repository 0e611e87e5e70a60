use ports::{Completion, TodoQuery, ViewsError};
use rusqlite::types::Value;

use crate::views::{Cursor, Key, Term, columns, priority_rank};

/// A statement and what is bound to it.
#[derive(Debug)]
pub(super) struct Select {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Select {
    fn limit_to(&mut self, rows: usize) {
        self.values.push(i64::try_from(rows).unwrap_or(i64::MAX).into());
    }

    /// The same with at most so many rows.
    pub(super) fn with_limit(mut self, rows: usize) -> Self {
        self.values.pop();
        self.limit_to(rows);
        self
    }

    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }
}

/// What columns of a row [`super::read`] needs.
pub(super) const COLUMNS: &str = "id, version, created_at, updated_desc, completed_at, todo";

/// The rows of `query` in one part of the views that have `terms`, and one more, which tells whether there is a next page.
pub(super) fn select(scope: &str, query: &TodoQuery, terms: &[Term]) -> Result<Select, ViewsError> {
    let sql = format!("SELECT {COLUMNS} FROM todos WHERE owner = ? AND deleted = ?");
    let deleted = query.completion == Completion::Deleted;
    let mut select = Select { sql, values: vec![scope.to_owned().into(), deleted.into()] };
    match query.completion {
        Completion::Any | Completion::Deleted => {}
        Completion::Open => select.and("completed = 0", []),
        Completion::Completed => select.and("completed = 1", []),
    }
    if let Some(list) = query.list {
        select.and("list = ?", [Value::Blob(list.uuid().as_bytes().to_vec())]);
    }
    if let Some(priority) = query.priority {
        select.and("priority = ?", [i64::from(priority_rank(priority)).into()]);
    }
    if let Some(from) = query.due_from {
        select.and("due_at >= ? AND due_at < 9223372036854775807", [from.as_microsecond().into()]);
    }
    if let Some(before) = query.due_before {
        select.and("due_at < ?", [before.as_microsecond().into()]);
    }
    if query.undated {
        select.and("due_at = 9223372036854775807", []);
    }
    if !terms.is_empty() {
        select.and("number IN (SELECT rowid FROM todo_terms WHERE todo_terms MATCH ?)", [matching(terms).into()]);
    }
    let columns = columns(query.sort).join(", ");
    if let Some(cursor) = &query.after {
        let (keys, id) = Cursor::parse(query.sort, cursor)?;
        let places = "?, ".repeat(keys.len());
        let keys = keys.into_iter().map(|key| match key {
            Key::Integer(key) => Value::Integer(key),
            Key::Real(key) => Value::Real(key),
            Key::Text(key) => Value::Text(key),
        });
        let id = Value::Blob(id.uuid().as_bytes().to_vec());
        select.and(&format!("({columns}, id) > ({places}?)"), keys.chain([id]));
    }
    select.sql.push_str(&format!(" ORDER BY {columns}, id LIMIT ?"));
    select.limit_to(query.limit.saturating_add(1));
    Ok(select)
}

/// In the index's own query language. Terms hold letters, digits and [`crate::views`]' own signs, so none of them can
/// end the quotation.
pub(super) fn matching(terms: &[Term]) -> String {
    let one = |term: &Term| match term {
        Term::Prefix(word) => format!("\"{word}\"*"),
        Term::Phrase(words) => format!("\"{}\"", words.join(" ")),
        #[cfg(feature = "cluster")]
        Term::AnyOf(words) => format!("({})", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" OR ")),
    };
    terms.iter().map(one).collect::<Vec<_>>().join(" AND ")
}
