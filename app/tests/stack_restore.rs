//! A Redis that has lost everything, and `todo restore`, on the real engine.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use support::{
    stack::{PATIENCE, Stack},
    todo,
};
use testkit::poll_until;

/// Whether `todo restore` succeeded with this test's aggregates, and what it said.
fn restore(stack: &Stack, more: &[&str]) -> (bool, String) {
    let mut command = todo();
    command.arg("restore").args(more);
    for name in ["REDIS_URL", "DATABASE_URL", "KAFKA_BROKERS"] {
        command.env(name, stack.var(name));
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
    // The tests share a journal. Chains that another test damaged, by an event from the future, are left, named and counted
    // against the command, as they should be; that is not this test's concern.
    let mut left = said.lines().filter(|line| line.starts_with("left: ")).peekable();
    let only_foreign = left.peek().is_some() && left.all(|line| line.contains("has schema version 99"));
    (output.status.success() || only_foreign, said)
}

/// The number before these words.
fn count(said: &str, words: &str) -> u64 {
    let line = said.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words:?} in {said}"));
    line.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{line}"))
}

async fn answer(request: reqwest::RequestBuilder, expected: StatusCode) -> Response {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), expected, "{:?}", answer.text().await);
    answer
}

async fn value(request: reqwest::RequestBuilder, expected: StatusCode) -> Value {
    answer(request, expected).await.json().await.unwrap()
}

/// What a client sees of a todo: its ETag and itself.
async fn seen(stack: &Stack, id: &str) -> (String, Value) {
    let answer = answer(Client::new().get(stack.url(&format!("/api/v1/todos/{id}"))), StatusCode::OK).await;
    (answer.headers()["etag"].to_str().unwrap().to_owned(), answer.json().await.unwrap())
}

fn id(todo: &Value) -> String {
    todo["id"].as_str().unwrap().to_owned()
}

/// The part of a record that events tell.
fn told(record: &Value) -> Value {
    let commands = record["recentCommands"].as_array().unwrap().iter();
    let commands: Vec<_> = commands.map(|one| json!([one["id"], one["version"], one["events"], one["state"]])).collect();
    json!({ "version": record["version"], "state": record["state"], "recentCommands": commands })
}

/// Waits until nothing is on its way: no mark is set, and the journal has all that Kafka has.
async fn settled(stack: &Stack) {
    let settled = poll_until(PATIENCE, async || (stack.marks() == 0).then_some(())).await;
    assert!(settled.is_some(), "{} marks stay", stack.marks());
}

#[tokio::test]
async fn stack_restore_brings_every_actor_back_after_redis_lost_everything() {
    let stack = Stack::up("split", "stream");
    let (http, run) = (Client::new(), uuid::Uuid::now_v7());
    let todos = stack.url("/api/v1/todos");
    let url = |id: &str| format!("{todos}/{id}");

    // A life with everything in it: keys, changes, a deletion, words that JSON must escape, a person's own things.
    let create = |key: &str, body: &Value| http.post(&todos).header("Idempotency-Key", format!("{run}-{key}")).json(body);
    let first_body = json!({ "title": "<b>buy \"milk\"</b> 🦀", "tags": ["x"], "order": 0.1, "due": { "local": "2026-12-24", "zone": "Europe/Berlin" } });
    let first = value(create("first", &first_body), StatusCode::CREATED).await;
    let first_id = id(&first);
    let rename = || {
        http.patch(url(&first_id))
            .header("Idempotency-Key", format!("{run}-rename"))
            .json(&json!({ "title": "renamed", "completed": true }))
    };
    let renamed = value(rename(), StatusCode::OK).await;
    assert_eq!(renamed["version"], 3);
    value(http.patch(url(&first_id)).json(&json!({ "description": "more" })), StatusCode::OK).await;
    let deleted = id(&value(create("deleted", &json!({ "title": "deleted" })), StatusCode::CREATED).await);
    answer(http.delete(url(&deleted)), StatusCode::NO_CONTENT).await;
    let mut ids = vec![first_id.clone()];
    for n in 0..40 {
        let todo = value(create(&n.to_string(), &json!({ "title": format!("todo {n}") })), StatusCode::CREATED).await;
        if n % 2 == 0 {
            value(http.patch(url(&id(&todo))).json(&json!({ "completed": true })), StatusCode::OK).await;
        }
        ids.push(id(&todo));
    }
    let filter = stack.url(&format!("/api/v1/filters/restore-{run}"));
    value(http.put(&filter).json(&json!({ "query": "status=open" })), StatusCode::OK).await;

    // Nothing is restored while actors are hosted, nor while events are only in Kafka.
    let (good, said) = restore(&stack, &[]);
    assert!(!good && said.contains("2 processes host actors"), "{said}");
    settled(&stack).await;
    stack.tell(&["stop", "projections"]);
    let late = id(&value(create("late", &json!({ "title": "late" })), StatusCode::CREATED).await);
    ids.push(late);
    settled(&stack).await;
    stack.tell(&["stop", "actors-1"]);
    // Sagas' own records are restored, too.
    let (good, said) = restore(&stack, &[]);
    assert!(!good && said.contains("1 processes host actors"), "{said}");
    stack.tell(&["stop", "sagas"]);
    let (good, said) = restore(&stack, &[]);
    assert!(!good && said.contains("has not read 1 messages of todo-events"), "{said}");
    stack.tell(&["start", "projections"]);
    let caught_up = poll_until(PATIENCE, async || Some(restore(&stack, &["--dry-run"])).filter(|(good, _)| *good)).await;
    let Some((_, said)) = caught_up else { panic!("the journal does not catch up: {}", restore(&stack, &["--dry-run"]).1) };
    assert_eq!(count(&said, "records would be written"), 0, "{said}");
    let aggregates = count(&said, "were there already");
    assert!(aggregates >= 43, "{said}");

    // What is there before, as clients and as Redis show it.
    let mut before = Vec::new();
    for id in &ids {
        before.push((seen(&stack, id).await, stack.record(id)));
    }
    let deleted_before = stack.record(&deleted);

    stack.redis(&["FLUSHALL"]);
    let (good, said) = restore(&stack, &["--dry-run"]);
    assert!(good && count(&said, "records would be written") == aggregates, "{said}");
    assert_eq!(stack.redis(&["DBSIZE"]).trim(), "0", "a dry run writes nothing");
    let (good, said) = restore(&stack, &[]);
    assert!(good && count(&said, "records written") == aggregates, "{said}");
    // As somebody would who was interrupted: what is there stays.
    stack.redis(&["DEL", &Stack::record_key(&ids[1])]);
    let (good, said) = restore(&stack, &[]);
    assert!(good && count(&said, "records written") == 1 && count(&said, "were there already") == aggregates - 1, "{said}");

    for (id, (_, record)) in ids.iter().zip(&before) {
        let restored = stack.record(id);
        assert_eq!(told(&restored), told(record), "{id}");
        assert_eq!(stack.redis_hash(&Stack::record_key(id))["version"], restored["writes"].to_string(), "Redis counts as the record does");
    }
    assert_eq!(told(&stack.record(&deleted)), told(&deleted_before));

    stack.tell(&["start", "actors-1"]);
    stack.tell(&["start", "sagas"]);
    let ready = poll_until(PATIENCE, async || {
        http.get(format!("{}/readyz", stack.var("ACTORS_URL"))).send().await.ok()?.status().is_success().then_some(())
    });
    assert!(ready.await.is_some(), "the host comes back");
    for (id, (shown, _)) in ids.iter().zip(&before) {
        assert_eq!(seen(&stack, id).await, *shown, "{id}");
    }

    // Requests that were answered before get the same answers, and nothing happens twice.
    let again = answer(create("first", &first_body), StatusCode::CREATED).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let again = answer(rename(), StatusCode::OK).await;
    assert_eq!((again.headers()["idempotency-replayed"].to_str().unwrap(), again.headers()["etag"].to_str().unwrap()), ("true", "\"3\""));
    let again: Value = again.json().await.unwrap();
    for field in ["id", "version", "title", "completed", "tags", "createdAt"] {
        assert_eq!(again[field], renamed[field], "{field}");
    }
    let stale = http.patch(url(&first_id)).header("If-Match", "\"3\"").json(&json!({ "title": "stale" }));
    answer(stale, StatusCode::PRECONDITION_FAILED).await;

    // Commands go on where they were, and their events arrive once, everywhere.
    for id in &ids {
        let (_, shown) = seen(&stack, id).await;
        let version = shown["version"].as_u64().unwrap();
        let changed = value(http.patch(url(id)).json(&json!({ "title": format!("after {version}") })), StatusCode::OK).await;
        assert_eq!(changed["version"], version + 1, "{id}");
        assert_eq!(seen(&stack, id).await.1["title"], format!("after {version}"), "the views follow");
    }
    stack.expect_versions(&first_id, &[1, 2, 3, 4, 5]).await;
    value(http.post(format!("{}/restore", url(&deleted))), StatusCode::OK).await;
    stack.expect_versions(&deleted, &[1, 2, 3]).await;
    let history: Value = value(http.get(format!("{}/history", url(&first_id))), StatusCode::OK).await;
    assert!(history.to_string().contains("after 4"), "the journal follows: {history}");
    let filters: Value = value(http.get(stack.url("/api/v1/filters")), StatusCode::OK).await;
    assert!(filters.to_string().contains(&format!("restore-{run}")), "{filters}");
    answer(http.delete(&filter), StatusCode::NO_CONTENT).await;

    // What else lived in Redis comes back by itself: marks, what people wrote last, live channels.
    settled(&stack).await;
    testkit_http::read_your_writes(stack.var("GATEWAY_URL")).await;
    testkit_http::live_updates(stack.var("GATEWAY_URL")).await;
    let (good, said) = restore(&stack, &["--dry-run"]);
    assert!(!good && said.contains("host actors"), "{said}");
}
