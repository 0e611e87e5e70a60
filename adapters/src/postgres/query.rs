use ports::{Completion, Sort, TodoQuery, ViewsError};
use sqlx::{Postgres, QueryBuilder};

use super::search::Search;
use crate::views::{Cursor, Key, Term, columns, priority_rank};

/// The columns of a row that [`super::views`] needs.
pub(super) const COLUMNS: &str = "id, version, created_at, updated_desc, completed_at, todo::text AS todo";

/// One part of the views.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Whose it is.
    pub scope: String,
    /// What a row of it must meet.
    pub terms: Vec<Term>,
    /// How many rows it has, about.
    pub size: i64,
}

/// The rows of `query` in `parts`, and one more, which tells whether there is a next page. Each part is read along its index
/// as far as a page goes; the parts are then merged.
pub(super) fn select(query: &TodoQuery, parts: &[Part]) -> Result<QueryBuilder<Postgres>, ViewsError> {
    let mut select = QueryBuilder::new("");
    if let [part] = parts {
        push_part(&mut select, COLUMNS, query, part)?;
        return Ok(select);
    }
    select.push("SELECT id, version, created_at, updated_desc, completed_at, todo FROM (");
    for (number, part) in parts.iter().enumerate() {
        select.push(if number > 0 { " UNION ALL (" } else { "(" });
        push_part(&mut select, &format!("{COLUMNS}, place, due_at, priority, title"), query, part)?;
        select.push(")");
    }
    select.push(") AS parts");
    select.push(format!(" ORDER BY {} LIMIT {}", order(query), rows(query)));
    Ok(select)
}

/// The rows of a page, and one more. Limits are written out: of a limit that it cannot see PostgreSQL expects a tenth of all.
pub(super) fn rows(query: &TodoQuery) -> u64 {
    (query.limit as u64).saturating_add(1)
}

/// The rows of one part, in order.
fn push_part(select: &mut QueryBuilder<Postgres>, columns: &str, query: &TodoQuery, part: &Part) -> Result<(), ViewsError> {
    if !part.terms.is_empty() {
        return Search::new(query, part).push(select, columns);
    }
    let (order, rows) = (order(query), rows(query));
    if !is_sifted(query) {
        select.push(format!("SELECT {columns} FROM todos"));
        push_conditions(select, &part.scope, query)?;
        select.push(format!(" ORDER BY {order} LIMIT {rows}"));
        return Ok(());
    }
    // What is sifted out is in the index, too: only the rows of the page are fetched.
    select.push("WITH found AS MATERIALIZED (SELECT id AS found FROM todos");
    push_conditions(select, &part.scope, query)?;
    select.push(format!(" ORDER BY {order} LIMIT {rows}) SELECT {columns} FROM found JOIN todos ON id = found ORDER BY {order}"));
    Ok(())
}

/// Whether the page leaves out rows that its order has, all by columns that every index of an order includes.
fn is_sifted(query: &TodoQuery) -> bool {
    let by_due = (query.due_from.is_some() || query.due_before.is_some() || query.undated) && query.sort != Sort::Due;
    let by_completion = matches!(query.completion, Completion::Open | Completion::Completed);
    query.list.is_none() && (by_due || by_completion || query.priority.is_some())
}

/// What rows of this part `query` asks for, but for their words, and behind which one.
pub(super) fn push_conditions(select: &mut QueryBuilder<Postgres>, scope: &str, query: &TodoQuery) -> Result<(), ViewsError> {
    select.push(" WHERE owner = ").push_bind(scope.to_owned());
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
    let Some(cursor) = &query.after else { return Ok(()) };
    let (keys, id) = Cursor::parse(query.sort, cursor)?;
    select.push(format!(" AND ({}, id) > (", columns(query.sort).join(", ")));
    for key in keys {
        match key {
            Key::Integer(key) => select.push_bind(key),
            Key::Real(key) => select.push_bind(key),
            Key::Text(key) => select.push_bind(key),
        };
        select.push(", ");
    }
    select.push_bind(id.uuid()).push(")");
    Ok(())
}

/// The columns that order the rows of `query`.
pub(super) fn order(query: &TodoQuery) -> String {
    format!("{}, id", columns(query.sort).join(", "))
}
