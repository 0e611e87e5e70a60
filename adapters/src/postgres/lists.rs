use std::collections::BTreeMap;

use domain::{ListId, TodoId, UserId};
use ports::{ListRow, MAX_INVITATIONS, Named, TodoQuery};
use sqlx::{PgConnection, PgPool, postgres::PgRow};
use uuid::Uuid;

use super::connect::damaged;
use crate::views::{of_list, of_person};

/// Whether $1 may see the row of `todos`.
pub(super) const SEES: &str = "(owner = $1 OR EXISTS (SELECT FROM list_members AS m WHERE m.member = $1 AND m.list = todos.list AND NOT m.deleted AND owner = '/list-' || m.list::text))";

const MINE: &str = "SELECT list FROM list_members WHERE member = $1 AND NOT deleted AND ($2::uuid IS NULL OR list = $2) ORDER BY list";

/// The parts of the views that `viewer` may see, as far as `query` asks for them.
pub(super) async fn scopes(pool: &PgPool, viewer: &UserId, query: &TodoQuery) -> sqlx::Result<Vec<String>> {
    match query.list {
        // Mostly: then nobody else's rights count.
        Some(list) if !list.has_members() => Ok(vec![of_person(viewer)]),
        list => {
            let lists: Vec<Uuid> = sqlx::query_scalar(MINE).bind(viewer.as_str()).bind(list.map(ListId::uuid)).fetch_all(pool).await?;
            let own = list.is_none().then(|| of_person(viewer));
            Ok(own.into_iter().chain(lists.into_iter().map(|list| of_list(ListId::new(list)))).collect())
        }
    }
}

/// Everything that `viewer` may see.
pub(super) async fn all_scopes(pool: &PgPool, viewer: &UserId) -> sqlx::Result<Vec<String>> {
    scopes(pool, viewer, &TodoQuery::default()).await
}

fn row((id, version, list): (Uuid, i64, String)) -> sqlx::Result<ListRow> {
    // The parser's own message may quote a value, and that may be private.
    let list = serde_json::from_str(&list).map_err(|_| damaged("list"))?;
    Ok(ListRow { id: ListId::new(id), version: version.cast_unsigned(), list })
}

/// The rows of these lists.
pub(super) async fn rows(pool: &PgPool, ids: &[ListId]) -> sqlx::Result<Vec<ListRow>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows: Vec<(Uuid, i64, String)> =
        sqlx::query_as("SELECT id, version, list::text FROM lists WHERE id = ANY($1)").bind(ids).fetch_all(pool).await?;
    rows.into_iter().map(row).collect()
}

/// The lists that `viewer` may know of.
pub(super) async fn of(pool: &PgPool, viewer: &UserId) -> sqlx::Result<Vec<ListRow>> {
    let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(
        "SELECT id, version, list::text FROM lists WHERE id IN (SELECT list FROM list_members WHERE member = $1) ORDER BY id",
    )
    .bind(viewer.as_str())
    .fetch_all(pool)
    .await?;
    let rows: sqlx::Result<Vec<_>> = rows.into_iter().map(row).collect();
    Ok(rows?.into_iter().filter(|row| row.list.seen_by(viewer).is_some()).collect())
}

/// The lists that `viewer` is invited to.
pub(super) async fn inviting(pool: &PgPool, viewer: &UserId) -> sqlx::Result<Vec<ListRow>> {
    let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(
        "SELECT id, version, list::text FROM lists
        WHERE id IN (SELECT list FROM list_invitations WHERE invitee = $1 ORDER BY list LIMIT $2) ORDER BY id",
    )
    .bind(viewer.as_str())
    .bind(i64::try_from(MAX_INVITATIONS).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(row).collect()
}

/// Every list that names `person`, and every todo that does or is in a list of theirs.
pub(super) async fn naming(pool: &PgPool, person: &UserId) -> sqlx::Result<Named> {
    // As ids are written in JSON: whether it is one, and where, the domain says.
    let quoted = format!("\"{person}\"");
    let rows: Vec<(Uuid, i64, String)> =
        sqlx::query_as("SELECT id, version, list::text FROM lists WHERE strpos(list::text, $1) > 0").bind(&quoted).fetch_all(pool).await?;
    let rows: Vec<ListRow> = rows.into_iter().map(row).collect::<sqlx::Result<_>>()?;
    let (lists, owned) = Named::lists_of(person, &rows);
    let parts: Vec<_> = owned.iter().map(|list| of_list(*list)).collect();
    let found: Vec<(Uuid, String)> = sqlx::query_as("SELECT id, todo::text FROM todos WHERE strpos(todo::text, $1) > 0 OR owner = ANY($2)")
        .bind(quoted)
        .bind(parts)
        .fetch_all(pool)
        .await?;
    let mut todos = std::collections::BTreeSet::new();
    for (id, todo) in found {
        let todo = serde_json::from_str(&todo).map_err(|_| damaged("todo"))?;
        if Named::has(person, &owned, &todo) {
            todos.insert(TodoId::new(id));
        }
    }
    Ok(Named { todos, lists })
}

/// How many todos are in it.
pub(super) async fn size(pool: &PgPool, id: ListId) -> sqlx::Result<u64> {
    let count: Option<i64> = sqlx::query_scalar("SELECT open + completed FROM todo_counts WHERE owner = $1 AND kind = 'all' AND name = ''")
        .bind(of_list(id))
        .fetch_optional(pool)
        .await?;
    Ok(count.unwrap_or_default().max(0).cast_unsigned())
}

/// Writes rows of a higher version than is there, with their members.
pub(super) async fn store(connection: &mut PgConnection, lists: &[ListRow]) -> sqlx::Result<()> {
    let mut highest: BTreeMap<ListId, &ListRow> = BTreeMap::new();
    for row in lists {
        let kept = highest.entry(row.id).or_insert(row);
        if kept.version < row.version {
            *kept = row;
        }
    }
    let texts = highest.values().map(|row| serde_json::to_string(&row.list)).collect::<Result<Vec<_>, _>>();
    let written: Vec<PgRow> = sqlx::query(
        "INSERT INTO lists (id, version, list)
        SELECT id, version, list::jsonb FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS row (id, version, list)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, list = excluded.list WHERE lists.version < excluded.version
        RETURNING id",
    )
    .bind(highest.keys().map(|id| id.uuid()).collect::<Vec<_>>())
    .bind(highest.values().map(|row| row.version.cast_signed()).collect::<Vec<_>>())
    .bind(texts.map_err(|error| sqlx::Error::Encode(error.into()))?)
    .fetch_all(&mut *connection)
    .await?;
    let mut ids = vec![];
    for row in written {
        ids.push(sqlx::Row::try_get::<Uuid, _>(&row, "id")?);
    }
    let (mut members, mut of, mut deleted) = (vec![], vec![], vec![]);
    let (mut invitees, mut into) = (vec![], vec![]);
    for id in &ids {
        let Some(row) = highest.get(&ListId::new(*id)) else { continue };
        for (member, _) in row.list.everybody() {
            members.push(member.as_str());
            of.push(*id);
            deleted.push(row.list.deleted);
        }
        for invitee in row.list.invitations.keys().filter(|_| !row.list.deleted) {
            invitees.push(invitee.as_str());
            into.push(*id);
        }
    }
    sqlx::query("DELETE FROM list_members WHERE list = ANY($1)").bind(&ids).execute(&mut *connection).await?;
    sqlx::query("INSERT INTO list_members (member, list, deleted) SELECT * FROM unnest($1::text[], $2::uuid[], $3::boolean[])")
        .bind(members)
        .bind(of)
        .bind(deleted)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM list_invitations WHERE list = ANY($1)").bind(&ids).execute(&mut *connection).await?;
    if !invitees.is_empty() {
        sqlx::query("INSERT INTO list_invitations (invitee, list) SELECT * FROM unnest($1::text[], $2::uuid[])")
            .bind(invitees)
            .bind(into)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
