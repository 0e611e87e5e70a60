//! Sagas on the real engine: their host and its sidecar die in the middle, and everything ends, once.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{collections::BTreeMap, time::Duration};

use adapters::dapr::dispatch::{DaprDispatch, DispatchConfig};
use domain::{
    Access, CommandId, Envelope, Trace,
    saga::{Command, OPERATOR, Saga, Status},
};
use ports::{Reply, send};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack};
use testkit::poll_until;

/// A step of which nothing was heard is taken again after half a minute.
const RECOVERY: Duration = Duration::from_secs(180);

async fn post(stack: &Stack, path: &str, body: Value) -> Value {
    let answer = Client::new().post(stack.url(path)).header("Prefer", "respond-async").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED, "{path}");
    answer.json().await.unwrap()
}

async fn get(url: &str) -> Option<Value> {
    let answer = Client::new().get(url).send().await.ok()?;
    answer.status().is_success().then_some(())?;
    answer.json().await.ok()
}

/// The operation once `seen` finds in it what it looks for.
async fn when(operation: &Value, what: &str, seen: impl Fn(&Value) -> bool) -> Value {
    let url = operation["url"].as_str().unwrap();
    let found = poll_until(RECOVERY, async || get(url).await.filter(&seen)).await;
    match found {
        Some(found) => found,
        None => panic!("{what}: never; {:?}", get(url).await),
    }
}

fn over(operation: &Value) -> bool {
    ["completed", "compensated", "parked"].contains(&operation["status"].as_str().unwrap())
}

async fn items(operation: &Value) -> Vec<Value> {
    let (mut items, mut next) = (vec![], Some(operation["itemsUrl"].as_str().unwrap().to_owned()));
    while let Some(url) = next {
        let answer = Client::new().get(url).send().await.unwrap();
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        next = link.and_then(|link| Some(link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"")?.to_owned()));
        items.extend(answer.json::<Value>().await.unwrap().as_array().unwrap().clone());
    }
    items
}

/// How often each type of event was published about each of these todos; a repetition of one is one.
fn events(stack: &Stack, ids: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, BTreeMap<u64, String>> = ids.iter().map(|id| (id.clone(), BTreeMap::new())).collect();
    for (_, message) in stack.messages("todo-events") {
        let Some(of) = message.key.as_deref().and_then(|key| found.get_mut(key)) else { continue };
        let event: Value = serde_json::from_slice(message.body.as_deref().unwrap()).unwrap();
        of.insert(event["version"].as_u64().unwrap(), event["eventType"].as_str().unwrap().to_owned());
    }
    found.into_iter().map(|(id, versions)| (id, versions.into_values().collect())).collect()
}

/// Kills processes and starts them again, in this order.
fn bounce(stack: &Stack, names: &[&str]) {
    tokio::task::block_in_place(|| {
        names.iter().for_each(|name| stack.tell(&["kill", name]));
        names.iter().for_each(|name| stack.tell(&["start", name]));
    });
}

async fn list(stack: &Stack, name: &str) -> String {
    let made = Client::new().post(stack.url("/api/v1/lists")).json(&json!({ "name": name })).send().await.unwrap();
    made.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_sagas_end_once_though_their_host_and_its_sidecar_are_killed() {
    let stack = Stack::up("split", "stream");
    let drafts: Vec<_> = (0..300).map(|n| json!({ "title": format!("todo {n}") })).collect();
    let import = post(&stack, "/api/v1/todos/import", json!(drafts)).await;
    // In the middle, wherever that is: a killed process knows no steps.
    tokio::task::block_in_place(|| stack.tell(&["kill", "sagas"]));
    tokio::task::block_in_place(|| stack.tell(&["start", "sagas"]));
    let import = when(&import, "an import over", over).await;
    assert_eq!((&import["status"], &import["outcomes"]["done"]), (&json!("completed"), &json!(300)), "{import}");
    let ids: Vec<_> = items(&import).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 300);

    let bulk = post(&stack, "/api/v1/todos/bulk", json!({ "do": "complete", "todos": ids })).await;
    tokio::task::block_in_place(|| stack.tell(&["kill", "sagas-daprd"]));
    tokio::task::block_in_place(|| stack.tell(&["start", "sagas-daprd"]));
    let bulk = when(&bulk, "a bulk over", over).await;
    assert_eq!((&bulk["status"], &bulk["outcomes"]["done"]), (&json!("completed"), &json!(300)), "{bulk}");

    let undo = post(&stack, &format!("/api/v1/operations/{}/undo", bulk["id"].as_str().unwrap()), json!({})).await;
    tokio::task::block_in_place(|| {
        stack.tell(&["kill", "sagas"]);
        stack.tell(&["kill", "sagas-daprd"]);
        stack.tell(&["start", "sagas"]);
        stack.tell(&["start", "sagas-daprd"]);
    });
    let undo = when(&undo, "an undo over", over).await;
    assert_eq!((&undo["status"], &undo["outcomes"]["done"]), (&json!("completed"), &json!(300)), "{undo}");

    let once = ["TodoCreated", "TodoCompleted", "TodoReopened"];
    let published = poll_until(PATIENCE, async || {
        let events = events(&stack, &ids);
        events.values().all(|types| types.len() >= once.len()).then_some(events)
    });
    for (id, types) in published.await.expect("all events") {
        assert_eq!(types, once, "{id}");
    }
    // The saga's own progress is published, too, and the operators' view has it.
    let id = bulk["id"].as_str().unwrap();
    let told = poll_until(PATIENCE, async || {
        let events = stack.events_of(id);
        events.last().filter(|last| last["eventType"] == "SagaCompleted").map(|_| events.len())
    });
    assert!(told.await.is_some(), "{:?}", stack.events_of(id));
    let operate = |words: &[&str]| stack.operate(words);
    let listed = poll_until(PATIENCE, async || {
        let (fine, out, _) = operate(&["list", "--status", "ended"]);
        (fine && out.lines().any(|line| line.starts_with(id) && line.contains("completed\t300/300"))).then_some(())
    });
    assert!(listed.await.is_some(), "{:?}", operate(&["list"]));
    let (fine, out, problem) = operate(&["show", id]);
    assert!(fine && out.contains("3 of 3 taken"), "{out}{problem}");
    let (fine, _, problem) = operate(&["retry", id]);
    assert!(!fine && problem.contains("not parked"), "{problem}");
}

/// What people see in a list, once that is `count` todos.
async fn shown(stack: &Stack, list: &str, count: usize) {
    let path = format!("/api/v1/todos?list={list}&limit=1000");
    let seen = async || get(&stack.url(&path)).await.filter(|todos| todos.as_array().unwrap().len() == count).map(drop);
    assert!(poll_until(PATIENCE, seen).await.is_some(), "not {count} todos in {list}: {:?}", get(&stack.url(&path)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_sagas_of_lists_end_once_though_those_who_host_todos_and_sagas_are_killed() {
    let stack = Stack::up("split", "stream");
    let (from, to) = (list(&stack, "from").await, list(&stack, "to").await);
    let drafts: Vec<_> = (0..250).map(|n| json!({ "title": format!("todo {n}"), "list": from })).collect();
    let import = post(&stack, "/api/v1/todos/import", json!(drafts)).await;
    let import = when(&import, "an import over", over).await;
    assert_eq!((&import["status"], &import["outcomes"]["done"]), (&json!("completed"), &json!(250)), "{import}");
    let ids: Vec<_> = items(&import).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();

    // The host of the todos and of both lists, in the middle of a move.
    let moved = post(&stack, "/api/v1/todos/bulk", json!({ "do": "move", "list": to, "todos": ids })).await;
    bounce(&stack, &["actors-1"]);
    let moved = when(&moved, "a move over", over).await;
    assert_eq!((&moved["status"], &moved["outcomes"]["done"]), (&json!("completed"), &json!(250)), "{moved}");
    shown(&stack, &from, 0).await;
    shown(&stack, &to, 250).await;

    // The host of the sagas, in the middle of a deletion.
    let delete = Client::new().delete(stack.url(&format!("/api/v1/lists/{to}"))).header("Prefer", "respond-async").send().await.unwrap();
    assert_eq!(delete.status(), StatusCode::ACCEPTED);
    let delete: Value = delete.json().await.unwrap();
    bounce(&stack, &["sagas"]);
    let delete = when(&delete, "a deletion over", over).await;
    assert_eq!((&delete["status"], &delete["outcomes"]["done"]), (&json!("completed"), &json!(251)), "{delete}");
    shown(&stack, &to, 0).await;

    // Everything at once, while it comes back.
    let restore = post(&stack, &format!("/api/v1/lists/{to}/restore"), json!({})).await;
    bounce(&stack, &["actors-1", "sagas", "sagas-daprd"]);
    let restore = when(&restore, "a restoration over", over).await;
    assert_eq!((&restore["status"], &restore["outcomes"]["done"]), (&json!("completed"), &json!(251)), "{restore}");
    shown(&stack, &to, 250).await;

    let once = ["TodoCreated", "TodoMoved", "TodoDeleted", "TodoRestored"];
    let published = poll_until(PATIENCE, async || {
        let events = events(&stack, &ids);
        events.values().all(|types| types.len() >= once.len()).then_some(events)
    });
    for (id, types) in published.await.expect("all events") {
        assert_eq!(types, once, "{id}");
    }
    let told: Vec<_> = stack.events_of(delete["id"].as_str().unwrap()).iter().map(|event| event["eventType"].clone()).collect();
    assert_eq!((told.first(), told.last()), (Some(&json!("ListSagaStarted")), Some(&json!("SagaCompleted"))), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_sagas_are_aborted_by_an_operator_while_nobody_can_take_their_steps() {
    let stack = Stack::up("split", "stream");
    let tag = format!("abort-{}", std::process::id());
    let drafts: Vec<_> = (0..120).map(|n| json!({ "title": format!("todo {n}"), "tags": [tag] })).collect();
    let import = when(&post(&stack, "/api/v1/todos/import", json!(drafts)).await, "an import over", over).await;
    let ids: Vec<_> = items(&import).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    tokio::task::block_in_place(|| stack.tell(&["kill", "actors-1"]));
    let bulk = post(&stack, "/api/v1/todos/bulk", json!({ "do": "complete", "todos": ids })).await;
    let id = bulk["id"].as_str().unwrap();
    let listed = poll_until(PATIENCE, async || {
        let (fine, out, _) = stack.operate(&["list", "--status", "open"]);
        (fine && out.lines().any(|line| line.starts_with(id))).then_some(())
    });
    assert!(listed.await.is_some(), "{:?}", stack.operate(&["list"]));
    // Placement may still be finding out that a host is gone; asked twice, it is aborted once.
    let aborted = poll_until(PATIENCE, async || {
        let (fine, out, _) = stack.operate(&["abort", id]);
        (fine && out.contains("stopping  aborted")).then_some(())
    });
    assert!(aborted.await.is_some(), "{:?}", stack.operate(&["show", id]));
    tokio::task::block_in_place(|| stack.tell(&["start", "actors-1"]));
    let ended = when(&bulk, "an abort over", over).await;
    assert_eq!((&ended["status"], &ended["stopping"]), (&json!("compensated"), &json!("aborted")), "{ended}");
    let open = async || {
        let open = get(&stack.url(&format!("/api/v1/todos?status=open&tag={tag}&limit=1000"))).await?;
        let open: std::collections::BTreeSet<_> = open.as_array()?.iter().map(|todo| todo["id"].as_str().unwrap().to_owned()).collect();
        ids.iter().all(|id| open.contains(id)).then_some(())
    };
    assert!(poll_until(PATIENCE, open).await.is_some(), "all is as it was");
    let (fine, _, problem) = stack.operate(&["abort", id]);
    assert!(!fine && problem.contains("is over"), "{problem}");
}

/// The saga as its own record has it.
fn record(stack: &Stack, id: &str) -> Saga {
    let record = stack.records(&[format!("todo-sagas||Saga||{id}||aggregate")]).remove(0);
    serde_json::from_value(record.unwrap()["state"].clone()).unwrap()
}

/// What the timer of its step asks of a saga, sooner than the timer would.
async fn take_again(stack: &Stack, dispatch: &DaprDispatch, id: &str) {
    let envelope = Envelope {
        command_id: CommandId::new(uuid::Uuid::now_v7()),
        aggregate_id: id.to_owned(),
        expected_version: None,
        principal: OPERATOR.parse().unwrap(),
        at: jiff::Timestamp::now(),
        replayable: false,
        trace: Trace::default(),
        access: Access::default(),
        command: Command::TakeAgain,
    };
    let told = send::<Saga>(dispatch, &envelope).await.unwrap();
    assert!(matches!(told, Reply::Accepted(_)), "{:?}", record(stack, id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_sagas_that_are_parked_go_on_where_they_were_once_an_operator_lets_them() {
    let stack = Stack::up("split", "stream");
    let drafts: Vec<_> = (0..120).map(|n| json!({ "title": format!("todo {n}") })).collect();
    let import = when(&post(&stack, "/api/v1/todos/import", json!(drafts)).await, "an import over", over).await;
    let ids: Vec<_> = items(&import).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    tokio::task::block_in_place(|| stack.tell(&["kill", "actors-1"]));
    let bulk = post(&stack, "/api/v1/todos/bulk", json!({ "do": "complete", "todos": ids })).await;
    let id = bulk["id"].as_str().unwrap();
    // Each attempt fails by itself, since nobody hosts todos. Only the pauses between, minutes in all, are cut short.
    let dispatch = DaprDispatch::new(&DispatchConfig::new(stack.var("GATEWAY_DAPR_GRPC"))).unwrap();
    let parked = poll_until(RECOVERY, async || {
        let saga = record(&stack, id);
        if saga.status == Status::Waiting {
            take_again(&stack, &dispatch, id).await;
        }
        (saga.status == Status::Parked).then_some(saga)
    });
    let parked = parked.await.unwrap_or_else(|| panic!("never parked: {:?}", record(&stack, id)));
    assert_eq!((parked.attempt, parked.taken, parked.problem.as_deref()), (10, 0, Some("actor-unavailable")), "{parked:?}");
    let shown = when(&bulk, "parked", |operation| operation["status"] == "parked").await;
    assert_eq!(shown["problem"], "actor-unavailable");
    let listed = poll_until(PATIENCE, async || {
        let (fine, out, _) = stack.operate(&["list", "--status", "parked"]);
        (fine && out.lines().any(|line| line.starts_with(id))).then_some(())
    });
    assert!(listed.await.is_some(), "{:?}", stack.operate(&["list"]));
    // It has no timer any more: nobody but an operator wakes it.
    let armed = stack.redis(&["ZRANGE", "timers:armed", "0", "-1"]);
    assert!(!armed.contains(id), "{armed}");

    tokio::task::block_in_place(|| stack.tell(&["start", "actors-1"]));
    let (fine, out, problem) = stack.operate(&["retry", id]);
    assert!(fine && out.contains("attempt 11"), "{out}{problem}");
    let ended = when(&bulk, "a retry over", over).await;
    assert_eq!((&ended["status"], &ended["outcomes"]["done"]), (&json!("completed"), &json!(120)), "{ended}");
    let types: Vec<_> = stack.events_of(id).iter().map(|event| event["eventType"].as_str().unwrap().to_owned()).collect();
    let (parked, resumed) = (types.iter().position(|one| one == "SagaParked"), types.iter().position(|one| one == "SagaResumed"));
    assert!(parked.is_some() && parked < resumed, "{types:?}");
    let completed = poll_until(PATIENCE, async || {
        let events = events(&stack, &ids);
        events.values().all(|types| types.len() >= 2).then_some(events)
    });
    for (id, types) in completed.await.expect("all events") {
        assert_eq!(types, ["TodoCreated", "TodoCompleted"], "{id}");
    }
    let (fine, _, problem) = stack.operate(&["retry", id]);
    assert!(!fine && problem.contains("not parked"), "{problem}");
}
