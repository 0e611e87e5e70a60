//! Stores and consumers that go away under load, on the real engine: what was acknowledged arrives, once, in order.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::time::Duration;

use serde_json::json;
use support::{
    load::Load,
    stack::{PATIENCE, Stack, metric},
};
use testkit::poll_until;
use testkit_http::{Api, Events};
use tokio::time::Instant;

/// How long a store is away. A minute is what an operator may ask for: `STACK_FAULT_SECONDS=60`.
fn outage() -> Duration {
    let seconds = std::env::var("STACK_FAULT_SECONDS").ok().map_or(15, |text| text.parse().expect("STACK_FAULT_SECONDS is a number"));
    Duration::from_secs(seconds)
}

/// `tools/stack` with these words, while the load goes on.
fn tell(stack: &Stack, words: &[&str]) {
    tokio::task::block_in_place(|| stack.tell(words));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_faults_without_kafka_commands_go_on_and_every_event_arrives_once_in_order() {
    let stack = Stack::up("split", "stream");
    let load = Load::start(&stack, 12).await;
    load.progress(2).await;
    tell(&stack, &["stop", "kafka"]);
    let before = load.acknowledged();
    load.goes_on_until(Instant::now() + outage()).await;
    let during = load.acknowledged() - before;
    // Each of them goes on, and none is ever refused: the load is strict about that.
    load.progress(2).await;
    // What people are shown meanwhile says that it may lack something.
    let list = Api::at(stack.var("GATEWAY_URL")).bare("GET", "/api/v1/todos?limit=1", &[]).await.expect(200);
    assert_eq!(list.header("data-stale"), "?1");
    tell(&stack, &["start", "kafka"]);
    load.progress(2).await;
    let written = load.stop().await;
    written.arrive(&stack).await;
    assert_eq!(written.refused, 0, "commands were refused");
    eprintln!("{during} commands were acknowledged in {:?} without Kafka; {} events in all", outage(), written.events());
    let cleared = poll_until(PATIENCE, async || (stack.marks() == 0).then_some(())).await;
    assert!(cleared.is_some(), "{} marks stay", stack.marks());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_faults_without_postgres_commands_go_on_and_queries_say_that_they_cannot_be_answered() {
    let stack = Stack::up("split", "stream");
    let (gateway, projections) = (stack.var("GATEWAY_URL").to_owned(), stack.var("PROJECTIONS_URL").to_owned());
    let api = Api::at(&gateway);
    let known = api.create("known before").await;
    let load = Load::start(&stack, 12).await;
    load.progress(2).await;
    tell(&stack, &["stop", "postgres"]);
    let before = load.acknowledged();
    let end = Instant::now() + outage();
    let known = format!("/api/v1/todos/{}", known["id"].as_str().unwrap());
    for path in ["/api/v1/todos", "/api/v1/counts?zone=UTC", &known, &format!("{known}/history"), "/api/v1/analytics"] {
        let answer = api.bare("GET", path, &[]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "1"), "{path}: {}", answer.text);
        answer.problem(503, "unavailable");
    }
    Events::ask(&gateway, "", None).await.expect_err("no stream").problem(503, "unavailable");
    // The gateway stays in service, for commands; what can only project does not say that it is ready.
    for (base, status, word) in [(&gateway, 200, "degraded"), (&projections, 503, "not ready")] {
        let ready = Api::at(base).bare("GET", "/readyz", &[]).await.expect(status).value();
        assert_eq!((&ready["status"], &ready["checks"]["views"]["state"]), (&json!(word), &json!("failed")), "{base}");
        assert!(ready["checks"]["views"]["problem"].as_str().is_some_and(|problem| !problem.is_empty()), "{ready}");
    }
    load.goes_on_until(end).await;
    let during = load.acknowledged() - before;
    load.progress(2).await;
    tell(&stack, &["start", "postgres"]);
    load.progress(2).await;
    let written = load.stop().await;
    written.arrive(&stack).await;
    assert_eq!(written.refused, 0, "commands were refused");
    eprintln!("{during} commands were acknowledged in {:?} without PostgreSQL; {} events in all", outage(), written.events());
    let ready = poll_until(PATIENCE, async || {
        let ready = api.bare("GET", "/readyz", &[]).await.value();
        (ready["status"] == "ready").then_some(())
    });
    assert!(ready.await.is_some(), "the gateway never says that all is well again");
    testkit_http::read_your_writes(&gateway).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_faults_kill_9_of_the_projections_under_load_misses_and_doubles_nothing() {
    let stack = Stack::up("split", "stream");
    let load = Load::start(&stack, 12).await;
    let rows = || -> u64 { stack.sql("SELECT position FROM journal_position")[0].parse().unwrap() };
    for kill in 0..4 {
        // It has taken its partitions again and is at work, anywhere between reading, committing and whatever comes after.
        let (from, more) = (rows(), 20 + u64::from(uuid::Uuid::new_v4().as_bytes()[0] % 64));
        let at_work = poll_until(PATIENCE, async || (rows() > from + more).then_some(())).await;
        assert!(at_work.is_some(), "{kill}: the journal stays at {from}");
        tell(&stack, &["kill", "projections"]);
        tell(&stack, &["start", "projections"]);
    }
    load.progress(2).await;
    let written = load.stop().await;
    written.arrive(&stack).await;
    assert_eq!(written.refused, 0, "commands were refused");
    assert_eq!(metric(stack.var("PROJECTIONS_URL"), "todo_projection_stopped_total").await, 0.0, "a gap or a fork was met");
    eprintln!("{} events, four kills", written.events());
}
