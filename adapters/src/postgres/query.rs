use domain::UserId;
use ports::{Completion, TodoQuery, ViewsError};
use sqlx::{Postgres, QueryBuilder};

use crate::views::{Cursor, Key, Term, columns, priority_rank};

/// The columns of a row that [`super::views`] needs.
pub(super) const COLUMNS: &str = "id, version, created_at, updated_desc, completed_at, todo::text AS todo";

/// The rows of `query` that meet `terms`, and one more, which tells whether there is a next page.
pub(super) fn select(viewer: &UserId, query: &TodoQuery, terms: &[Term]) -> Result<QueryBuilder<Postgres>, ViewsError> {
    let mut select = QueryBuilder::new(format!("SELECT {COLUMNS} FROM todos WHERE owner = "));
    select.push_bind(viewer.as_str().to_owned());
    select.push(match query.completion {
        Completion::Any => " AND NOT deleted",
        Completion::Open => " AND NOT deleted AND NOT completed",
        Completion::Completed => " AND NOT deleted AND completed",
        Completion::Deleted => " AND deleted",
    });
    if let Some(list) = query.list {
        select.push(" AND list = ").push_bind(list.uuid());
    }
    if let Some(priority) = query.priority {
        select.push(" AND priority = ").push_bind(priority_rank(priority));
    }
    if let Some(from) = query.due_from {
        select.push(" AND due_at < 9223372036854775807 AND due_at >= ").push_bind(from.as_microsecond());
    }
    if let Some(before) = query.due_before {
        select.push(" AND due_at < ").push_bind(before.as_microsecond());
    }
    if query.undated {
        select.push(" AND due_at = 9223372036854775807");
    }
    if !terms.is_empty() {
        select.push(" AND terms @@ ").push_bind(matching(terms)).push("::tsquery");
    }
    let columns = columns(query.sort).join(", ");
    if let Some(cursor) = &query.after {
        let (keys, id) = Cursor::parse(query.sort, cursor)?;
        select.push(format!(" AND ({columns}, id) > ("));
        for key in keys {
            match key {
                Key::Integer(key) => select.push_bind(key),
                Key::Real(key) => select.push_bind(key),
                Key::Text(key) => select.push_bind(key),
            };
            select.push(", ");
        }
        select.push_bind(id.uuid()).push(")");
    }
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1);
    select.push(format!(" ORDER BY {columns}, id LIMIT ")).push_bind(limit);
    Ok(select)
}

/// As a tsquery. Terms hold letters, digits and [`crate::views`]' own signs, so none of them can end the quotation.
fn matching(terms: &[Term]) -> String {
    let one = |term: &Term| match term {
        Term::Prefix(word) => format!("'{word}':*"),
        Term::Phrase(words) => words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> "),
        Term::AnyOf(words) => format!("({})", words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ")),
    };
    terms.iter().map(one).collect::<Vec<_>>().join(" & ")
}
