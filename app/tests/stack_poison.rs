//! Events that cannot be taken, on the real engine: they are put aside, hold nobody else, and are taken in order when they come
//! again. And histories that split.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    io::Write,
    process::{Command, Stdio},
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack};
use testkit::poll_until;

/// Writes to the part of todo-events where the key's events are, marked as a test's own.
fn write(stack: &Stack, key: &str, bodies: &[String]) {
    let mut kcat = Command::new("kcat");
    kcat.args(["-P", "-b", stack.var("KAFKA_BROKERS"), "-t", "todo-events", "-X", "partitioner=fnv1a_random", "-k", key]);
    let mut child = kcat.args(["-H", "test-poison=on purpose"]).stdin(Stdio::piped()).spawn().unwrap();
    let text: String = bodies.iter().map(|body| format!("{body}\n")).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// A todo, and its first event.
async fn create(stack: &Stack, title: &str) -> (String, Value) {
    let answer = Client::new().post(stack.url("/api/v1/todos")).json(&json!({ "title": title })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let todo: Value = answer.json().await.unwrap();
    let id = todo["id"].as_str().unwrap().to_owned();
    stack.expect_versions(&id, &[1]).await;
    let event = stack.events_of(&id).remove(0);
    (id, event)
}

/// What would follow the event `first` as version `version`.
fn retitled(first: &Value, version: u64, title: &str) -> Value {
    let mut event = first.clone();
    event["eventId"] = json!(uuid::Uuid::now_v7());
    event["eventType"] = json!("TitleChanged");
    event["version"] = json!(version);
    event["data"] = json!({ "title": title });
    event
}

async fn shown(stack: &Stack, id: &str) -> Value {
    let answer = Client::new().get(stack.url(&format!("/api/v1/todos/{id}"))).send().await.unwrap();
    answer.json().await.unwrap()
}

async fn shown_at(stack: &Stack, id: &str, version: u64) -> Value {
    let found = poll_until(PATIENCE, async || Some(shown(stack, id).await).filter(|shown| shown["version"] == version)).await;
    match found {
        Some(found) => found,
        None => panic!("{id} is never shown at {version}: {}", shown(stack, id).await),
    }
}

fn run(stack: &Stack, words: &[&str]) -> String {
    let mut todo = support::todo();
    let output = todo.args(words).env("KAFKA_BROKERS", stack.var("KAFKA_BROKERS")).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Of the letters of this key that wait: group, kind and the letter's id, in the order of the topic that they come from.
fn letters(stack: &Stack, key: &str) -> Vec<(String, String, String)> {
    let list = run(stack, &["dead-letters", "list"]);
    let lines = list.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let mut found: Vec<_> = lines.filter(|line| line.len() > 6 && line[5] == key).collect();
    found.sort_by_key(|line| line[2].rsplit_once(':').and_then(|(_, offset)| offset.parse::<u64>().ok()));
    found.into_iter().map(|line| (line[3].clone(), line[4].clone(), line[0].clone())).collect()
}

fn kinds(letters: &[(String, String, String)], group: &str) -> Vec<String> {
    letters.iter().filter(|letter| letter.0 == group).map(|letter| letter.1.clone()).collect()
}

async fn expect_letters(stack: &Stack, key: &str, expected: &[(&str, &[&str])]) -> Vec<(String, String, String)> {
    let found = poll_until(PATIENCE, async || {
        let letters = letters(stack, key);
        expected.iter().all(|(group, expected)| kinds(&letters, group) == *expected).then_some(letters)
    });
    found.await.unwrap_or_else(|| panic!("expected {expected:?}, found {:?}", letters(stack, key)))
}

/// Waits until the projections count `metric`: they do so behind what is stored.
async fn counted(stack: &Stack, metric: &str) {
    let url = format!("{}/metrics", stack.var("PROJECTIONS_URL"));
    let metrics = async || reqwest::get(&url).await.unwrap().text().await.unwrap();
    let found = poll_until(PATIENCE, async || metrics().await.lines().any(|line| line.starts_with(metric)).then_some(())).await;
    assert!(found.is_some(), "no {metric} in\n{}", metrics().await);
}

#[tokio::test]
async fn stack_poison_holds_its_own_aggregate_and_is_healed_in_order() {
    let stack = Stack::up("split", "stream");
    let (id, first) = create(&stack, "hush").await;
    let readable = retitled(&first, 2, "second");
    let mut newer = readable.clone();
    newer["schemaVersion"] = json!(99);
    let later = [3, 4].map(|version| retitled(&first, version, &format!("title {version}")).to_string());
    write(&stack, &id, &["hush, no event".to_owned(), newer.to_string(), later[0].clone(), later[1].clone()]);

    let (other, _) = create(&stack, "others go on").await;
    let url = stack.url(&format!("/api/v1/todos/{other}"));
    assert!(Client::new().patch(url).json(&json!({ "completed": true })).send().await.unwrap().status().is_success());
    assert_eq!(shown_at(&stack, &other, 2).await["completed"], true);

    let waiting: [(&str, &[&str]); 3] = [
        ("todo-views", &["malformed", "unreadable", "gap", "gap"]),
        ("todo-analytics", &["malformed", "unreadable", "gap", "gap"]),
        ("todo-journal", &["malformed"]),
    ];
    let found = expect_letters(&stack, &id, &waiting).await;
    assert_eq!(shown(&stack, &id).await["version"], 1, "its view stays as it was");
    let (_, _, letter) = &found[0];
    let told = run(&stack, &["dead-letters", "show", letter]);
    assert!(told.contains("from     todo-events/") && told.contains("header   test-poison: on purpose"), "{told}");
    assert!(!told.contains("hush"), "{told}");
    assert!(run(&stack, &["dead-letters", "show", letter, "--body"]).ends_with("\n\nhush, no event\n"));
    counted(&stack, r#"todo_projection_stopped_total{projection="views",reason="unreadable"}"#).await;

    // Nobody can read it yet: delivered again, all of it waits again, in the same order.
    run(&stack, &["dead-letters", "retry", "--aggregate", &id]);
    let again = poll_until(PATIENCE, async || {
        let letters = letters(&stack, &id);
        let new = letters.len() == found.len() && letters.iter().all(|letter| !found.contains(letter));
        new.then_some(letters)
    });
    let again = again.await.unwrap_or_else(|| panic!("{:?}", letters(&stack, &id)));
    assert_eq!(kinds(&again, "todo-views"), waiting[0].1);
    assert_eq!(shown(&stack, &id).await["version"], 1);

    // As after an upgrade: the event is readable, and what waits behind it is taken in order.
    write(&stack, &id, &[readable.to_string()]);
    assert_eq!(shown_at(&stack, &id, 2).await["title"], "second");
    run(&stack, &["dead-letters", "retry", "--aggregate", &id]);
    assert_eq!(shown_at(&stack, &id, 4).await["title"], "title 4");
    let garbage: [(&str, &[&str]); 3] =
        [("todo-views", &["malformed"]), ("todo-analytics", &["malformed"]), ("todo-journal", &["malformed"])];
    expect_letters(&stack, &id, &garbage).await;
}

#[tokio::test]
async fn stack_poison_a_fork_stops_everything_of_its_aggregate_until_it_is_released() {
    let stack = Stack::up("split", "stream");
    let (id, first) = create(&stack, "first").await;
    let url = stack.url(&format!("/api/v1/todos/{id}"));
    let http = Client::new();
    assert!(http.patch(&url).json(&json!({ "title": "second" })).send().await.unwrap().status().is_success());
    shown_at(&stack, &id, 2).await;
    stack.expect_versions(&id, &[1, 2]).await;
    let database = stack.var("DATABASE_URL");
    // As if another host had decided, too.
    write(&stack, &id, &[retitled(&first, 2, "another second").to_string()]);
    let forks = || run(&stack, &["audit", "forks", "--database-url", database]);
    let found = poll_until(PATIENCE, async || forks().contains(&format!("{id}\tversion 2")).then_some(())).await;
    assert!(found.is_some(), "{}", forks());
    counted(&stack, r#"todo_projection_stopped_total{projection="journal",reason="fork"}"#).await;

    assert!(http.patch(&url).json(&json!({ "title": "third" })).send().await.unwrap().status().is_success(), "commands are still taken");
    let waiting: [(&str, &[&str]); 2] = [("todo-journal", &["fork", "frozen"]), ("todo-views", &["frozen"])];
    let found = poll_until(PATIENCE, async || {
        let letters = letters(&stack, &id);
        // The views may have passed over the later second event before anybody knew.
        let views = kinds(&letters, "todo-views");
        (kinds(&letters, "todo-journal") == waiting[0].1 && views.ends_with(&["frozen".to_owned()])).then_some(())
    });
    assert!(found.await.is_some(), "{:?}", letters(&stack, &id));
    assert_eq!(shown(&stack, &id).await["title"], "second", "nothing is made of what follows");

    let released = run(&stack, &["audit", &id, "--release", "--database-url", database]);
    assert!(released.contains("retry --aggregate"), "{released}");
    run(&stack, &["dead-letters", "retry", "--aggregate", &id]);
    assert_eq!(shown_at(&stack, &id, 3).await["title"], "third", "what was acknowledged is not lost");
    expect_letters(&stack, &id, &[("todo-journal", &[]), ("todo-views", &[]), ("todo-analytics", &[])]).await;
    assert!(!forks().contains(&id));
    assert!(run(&stack, &["audit", &id, "--database-url", database]).ends_with("in order\n"));
}
