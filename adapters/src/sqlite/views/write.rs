use ports::{ListRow, PersonRow, TodoRow};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params, params};
use tokio::sync::{mpsc, oneshot};

use super::{counts::Tally, lists, read};
use crate::views::{Keys, Waiters, document, scope, versions};

/// What is written in one transaction.
#[derive(Debug)]
pub(super) struct Batch {
    pub rows: Vec<TodoRow>,
    pub people: Vec<PersonRow>,
    pub lists: Vec<ListRow>,
    pub offsets: Vec<(i32, i64)>,
    pub answer: oneshot::Sender<rusqlite::Result<()>>,
}

/// Writes batches until nobody sends any more.
pub(super) fn run(mut connection: Connection, mut queue: mpsc::Receiver<Batch>, waiters: &Waiters) {
    while let Some(batch) = queue.blocking_recv() {
        let written = write(&mut connection, &batch);
        let Batch { rows, people, lists, answer, .. } = batch;
        if written.is_ok() {
            waiters.shown(versions(&rows, &people, &lists));
        }
        // Whoever asked may have gone; what is written stays.
        let _ = answer.send(written);
    }
}

fn write(connection: &mut Connection, batch: &Batch) -> rusqlite::Result<()> {
    let Batch { rows, people, lists, offsets, .. } = batch;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut tally = Tally::default();
    for row in rows {
        write_row(&transaction, row, &mut tally)?;
    }
    tally.store(&transaction)?;
    if people.iter().any(|row| row.user.erasure.is_some_and(|erasure| erasure.over)) {
        // Until then the index keeps the words of rows that are gone.
        transaction.execute("INSERT INTO todo_terms (todo_terms) VALUES ('optimize')", [])?;
    }
    for row in people {
        let person = serde_json::to_string(&row.user).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let mut upsert = transaction.prepare_cached(UPSERT_PERSON)?;
        upsert.execute(params![row.id.uuid().as_bytes(), row.version.cast_signed(), person])?;
    }
    for row in lists {
        lists::write(&transaction, row)?;
    }
    let mut offset = transaction.prepare_cached("INSERT OR REPLACE INTO feed_offsets (partition, next) VALUES (?, ?)")?;
    for moved in offsets {
        offset.execute(*moved)?;
    }
    drop(offset);
    transaction.commit()
}

const UPSERT_PERSON: &str = "
    INSERT INTO people (id, version, person) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, person = excluded.person WHERE people.version < excluded.version";
const FIND: &str = "SELECT number, version, terms, due_at, todo FROM todos WHERE id = ?";
const INSERT: &str = "
    INSERT INTO todos (id, version, owner, list, completed, deleted, place, created_at, updated_desc, due_at, priority, title, completed_at, terms, todo)
    VALUES (:id, :version, :owner, :list, :completed, :deleted, :place, :created_at, :updated_desc, :due_at, :priority, :title, :completed_at, :terms, :todo)";
/// The id tells which one: it is bound as in `INSERT`.
const UPDATE: &str = "
    UPDATE todos SET version = :version, owner = :owner, list = :list, completed = :completed, deleted = :deleted, place = :place,
        created_at = :created_at, updated_desc = :updated_desc, due_at = :due_at, priority = :priority, title = :title,
        completed_at = :completed_at, terms = :terms, todo = :todo
    WHERE id = :id";

fn write_row(transaction: &Transaction<'_>, row: &TodoRow, tally: &mut Tally) -> rusqlite::Result<()> {
    let version = row.version.cast_signed();
    let find = |found: &rusqlite::Row<'_>| {
        let stored: i64 = found.get(1)?;
        if stored < version {
            tally.remove(&read::todo(found, 4)?, found.get(3)?);
        }
        Ok((found.get::<_, i64>(0)?, stored, found.get::<_, String>(2)?))
    };
    let stored = transaction.prepare_cached(FIND)?.query_row([row.id.uuid().as_bytes()], find).optional()?;
    if stored.as_ref().is_some_and(|(_, stored, _)| *stored >= version) {
        return Ok(());
    }
    let (keys, terms) = (Keys::of(row), terms(row));
    tally.add(&row.todo, keys.due_at);
    let todo = serde_json::to_string(&row.todo).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    transaction.prepare_cached(if stored.is_some() { UPDATE } else { INSERT })?.execute(named_params! {
        ":id": row.id.uuid().as_bytes(),
        ":version": version,
        ":owner": scope(&row.todo),
        ":list": row.todo.list.uuid().as_bytes(),
        ":completed": row.todo.completed,
        ":deleted": row.todo.deleted,
        ":place": keys.place,
        ":created_at": keys.created_at,
        ":updated_desc": keys.updated_desc,
        ":due_at": keys.due_at,
        ":priority": keys.priority,
        ":title": keys.title,
        ":completed_at": row.completed_at.map(jiff::Timestamp::as_microsecond),
        ":terms": terms,
        ":todo": todo,
    })?;
    // Most changes touch no word: then the index of words is left alone.
    if stored.as_ref().is_none_or(|(_, _, stored)| *stored != terms) {
        let number = stored.map_or_else(|| transaction.last_insert_rowid(), |(number, ..)| number);
        transaction.prepare_cached("INSERT OR REPLACE INTO todo_terms (rowid, terms) VALUES (?, ?)")?.execute(params![number, terms])?;
    }
    Ok(())
}

/// The row's terms as the index takes them in, each between spaces.
fn terms(row: &TodoRow) -> String {
    let mut terms = String::from(" ");
    document(&row.todo, |term| {
        // No word is this sign, so no phrase reaches over it.
        terms.push_str(term.as_deref().unwrap_or("¶"));
        terms.push(' ');
    });
    terms
}
