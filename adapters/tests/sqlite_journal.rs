//! The embedded journal: what is appended stays, and can be read again.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use adapters::sqlite::{SqliteJournal, SqliteStore};
use domain::{ChainHash, EventRecord};
use ports::{ActorKey, AggregateStore, Chain, Checkpoints, Journal, NewRecord};
use rusqlite::Connection;
use tempfile::TempDir;
use testkit::{
    contracts::checkpoints::{self, Appends, Kept},
    samples::{fresh_key, records},
};
use tokio::sync::mpsc;

async fn commit(store: &SqliteStore, key: &ActorKey, writes: u64, first: u64, last: u64) {
    let value = format!("{{\"writes\":{},\"version\":{last}}}", writes + 1).into();
    store.commit(key, writes, NewRecord { value, events: records(&key.id, first..=last).into() }).await.unwrap();
}

/// Two aggregates: five events in three commits, and one.
async fn journal() -> (TempDir, PathBuf, [ActorKey; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("todo.db");
    let store = SqliteStore::open(&path).unwrap();
    let [a, b] = [fresh_key(), fresh_key()];
    commit(&store, &a, 0, 1, 1).await;
    commit(&store, &b, 0, 1, 1).await;
    commit(&store, &a, 1, 2, 4).await;
    commit(&store, &a, 2, 5, 5).await;
    (folder, path, [a, b])
}

fn expect_chain(chain: &Chain, events: u64) {
    assert_eq!(chain.head, Some(events));
    assert_eq!(chain.rows.len() as u64, events);
    let mut hash = ChainHash::START;
    for (row, version) in chain.rows.iter().zip(1..) {
        let record: EventRecord = serde_json::from_str(&row.record).unwrap();
        assert_eq!((row.version, record.version, &record.aggregate_id), (version, version, &chain.aggregate_id));
        hash = hash.then(&row.record);
        assert_eq!(row.hash, Some(hash), "version {version}");
    }
}

async fn all(path: &Path) -> Vec<Chain> {
    let (to, mut from) = mpsc::channel(1);
    let journal = SqliteJournal::open(path).unwrap();
    let collect = async {
        let mut chains = vec![];
        while let Some(chain) = from.recv().await {
            chains.push(chain);
        }
        chains
    };
    let (sent, chains) = tokio::join!(journal.chains(to), collect);
    sent.unwrap();
    chains
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_is_chained_across_commits() {
    let (_folder, path, [a, b]) = journal().await;
    let journal = SqliteJournal::open(&path).unwrap();
    expect_chain(&journal.chain(&a.id).await.unwrap().unwrap(), 5);
    expect_chain(&journal.chain(&b.id).await.unwrap().unwrap(), 1);
    assert_eq!(journal.chain("todo-unknown").await.unwrap(), None);
    let chains = all(&path).await;
    assert_eq!(chains.len(), 2);
    for chain in &chains {
        expect_chain(chain, if chain.aggregate_id == *a.id { 5 } else { 1 });
    }
}

/// The head is found by the actor's key, whatever its type is.
#[tokio::test(flavor = "multi_thread")]
async fn actors_of_every_type_have_their_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("todo.db");
    let store = SqliteStore::open(&path).unwrap();
    let id = |name: &str| format!("{name}-{}", fresh_key().id);
    let keys = [("Todo", "z"), ("Saga", "a"), ("Todo0", "a"), ("Todo", "a"), ("User", "m"), ("List", "m")];
    let keys = keys.map(|(actor_type, name)| ActorKey::new(actor_type, id(name)));
    for (key, last) in keys.iter().zip(1..) {
        commit(&store, key, 0, 1, last).await;
    }
    let journal = SqliteJournal::open(&path).unwrap();
    for (key, last) in keys.iter().zip(1..) {
        expect_chain(&journal.chain(&key.id).await.unwrap().unwrap(), last);
    }
    for unknown in ["", "a", "todo-unknown", "Todo", "Todo/", "%"] {
        assert_eq!(journal.chain(unknown).await.unwrap(), None, "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_append_only_for_the_program_itself() {
    let (_folder, path, _) = journal().await;
    let connection = Connection::open(&path).unwrap();
    for statement in ["UPDATE events SET record = '{}'", "DELETE FROM events WHERE version = 1", "UPDATE events SET hash = NULL"] {
        let refusal = connection.execute(statement, []).unwrap_err();
        assert!(refusal.to_string().contains("append-only"), "{statement}: {refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_without_any_row_left_is_still_told_of() {
    let (_folder, path, [_, b]) = journal().await;
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("DROP TRIGGER events_are_not_deleted").unwrap();
    connection.execute("DELETE FROM events WHERE aggregate_id = ?", [&*b.id]).unwrap();
    let bare = Chain { aggregate_id: b.id.to_string(), rows: vec![], head: Some(1) };
    assert!(all(&path).await.contains(&bare));
    assert_eq!(SqliteJournal::open(&path).unwrap().chain(&b.id).await.unwrap(), Some(bare));
}

/// As `todo.db` was before there were hashes.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_before_is_chained_when_it_is_opened() {
    let (_folder, path, [a, _]) = journal().await;
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted;
             ALTER TABLE events DROP COLUMN hash;
             DROP TABLE checkpoints; DROP TABLE checkpoint_heads; PRAGMA user_version = 0;",
        )
        .unwrap();
    assert!(SqliteJournal::open(&path).is_err());
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, &a, 3, 6, 6).await;
    expect_chain(&SqliteJournal::open(&path).unwrap().chain(&a.id).await.unwrap().unwrap(), 6);
}

/// As `todo.db` was before there were checkpoints.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_before_takes_checkpoints_when_it_is_opened() {
    let (_folder, path, [a, _]) = journal().await;
    let before = "DROP TABLE checkpoints; DROP TABLE checkpoint_heads; PRAGMA user_version = 1;";
    Connection::open(&path).unwrap().execute_batch(before).unwrap();
    let read = SqliteJournal::open(&path).unwrap();
    assert_eq!((read.all().await.unwrap(), read.last().await.unwrap()), (vec![], None), "an audit reads the file as it is");
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, &a, 3, 6, 6).await;
    expect_chain(&read.chain(&a.id).await.unwrap().unwrap(), 6);
    let kept = Kept { checkpoints: Arc::new(read), journal: Arc::new(Committed(store)), keep: Box::new(()) };
    let kept = std::sync::Mutex::new(Some(kept));
    checkpoints::suite(async || match kept.lock().unwrap().take() {
        Some(kept) => kept,
        None => kept_afresh(),
    })
    .await;
}

/// Events come in as actors commit them.
struct Committed(SqliteStore);

#[async_trait::async_trait]
impl Appends for Committed {
    async fn append(&self, events: &[EventRecord]) {
        let (first, last) = (&events[0], &events[events.len() - 1]);
        let key = ActorKey::new("Todo", first.aggregate_id.clone());
        let value = format!("{{\"writes\":1,\"version\":{}}}", last.version).into();
        self.0.commit(&key, 0, NewRecord { value, events: events.into() }).await.unwrap();
    }
}

fn kept_afresh() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("todo.db");
    let store = SqliteStore::open(&path).unwrap();
    Kept { checkpoints: Arc::new(SqliteJournal::open(&path).unwrap()), journal: Arc::new(Committed(store)), keep: Box::new(folder) }
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_keep_the_contract() {
    checkpoints::suite(async || kept_afresh()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_newer_program_is_not_touched() {
    let (_folder, path, _) = journal().await;
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    assert!(SqliteStore::open(&path).unwrap_err().to_string().contains("newer version"));
}

#[tokio::test]
async fn what_happens_in_lists_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("todo.db");
    let store = SqliteStore::open(&path).unwrap();
    let journal = SqliteJournal::open(&path).unwrap();
    let writes = std::sync::Mutex::new(std::collections::HashMap::<String, u64>::new());
    testkit::contracts::journal::events_in_lists_are_told(&journal, async |events: &[EventRecord]| {
        let (id, last) = (events[0].aggregate_id.clone(), events.last().unwrap().version);
        let before = *writes.lock().unwrap().entry(id.clone()).and_modify(|writes| *writes += 1).or_default();
        let value = format!("{{\"writes\":{},\"version\":{last}}}", before + 1).into();
        store.commit(&ActorKey::new("Todo", id), before, NewRecord { value, events: events.to_vec().into() }).await.unwrap();
    })
    .await;
}
