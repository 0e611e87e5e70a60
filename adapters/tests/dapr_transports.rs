//! The two ways by which daprd reaches actors, held to one suite on the real daprd.
#![cfg(feature = "cluster")]

mod support;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use adapters::dapr::{
    ActorSettings,
    callbacks::{self, CallbacksConfig},
    dispatch::{DaprDispatch, DispatchConfig},
    stream::{ActorStream, StreamConfig},
};
use bytes::Bytes;
use dapr::dapr::proto::runtime::v1::{RegisterActorReminderRequest, RegisterActorTimerRequest, dapr_client::DaprClient};
use ports::{ActorKey, Dispatch, DispatchError};
use support::{
    PATIENCE,
    actors::Puppets,
    engine::{AppChannel, Engine},
    free_ports,
};
use testkit::{poll_until, samples::fresh_key};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// Short, so that a test can see it pass; long enough for a call on a busy machine.
const IDLE: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Stream,
    Callbacks,
}

struct Stage {
    way: Way,
    engine: Engine,
    host: Arc<Puppets>,
    dispatch: Arc<DaprDispatch>,
    ready: Option<watch::Receiver<bool>>,
    shutdown: CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

impl Stage {
    async fn set(way: Way) -> Self {
        let (host, shutdown) = (Puppets::new(), CancellationToken::new());
        let actors = ActorSettings { idle_timeout: IDLE, ..ActorSettings::default() };
        let (engine, ready, running) = match way {
            Way::Stream => {
                let engine = Engine::start(AppChannel::None).await;
                let config = StreamConfig { actors, grace: PATIENCE, ..StreamConfig::new(engine.grpc()) };
                let stream = ActorStream::new(config, host.clone()).expect("an address");
                let ready = stream.ready();
                (engine, Some(ready), tokio::spawn(stream.run(shutdown.clone())))
            }
            Way::Callbacks => {
                let [port] = free_ports();
                let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
                let router = callbacks::router(CallbacksConfig { actors, app_api_token: None }, host.clone()).await;
                let server = axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
                let running = tokio::spawn(async move { server.await.expect("a server") });
                (Engine::start(AppChannel::Http(port)).await, None, running)
            }
        };
        // daprd lets a call wait for a host of its type until its caller gives up.
        let config = DispatchConfig { deadline: Duration::from_secs(4), ..DispatchConfig::new(engine.grpc()) };
        let dispatch = Arc::new(DaprDispatch::new(&config).expect("an address"));
        let stage = Self { way, engine, host, dispatch, ready, shutdown, running };
        stage.wait_until_ready().await;
        stage
    }

    async fn wait_until_ready(&self) {
        if let Some(mut ready) = self.ready.clone() {
            timeout(PATIENCE, ready.wait_for(|ready| *ready)).await.expect("in time").expect("a running stream");
        }
        poll_until(PATIENCE, async || self.call(&fresh_key(), "echo", "").await.ok()).await.expect("actors that answer");
    }

    async fn call(&self, key: &ActorKey, method: &str, body: &str) -> Result<Bytes, DispatchError> {
        self.dispatch.call(key, method, Bytes::copy_from_slice(body.as_bytes()), None).await
    }

    async fn raw(&self) -> DaprClient<tonic::transport::Channel> {
        DaprClient::connect(self.engine.grpc()).await.expect("a daprd")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_dapr_stream_carries_calls() {
    suite(Way::Stream).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_dapr_callbacks_carry_calls() {
    suite(Way::Callbacks).await;
}

async fn suite(way: Way) {
    let mut stage = Stage::set(way).await;
    calls_reach_their_actor(&stage).await;
    calls_run_beside_each_other(&stage).await;
    failures_come_back(&stage).await;
    reminders_and_timers_bring_what_was_registered(&stage).await;
    idle_actors_are_deactivated(&stage).await;
    a_new_daprd_is_served(&mut stage).await;
    a_stop_lets_turns_finish(stage).await;
}

async fn calls_reach_their_actor(stage: &Stage) {
    for id in ["todo-0192", "a:b@c~d._-", "..x"] {
        let key = ActorKey::new("Other", id);
        assert_eq!(stage.call(&key, "who", "").await.expect("an answer"), format!("Other/{id}"));
    }
    let every_byte: Vec<u8> = (0..=255).collect();
    let answer = stage.dispatch.call(&fresh_key(), "echo", every_byte.clone().into(), None).await;
    assert_eq!(answer.expect("an answer"), every_byte);
    let large = "x".repeat(3 << 20);
    assert!(stage.call(&fresh_key(), "echo", &large).await.expect("an answer") == large);
    // A trace that the gateway began.
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    stage.dispatch.call(&fresh_key(), "echo", Bytes::new(), Some(parent)).await.expect("an answer");
}

async fn calls_run_beside_each_other(stage: &Stage) {
    const CALLS: usize = 64;
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let dispatch = stage.dispatch.clone();
        let body = Bytes::from(number.to_string());
        calls.spawn(async move { (body.clone(), dispatch.call(&fresh_key(), "wait", body, None).await) });
    }
    // None of them ends before all have begun.
    let all_begun = |seen: &support::actors::Seen| (seen.begun("wait") == CALLS).then_some(());
    stage.host.wait_for("all turns to begin", all_begun).await;
    stage.host.gate.add_permits(CALLS);
    for (sent, answer) in calls.join_all().await {
        assert_eq!(answer.expect("an answer"), sent, "each caller gets its own answer");
    }
}

async fn failures_come_back(stage: &Stage) {
    for (method, said) in [("fail", "could not be finished"), ("refuse", "is missing"), ("no-such-method", "not found")] {
        let began = Instant::now();
        let answer = stage.call(&fresh_key(), method, "").await;
        let Err(DispatchError::Failed(status)) = answer else { panic!("{method}: {answer:?}") };
        assert!(status.to_string().contains(said), "{method}: {status}");
        assert!(began.elapsed() < Duration::from_secs(5), "{method} took {:?}", began.elapsed());
        assert_eq!(stage.host.calls(method), 1, "{method} is not tried again");
    }
    stage.call(&fresh_key(), "panic", "").await.expect_err("the turn panicked");
    let nobody = stage.call(&ActorKey::new("Nobody", "x"), "echo", "").await;
    assert!(matches!(nobody, Err(DispatchError::Unavailable(_))), "{nobody:?}");
    stage.call(&fresh_key(), "echo", "").await.expect("all is well again");
}

async fn reminders_and_timers_bring_what_was_registered(stage: &Stage) {
    let (key, mut raw) = (fresh_key(), stage.raw().await);
    let data: Vec<u8> = [&[0, 255, b'"', b'\\'][..], br#"{"json":"aGk="}"#].concat();
    for (name, data) in [("bytes", data.clone()), ("nothing", vec![])] {
        let reminder = RegisterActorReminderRequest {
            actor_type: key.actor_type.into(),
            actor_id: key.id.to_string(),
            name: name.into(),
            due_time: "200ms".into(),
            data,
            ..Default::default()
        };
        raw.register_actor_reminder(reminder).await.expect("registered");
    }
    for (name, data) in [("bytes", data.clone()), ("nothing", vec![])] {
        let wanted = (key.actor_type.to_owned(), key.id.to_string(), name.to_owned(), Bytes::from(data));
        stage.host.wait_for("the reminder as it was registered", |seen| seen.reminders.contains(&wanted).then_some(())).await;
    }
    // A timer needs an active actor.
    stage.call(&key, "echo", "").await.expect("an answer");
    let timer = RegisterActorTimerRequest {
        actor_type: key.actor_type.into(),
        actor_id: key.id.to_string(),
        name: "timer".into(),
        due_time: "100ms".into(),
        callback: "who".into(),
        data: data.clone(),
        ..Default::default()
    };
    raw.register_actor_timer(timer).await.expect("registered");
    let data = Bytes::from(data);
    stage.host.wait_for("the timer's call", |seen| seen.calls.get("who")?.contains(&data).then_some(())).await;
}

async fn idle_actors_are_deactivated(stage: &Stage) {
    let key = fresh_key();
    stage.call(&key, "echo", "").await.expect("an answer");
    let called = Instant::now();
    let wanted = (key.actor_type.to_owned(), key.id.to_string());
    stage.host.wait_for("a deactivation", |seen| seen.deactivated.contains(&wanted).then_some(())).await;
    assert!(called.elapsed() > IDLE / 2, "after {:?}", called.elapsed());
    stage.call(&key, "echo", "").await.expect("it is activated again");
}

async fn a_new_daprd_is_served(stage: &mut Stage) {
    let before = stage.host.seen().all_deactivated;
    stage.engine.kill_daprd();
    if let Some(ready) = &mut stage.ready {
        timeout(PATIENCE, ready.wait_for(|ready| !*ready)).await.expect("the loss is seen").expect("a running stream");
    }
    let answer = stage.call(&fresh_key(), "echo", "").await;
    assert!(matches!(answer, Err(DispatchError::Unavailable(_))), "{answer:?}");
    stage.engine.start_daprd().await;
    stage.wait_until_ready().await;
    assert!(stage.host.seen().all_deactivated > before, "what the lost daprd activated is forgotten");
}

async fn a_stop_lets_turns_finish(stage: Stage) {
    let before = stage.host.seen().begun("wait");
    let turn = {
        let dispatch = stage.dispatch.clone();
        tokio::spawn(async move { dispatch.call(&fresh_key(), "wait", Bytes::from("done"), None).await })
    };
    stage.host.wait_for("the turn to begin", |seen| (seen.begun("wait") > before).then_some(())).await;
    stage.shutdown.cancel();
    if stage.way == Way::Stream {
        let refused = poll_until(PATIENCE, async || stage.call(&fresh_key(), "echo", "").await.err()).await.expect("no new calls");
        assert!(matches!(refused, DispatchError::Unavailable(_)), "{refused:?}");
    }
    assert!(!stage.running.is_finished(), "it waits for the turn");
    stage.host.gate.add_permits(1);
    assert_eq!(timeout(PATIENCE, turn).await.expect("in time").expect("a task").expect("an answer"), "done");
    timeout(PATIENCE, stage.running).await.expect("it ends").expect("a task");
    let gone = stage.dispatch.call(&fresh_key(), "echo", Bytes::new(), None).await;
    assert!(matches!(gone, Err(DispatchError::Unavailable(_))), "{gone:?}");
}

/// Else a sidecar of the one would be asked for the other in vain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_dapr_stream_waits_for_a_daprd_that_is_not_there() {
    let [port] = free_ports();
    let host = Puppets::new();
    let stream = ActorStream::new(StreamConfig::new(format!("http://127.0.0.1:{port}")), host).expect("an address");
    let (ready, shutdown) = (stream.ready(), CancellationToken::new());
    let running = tokio::spawn(stream.run(shutdown.clone()));
    let dispatch = DaprDispatch::new(&DispatchConfig::new(format!("http://127.0.0.1:{port}"))).expect("an address");
    let began = Instant::now();
    let answer = dispatch.call(&fresh_key(), "echo", Bytes::new(), None).await;
    assert!(matches!(answer, Err(DispatchError::Unavailable(_))), "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(!*ready.borrow());
    shutdown.cancel();
    timeout(PATIENCE, running).await.expect("it ends at once").expect("a task");
}
