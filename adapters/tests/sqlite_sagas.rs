//! Timers and operations of the embedded shape.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use adapters::sqlite::{SqliteOperations, SqliteTimers};
use jiff::Timestamp;
use ports::{ActorKey, ArmedTimer, Timers};
use testkit::{
    contracts::{Fresh, operations, timers},
    samples::at,
};

fn open(folder: &tempfile::TempDir) -> SqliteTimers {
    SqliteTimers::open(&folder.path().join("timers.db"), &["Saga"]).unwrap()
}

#[tokio::test]
async fn timers_keep_the_contract() {
    timers::suite(async || {
        let folder = tempfile::tempdir().unwrap();
        Fresh::keeping(open(&folder), folder)
    })
    .await;
}

#[tokio::test]
async fn operations_keep_the_contract() {
    operations::suite(async || {
        let folder = tempfile::tempdir().unwrap();
        Fresh::keeping(SqliteOperations::open(&folder.path().join("operations.db")).unwrap(), folder)
    })
    .await;
}

#[tokio::test]
async fn what_is_armed_is_armed_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let timer = ArmedTimer { actor: ActorKey::new("Saga", "saga-a"), name: "step".into(), due: at(0) };
    open(&folder).arm(&timer).await.unwrap();
    assert_eq!(open(&folder).due_before(Timestamp::MAX, 9).await.unwrap(), [timer]);
}
