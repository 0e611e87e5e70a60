use jiff::Timestamp;
use ports::{Completed, PastOverdue, TodoFacts};
use rusqlite::{Connection, TransactionBehavior, named_params, params};
use tokio::sync::{mpsc, oneshot};

use crate::views::{RowId, Waiters};

/// What is written in one transaction.
#[derive(Debug)]
pub(super) struct Batch {
    pub facts: Vec<TodoFacts>,
    pub past: Vec<PastOverdue>,
    pub offsets: Vec<(i32, i64)>,
    pub answer: oneshot::Sender<rusqlite::Result<()>>,
}

/// Writes batches until nobody sends any more.
pub(super) fn run(mut connection: Connection, mut queue: mpsc::Receiver<Batch>, waiters: &Waiters) {
    while let Some(batch) = queue.blocking_recv() {
        let written = write(&mut connection, &batch);
        if written.is_ok() {
            waiters.shown(batch.facts.iter().map(|facts| (RowId::Todo(facts.id), facts.version)));
        }
        // Whoever asked may have gone; what is written stays.
        let _ = batch.answer.send(written);
    }
}

const UPSERT: &str = "
    INSERT INTO todos (id, version, owner, list, created_at, created_list, completed_at, completed_list, lead_time, deleted, due_at, overdue_since)
    VALUES (:id, :version, :owner, :list, :created_at, :created_list, :completed_at, :completed_list, :lead_time, :deleted, :due_at, :overdue_since)
    ON CONFLICT (id) DO UPDATE SET
        version = excluded.version, owner = excluded.owner, list = excluded.list, created_at = excluded.created_at,
        created_list = excluded.created_list, completed_at = excluded.completed_at, completed_list = excluded.completed_list,
        lead_time = excluded.lead_time, deleted = excluded.deleted, due_at = excluded.due_at, overdue_since = excluded.overdue_since
    WHERE todos.version < excluded.version";
const INSERT_PAST: &str = "
    INSERT INTO past_overdue (id, version, owner, list, since, until) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

fn write(connection: &mut Connection, batch: &Batch) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut upsert = transaction.prepare_cached(UPSERT)?;
        for facts in &batch.facts {
            let completed = facts.completed.as_ref();
            let lead_time = completed.and_then(Completed::lead_microseconds);
            upsert.execute(named_params! {
                ":id": facts.id.uuid().as_bytes(),
                ":version": facts.version.cast_signed(),
                ":owner": facts.owner.as_str(),
                ":list": facts.list.uuid().as_bytes(),
                ":created_at": facts.created_at.as_microsecond(),
                ":created_list": facts.created_list.uuid().as_bytes(),
                ":completed_at": completed.map(|completed| completed.at.as_microsecond()),
                ":completed_list": completed.map(|completed| completed.list.uuid().into_bytes()),
                ":lead_time": lead_time,
                ":deleted": facts.deleted,
                ":due_at": facts.due.map(Timestamp::as_microsecond),
                ":overdue_since": facts.overdue_since.map(Timestamp::as_microsecond),
            })?;
        }
        let mut insert = transaction.prepare_cached(INSERT_PAST)?;
        for past in &batch.past {
            let (since, until) = (past.since.as_microsecond(), past.until.as_microsecond());
            insert.execute(params![
                past.id.uuid().as_bytes(),
                past.version.cast_signed(),
                past.owner.as_str(),
                past.list.uuid().as_bytes(),
                since,
                until
            ])?;
        }
        // Of what is nobody's nothing past is kept.
        let mut forget = transaction.prepare_cached("DELETE FROM past_overdue WHERE id = ?")?;
        for facts in batch.facts.iter().filter(|facts| facts.owner.is_nobody()) {
            forget.execute([facts.id.uuid().as_bytes()])?;
        }
        let mut offset = transaction.prepare_cached("INSERT OR REPLACE INTO feed_offsets (partition, next) VALUES (?, ?)")?;
        for moved in &batch.offsets {
            offset.execute(*moved)?;
        }
    }
    transaction.commit()
}
