use std::collections::BTreeMap;

use domain::{PersonId, UserId};
use ports::PersonRow;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::connect::damaged;

/// The rows of these people.
pub(super) async fn rows(pool: &PgPool, ids: &[PersonId]) -> sqlx::Result<Vec<PersonRow>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows: Vec<(Uuid, i64, String)> =
        sqlx::query_as("SELECT id, version, person::text FROM people WHERE id = ANY($1)").bind(ids).fetch_all(pool).await?;
    let row = |(id, version, person): (Uuid, i64, String)| {
        // The parser's own message may quote a value, and that may be private.
        let user = serde_json::from_str(&person).map_err(|_| damaged("person"))?;
        Ok(PersonRow { id: PersonId::new(id), version: version.cast_unsigned(), user })
    };
    rows.into_iter().map(row).collect()
}

/// What `viewer` keeps.
pub(super) async fn person(pool: &PgPool, viewer: &UserId) -> sqlx::Result<PersonRow> {
    Ok(rows(pool, &[PersonId::of(viewer)]).await?.pop().unwrap_or_else(|| PersonRow::nothing(viewer)))
}

/// Writes rows of a higher version than is there.
pub(super) async fn store(executor: impl PgExecutor<'_>, people: &[PersonRow]) -> sqlx::Result<()> {
    // One statement cannot write a row twice; and in the same order everywhere, two writers cannot block each other.
    let mut highest: BTreeMap<PersonId, &PersonRow> = BTreeMap::new();
    for row in people {
        let kept = highest.entry(row.id).or_insert(row);
        if kept.version < row.version {
            *kept = row;
        }
    }
    let texts = highest.values().map(|row| serde_json::to_string(&row.user)).collect::<Result<Vec<_>, _>>();
    sqlx::query(
        "INSERT INTO people (id, version, person)
        SELECT id, version, person::jsonb FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS row (id, version, person)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, person = excluded.person WHERE people.version < excluded.version",
    )
    .bind(highest.keys().map(|id| id.uuid()).collect::<Vec<_>>())
    .bind(highest.values().map(|row| row.version.cast_signed()).collect::<Vec<_>>())
    .bind(texts.map_err(|error| sqlx::Error::Encode(error.into()))?)
    .execute(executor)
    .await?;
    Ok(())
}
