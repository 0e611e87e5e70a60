use ports::{Completion, Sort, TodoQuery, ViewsError};
use rusqlite::types::Value;

use crate::views::{Cursor, Key, Term, columns, priority_rank};

/// A statement and what is bound to it.
#[derive(Debug)]
pub(super) struct Select {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Select {
    fn new(sql: String) -> Self {
        Self { sql, values: vec![] }
    }

    fn push(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// Whether a row has what `term` asks for, by what is stored in the row.
    fn push_met(&mut self, term: &Term) {
        let has = |text: String| [text.into()];
        match term {
            Term::Prefix(word) => self.push("instr(todos.terms, ?) > 0", has(format!(" {word}"))),
            Term::Phrase(words) => self.push("instr(todos.terms, ?) > 0", has(format!(" {} ", words.join(" ")))),
            #[cfg(feature = "cluster")]
            Term::AnyOf(words) => {
                let any = vec!["instr(todos.terms, ?) > 0"; words.len()].join(" OR ");
                self.push(&format!("({any})"), words.iter().map(|word| format!(" {word} ").into()));
            }
        }
    }

    /// What rows of this part of the views `query` asks for, but for their words, and behind which one. A `+` keeps SQLite from
    /// taking all that are due by the index of due times, only to sort them.
    fn push_conditions(&mut self, scope: &str, query: &TodoQuery, by: By) -> Result<(), ViewsError> {
        let due_at = if by == By::Order && query.sort != Sort::Due { "+due_at" } else { "due_at" };
        let deleted = query.completion == Completion::Deleted;
        self.push("owner = ? AND deleted = ?", [scope.to_owned().into(), deleted.into()]);
        match query.completion {
            Completion::Any | Completion::Deleted => {}
            Completion::Open => self.push(" AND completed = 0", []),
            Completion::Completed => self.push(" AND completed = 1", []),
        }
        if let Some(list) = query.list {
            self.push(" AND list = ?", [Value::Blob(list.uuid().as_bytes().to_vec())]);
        }
        if let Some(priority) = query.priority {
            self.push(" AND priority = ?", [i64::from(priority_rank(priority)).into()]);
        }
        if let Some(from) = query.due_from {
            self.push(&format!(" AND {due_at} >= ? AND {due_at} < 9223372036854775807"), [from.as_microsecond().into()]);
        }
        if let Some(before) = query.due_before {
            self.push(&format!(" AND {due_at} < ?"), [before.as_microsecond().into()]);
        }
        if query.undated {
            self.push(&format!(" AND {due_at} = 9223372036854775807"), []);
        }
        let Some(cursor) = &query.after else { return Ok(()) };
        let (keys, id) = Cursor::parse(query.sort, cursor)?;
        let places = "?, ".repeat(keys.len());
        let keys = keys.into_iter().map(|key| match key {
            Key::Integer(key) => Value::Integer(key),
            Key::Real(key) => Value::Real(key),
            Key::Text(key) => Value::Text(key),
        });
        let id = Value::Blob(id.uuid().as_bytes().to_vec());
        self.push(&format!(" AND ({}, id) > ({places}?)", columns(query.sort).join(", ")), keys.chain([id]));
        Ok(())
    }

    fn push_order(&mut self, query: &TodoQuery) {
        self.push(&format!(" ORDER BY {}, id", columns(query.sort).join(", ")), []);
    }

    /// A page and one more row, which tells whether there is a next page.
    fn push_limit(&mut self, query: &TodoQuery) {
        self.push(" LIMIT ?", [i64::try_from(query.limit.saturating_add(1)).unwrap_or(i64::MAX).into()]);
    }
}

/// How rows are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Along the order that is asked for.
    Order,
    /// As SQLite thinks best.
    Any,
}

/// What columns of a row [`super::read`] needs.
pub(super) const COLUMNS: &str = "id, version, created_at, updated_desc, completed_at, todo";
/// How many they are.
pub(super) const COLUMN_COUNT: usize = 6;

/// The rows of `query` in one part of the views, whatever words they have.
pub(super) fn plain(scope: &str, query: &TodoQuery, by: By) -> Result<Select, ViewsError> {
    let mut select = Select::new(format!("SELECT {COLUMNS} FROM todos WHERE "));
    select.push_conditions(scope, query, by)?;
    select.push_order(query);
    select.push_limit(query);
    Ok(select)
}

/// How many rows of this part of the views are due, or not, as `query` asks for; at most `most`.
pub(super) fn due(scope: &str, query: &TodoQuery, most: usize) -> Result<Select, ViewsError> {
    let bounds = TodoQuery { due_from: query.due_from, due_before: query.due_before, undated: query.undated, ..TodoQuery::default() };
    let mut select = Select::new("SELECT count(*) FROM (SELECT 1 FROM todos WHERE ".to_owned());
    select.push_conditions(scope, &bounds, By::Any)?;
    select.push(" LIMIT ?)", [i64::try_from(most).unwrap_or(i64::MAX).into()]);
    Ok(select)
}

/// All rows along the order of `query`, each with a column more for each of `terms`: whether it has that.
pub(super) fn walked(scope: &str, query: &TodoQuery, terms: &[Term]) -> Result<Select, ViewsError> {
    let mut select = Select::new(format!("SELECT {COLUMNS}"));
    for term in terms {
        select.push(", ", []);
        select.push_met(term);
    }
    select.push(" FROM todos WHERE ", []);
    select.push_conditions(scope, query, By::Order)?;
    select.push_order(query);
    Ok(select)
}

/// The rows of `query` among those that the index of words has for the `rare` terms, as far as they have the others, too. The join
/// is in this order for SQLite: left alone it walks along the order of `query` in search of what nobody has.
pub(super) fn listed(scope: &str, query: &TodoQuery, rare: &[&Term], others: &[&Term]) -> Result<Select, ViewsError> {
    let mut select = Select::new(format!("SELECT {COLUMNS} FROM todo_terms CROSS JOIN todos ON number = todo_terms.rowid WHERE "));
    select.push("todo_terms MATCH ? AND ", [matching(rare).into()]);
    select.push_conditions(scope, query, By::Any)?;
    for term in others {
        select.push(" AND ", []);
        select.push_met(term);
    }
    select.push_order(query);
    select.push_limit(query);
    Ok(select)
}

/// In the index's own query language. Terms hold letters, digits and [`crate::views`]' own signs, so none of them can
/// end the quotation.
fn matching(terms: &[&Term]) -> String {
    let one = |term: &&Term| match term {
        Term::Prefix(word) => format!("\"{word}\"*"),
        Term::Phrase(words) => format!("\"{}\"", words.join(" ")),
        #[cfg(feature = "cluster")]
        Term::AnyOf(words) => format!("({})", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" OR ")),
    };
    terms.iter().map(one).collect::<Vec<_>>().join(" AND ")
}
