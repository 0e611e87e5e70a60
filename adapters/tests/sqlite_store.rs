//! Actors in SQLite: the port's contract, and what only a file can be asked.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{path::Path, sync::Arc};

use adapters::sqlite::{DataFolder, DataFolderError, SqliteStore};
use ports::{AggregateStore, CommitError, NewRecord};
use testkit::{
    contracts::{Fresh, aggregate_store},
    samples::{fresh_key, records},
};

async fn fresh() -> Fresh<SqliteStore> {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("todo.db")).unwrap();
    Fresh::keeping(store, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_the_contract() {
    aggregate_store::suite(fresh).await;
    aggregate_store::an_absent_actor_takes_no_later_write(fresh).await;
}

fn record(key: &ports::ActorKey, version: u64) -> NewRecord {
    NewRecord { value: format!("{{\"writes\":{version}}}").into(), events: records(&key.id, version..=version).into() }
}

fn event_count(path: &Path) -> i64 {
    rusqlite::Connection::open(path).unwrap().query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_join_their_commit_and_survive_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("todo.db");
    let key = fresh_key();
    {
        let store = SqliteStore::open(&path).unwrap();
        store.commit(&key, 0, record(&key, 1)).await.unwrap();
        store.commit(&key, 1, record(&key, 2)).await.unwrap();
        assert!(matches!(store.commit(&key, 1, record(&key, 3)).await, Err(CommitError::LostRace)));
    }
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.load(&key).await.unwrap().unwrap().writes, 2);
    assert_eq!(event_count(&path), 2);
    assert_eq!(*store.last_event().borrow(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_commit_that_cannot_be_written_spoils_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("todo.db");
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    let taken = fresh_key();
    store.commit(&taken, 0, record(&taken, 1)).await.unwrap();
    // Many at once, so that they share transactions; every tenth claims an event version that is taken.
    let commits = (0..200).map(|n| {
        let (store, taken) = (store.clone(), taken.clone());
        tokio::spawn(async move {
            let key = fresh_key();
            let new = if n % 10 == 0 { record(&taken, 1) } else { record(&key, 1) };
            let outcome = store.commit(&key, 0, new).await;
            (n, outcome, store.load(&key).await.unwrap().is_some())
        })
    });
    for commit in commits.collect::<Vec<_>>() {
        let (n, outcome, stored) = commit.await.unwrap();
        let spoiled = n % 10 == 0;
        assert_eq!(matches!(outcome, Err(CommitError::Unclear(_))), spoiled, "{n}: {outcome:?}");
        assert_eq!(stored, !spoiled, "{n}");
    }
    assert_eq!(event_count(&path), 181);
}

#[test]
fn a_data_folder_belongs_to_one_process_at_a_time() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("data");
    let first = DataFolder::open(&path).unwrap();
    assert!(matches!(DataFolder::open(&path), Err(DataFolderError::InUse(_))));
    drop(first);
    DataFolder::open(&path).unwrap();
}
