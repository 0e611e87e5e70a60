use domain::{ChainHash, EventRecord};
use ports::{ActorKey, CommitError, NewRecord};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot, watch};

/// One actor's commit, waiting for its turn in a group.
#[derive(Debug)]
pub(super) struct Commit {
    pub key: ActorKey,
    pub expected: u64,
    pub record: NewRecord,
    pub answer: oneshot::Sender<Result<(), CommitError>>,
}

/// The most commits that share one transaction: bounds how long the first waits for the last.
const GROUP: usize = 512;

/// Makes commits durable until the queue closes, as many together as have arrived.
pub(super) fn run(mut connection: Connection, mut queue: mpsc::Receiver<Commit>, last_event: &watch::Sender<i64>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        wait_for_company(&mut queue, &mut group);
        let results = match write(&mut connection, &group) {
            Ok(results) => results,
            // One of them spoils the transaction: each in its own shows which.
            Err(_) if group.len() > 1 => group.iter().flat_map(|commit| alone(&mut connection, commit)).collect(),
            Err(error) => vec![Err(CommitError::Unclear(error.into()))],
        };
        metrics::histogram!("todo_sqlite_group_size").record(group.len() as f64);
        let seq = connection.last_insert_rowid();
        last_event.send_if_modified(|last| seq > std::mem::replace(last, seq.max(*last)));
        for (commit, result) in group.drain(..).zip(results) {
            // The caller may have gone; the commit stands all the same.
            let _ = commit.answer.send(result);
        }
    }
}

/// Lets the threads that are about to commit do so first, as long as it makes the group grow. On processors that all have
/// work to do, the first commit would else go alone and the rest wait for its fsync.
fn wait_for_company(queue: &mut mpsc::Receiver<Commit>, group: &mut Vec<Commit>) {
    let mut before = 0;
    while before < group.len() && group.len() < GROUP {
        before = group.len();
        std::thread::yield_now();
        while group.len() < GROUP
            && let Ok(commit) = queue.try_recv()
        {
            group.push(commit);
        }
    }
}

fn alone(connection: &mut Connection, commit: &Commit) -> Vec<Result<(), CommitError>> {
    write(connection, std::slice::from_ref(commit)).unwrap_or_else(|error| vec![Err(CommitError::Unclear(error.into()))])
}

/// Writes a group in one transaction. A lost race changes nothing and harms nobody else.
fn write(connection: &mut Connection, group: &[Commit]) -> rusqlite::Result<Vec<Result<(), CommitError>>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let results = group.iter().map(|commit| write_one(&transaction, commit)).collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(results)
}

fn write_one(transaction: &Transaction<'_>, commit: &Commit) -> rusqlite::Result<Result<(), CommitError>> {
    let Commit { key, expected, record, .. } = commit;
    let (key, expected) = (key.to_string(), expected.cast_signed());
    let changed = if expected == 0 {
        transaction
            .prepare_cached("INSERT INTO actors (key, writes, value) VALUES (?, 1, ?) ON CONFLICT DO NOTHING")?
            .execute(params![key, &record.value[..]])?
    } else {
        transaction.prepare_cached("UPDATE actors SET writes = ?2 + 1, value = ?3 WHERE key = ?1 AND writes = ?2")?.execute(params![
            key,
            expected,
            &record.value[..]
        ])?
    };
    if changed == 0 {
        return Ok(Err(CommitError::LostRace));
    }
    append(transaction, &record.events)?;
    Ok(Ok(()))
}

/// Appends one commit's events, each chained to the one before it.
fn append(transaction: &Transaction<'_>, events: &[EventRecord]) -> rusqlite::Result<()> {
    let Some(first) = events.first() else { return Ok(()) };
    let mut hash = if first.version == 1 { ChainHash::START } else { last_hash(transaction, first)? };
    let mut insert = transaction.prepare_cached("INSERT INTO events (aggregate_id, version, record, hash) VALUES (?, ?, ?, ?)")?;
    for event in events {
        let json = serde_json::to_string(event).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        hash = hash.then(&json);
        insert.execute(params![event.aggregate_id, event.version.cast_signed(), json, hash.as_bytes()])?;
    }
    Ok(())
}

/// The hash right before `event`. If somebody took that row away, the chain begins anew, and an audit finds the gap.
fn last_hash(transaction: &Transaction<'_>, event: &EventRecord) -> rusqlite::Result<ChainHash> {
    let mut select = transaction.prepare_cached("SELECT hash FROM events WHERE aggregate_id = ? AND version = ? - 1")?;
    let before: Option<Vec<u8>> =
        select.query_row(params![event.aggregate_id, event.version.cast_signed()], |row| row.get(0)).optional()?;
    Ok(before.as_deref().and_then(ChainHash::from_bytes).unwrap_or(ChainHash::START))
}
