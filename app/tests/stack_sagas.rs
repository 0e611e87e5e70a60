//! Sagas on the real engine: their host and its sidecar die in the middle, and everything ends, once.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{collections::BTreeMap, time::Duration};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::{
    stack::{PATIENCE, Stack},
    todo,
};
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
    let operate = |words: &[&str]| {
        let mut command = todo();
        command.args(["sagas"]).args(words).env("DATABASE_URL", stack.var("DATABASE_URL"));
        let output = command.env("DAPR_GRPC_PORT", stack.var("ACTORS_DAPR_GRPC").rsplit(':').next().unwrap()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
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
