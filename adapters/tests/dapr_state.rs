//! The state store on the real daprd and Redis, its actors hosted by a stream.
#![cfg(feature = "cluster")]

mod support;

use std::{sync::Arc, time::Duration};

use adapters::{
    dapr::{
        dispatch::{DaprDispatch, DispatchConfig},
        state::{DaprStore, StateConfig, unseal},
        stream::{ActorStream, StreamConfig},
    },
    redis::{connect, records::RedisRecords},
};
use async_trait::async_trait;
use bytes::Bytes;
use ports::{ActorKey, AggregateStore, CommitError, Dispatch, LoadError, NewRecord, RecordStore, Stored};
use redis::AsyncCommands;
use serde_json::{Value, json};
use support::{
    actors::Puppets,
    engine::{AppChannel, Engine},
};
use testkit::{
    contracts::{Fresh, aggregate_store},
    samples::fresh_key,
};
use tokio_util::sync::CancellationToken;

struct Stage {
    engine: Engine,
    store: Arc<DaprStore>,
    dispatch: Arc<DaprDispatch>,
    _stream: tokio_util::sync::DropGuard,
}

async fn stage() -> Stage {
    let engine = Engine::start(AppChannel::None).await;
    let stream = ActorStream::new(StreamConfig::new(engine.grpc()), Puppets::new()).expect("an address");
    let (mut ready, shutdown) = (stream.ready(), CancellationToken::new());
    tokio::spawn(stream.run(shutdown.clone()));
    ready.wait_for(|ready| *ready).await.expect("a running stream");
    let store = Arc::new(DaprStore::new(&StateConfig::new(engine.http())).expect("an address"));
    let dispatch = Arc::new(DaprDispatch::new(&DispatchConfig::new(engine.grpc())).expect("an address"));
    Stage { engine, store, dispatch, _stream: shutdown.drop_guard() }
}

impl Stage {
    /// daprd refuses to write the state of an actor that nobody called.
    async fn activate(&self, key: &ActorKey) {
        self.dispatch.call(key, "echo", Bytes::new(), None).await.expect("an actor");
    }

    async fn raw(&self, key: &ActorKey) -> (Option<String>, Option<u64>) {
        let client = redis::Client::open(self.engine.redis()).expect("an address");
        let mut connection = client.get_multiplexed_async_connection().await.expect("a redis");
        connection.hmget(format!("test||{}||{}||aggregate", key.actor_type, key.id), &["data", "version"]).await.expect("a hash or nothing")
    }
}

fn record(json: &Value) -> NewRecord {
    NewRecord { value: json.to_string().into(), events: [].into() }
}

/// For the contract: calls each actor before it writes.
struct Activated {
    store: Arc<DaprStore>,
    dispatch: Arc<DaprDispatch>,
}

#[async_trait]
impl AggregateStore for Activated {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        self.store.load(key).await
    }

    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        self.dispatch.call(key, "echo", Bytes::new(), None).await.expect("an actor");
        self.store.commit(key, expected, record).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_dapr_state_keeps_the_contract() {
    let stage = stage().await;
    let fresh = async || Fresh::of(Activated { store: stage.store.clone(), dispatch: stage.dispatch.clone() });
    aggregate_store::suite(fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_dapr_state_is_fenced_in_redis() {
    let stage = stage().await;
    let key = fresh_key();

    // Nobody called this actor, so daprd writes nothing; and that is not a lost race.
    let early = stage.store.commit(&key, 0, record(&json!({ "writes": 1 }))).await;
    assert!(matches!(early, Err(CommitError::Unclear(_))), "{early:?}");
    assert_eq!(stage.raw(&key).await, (None, None));

    stage.activate(&key).await;
    stage.store.commit(&key, 0, record(&json!({ "writes": 1, "state": "first" }))).await.expect("a first write");
    stage.store.commit(&key, 1, record(&json!({ "writes": 2, "state": "second" }))).await.expect("a second write");
    let before = stage.raw(&key).await;
    assert_eq!(before.1, Some(2), "the hash counts writes as the record does");
    let lying = before.0.as_deref().expect("data");
    assert_eq!(serde_json::from_str::<Value>(lying).expect("JSON")["writes"], 2, "and so does what lies around it");
    let unsealed = unseal(lying.as_bytes()).expect("a record").value;
    assert_eq!(serde_json::from_slice::<Value>(&unsealed).expect("JSON"), json!({ "writes": 2, "state": "second" }));

    for stale in [0, 1, 3] {
        let answer = stage.store.commit(&key, stale, record(&json!({ "writes": stale + 1, "state": "stale" }))).await;
        assert!(matches!(answer, Err(CommitError::LostRace)), "{stale}: {answer:?}");
        assert_eq!(stage.raw(&key).await, before, "nothing changes in Redis");
    }
}

/// What lies there after a restoration is daprd's own layout, and its count is the fence.
#[tokio::test(flavor = "multi_thread")]
async fn stack_dapr_state_goes_on_from_a_restored_record() {
    let stage = stage().await;
    let (key, writes) = (fresh_key(), 1_800_000_000_u64 << 20);
    let connection = connect(&stage.engine.redis(), Duration::from_secs(5)).expect("an address");
    let records = RedisRecords::new(connection, [("Todo", "test")]);
    let restored = Stored { writes, value: json!({ "writes": writes, "state": "<restored> \"ä\"" }).to_string().into() };
    records.create_all(&[(key.clone(), restored.clone())]).await.expect("written");
    stage.activate(&key).await;
    assert_eq!(stage.store.load(&key).await.expect("an answer"), Some(restored));
    for stale in [0, 1, 7, writes - 1, writes + 1] {
        let answer = stage.store.commit(&key, stale, record(&json!({ "writes": stale + 1 }))).await;
        assert!(matches!(answer, Err(CommitError::LostRace)), "{stale}: {answer:?}");
    }
    let next = record(&json!({ "writes": writes + 1, "state": "next" }));
    stage.store.commit(&key, writes, next.clone()).await.expect("the next write");
    let stored = Stored { writes: writes + 1, value: next.value };
    assert_eq!(stage.store.load(&key).await.expect("an answer"), Some(stored.clone()));
    assert_eq!(records.present(&[key]).await.expect("an answer"), [Some(stored)], "and what daprd wrote is read, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_dapr_state_says_when_it_does_not_know() {
    let mut stage = stage().await;
    let key = fresh_key();
    stage.activate(&key).await;
    stage.engine.kill_daprd();
    let began = std::time::Instant::now();
    let answer = stage.store.commit(&key, 0, record(&json!({ "writes": 1 }))).await;
    assert!(matches!(answer, Err(CommitError::Unclear(_))), "{answer:?}");
    assert!(stage.store.load(&key).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(11), "two deadlines at most");
}
