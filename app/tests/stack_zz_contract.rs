//! Runs after every other test of the stack, because of its name: whatever they made the platform publish fits the contract.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Client;
use serde_json::{Value, json};
use support::stack::Stack;
use testkit::contract::{Contract, Published};

/// Who puts garbage into a topic on purpose says so in this header.
const POISON: &str = "test-poison";
/// What a consumer adds to a message that it gives up. Such a message is ours, whatever it was before.
const GIVEN_UP: &str = "dl-reason";

/// What only faults, refusals and long waits bring, so that a run may do without it. Samples of each are held to the contract all the
/// same (`domain/tests/laws/contract.rs`).
const BY_FAULTS: [&str; 18] = [
    "DeliveryFailed",
    "DeliveryGivenUp",
    "DeliverySkipped",
    "NotificationDropped",
    "NotificationHeld",
    "NotificationPlanFailed",
    "NotificationPlanning",
    "NotificationResumed",
    "SagaParked",
    "SagaRefused",
    "SagaResumed",
    "SagaStepFailed",
    "UserBeganAnew",
    "UserErasureStopped",
    "WebhookDisabled",
    "WebhookEnabled",
    "WebhookFailed",
    "WebhookRecovered",
];

/// Every change that can be made to a todo, so that something of each kind is there even where this test runs alone.
async fn change_everything(stack: &Stack) {
    let http = Client::new();
    let draft = json!({ "title": "buy milk", "description": "oat", "tags": ["home"], "priority": "high", "order": 1.5,
        "due": { "local": "2026-11-24", "zone": "Europe/Berlin" } });
    let todo: Value = http.post(stack.url("/api/v1/todos")).json(&draft).send().await.unwrap().json().await.unwrap();
    let url = stack.url(&format!("/api/v1/todos/{}", todo["id"].as_str().unwrap()));
    for patch in [
        json!({ "title": "buy bread", "description": null, "tags": ["shop"], "priority": null, "order": null, "due": null }),
        json!({ "completed": true, "list": "list-e811d048-a0fe-53d0-a56a-3c6b9bfa0f2f" }),
        json!({ "completed": false, "subtasks": [{ "title": "look" }, { "title": "pay", "completed": true }] }),
        json!({ "subtasks": [{ "id": 2, "title": "pay cash" }, { "id": 1, "title": "look", "completed": true }] }),
        json!({ "subtasks": [] }),
    ] {
        let answer = http.patch(&url).json(&patch).send().await.unwrap();
        assert!(answer.status().is_success(), "{patch}: {}", answer.text().await.unwrap());
    }
    assert!(http.delete(&url).send().await.unwrap().status().is_success());
    assert!(http.post(format!("{url}/restore")).send().await.unwrap().status().is_success());
    let last: Value = http.get(&url).send().await.unwrap().json().await.unwrap();
    let versions: Vec<_> = (1..=last["version"].as_u64().unwrap()).collect();
    stack.expect_versions(todo["id"].as_str().unwrap(), &versions).await;
    // That somebody is erased, with something of everything.
    let people = ["ana", "ben"].map(|name| stack.token(&["--user", &format!("{name}-{}", uuid::Uuid::new_v4())]));
    testkit_http::erasure(stack.var("GATEWAY_URL"), people.each_ref().map(String::as_str)).await;
}

/// Whether a message that fits no command was put aside, or refused by its name.
fn answered(place: &str, message: &Published, aside: &BTreeSet<String>, refused: &BTreeSet<String>) -> bool {
    let body: Value = serde_json::from_slice(message.body.as_deref().unwrap_or_default()).unwrap_or_default();
    let id = [&body["commandId"], &body["data"]["commandId"]].into_iter().find_map(Value::as_str);
    aside.contains(place) || id.is_some_and(|id| refused.contains(id))
}

#[tokio::test]
async fn stack_zz_every_published_message_fits_the_contract() {
    let stack = Stack::up("split", "stream");
    change_everything(&stack).await;
    let contract = Contract::read();
    let header = |(_, letter): &(String, Published), name: &str| letter.headers.get(name).cloned().unwrap_or_default();
    let letters = stack.messages("todo-dead-letters");
    let of_commands = letters.iter().filter(|letter| header(letter, "dl-source-topic") == "todo-commands");
    let place = |letter| format!("{}:{}", header(letter, "dl-source-partition"), header(letter, "dl-source-offset"));
    let aside: BTreeSet<_> = of_commands.map(place).collect();
    let outcomes = stack.messages("todo-command-outcomes");
    let refused: BTreeSet<_> = outcomes
        .iter()
        .filter(|outcome| header(outcome, "ce_type") == "CommandRefused")
        .map(|outcome| header(outcome, "ce_subject"))
        .collect();
    let (mut counts, mut wrong) = (BTreeMap::<_, usize>::new(), vec![]);
    for topic in contract.topics().keys() {
        for (place, message) in stack.messages(topic) {
            if message.headers.contains_key(POISON) && !message.headers.contains_key(GIVEN_UP) {
                *counts.entry((topic.as_str(), "(poison on purpose)")).or_default() += 1;
                continue;
            }
            match contract.check(topic, &message) {
                Ok(name) => *counts.entry((topic, name)).or_default() += 1,
                // Others may send us anything: what is no command must have been put aside, or refused.
                Err(_) if topic == "todo-commands" && answered(&place, &message, &aside, &refused) => {
                    *counts.entry((topic, "(no command, and treated so)")).or_default() += 1;
                }
                Err(problem) => wrong.push(format!("{topic} {place}: {problem}")),
            }
        }
    }
    for ((topic, name), count) in &counts {
        eprintln!("{topic} {name}: {count}");
    }
    assert!(wrong.is_empty(), "{} messages do not fit, among them: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    let of_events = counts.keys().filter(|(topic, name)| *topic == "todo-events" && !name.starts_with('('));
    let seen: BTreeSet<_> = of_events.map(|(_, name)| *name).collect();
    let promised = contract.topics()["todo-events"].messages();
    assert!(seen.is_subset(&promised), "events of no other type: {:?}", seen.difference(&promised));
    let missing: Vec<_> = promised.difference(&seen).filter(|name| !BY_FAULTS.contains(name)).collect();
    assert!(missing.is_empty(), "nothing published these: {missing:?}");
}

/// A check that lets everything pass would be of no use.
#[tokio::test]
async fn stack_zz_a_message_that_does_not_fit_is_found() {
    let stack = Stack::up("split", "stream");
    change_everything(&stack).await;
    let contract = Contract::read();
    let messages = stack.messages("todo-events");
    let (_, message) = messages.iter().find(|(_, message)| message.headers.get("ce_type").is_some_and(|name| name == "TodoMoved")).unwrap();
    let with = |change: &dyn Fn(&mut Published)| {
        let mut message = message.clone();
        change(&mut message);
        contract.check("todo-events", &message).map(str::to_owned)
    };
    assert_eq!(with(&|_| ()), Ok("TodoMoved".into()));
    assert!(with(&|message| message.key = None).is_err());
    assert!(with(&|message| drop(message.headers.remove("ce_id"))).is_err());
    assert!(with(&|message| message.body.as_mut().unwrap().truncate(9)).is_err());
}
