//! The stored form of events: what was written once is readable for ever, and what is written today is what was.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{Aggregate, Envelope, EventRecord, Trace, UpcastError, todo::Todo};
use serde_json::{Value, json};
use testkit::{contract::Contract, samples::user};

use crate::samples::{self, ForEach};

/// The folder of each schema version that was ever written, by that version.
fn folders() -> impl Iterator<Item = (u32, PathBuf)> {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    (1..=EventRecord::SCHEMA).map(move |version| (version, fixtures.join(format!("v{version}"))))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn fixture(name: &str) -> Value {
    let (_, folder) = folders().next().expect("the first schema version");
    read(&folder.join(format!("{name}.json")))
}

/// With `make freeze-contract`, a new sample gets its file; no file is ever changed.
fn add_file(name: &str, record: &EventRecord) {
    let (_, folder) = folders().last().expect("a schema version");
    let path = folder.join(format!("{name}.json"));
    if std::env::var_os("FREEZE_CONTRACT").is_some() && !path.exists() {
        let text = serde_json::to_string_pretty(record).expect("JSON");
        fs::write(&path, text + "\n").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// The names of the files in it, without their endings.
fn names(folder: &Path) -> BTreeSet<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("a file").file_name().into_string().expect("a name");
    let named = |name: String| name.strip_suffix(".json").unwrap_or_else(|| panic!("{name} is no .json")).to_owned();
    fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).map(name).map(named).collect()
}

/// What caused the sample of that `version`.
fn envelope<C>(version: u64, aggregate_id: String, command: C) -> Envelope<C> {
    let cause = |causation_id| Trace { traceparent: Some("00-1-2-01".into()), correlation_id: Some("conversation-1".into()), causation_id };
    Envelope {
        command_id: format!("command-{version}").parse().expect("a command id"),
        aggregate_id,
        expected_version: Some(version - 1),
        principal: user("anna"),
        at: "2026-06-01T12:00:00.123456Z".parse().expect("an instant"),
        replayable: true,
        // Some have a cause and some have none.
        trace: if version.is_multiple_of(2) { cause(Some("event-1".into())) } else { Trace::default() },
        access: domain::Access::default(),
        command,
    }
}

/// Of whatever aggregate: the contract knows them all.
#[test]
fn every_event_type_has_a_sample_of_every_schema_version() {
    let contract = Contract::read();
    let types: BTreeSet<String> = contract.topics()["todo-events"].messages().iter().map(ToString::to_string).collect();
    for (version, folder) in folders() {
        let names = names(&folder);
        let sampled: BTreeSet<_> = names.iter().map(|name| name.split('.').next().unwrap_or(name).to_owned()).collect();
        // An event type that a later schema version brought has no sample of an earlier one.
        assert!(sampled.is_subset(&types), "schema version {version} has samples of nothing: {:?}", sampled.difference(&types));
        if version == EventRecord::SCHEMA {
            assert_eq!(sampled, types, "a file in {} for every event type", folder.display());
        }
        for name in names {
            let record: EventRecord = serde_json::from_value(read(&folder.join(format!("{name}.json")))).unwrap();
            assert_eq!((record.schema_version, Some(record.event_type.as_str())), (version, name.split('.').next()), "{name}");
        }
    }
}

#[test]
fn every_event_type_has_a_sample_and_every_sample_a_file() {
    let sampled: BTreeSet<_> = samples::names().into_iter().map(|name| name.split('.').next().unwrap_or(name)).collect();
    assert_eq!(sampled, samples::TYPES.concat().into_iter().collect(), "a sample of every event type");
    let (_, folder) = folders().last().expect("a schema version");
    let files = names(&folder);
    samples::names().into_iter().for_each(|name| assert!(files.contains(name), "{name} has no file"));
}

#[test]
fn what_was_written_once_is_read() {
    struct Read;
    impl ForEach for Read {
        fn of<A: Aggregate>(&mut self, _: String, _: A::Command, samples: Vec<(&'static str, A::Event)>)
        where
            A::Event: PartialEq,
        {
            for (name, event) in samples {
                let record: EventRecord = serde_json::from_value(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(A::upcast(&record) == Ok(event), "{name} is read as something else");
            }
        }
    }
    samples::for_each(&mut Read);
}

#[test]
fn what_is_written_today_is_what_was_written_once() {
    struct Written;
    impl ForEach for Written {
        fn of<A: Aggregate>(&mut self, id: String, command: A::Command, samples: Vec<(&'static str, A::Event)>)
        where
            A::Event: PartialEq,
        {
            let mut envelope = envelope(1, id, command);
            for (after, (name, event)) in (0..).zip(samples) {
                envelope = self::envelope(after + 1, envelope.aggregate_id, envelope.command);
                let records = EventRecord::of::<A>(&envelope, after, &[event]);
                add_file(name, &records[0]);
                assert_eq!(serde_json::to_value(&records).unwrap(), json!([fixture(name)]), "{name}");
            }
        }
    }
    samples::for_each(&mut Written);
}

#[test]
fn names_and_data_are_the_public_contract() {
    let record = fixture("TodoCreated");
    for field in ["eventId", "eventType", "aggregateId", "version", "data", "timestamp", "principal", "commandId", "correlationId"] {
        assert!(record.get(field).is_some(), "{field}");
    }
    assert_eq!(fixture("TodoCompleted")["data"], json!({ "completedBy": "anna" }));
    assert_eq!(fixture("TodoCreated")["data"]["title"], "buy milk");
    assert_eq!(fixture("DueChanged.cleared")["data"], json!({ "due": null }), "what was cleared is said, not left out");
}

fn stored(change: impl FnOnce(&mut Value)) -> EventRecord {
    let mut json = fixture("TitleChanged");
    change(&mut json);
    serde_json::from_value(json).expect("a record")
}

#[test]
fn a_record_without_schema_version_is_of_the_first() {
    let record = stored(|json| {
        json.as_object_mut().expect("an object").remove("schemaVersion");
    });
    assert_eq!(record.schema_version, 1);
    assert!(Todo::upcast(&record).is_ok());
}

#[test]
fn a_newer_schema_is_refused() {
    let record = stored(|json| json["schemaVersion"] = json!(2));
    let error = Todo::upcast(&record).expect_err("a newer schema");
    assert_eq!(error, UpcastError::NewerSchema { event_type: "TitleChanged".into(), found: 2, known: 1 });
    assert_eq!(error.to_string(), "TitleChanged has schema version 2, but this program reads at most 1: upgrade it");
    // Also where the type is new as well: the version says what to do about it.
    let record = stored(|json| (json["schemaVersion"], json["eventType"]) = (json!(2), json!("TodoSung")));
    assert!(matches!(Todo::upcast(&record), Err(UpcastError::NewerSchema { .. })));
}

#[test]
fn an_unknown_type_is_refused() {
    for name in ["TodoSung", "", "todoCreated", "TodoCreated ", "Create"] {
        let error = Todo::upcast(&stored(|json| json["eventType"] = json!(name))).expect_err(name);
        assert_eq!(error, UpcastError::UnknownType(name.to_owned()));
    }
}

#[test]
fn malformed_data_is_refused() {
    for data in [
        json!(null),
        json!({}),
        json!([]),
        json!("title"),
        json!({ "title": null }),
        json!({ "title": "" }),
        json!({ "title": ["a"] }),
        json!({ "title": "x".repeat(501) }),
    ] {
        let error = Todo::upcast(&stored(|json| json["data"] = data.clone())).expect_err("malformed");
        let UpcastError::Malformed { event_type, .. } = &error else { panic!("{data}: {error}") };
        assert_eq!(event_type, "TitleChanged");
    }
}

/// What a later release adds to an event of the same schema does not stop this one.
#[test]
fn a_field_more_is_no_damage() {
    let record = stored(|json| (json["data"]["mood"], json["weather"]) = (json!("fair"), json!("fine")));
    assert_eq!(Todo::upcast(&record), Todo::upcast(&stored(|_| ())));
}
