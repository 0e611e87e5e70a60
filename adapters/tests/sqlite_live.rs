//! Live news of the embedded shape.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{sync::Arc, time::Duration};

use adapters::sqlite::{SqliteLive, SqliteStore};
use ports::{AggregateStore, Live, NewRecord};
use testkit::{
    contracts::live::{self, Pair},
    samples::{fresh_key, fresh_user, records},
};

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("todo.db")).unwrap();
    live::suite(async || {
        let live = Arc::new(SqliteLive::start(store.last_event()));
        Pair { here: live.clone(), there: live }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_commit_wakes_those_who_watch() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("todo.db")).unwrap();
    let live = SqliteLive::start(store.last_event());
    let (mut news, key) = (live.watch(&fresh_user()), fresh_key());
    for version in 1..=5 {
        let value = format!("{{\"writes\":{version}}}").into();
        store.commit(&key, version - 1, NewRecord { value, events: records(&key.id, version..=version).into() }).await.unwrap();
        let position = tokio::time::timeout(Duration::from_secs(20), news.behind(version - 1)).await.unwrap();
        assert_eq!(position, version);
    }
}
