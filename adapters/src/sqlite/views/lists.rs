use domain::{ListId, TodoId, UserId};
use ports::{ListRow, MAX_INVITATIONS, Named, TodoQuery};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::read::{self, damaged};
use crate::views::{of_list, of_person};

/// The parts of the views that `viewer` may see, as far as `query` asks for them.
pub(super) fn scopes(connection: &Connection, viewer: &UserId, query: &TodoQuery) -> rusqlite::Result<Vec<String>> {
    match query.list {
        Some(list) if !list.has_members() => Ok(vec![of_person(viewer)]),
        wanted => {
            let mut select = connection.prepare_cached("SELECT list FROM list_members WHERE member = ? AND deleted = 0 ORDER BY list")?;
            let lists = select.query_map([viewer.as_str()], |row| Ok(ListId::new(Uuid::from_bytes(row.get(0)?))))?;
            let lists = lists.collect::<rusqlite::Result<Vec<_>>>()?;
            let own = wanted.is_none().then(|| of_person(viewer));
            let asked = lists.into_iter().filter(|list| wanted.is_none_or(|wanted| wanted == *list)).map(of_list);
            Ok(own.into_iter().chain(asked).collect())
        }
    }
}

/// Whether `viewer` may see what is in this part of the views.
pub(super) fn sees_scope(connection: &Connection, viewer: &UserId, scope: &str) -> rusqlite::Result<bool> {
    let Some(list) = scope.strip_prefix('/') else { return Ok(scope == viewer.as_str()) };
    let list: ListId = list.parse().map_err(|_| damaged(0))?;
    let mut select = connection.prepare_cached("SELECT 1 FROM list_members WHERE member = ? AND list = ? AND deleted = 0")?;
    select.exists(params![viewer.as_str(), list.uuid().as_bytes()])
}

/// Whether `viewer` may see a todo; `None` if there is none.
pub(super) fn sees(connection: &Connection, viewer: &UserId, id: TodoId) -> rusqlite::Result<Option<bool>> {
    let mut select = connection.prepare_cached("SELECT owner FROM todos WHERE id = ?")?;
    let scope: Option<String> = select.query_row([id.uuid().as_bytes()], |row| row.get(0)).optional()?;
    scope.map(|scope| sees_scope(connection, viewer, &scope)).transpose()
}

/// The lists that `viewer` may know of.
pub(super) fn of(connection: &Connection, viewer: &UserId) -> rusqlite::Result<Vec<ListRow>> {
    let mut select = connection
        .prepare_cached("SELECT id, version, list FROM lists WHERE id IN (SELECT list FROM list_members WHERE member = ?) ORDER BY id")?;
    let rows = select.query_map([viewer.as_str()], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(rows.into_iter().filter(|row| row.list.seen_by(viewer).is_some()).collect())
}

/// The lists that `viewer` is invited to.
pub(super) fn inviting(connection: &Connection, viewer: &UserId) -> rusqlite::Result<Vec<ListRow>> {
    let most = i64::try_from(MAX_INVITATIONS).unwrap_or(i64::MAX);
    let mut select = connection.prepare_cached(
        "SELECT id, version, list FROM lists WHERE id IN (SELECT list FROM list_invitations WHERE invitee = ? ORDER BY list LIMIT ?)
        ORDER BY id",
    )?;
    select.query_map(params![viewer.as_str(), most], row)?.collect()
}

/// The rows of these lists.
pub(super) fn rows(connection: &Connection, ids: &[ListId]) -> rusqlite::Result<Vec<ListRow>> {
    let mut select = connection.prepare_cached("SELECT id, version, list FROM lists WHERE id = ?")?;
    let mut one = |id: &ListId| select.query_row([id.uuid().as_bytes()], row).optional().transpose();
    ids.iter().filter_map(&mut one).collect()
}

/// Every list that names `person`, and every todo that does or is in a list of theirs.
pub(super) fn naming(connection: &Connection, person: &UserId) -> rusqlite::Result<Named> {
    // As ids are written in JSON: whether it is one, and where, the domain says.
    let quoted = format!("\"{person}\"");
    let mut select = connection.prepare_cached("SELECT id, version, list FROM lists WHERE instr(list, ?) > 0")?;
    let rows = select.query_map([&quoted], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let (lists, owned) = Named::lists_of(person, &rows);
    let parts: Vec<_> = owned.iter().map(|list| of_list(*list)).collect();
    let parts = serde_json::to_string(&parts).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let mut select =
        connection.prepare_cached("SELECT id, todo FROM todos WHERE instr(todo, ?) > 0 OR owner IN (SELECT value FROM json_each(?))")?;
    let mut found = select.query(params![quoted, parts])?;
    let mut todos = std::collections::BTreeSet::new();
    while let Some(row) = found.next()? {
        if Named::has(person, &owned, &read::todo(row, 1)?) {
            todos.insert(TodoId::new(Uuid::from_bytes(row.get(0)?)));
        }
    }
    Ok(Named { todos, lists })
}

/// How many todos are in it.
pub(super) fn size(connection: &Connection, id: ListId) -> rusqlite::Result<u64> {
    let mut select = connection.prepare_cached("SELECT open + completed FROM todo_counts WHERE owner = ? AND kind = 0 AND name = ''")?;
    let count: Option<i64> = select.query_row([of_list(id)], |row| row.get(0)).optional()?;
    Ok(count.unwrap_or_default().max(0).cast_unsigned())
}

fn row(row: &Row<'_>) -> rusqlite::Result<ListRow> {
    let list = serde_json::from_str(row.get_ref(2)?.as_str()?).map_err(|_| damaged(2))?;
    Ok(ListRow { id: ListId::new(Uuid::from_bytes(row.get(0)?)), version: row.get::<_, i64>(1)?.cast_unsigned(), list })
}

const UPSERT: &str = "
    INSERT INTO lists (id, version, list) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, list = excluded.list WHERE lists.version < excluded.version";

/// Writes a row, with its members, if it is of a higher version than is there.
pub(super) fn write(transaction: &Transaction<'_>, row: &ListRow) -> rusqlite::Result<()> {
    let id = row.id.uuid();
    let list = serde_json::to_string(&row.list).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    if transaction.prepare_cached(UPSERT)?.execute(params![id.as_bytes(), row.version.cast_signed(), list])? == 0 {
        return Ok(());
    }
    transaction.prepare_cached("DELETE FROM list_members WHERE list = ?")?.execute([id.as_bytes()])?;
    let mut insert = transaction.prepare_cached("INSERT INTO list_members (member, list, deleted) VALUES (?, ?, ?)")?;
    for (member, _) in row.list.everybody() {
        insert.execute(params![member.as_str(), id.as_bytes(), row.list.deleted])?;
    }
    transaction.prepare_cached("DELETE FROM list_invitations WHERE list = ?")?.execute([id.as_bytes()])?;
    let mut insert = transaction.prepare_cached("INSERT INTO list_invitations (invitee, list) VALUES (?, ?)")?;
    for invitee in row.list.invitations.keys().filter(|_| !row.list.deleted) {
        insert.execute(params![invitee.as_str(), id.as_bytes()])?;
    }
    Ok(())
}
