//! Whom the journal's events are told to, besides whoever has the aggregate.

use std::collections::{BTreeSet, HashMap};

use domain::{ListId, UserId};
use ports::{JournalEntry, Moved, Positioned};
use sqlx::{PgConnection, PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::views::{of_list, of_person};

/// What is news for `person`, who is in `lists`.
pub(super) async fn since(pool: &PgPool, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> sqlx::Result<Vec<Positioned>> {
    // As far as the page goes along each index, then the rows of those that are first among all.
    const TOLD: &str = "
        WITH told AS (
            (SELECT position FROM journal WHERE owner = $3 AND position > $1 ORDER BY position LIMIT $2)
            UNION
            SELECT one.position FROM unnest($4::text[]) AS asked (who)
            CROSS JOIN LATERAL (
                SELECT position FROM journal_told WHERE journal_told.who = asked.who AND position > $1 ORDER BY position LIMIT $2
            ) AS one
        ), page AS (SELECT position FROM told ORDER BY position LIMIT $2)
        SELECT position, record, (
            SELECT array_agg(who) FROM journal_told WHERE journal_told.position = page.position AND who LIKE '/%'
        ) AS lists
        FROM page JOIN journal USING (position) ORDER BY position";
    let (after, limit) = (after.cast_signed(), i64::try_from(limit).unwrap_or(i64::MAX));
    let whose: Vec<String> = lists.iter().map(|list| of_list(*list)).chain([of_person(person)]).collect();
    sqlx::query(TOLD).bind(after).bind(limit).bind(person.as_str()).bind(whose).try_map(positioned).fetch_all(pool).await
}

fn positioned(row: PgRow) -> sqlx::Result<Positioned> {
    let lists = row.try_get::<Option<Vec<String>>, _>("lists")?.unwrap_or_default();
    Ok(Positioned {
        position: row.try_get::<i64, _>("position")?.cast_unsigned(),
        record: row.try_get("record")?,
        lists: lists.iter().filter_map(|who| who.strip_prefix('/')?.parse().ok()).collect(),
    })
}

/// Where an event happened.
#[derive(Clone, Copy)]
enum Place {
    /// Here, as this batch says.
    Known(Moved),
    /// Where its aggregate was before.
    AsBefore,
}

/// Where each of `entries` happened, as far as others of its aggregate say so: the one before it where to, the one behind it where
/// from.
fn places(entries: &[JournalEntry]) -> Vec<Place> {
    let mut places = vec![Place::AsBefore; entries.len()];
    let stays = |list| Place::Known(Moved { from: None, to: list });
    let mut here: HashMap<&str, Option<ListId>> = HashMap::new();
    for (place, entry) in places.iter_mut().zip(entries) {
        match (entry.audience.moved, here.get(&*entry.aggregate_id)) {
            (Some(moved), _) => {
                *place = Place::Known(moved);
                here.insert(&entry.aggregate_id, moved.to);
            }
            (None, Some(list)) => *place = stays(*list),
            (None, None) => {}
        }
    }
    let mut before: HashMap<&str, Option<ListId>> = HashMap::new();
    for (place, entry) in places.iter_mut().zip(entries).rev() {
        match (*place, entry.audience.moved) {
            (_, Some(moved)) => drop(before.insert(&entry.aggregate_id, moved.from)),
            (Place::AsBefore, None) => {
                if let Some(list) = before.get(&*entry.aggregate_id) {
                    *place = stays(*list);
                }
            }
            _ => {}
        }
    }
    places
}

/// Notes whom `entries`, which come right behind position `after`, are told to. Gives them, each with the last position.
pub(super) async fn tell(connection: &mut PgConnection, entries: &[JournalEntry], after: i64) -> sqlx::Result<Vec<(String, i64)>> {
    const TELL: &str = "
        WITH told AS (
            INSERT INTO journal_told (who, position)
            SELECT who, $1 + number FROM unnest($2::text[], $3::bigint[]) AS known (who, number)
            UNION SELECT '/list-' || head.list::text, $1 + number FROM unnest($4::text[], $5::bigint[]) AS same (aggregate_id, number)
            JOIN journal_heads AS head USING (aggregate_id) WHERE head.list IS NOT NULL
            RETURNING who, position
        )
        SELECT who, max(position) FROM told GROUP BY who";
    let (mut known, mut same) = (BTreeSet::new(), vec![]);
    for ((number, entry), place) in (1_i64..).zip(entries).zip(places(entries)) {
        match place {
            Place::Known(Moved { from, to }) => known.extend(from.into_iter().chain(to).map(|list| (of_list(list), number))),
            Place::AsBefore => same.push((entry.aggregate_id.as_str(), number)),
        }
        known.extend(entry.audience.named.iter().map(|user| (of_person(user), number)));
    }
    let (who, at): (Vec<_>, Vec<_>) = known.into_iter().unzip();
    let (of, then): (Vec<_>, Vec<_>) = same.into_iter().unzip();
    sqlx::query_as(TELL).bind(after).bind(who).bind(at).bind(of).bind(then).fetch_all(connection).await
}

/// The people who are in the lists among `news`, as the views show it by now.
pub(super) async fn members(pool: &PgPool, news: &[(String, i64)]) -> sqlx::Result<Vec<(String, i64)>> {
    const MEMBERS: &str = "SELECT member, max(position) FROM unnest($1::uuid[], $2::bigint[]) AS news (list, position)
        JOIN views.list_members USING (list) GROUP BY member";
    let list = |who: &str| who.strip_prefix('/')?.parse().ok().map(ListId::uuid);
    let (lists, positions): (Vec<Uuid>, Vec<i64>) = news.iter().filter_map(|(who, last)| Some((list(who)?, *last))).unzip();
    if lists.is_empty() {
        return Ok(vec![]);
    }
    sqlx::query_as(MEMBERS).bind(lists).bind(positions).fetch_all(pool).await
}
