//! Commands as messages and dead letters on the real engine.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
    process::{Command, Stdio},
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack};
use testkit::poll_until;

/// Writes to a topic as any Kafka client would: lines of key, tab, value.
fn write(stack: &Stack, topic: &str, lines: &[(String, String)]) {
    let mut kcat = Command::new("kcat");
    kcat.args(["-P", "-b", stack.var("KAFKA_BROKERS"), "-t", topic, "-K", "\t"]).stdin(Stdio::piped());
    let mut child = kcat.spawn().unwrap();
    let text: String = lines.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

fn send(stack: &Stack, key: &str, command: &Value) {
    write(stack, "todo-commands", &[(key.to_owned(), command.to_string())]);
}

/// Everything in a topic: keys and values.
fn read(stack: &Stack, topic: &str) -> Vec<(String, String)> {
    let text = stack.read(topic, &["-f", "%k\t%s\n"]);
    text.lines().filter_map(|line| line.split_once('\t')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The outcomes of commands whose ids begin so, by command, in order.
fn outcomes(stack: &Stack, beginning: &str) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (_, value) in read(stack, "todo-command-outcomes") {
        let outcome: Value = serde_json::from_str(&value).unwrap();
        let id = outcome["commandId"].as_str().unwrap().to_owned();
        if id.starts_with(beginning) {
            found.entry(id).or_default().push(outcome);
        }
    }
    found
}

/// The first outcome of one command.
async fn outcome(stack: &Stack, id: &str) -> Value {
    let found = poll_until(PATIENCE, async || outcomes(stack, id).remove(id).map(|mut all| all.remove(0)));
    found.await.unwrap_or_else(|| panic!("no outcome of {id}"))
}

/// A name that no other run used.
fn fresh(what: &str) -> String {
    format!("{what}-{}", uuid::Uuid::now_v7())
}

fn create(id: &str, title: &str) -> Value {
    json!({ "commandId": id, "type": "CreateTodo", "principal": "local", "data": { "title": title } })
}

fn change(id: &str, todo: &str, title: &str) -> Value {
    json!({ "commandId": id, "type": "ChangeTodo", "todoId": todo, "principal": "local", "data": { "title": title } })
}

async fn shown(stack: &Stack, todo: &str) -> Option<Value> {
    let answer = Client::new().get(stack.url(&format!("/api/v1/todos/{todo}"))).send().await.ok()?;
    if answer.status() == StatusCode::OK { answer.json().await.ok() } else { None }
}

/// Waits until the views show it at this version.
async fn shown_at(stack: &Stack, todo: &str, version: u64) -> Value {
    let found = poll_until(PATIENCE, async || shown(stack, todo).await.filter(|shown| shown["version"] == version)).await;
    match found {
        Some(found) => found,
        None => panic!("{todo} is never shown at {version}: {:?}", shown(stack, todo).await),
    }
}

/// `todo dead-letters` with these words.
fn dead_letters(stack: &Stack, words: &[&str]) -> String {
    let mut todo = support::todo();
    let output = todo.arg("dead-letters").args(words).env("KAFKA_BROKERS", stack.var("KAFKA_BROKERS")).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The columns of each letter that waits whose line has `what`.
fn letters_with(stack: &Stack, what: &str) -> Vec<Vec<String>> {
    let list = dead_letters(stack, &["list"]);
    list.lines().filter(|line| line.contains(what)).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn stack_messages_a_command_is_done_once_and_answered() {
    let stack = Stack::up("split", "stream");
    let id = fresh("milk");
    send(&stack, &id, &create(&id, "buy milk"));
    let told = outcome(&stack, &id).await;
    assert_eq!(
        (&told["outcome"], &told["version"], &told["events"], &told["correlationId"]),
        (&json!("accepted"), &json!(1), &json!(1), &json!(id))
    );
    let todo = told["todoId"].as_str().unwrap();
    assert_eq!(shown_at(&stack, todo, 1).await["title"], "buy milk");
    let events = stack.events_of(todo);
    assert_eq!((&events[0]["correlationId"], &events[0]["principal"]), (&json!(id), &json!("local")));

    // The same message twice more: one effect, the same outcome.
    for _ in 0..2 {
        send(&stack, &id, &create(&id, "buy milk"));
    }
    let all = poll_until(PATIENCE, async || outcomes(&stack, &id).remove(&id).filter(|all| all.len() == 3)).await.expect("three outcomes");
    let told = |mut outcome: Value| {
        outcome.as_object_mut().unwrap().remove("timestamp");
        outcome
    };
    let all: Vec<_> = all.into_iter().map(told).collect();
    assert!(all.iter().all(|again| *again == all[0]), "{all:?}");
    stack.expect_versions(todo, &[1]).await;

    // And what comes of it by HTTP is one thing with it.
    let refused = fresh("stale");
    let mut stale = change(&refused, todo, "buy bread");
    stale["expectedVersion"] = json!(7);
    send(&stack, &id, &stale);
    let told = outcome(&stack, &refused).await;
    assert_eq!(
        (&told["outcome"], &told["problem"]["slug"], &told["version"]),
        (&json!("refused"), &json!("precondition-failed"), &json!(1))
    );
}

#[tokio::test]
async fn stack_messages_a_command_may_come_through_daprs_pubsub() {
    let stack = Stack::up("split", "stream");
    let id = fresh("dapr");
    let publish = async |query: &str, body: &Value| {
        let url = format!("{}/v1.0/publish/kafka-pubsub/todo-commands{query}", stack.var("GATEWAY_DAPR_HTTP"));
        let answer = Client::new().post(url).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}: {}", answer.status(), answer.text().await.unwrap());
    };
    publish("", &create(&id, "through Dapr")).await;
    let told = outcome(&stack, &id).await;
    assert_eq!((&told["outcome"], &told["events"]), (&json!("accepted"), &json!(1)), "{told}");
    let todo = told["todoId"].as_str().unwrap();
    let (keyed, raw) = (format!("{id}-keyed"), format!("{id}-raw"));
    publish(&format!("?metadata.partitionKey={todo}"), &change(&keyed, todo, "with a key")).await;
    assert_eq!(outcome(&stack, &keyed).await["version"], 2);
    publish("?metadata.rawPayload=true", &change(&raw, todo, "without an envelope")).await;
    assert_eq!(outcome(&stack, &raw).await["version"], 3);
    assert_eq!(shown_at(&stack, todo, 3).await["title"], "without an envelope");
    let wrapped = read(&stack, "todo-commands").into_iter().any(|(_, body)| body.contains("specversion") && body.contains(&id));
    assert!(wrapped, "the component did write an envelope");
}

#[tokio::test]
async fn stack_messages_what_is_no_command_is_a_dead_letter() {
    let stack = Stack::up("split", "stream");
    let key = fresh("bad");
    let unknown = json!({ "commandId": key, "type": "PaintTodo", "principal": "local" });
    let good = fresh("good");
    write(
        &stack,
        "todo-commands",
        &[(key.clone(), "hush, no JSON".into()), (key.clone(), unknown.to_string()), (key.clone(), create(&good, "goes on").to_string())],
    );
    assert_eq!(outcome(&stack, &good).await["outcome"], "accepted", "what comes after goes on");
    let told = outcome(&stack, &key).await;
    assert_eq!((&told["outcome"], &told["problem"]["errors"][0]["field"]), (&json!("refused"), &json!("type")));
    let letters = letters_with(&stack, &key);
    assert_eq!(letters.len(), 2, "{letters:?}");
    for letter in &letters {
        assert_eq!((&letter[3][..], &letter[4][..], &letter[5][..]), ("todo-commands", "malformed", &key[..]));
        assert!(letter[2].starts_with("todo-commands/") && !letter.join(" ").contains("hush"), "{letter:?}");
    }
    let first = &letters[0][0];
    assert!(!dead_letters(&stack, &["show", first]).contains("hush"));
    assert!(dead_letters(&stack, &["show", first, "--body"]).ends_with("\n\nhush, no JSON\n"));
    // Delivered again it fails again, and is a new letter.
    assert!(dead_letters(&stack, &["retry", first]).starts_with("1 messages"));
    let again = poll_until(PATIENCE, async || {
        let letters = letters_with(&stack, &key);
        (letters.len() == 2 && letters.iter().all(|letter| letter[0] != *first)).then_some(())
    });
    assert!(again.await.is_some(), "{:?}", letters_with(&stack, &key));
}

#[tokio::test]
async fn stack_messages_kill_9_of_the_gateway_leaves_each_effect_once() {
    let stack = Stack::up("split", "stream");
    let run = fresh("kill");
    let todos: Vec<_> = (0..6).map(|n| format!("{run}-{n}")).collect();
    for name in &todos {
        send(&stack, name, &create(name, "begun"));
    }
    let mut ids = HashMap::new();
    for name in &todos {
        ids.insert(name, outcome(&stack, name).await["todoId"].as_str().unwrap().to_owned());
    }
    const CHANGES: u64 = 40;
    // There and back, so that a second effect would be an event.
    let lines = |turn: u64| -> Vec<_> {
        let line =
            |name: &String| (name.clone(), change(&format!("{name}/{turn}"), &ids[name], &format!("title {}", turn % 2)).to_string());
        todos.iter().map(line).collect()
    };
    let all: Vec<_> = (0..CHANGES).flat_map(lines).collect();
    let told = || outcomes(&stack, &run).values().flatten().filter(|told| told["commandId"].as_str().unwrap().contains('/')).count();
    for (part, some) in all.chunks(80).enumerate() {
        write(&stack, "todo-commands", some);
        let begun = poll_until(PATIENCE, async || (told() > part * 80 + 5).then_some(())).await;
        assert!(begun.is_some(), "it does not go on: {} outcomes", told());
        stack.tell(&["kill", "gateway"]);
        stack.tell(&["start", "gateway"]);
    }
    for name in &todos {
        let last = outcome(&stack, &format!("{name}/{}", CHANGES - 1)).await;
        assert_eq!((&last["outcome"], &last["version"]), (&json!("accepted"), &json!(CHANGES + 1)), "{last}");
        stack.expect_versions(&ids[name], &(1..=CHANGES + 1).collect::<Vec<_>>()).await;
    }
    for (id, all) in outcomes(&stack, &run) {
        assert!(all.iter().all(|told| told["outcomeId"] == all[0]["outcomeId"]), "{id} was told two different things: {all:?}");
    }
}

#[tokio::test]
async fn stack_messages_wait_while_redis_or_kafka_is_away() {
    let stack = Stack::up("split", "stream");
    let id = fresh("away");
    send(&stack, &id, &create(&id, "before"));
    let todo = outcome(&stack, &id).await["todoId"].as_str().unwrap().to_owned();
    stack.tell(&["stop", "redis"]);
    let names: Vec<_> = (0..5).map(|n| format!("{id}/{n}")).collect();
    let lines: Vec<_> = names.iter().map(|name| (id.clone(), change(name, &todo, name).to_string())).collect();
    write(&stack, "todo-commands", &lines);
    stack.tell(&["start", "redis"]);
    for (name, version) in names.iter().zip(2..) {
        let told = outcome(&stack, name).await;
        assert_eq!((&told["outcome"], &told["version"]), (&json!("accepted"), &json!(version)), "in order: {told}");
    }
    stack.tell(&["kill", "kafka"]);
    stack.tell(&["start", "kafka"]);
    let last = format!("{id}/last");
    send(&stack, &id, &change(&last, &todo, "after"));
    assert_eq!(outcome(&stack, &last).await["version"], 7);
    assert_eq!(shown_at(&stack, &todo, 7).await["title"], "after");
}
