//! What the domain writes is what `docs/asyncapi.yaml` promises, all of it and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use domain::{
    Aggregate, EventRecord,
    todo::{Event, Todo},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::contract::{Contract, Published};

use crate::{generators::history, samples, stored_form::fixture};

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// As `adapters/src/kafka/feed.rs` publishes it.
fn published(record: &Value) -> Published {
    let said = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
    let headers = [
        ("ce_specversion", "1.0".into()),
        ("ce_id", said("eventId")),
        ("ce_source", "/todo-backend".into()),
        ("ce_type", said("eventType")),
        ("ce_subject", said("aggregateId")),
        ("ce_time", said("timestamp")),
        ("content-type", "application/json".into()),
    ];
    Published {
        key: Some(said("aggregateId")),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        body: Some(serde_json::to_vec(record).expect("JSON")),
    }
}

pub(crate) fn check(record: &Value) -> Result<&str, String> {
    CONTRACT.check("todo-events", &published(record))
}

#[test]
fn the_contract_has_every_event_type_and_no_other() {
    let known: BTreeSet<&str> = samples::TYPES.concat().into_iter().collect();
    assert_eq!(CONTRACT.topics()["todo-events"].messages(), known);
}

#[test]
fn every_stored_sample_fits() {
    for name in samples::names() {
        let record = fixture(name);
        assert_eq!(check(&record), Ok(record["eventType"].as_str().unwrap()), "{name}");
    }
}

/// Where a required field can be taken out of `schema`'s objects, and where a field stands at all.
fn fields(at: &str, value: &Value, found: &mut Vec<String>) {
    if let Value::Object(object) = value {
        for (name, value) in object {
            let here = format!("{at}/{name}");
            found.push(here.clone());
            fields(&here, value, found);
        }
    }
}

/// What may be left out.
const OPTIONAL: [&str; 6] = ["/causationId", "/data/description", "/data/tags", "/data/priority", "/data/due", "/data/order"];

/// What says something else, and is right.
fn also_right() -> [(&'static str, Value); 2] {
    [("/data/reminders", json!([])), ("/data/late", json!(true))]
}

#[test]
fn what_differs_does_not_fit() {
    for (name, _) in samples::todos() {
        let record = fixture(name);
        let mut places = vec![];
        fields("", &record, &mut places);
        let broken = |pointer: &str, change: &dyn Fn(&mut serde_json::Map<String, Value>, &str)| {
            let mut record = record.clone();
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            change(record.pointer_mut(parent).unwrap().as_object_mut().unwrap(), field);
            check(&record).is_err()
        };
        for place in places {
            let left_out = broken(&place, &|object, field| drop(object.remove(field)));
            assert_eq!(left_out, !(OPTIONAL.contains(&place.as_str()) && may_lack(name, &place)), "{name} without {place}");
            for wrong in [json!({}), json!([]), json!(true), json!(""), json!("\u{0}")] {
                // An event that says nothing more has `{}` there.
                let same = record.pointer(&place) == Some(&wrong);
                let fits = same || also_right().iter().any(|(right, value)| *right == place && wrong == *value);
                let broken = broken(&place, &|object, field| drop(object.insert(field.into(), wrong.clone())));
                assert_eq!(broken, !fits, "{name} with {place} = {wrong}");
            }
            assert!(broken(&place, &|object, _| drop(object.insert("surplus".into(), json!("x")))), "{name} with more beside {place}");
        }
    }
}

/// A change says also what was cleared; a creation leaves out what was not given.
fn may_lack(name: &str, place: &str) -> bool {
    name.starts_with("TodoCreated") || place == "/causationId"
}

#[test]
fn values_out_of_their_bounds_do_not_fit() {
    for (name, pointer, wrong) in [
        ("TodoCreated", "/aggregateId", json!("todo-01932C07-5a3e-7cc0-9a55-0f2b8d0c7f11")),
        ("TodoCreated", "/version", json!(0)),
        ("TodoCreated", "/version", json!(1.5)),
        ("TodoCreated", "/schemaVersion", json!(2)),
        ("TodoCreated", "/timestamp", json!("2026-06-01T12:00:00+02:00")),
        ("TodoCreated", "/timestamp", json!("2026-13-01T12:00:00Z")),
        ("TodoCreated", "/eventId", json!("019e830e-1a7b-469a-9cca-2361b2634e91")),
        ("TodoCreated", "/principal", json!("anna@example.org/x")),
        ("TodoCreated", "/commandId", json!("x".repeat(129))),
        ("TodoCreated", "/data/title", json!("x".repeat(501))),
        ("TodoCreated", "/data/tags", json!([])),
        ("TodoCreated", "/data/tags", json!(["a", "a"])),
        ("TodoCreated", "/data/tags", json!(["x".repeat(51)])),
        ("TodoCreated", "/data/priority", json!("utmost")),
        ("TodoCreated", "/data/order", json!(1e300)),
        ("TodoCreated", "/data/due/local", json!("2026-11-24T09:00:00Z")),
        ("TodoCreated", "/data/due/local", json!("2026-11-32")),
        ("TodoCreated", "/data/due/zone", json!("+02:00")),
        ("TitleChanged", "/data/title", json!(null)),
        ("TodoMoved", "/data/to", json!("todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")),
    ] {
        let mut record = fixture(name);
        *record.pointer_mut(pointer).unwrap_or_else(|| panic!("{name} has no {pointer}")) = wrong.clone();
        assert!(check(&record).is_err(), "{name} with {pointer} = {wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever people ask, in whatever order.
    #[test]
    fn every_event_of_every_history_fits(history in history()) {
        let mut todo = None;
        let mut version = 0;
        for envelope in history {
            let Ok(events) = Todo::decide(&todo, &envelope) else { continue };
            for record in EventRecord::of::<Todo>(&envelope, version, &events) {
                let json = serde_json::to_value(&record).expect("JSON");
                prop_assert_eq!(check(&json), Ok(record.event_type.as_str()));
            }
            version += events.len() as u64;
            todo = events.iter().fold(todo, Todo::evolve);
        }
    }
}

/// The test above would prove little if people asked for little.
#[test]
fn histories_have_thousands_of_events_of_every_type() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let (mut runner, mut seen) = (TestRunner::deterministic(), BTreeMap::new());
    for _ in 0..400 {
        let (mut todo, history) = (None, history().new_tree(&mut runner).expect("a history").current());
        for envelope in history {
            let Ok(events) = Todo::decide(&todo, &envelope) else { continue };
            for record in EventRecord::of::<Todo>(&envelope, 0, &events) {
                *seen.entry(record.event_type).or_insert(0) += 1;
            }
            todo = events.iter().fold(todo, Todo::evolve);
        }
    }
    // These follow from no wish of a person's for one todo: see `erasure.rs`.
    let mut all: BTreeSet<_> = Event::TYPES.into();
    all.retain(|name| !["TodoErased", "TodoLeft"].contains(name));
    assert_eq!(seen.keys().map(String::as_str).collect::<BTreeSet<_>>(), all);
    assert!(seen.values().sum::<i32>() > 2000, "{seen:?}");
}
