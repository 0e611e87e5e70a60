//! The contract of `docs/asyncapi.yaml` keeps what it promised: `docs/schemas/v1`, which is only ever added to.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};
use testkit::contract::{Contract, Documents, Promise, Published, breaks, docs};

/// What was promised, by topic and message.
fn promised() -> BTreeMap<(String, String), Promise> {
    let entries = |folder| fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let name = |path: &std::path::Path| path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
    let files = entries(docs().join("schemas/v1")).flat_map(|topic| entries(topic.clone()).map(move |file| (topic.clone(), file)));
    let promise = |file| serde_json::from_str(&fs::read_to_string(file).expect("a file")).expect("JSON");
    files.map(|(topic, file)| ((name(&topic), name(&file)), promise(file))).collect()
}

/// All that `old` promised and `new` does not hold.
fn broken(old: &BTreeMap<(String, String), Promise>, new: &BTreeMap<(String, String), Promise>) -> Vec<String> {
    let of = |((topic, message), promise): (&(String, String), &Promise)| match new.get(&(topic.clone(), message.clone())) {
        None => vec![format!("{topic} {message} is gone")],
        Some(new) => breaks(promise, new).into_iter().map(|problem| format!("{topic} {message}: {problem}")).collect(),
    };
    old.iter().flat_map(of).collect()
}

/// The contract after the value at `pointer` of a document became another, or went.
fn changed(path: &str, pointer: &str, to: Option<Value>) -> BTreeMap<(String, String), Promise> {
    let mut documents = Documents::read(&docs());
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = documents.0.get_mut(path).expect("the document").pointer_mut(parent).unwrap_or_else(|| panic!("no {parent} in {path}"));
    match (to, parent) {
        (None, Value::Object(fields)) => drop(fields.remove(name).unwrap_or_else(|| panic!("no {pointer}"))),
        (None, Value::Array(items)) => drop(items.remove(name.parse().expect("a number"))),
        (Some(value), Value::Object(fields)) => drop(fields.insert(name.to_owned(), value)),
        (Some(value), Value::Array(items)) => items.push(value),
        (_, other) => panic!("{pointer} is within {other}"),
    }
    Contract::of(&documents).promises()
}

#[test]
fn nothing_that_was_promised_is_broken() {
    let broken = broken(&promised(), &Contract::read().promises());
    assert!(broken.is_empty(), "readers or writers outside would break; publish a new schema version instead: {broken:#?}");
}

/// What is not frozen is not guarded. With `FREEZE_CONTRACT=1` this writes what is new, unless something is broken.
#[test]
fn what_is_promised_is_frozen() {
    let (old, new) = (promised(), Contract::read().promises());
    if std::env::var_os("FREEZE_CONTRACT").is_some() {
        assert_eq!(broken(&old, &new), Vec::<String>::new(), "broken promises are not frozen");
        for ((topic, message), promise) in &new {
            let folder = docs().join("schemas/v1").join(topic);
            fs::create_dir_all(&folder).expect("a folder");
            let text = serde_json::to_string_pretty(promise).expect("JSON") + "\n";
            fs::write(folder.join(format!("{message}.json")), text).expect("written");
        }
    }
    assert!(promised() == new, "run `make freeze-contract` and commit what it adds to docs/schemas/v1");
}

const EVENT: &str = "schemas/event.json";
const VALUES: &str = "schemas/values.json";
const DOCUMENT: &str = "asyncapi.yaml";

#[test]
fn a_breaking_change_is_found() {
    let data = |rest: &str| format!("/$defs/TodoCreated/allOf/1/properties/data{rest}");
    let record = |rest: &str| format!("/$defs/record{rest}");
    let text = || Some(json!({ "type": "string" }));
    for (path, pointer, to, expected) in [
        (DOCUMENT, "/channels/todoEvents/messages/TodoMoved".to_owned(), None, "todo-events TodoMoved is gone"),
        (DOCUMENT, "/components/messageTraits/event/bindings/kafka/key/pattern".into(), None, "TodoMoved: /key/pattern is gone"),
        (DOCUMENT, "/components/messageTraits/event/x-equal/ce_id".into(), None, "TodoMoved: /equal/ce_id is gone"),
        ("schemas/headers.json", "/$defs/event/properties/ce_time".into(), None, "TodoMoved: /headers/properties/ce_time is gone"),
        (EVENT, data("/properties/tags"), None, "TodoCreated: /payload/allOf/1/properties/data/properties/tags is gone"),
        (EVENT, data("/required/3"), Some(json!("tags")), "TodoCreated: /payload/allOf/1/properties/data/required changed"),
        (EVENT, data("/required/2"), None, "TodoCreated: /payload/allOf/1/properties/data/required changed"),
        (EVENT, data("/minProperties"), Some(json!(1)), "TodoCreated: /payload/allOf/1/properties/data/minProperties is new"),
        (EVENT, record("/properties/version"), text(), "TodoMoved: /payload/allOf/0/properties/version/type changed"),
        (EVENT, record("/additionalProperties"), Some(json!(true)), "TodoMoved: /payload/allOf/0/additionalProperties changed"),
        (EVENT, record("/properties/schemaVersion/const"), Some(json!(2)), "properties/schemaVersion/const changed"),
        (
            VALUES,
            "/$defs/priority/enum/0".into(),
            None,
            "PriorityChanged: /payload/allOf/1/properties/data/properties/priority/oneOf/0/enum changed",
        ),
        (VALUES, "/$defs/title/maxLength".into(), Some(json!(400)), "data/properties/title/maxLength changed"),
        (VALUES, "/$defs/userId/pattern".into(), Some(json!("^[a-z]+$")), "data/properties/completedBy/pattern changed"),
    ] {
        let found = broken(&promised(), &changed(path, &pointer, to));
        assert!(found.iter().any(|problem| problem.ends_with(expected)), "{pointer}: expected {expected}, found {found:#?}");
    }
}

#[test]
fn what_breaks_nobody_is_let_through() {
    for (path, pointer, to) in [
        (EVENT, "/$defs/record/properties/weather", json!({ "type": "string" })),
        (EVENT, "/$defs/TodoCreated/allOf/1/properties/data/properties/mood", json!({ "type": "string" })),
        (VALUES, "/$defs/title/description", json!("Said in other words.")),
    ] {
        assert_eq!(broken(&promised(), &changed(path, pointer, Some(to))), Vec::<String>::new(), "{pointer}");
    }
}

/// Whoever sends us something must be able to go on; they do not mind what they need not send.
#[test]
fn what_we_receive_may_ask_for_less_and_allow_more() {
    let promise = |direction: &str, required: Value, allowed: Value| {
        json!({ "direction": direction, "payload": {
            "type": "object", "required": required, "properties": { "type": { "enum": allowed }, "title": { "type": "string" } } } })
    };
    let old = |direction| promise(direction, json!(["type", "title"]), json!(["a"]));
    for (required, allowed, received, sent) in [
        (json!(["title", "type"]), json!(["a"]), 0, 0),
        (json!(["type"]), json!(["a"]), 0, 1),
        (json!(["type", "title"]), json!(["a", "b"]), 0, 1),
        (json!(["type", "title", "owner"]), json!(["a"]), 1, 1),
        (json!(["type", "title"]), json!([]), 1, 1),
    ] {
        for (direction, expected) in [("receive", received), ("send", sent)] {
            let new = promise(direction, required.clone(), allowed.clone());
            assert_eq!(breaks(&old(direction), &new).len(), expected, "{direction} {required} {allowed}");
        }
    }
    assert_eq!(breaks(&old("send"), &old("receive")).len(), 1, "who sends is part of it");
}

fn event(change: impl FnOnce(&mut Published)) -> Published {
    let record = &testkit::samples::records("todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", 1..=1)[0];
    let body = serde_json::to_vec(record).expect("JSON");
    let headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", &record.event_id.to_string()),
        ("ce_source", "/todo-backend"),
        ("ce_type", &record.event_type),
        ("ce_subject", &record.aggregate_id),
        ("ce_time", &record.timestamp.to_string()),
        ("content-type", "application/json"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let mut published = Published { key: Some(record.aggregate_id.clone()), headers, body: Some(body) };
    change(&mut published);
    published
}

#[test]
fn key_and_headers_are_part_of_the_contract() {
    let contract = Contract::read();
    let check = |published| contract.check("todo-events", &published).map(str::to_owned);
    assert_eq!(check(event(|_| ())), Ok("TitleChanged".into()));
    let set = |name: &str, value: &str| check(event(|event| drop(event.headers.insert(name.into(), value.into()))));
    let other = "019e830e-1a7b-769a-9cca-2361b2634e91";
    for (name, wrong, problem) in [
        ("ce_specversion", "0.3", "/ce_specversion"),
        ("ce_id", "1", "/ce_id"),
        ("ce_id", other, "ce_id is not the body's eventId"),
        ("ce_type", "TodoMoved", "body"),
        ("ce_time", "yesterday", "/ce_time"),
        ("ce_time", "2026-06-01T12:00:01Z", "ce_time is not the body's timestamp"),
        ("content-type", "text/plain", "/content-type"),
        ("mood", "fair", "headers"),
    ] {
        let found = set(name, wrong).expect_err(name);
        assert!(found.contains(problem), "{name}: {found}");
    }
    for name in event(|_| ()).headers.keys() {
        assert!(check(event(|event| drop(event.headers.remove(name)))).is_err(), "without {name}");
    }
    assert!(check(event(|event| event.key = None)).is_err());
    assert!(check(event(|event| event.key = Some(format!("todo-{other}")))).expect_err("another's key").contains("aggregateId"));
    assert!(check(event(|event| event.body = None)).is_err());
    let torn = check(event(|event| event.body.as_mut().expect("a body").truncate(40))).expect_err("a torn body");
    assert!(torn.contains("no JSON"), "{torn}");
}

/// A problem says where it is, and repeats nothing that a person wrote.
#[test]
fn a_problem_shows_no_text() {
    let secret = "x".repeat(501);
    let contract = Contract::read();
    let found = contract.check(
        "todo-events",
        &event(|event| {
            let mut body: Value = serde_json::from_slice(event.body.as_ref().expect("a body")).expect("JSON");
            body["data"] = json!({ "title": secret, "secret": secret });
            event.body = Some(serde_json::to_vec(&body).expect("JSON"));
        }),
    );
    let found = found.expect_err("too long");
    assert!(found.contains("/data/title") && !found.contains("xxx"), "{found}");
}
