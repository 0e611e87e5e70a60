use ports::{Completion, TodoQuery, ViewsError};
use sqlx::{Postgres, QueryBuilder};

use crate::views::{Cursor, Key, Term, columns, priority_rank};

/// The columns of a row that [`super::views`] needs.
pub(super) const COLUMNS: &str = "id, version, created_at, updated_desc, completed_at, todo::text AS todo";

/// One part of the views, and the terms that a row of it must meet.
pub(super) type Part = (String, Vec<Term>);

/// The rows of `query` in `parts`, and one more, which tells whether there is a next page. Each part is read along its index
/// as far as a page goes; the parts are then merged.
pub(super) fn select(query: &TodoQuery, parts: &[Part]) -> Result<QueryBuilder<Postgres>, ViewsError> {
    if let [part] = parts {
        let mut select = QueryBuilder::new(format!("SELECT {COLUMNS} FROM todos WHERE owner = "));
        push(&mut select, query, part)?;
        return Ok(select);
    }
    let mut select = QueryBuilder::new("SELECT id, version, created_at, updated_desc, completed_at, todo FROM (");
    for (number, part) in parts.iter().enumerate() {
        let union = if number > 0 { " UNION ALL " } else { "" };
        select.push(format!("{union}(SELECT {COLUMNS}, place, due_at, priority, title FROM todos WHERE owner = "));
        push(&mut select, query, part)?;
        select.push(")");
    }
    let columns = columns(query.sort).join(", ");
    select.push(format!(") AS parts ORDER BY {columns}, id LIMIT ")).push_bind(limit(query));
    Ok(select)
}

fn limit(query: &TodoQuery) -> i64 {
    i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// What follows `owner =`.
fn push(select: &mut QueryBuilder<Postgres>, query: &TodoQuery, (scope, terms): &Part) -> Result<(), ViewsError> {
    select.push_bind(scope.clone());
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
    select.push(format!(" ORDER BY {columns}, id LIMIT ")).push_bind(limit(query));
    Ok(())
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
