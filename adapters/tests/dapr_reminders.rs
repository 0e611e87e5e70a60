//! Timers on Dapr's reminders: they ring by themselves, on time, and what Dapr loses is still known.
#![cfg(feature = "cluster")]

mod support;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use adapters::{
    dapr::{
        dispatch::{DaprDispatch, DispatchConfig},
        reminders::DaprReminders,
        stream::{ActorStream, StreamConfig},
    },
    redis::{connect, timers::RedisTimers},
};
use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use ports::{ActorHost, ActorKey, Dispatch, HostError, Ring, Timers};
use support::{
    PATIENCE,
    engine::{AppChannel, Engine, Redis},
};
use testkit::{
    contracts::timers::{Rung, ringing},
    poll_until,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const DEADLINE: Duration = Duration::from_secs(2);

/// Actors that note what rings.
#[derive(Default)]
struct Noting(Mutex<Vec<(String, Ring, Timestamp)>>);

#[async_trait]
impl ActorHost for Noting {
    fn types(&self) -> Vec<&'static str> {
        vec!["Saga"]
    }
    async fn call(&self, _: &str, _: &str, _: &str, body: Bytes) -> Result<Bytes, HostError> {
        Ok(body)
    }
    async fn remind(&self, _: &str, id: &str, _: &str, data: Bytes) -> Result<(), HostError> {
        let ring = Ring::read(&data).ok_or_else(|| HostError::Malformed("no ring".into()))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((id.to_owned(), ring, Timestamp::now()));
        Ok(())
    }
    async fn deactivate(&self, _: &str, _: &str) {}
    async fn deactivate_all(&self) {}
}

struct Stage {
    timers: RedisTimers,
    host: Arc<Noting>,
    actor: ActorKey,
}

#[async_trait]
impl Rung for Stage {
    fn timers(&self) -> &dyn Timers {
        &self.timers
    }
    fn actor(&self) -> ActorKey {
        self.actor.clone()
    }
    async fn rings(&self) -> Vec<(Ring, Timestamp)> {
        let noted = self.host.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.iter().filter(|(id, ..)| **id == *self.actor.id).map(|(_, ring, at)| (ring.clone(), *at)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_dapr_reminders_ring_on_time_and_only_what_is_armed() {
    let (redis, engine, stop) = (Redis::start().await, Engine::start(AppChannel::None).await, CancellationToken::new());
    let host = Arc::new(Noting::default());
    let stream = ActorStream::new(StreamConfig::new(engine.grpc()), host.clone()).expect("an address");
    let running = tokio::spawn(stream.run(stop.clone()));
    let config = DispatchConfig { deadline: Duration::from_secs(4), ..DispatchConfig::new(engine.grpc()) };
    let dispatch = DaprDispatch::new(&config).expect("an address");
    let actor = ActorKey::new("Saga", format!("saga-{}", Uuid::now_v7()));
    let ready = poll_until(PATIENCE, async || dispatch.call(&actor, "echo", Bytes::new(), None).await.ok()).await;
    assert!(ready.is_some(), "no actors");
    let reminders = DaprReminders::new(&config).expect("an address");
    let connection = connect(&redis.url(), DEADLINE).expect("an address");
    let timers = RedisTimers::new(connection, Box::new(reminders), vec!["Saga"], DEADLINE);
    ringing(&Stage { timers, host, actor }).await;
    stop.cancel();
    let _ = running.await;
}
