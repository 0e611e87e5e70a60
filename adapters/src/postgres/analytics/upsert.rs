use std::collections::BTreeMap;

use domain::TodoId;
use jiff::Timestamp;
use ports::{Completed, PastOverdue, TodoFacts};
use sqlx::{AssertSqlSafe, PgPool};

use crate::postgres::generation::{Place, Table};

/// Facts, offsets and the call to those who wait: one statement, so one transaction and one round trip. It tells which
/// table it found, and writes nothing if that is not the one that was expected: see [`Table`].
const STORE: &str = "
    WITH found AS (SELECT '{schema}.todos'::regclass::oid::bigint AS number), right_one AS (SELECT FROM found WHERE $23 IN (0, number)),
    stored AS (
        INSERT INTO {schema}.todos AS stored (id, version, owner, list, created_at, created_list, completed_at, completed_list, lead_time, deleted, due_at, overdue_since)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::bigint[], $6::uuid[], $7::bigint[], $8::uuid[],
            $9::bigint[], $10::boolean[], $11::bigint[], $12::bigint[])
        WHERE EXISTS (SELECT FROM right_one)
        ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, owner = excluded.owner, list = excluded.list, created_at = excluded.created_at,
            created_list = excluded.created_list, completed_at = excluded.completed_at, completed_list = excluded.completed_list,
            lead_time = excluded.lead_time, deleted = excluded.deleted, due_at = excluded.due_at, overdue_since = excluded.overdue_since
        WHERE stored.version < excluded.version
    ), past AS (
        INSERT INTO {schema}.past_overdue (id, version, owner, list, since, until)
        SELECT * FROM unnest($13::uuid[], $14::bigint[], $15::text[], $16::uuid[], $17::bigint[], $18::bigint[])
        WHERE EXISTS (SELECT FROM right_one)
        ON CONFLICT DO NOTHING
    ), moved AS (
        INSERT INTO feed_offsets (projection, partition, next)
        SELECT $22, partition, next FROM unnest($19::integer[], $20::bigint[]) AS offsets (partition, next)
        WHERE EXISTS (SELECT FROM right_one)
        ON CONFLICT (projection, partition) DO UPDATE SET next = excluded.next
    )
    SELECT number, pg_notify($21, '')::text FROM found";

/// Of what is nobody's nothing past is kept. A statement of its own: one statement does not see what it writes.
const FORGET: &str = "DELETE FROM {schema}.past_overdue WHERE id = ANY($1)";

/// Writes facts of a higher version than is there, what is past, and the offsets; gives the table that it found.
pub(super) async fn store(
    pool: &PgPool,
    place: &Place,
    table: &Table,
    facts: &[TodoFacts],
    past: &[PastOverdue],
    offsets: &[(i32, i64)],
) -> sqlx::Result<i64> {
    // One statement cannot write a row twice; and in the same order everywhere, two writers cannot block each other.
    let mut highest: BTreeMap<TodoId, &TodoFacts> = BTreeMap::new();
    for facts in facts {
        let kept = highest.entry(facts.id).or_insert(facts);
        if kept.version < facts.version {
            *kept = facts;
        }
    }
    let facts: Vec<&TodoFacts> = highest.into_values().collect();
    let past: BTreeMap<(TodoId, u64), &PastOverdue> = past.iter().map(|past| ((past.id, past.version), past)).collect();
    let past: Vec<&PastOverdue> = past.into_values().collect();
    let offsets: BTreeMap<i32, i64> = offsets.iter().copied().collect();
    let completed = |facts: &TodoFacts| facts.completed;
    let nobodys: Vec<_> = facts.iter().filter(|facts| facts.owner.is_nobody()).map(|facts| facts.id.uuid()).collect();
    let store = sqlx::query_as::<_, (i64, String)>(AssertSqlSafe(STORE.replace("{schema}", place.schema)))
        .bind(each(&facts, |facts| facts.id.uuid()))
        .bind(each(&facts, |facts| facts.version.cast_signed()))
        .bind(each(&facts, |facts| facts.owner.as_str()))
        .bind(each(&facts, |facts| facts.list.uuid()))
        .bind(each(&facts, |facts| facts.created_at.as_microsecond()))
        .bind(each(&facts, |facts| facts.created_list.uuid()))
        .bind(each(&facts, |facts| completed(facts).map(|completed| completed.at.as_microsecond())))
        .bind(each(&facts, |facts| completed(facts).map(|completed| completed.list.uuid())))
        .bind(each(&facts, |facts| completed(facts).as_ref().and_then(Completed::lead_microseconds)))
        .bind(each(&facts, |facts| facts.deleted))
        .bind(each(&facts, |facts| facts.due.map(Timestamp::as_microsecond)))
        .bind(each(&facts, |facts| facts.overdue_since.map(Timestamp::as_microsecond)))
        .bind(each(&past, |past| past.id.uuid()))
        .bind(each(&past, |past| past.version.cast_signed()))
        .bind(each(&past, |past| past.owner.as_str()))
        .bind(each(&past, |past| past.list.uuid()))
        .bind(each(&past, |past| past.since.as_microsecond()))
        .bind(each(&past, |past| past.until.as_microsecond()))
        .bind(offsets.keys().copied().collect::<Vec<_>>())
        .bind(offsets.values().copied().collect::<Vec<_>>())
        .bind(place.channel)
        .bind(&*place.projection)
        .bind(table.expected());
    if nobodys.is_empty() {
        return store.fetch_one(pool).await.map(|(found, _)| found);
    }
    let mut transaction = pool.begin().await?;
    let (found, _) = store.fetch_one(&mut *transaction).await?;
    sqlx::query(AssertSqlSafe(FORGET.replace("{schema}", place.schema))).bind(nobodys).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(found)
}

fn each<'a, T, C>(of: &'a [&'a T], column: impl Fn(&'a T) -> C) -> Vec<C> {
    of.iter().map(|one| column(one)).collect()
}
