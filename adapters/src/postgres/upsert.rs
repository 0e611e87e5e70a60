use std::collections::BTreeMap;

use domain::TodoId;
use jiff::Timestamp;
use ports::TodoRow;
use sqlx::PgExecutor;

use super::{
    generation::{Place, Table},
    words::NewWords,
};
use crate::views::{Keys, document, scope};

/// Rows, words, offsets and the call to those who wait: one statement, so one transaction and one round trip. It tells which
/// table it found, and writes nothing if that is not the one that was expected: see [`Table`].
const STORE: &str = "
    WITH found AS (SELECT 'todos'::regclass::oid::bigint AS number), right_one AS (SELECT FROM found WHERE $22 IN (0, number)),
    stored AS (
        INSERT INTO todos (id, version, owner, list, completed, deleted, place, created_at, updated_desc, due_at, priority, title, completed_at, terms, todo)
        SELECT id, version, owner, list, completed, deleted, place, created_at, updated_desc, due_at, priority, title, completed_at, terms::tsvector, todo::jsonb
        FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[], $7::float8[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::smallint[], $12::text[], $13::bigint[], $14::text[], $15::text[])
            AS row (id, version, owner, list, completed, deleted, place, created_at, updated_desc, due_at, priority, title, completed_at, terms, todo)
        WHERE EXISTS (SELECT FROM right_one)
        ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, owner = excluded.owner, list = excluded.list, completed = excluded.completed,
            deleted = excluded.deleted, place = excluded.place, created_at = excluded.created_at,
            updated_desc = excluded.updated_desc, due_at = excluded.due_at, priority = excluded.priority,
            title = excluded.title, completed_at = excluded.completed_at, terms = excluded.terms, todo = excluded.todo
        WHERE todos.version < excluded.version
    ), moved AS (
        INSERT INTO feed_offsets (projection, partition, next)
        SELECT $16, partition, next FROM unnest($17::integer[], $18::bigint[]) AS offsets (partition, next)
        WHERE EXISTS (SELECT FROM right_one)
        ON CONFLICT (projection, partition) DO UPDATE SET next = excluded.next
    ), learnt AS (
        INSERT INTO todo_words (owner, word) SELECT owner, word FROM unnest($20::text[], $21::text[]) AS words (owner, word)
        WHERE EXISTS (SELECT FROM right_one)
        ON CONFLICT DO NOTHING
    )
    SELECT number, pg_notify($19, '')::text FROM found";

/// Writes rows of a higher version than is there, their new words, and the offsets; gives the table that it found.
pub(super) async fn store(
    executor: impl PgExecutor<'_>,
    place: &Place,
    table: &Table,
    rows: &[TodoRow],
    new: &NewWords,
    offsets: &[(i32, i64)],
) -> sqlx::Result<i64> {
    // One statement cannot write a row twice; and in the same order everywhere, two writers cannot block each other.
    let mut highest: BTreeMap<TodoId, &TodoRow> = BTreeMap::new();
    for row in rows {
        let kept = highest.entry(row.id).or_insert(row);
        if kept.version < row.version {
            *kept = row;
        }
    }
    let rows: Vec<&TodoRow> = highest.into_values().collect();
    let keys: Vec<Keys> = rows.iter().map(|row| Keys::of(row)).collect();
    let todos = rows.iter().map(|row| serde_json::to_string(&row.todo)).collect::<Result<Vec<_>, _>>();
    let offsets: BTreeMap<i32, i64> = offsets.iter().copied().collect();
    let (found, _): (i64, String) = sqlx::query_as(STORE)
        .bind(each(&rows, |row| row.id.uuid()))
        .bind(each(&rows, |row| row.version.cast_signed()))
        .bind(each(&rows, |row| scope(&row.todo)))
        .bind(each(&rows, |row| row.todo.list.uuid()))
        .bind(each(&rows, |row| row.todo.completed))
        .bind(each(&rows, |row| row.todo.deleted))
        .bind(each(&keys, |keys| keys.place))
        .bind(each(&keys, |keys| keys.created_at))
        .bind(each(&keys, |keys| keys.updated_desc))
        .bind(each(&keys, |keys| keys.due_at))
        .bind(each(&keys, |keys| keys.priority))
        .bind(each(&keys, |keys| keys.title.as_str()))
        .bind(each(&rows, |row| row.completed_at.map(Timestamp::as_microsecond)))
        .bind(each(&rows, |row| terms(row)))
        .bind(todos.map_err(|error| sqlx::Error::Encode(error.into()))?)
        .bind(&*place.projection)
        .bind(offsets.keys().copied().collect::<Vec<_>>())
        .bind(offsets.values().copied().collect::<Vec<_>>())
        .bind(place.channel)
        .bind(&new.owners)
        .bind(&new.words)
        .bind(table.expected())
        .fetch_one(executor)
        .await?;
    Ok(found)
}

fn each<'a, T, C>(of: &'a [T], column: impl Fn(&'a T) -> C) -> Vec<C> {
    of.iter().map(column).collect()
}

/// The row's terms as a tsvector. PostgreSQL knows the place of only the first 256 times that a word comes, and of none
/// after the 16,383rd word: beyond that, a phrase may not be found.
fn terms(row: &TodoRow) -> String {
    let mut terms = String::new();
    let mut place = 0_u32;
    document(&row.todo, |term| {
        place += 1;
        if let Some(term) = term {
            terms.push_str(&format!("'{term}':{place} "));
        }
    });
    terms
}
