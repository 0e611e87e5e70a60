use ports::{Completion, TodoQuery, ViewsError};
use sqlx::{Postgres, QueryBuilder};

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

impl Part {
    /// So many rows are walked along the order that is asked for before the index of words is asked: see [`push_part`].
    ///
    /// A walk of s rows finds a page of p rows of every word that more than p/s of them have; of one that fewer have, the index
    /// names at most size * p/s. Both cost the same where s is the root of size * p; walks that find too little are far more
    /// frequent than words that many todos have, so this is about a quarter of it for a page of 50.
    fn steps(&self) -> i64 {
        self.size.max(0).saturating_mul(3).isqrt().clamp(256, 2_000)
    }
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
    push_order(&mut select, query, rows(query));
    Ok(select)
}

/// The rows of a page, and one more.
fn rows(query: &TodoQuery) -> i64 {
    i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// The rows of one part, in order.
///
/// How many todos have a word, PostgreSQL can only guess: it walks along the order in search of a word that nobody has, or
/// fetches every fifth of a million todos by the index of words for one page. So the walk is bounded, and where it ends before
/// the page is full, the index of words is asked, which has few todos then, mostly.
fn push_part(select: &mut QueryBuilder<Postgres>, columns: &str, query: &TodoQuery, part: &Part) -> Result<(), ViewsError> {
    let Part { scope, terms, .. } = part;
    if terms.is_empty() {
        select.push(format!("SELECT {columns} FROM todos"));
        push_conditions(select, scope, query)?;
        push_order(select, query, rows(query));
        return Ok(());
    }
    let matching = matching(terms);
    select.push("WITH walked AS MATERIALIZED (SELECT * FROM todos");
    push_conditions(select, scope, query)?;
    push_order(select, query, part.steps());
    select.push("), met AS MATERIALIZED (SELECT * FROM walked WHERE terms @@ ").push_bind(matching.clone());
    select.push("::tsquery LIMIT ").push_bind(rows(query));
    select.push("), enough AS (SELECT CASE WHEN (SELECT count(*) FROM met) >= ").push_bind(rows(query));
    select.push(" THEN true ELSE (SELECT count(*) FROM walked) < ").push_bind(part.steps());
    select.push(" END AS yes), listed AS MATERIALIZED (SELECT * FROM todos");
    push_conditions(select, scope, query)?;
    select.push(" AND terms @@ ").push_bind(matching);
    select.push(format!("::tsquery) SELECT {columns} FROM (SELECT * FROM met WHERE (SELECT yes FROM enough) "));
    select.push("UNION ALL SELECT * FROM listed WHERE NOT (SELECT yes FROM enough)) AS found");
    push_order(select, query, rows(query));
    Ok(())
}

/// What rows of this part `query` asks for, but for their words, and behind which one.
fn push_conditions(select: &mut QueryBuilder<Postgres>, scope: &str, query: &TodoQuery) -> Result<(), ViewsError> {
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

fn push_order(select: &mut QueryBuilder<Postgres>, query: &TodoQuery, most: i64) {
    select.push(format!(" ORDER BY {}, id LIMIT ", columns(query.sort).join(", "))).push_bind(most);
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

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn few_todos_are_walked_a_little_and_many_are_not_walked_without_end() {
        let steps = |size| Part { size, ..Part::default() }.steps();
        assert_eq!([steps(-1), steps(0), steps(20_000)], [256; 3]);
        assert_eq!(steps(1_000_000), 1_732);
        assert_eq!([steps(100_000_000), steps(i64::MAX)], [2_000; 2]);
    }
}
