//! The stored form of events: what was written once is readable for ever, and what is written today is what was.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{
    Aggregate, Envelope, EventRecord, ListId, PersonId, Trace, UpcastError,
    todo::{Command, Event, Priority, Todo},
    user::{self, User},
};
use serde_json::{Value, json};
use testkit::{
    contract::Contract,
    samples::{due, order, tags, text, user},
};

/// The samples of schema version 1, by the names of their files. A file is never changed: where this fails, today's
/// program can no longer read, or no longer writes, what lies in people's stores. A new form is a new schema version.
pub(crate) fn samples() -> Vec<(&'static str, Event)> {
    let (inbox, shopping) = (ListId::inbox(&user("anna")), ListId::derived(&user("anna"), "shopping"));
    vec![
        (
            "TodoCreated",
            Event::TodoCreated {
                owner: user("anna"),
                list: shopping,
                title: text("buy milk"),
                description: Some(text("oat, \"two\" litres\nfor Zoë 🥛")),
                tags: tags(&["shop", "home"]),
                priority: Some(Priority::High),
                due: Some(due("2026-11-24T09:00", "Europe/Berlin")),
                order: Some(order(0.1 + 0.2)),
            },
        ),
        (
            "TodoCreated.least",
            Event::TodoCreated {
                owner: user("anna"),
                list: inbox,
                title: text("buy milk"),
                description: None,
                tags: tags(&[]),
                priority: None,
                due: None,
                order: None,
            },
        ),
        ("TitleChanged", Event::TitleChanged { title: text("buy oat milk") }),
        ("DescriptionChanged", Event::DescriptionChanged { description: Some(text("two litres")) }),
        ("DescriptionChanged.cleared", Event::DescriptionChanged { description: None }),
        ("TodoCompleted", Event::TodoCompleted { completed_by: user("anna") }),
        ("TodoReopened", Event::TodoReopened { reopened_by: user("anna") }),
        ("OrderChanged", Event::OrderChanged { order: Some(order(-2.5)) }),
        ("OrderChanged.cleared", Event::OrderChanged { order: None }),
        ("TodoTagged", Event::TodoTagged { tag: text("home") }),
        ("TodoUntagged", Event::TodoUntagged { tag: text("home") }),
        ("PriorityChanged", Event::PriorityChanged { priority: Some(Priority::Urgent) }),
        ("PriorityChanged.cleared", Event::PriorityChanged { priority: None }),
        ("DueChanged", Event::DueChanged { due: Some(due("2026-11-24T09:00:00.5", "Europe/Berlin")) }),
        ("DueChanged.day", Event::DueChanged { due: Some(due("2026-11-24", "UTC")) }),
        ("DueChanged.cleared", Event::DueChanged { due: None }),
        ("TodoMoved", Event::TodoMoved { from: inbox, to: shopping }),
        ("TodoDeleted", Event::TodoDeleted { deleted_by: user("anna") }),
        ("TodoRestored", Event::TodoRestored { restored_by: user("anna") }),
    ]
}

/// Those of people's events.
pub(crate) fn people() -> Vec<(&'static str, user::Event)> {
    vec![
        ("FilterSaved", user::Event::FilterSaved { name: text("späte"), query: text("completed=false&due_before=2026-06-01T00:00:00Z") }),
        ("FilterRemoved", user::Event::FilterRemoved { name: text("späte") }),
    ]
}

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

/// The names of the files in it, without their endings.
fn names(folder: &Path) -> BTreeSet<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("a file").file_name().into_string().expect("a name");
    let named = |name: String| name.strip_suffix(".json").unwrap_or_else(|| panic!("{name} is no .json")).to_owned();
    fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).map(name).map(named).collect()
}

/// What caused the sample of that `version`.
fn envelope(version: u64) -> Envelope<Command> {
    let cause = |causation_id| Trace { traceparent: Some("00-1-2-01".into()), correlation_id: Some("conversation-1".into()), causation_id };
    Envelope {
        command_id: format!("command-{version}").parse().expect("a command id"),
        aggregate_id: "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".into(),
        expected_version: Some(version - 1),
        principal: user("anna"),
        at: "2026-06-01T12:00:00.123456Z".parse().expect("an instant"),
        replayable: true,
        // Some have a cause and some have none.
        trace: if version.is_multiple_of(2) { cause(Some("event-1".into())) } else { Trace::default() },
        access: domain::Access::default(),
        command: Command::Delete,
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
    let of = |samples: Vec<&'static str>| samples.into_iter().map(|name| name.split('.').next().unwrap_or(name)).collect::<BTreeSet<_>>();
    let (todos, persons) = (samples().into_iter().map(|(name, _)| name), people().into_iter().map(|(name, _)| name));
    assert_eq!(of(todos.clone().collect()), Event::TYPES.into(), "a sample of every event type");
    assert_eq!(of(persons.clone().collect()), user::Event::TYPES.iter().copied().collect(), "a sample of every event type");
    let (_, folder) = folders().last().expect("a schema version");
    let files = names(&folder);
    todos.chain(persons).for_each(|name| assert!(files.contains(name), "{name} has no file"));
}

#[test]
fn what_was_written_once_is_read() {
    for (name, event) in samples() {
        let record: EventRecord = serde_json::from_value(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(Todo::upcast(&record) == Ok(event), "{name} is read as something else");
    }
    for (name, event) in people() {
        let record: EventRecord = serde_json::from_value(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(User::upcast(&record) == Ok(event), "{name} is read as something else");
    }
}

#[test]
fn what_is_written_today_is_what_was_written_once() {
    for (number, (name, event)) in samples().into_iter().enumerate() {
        let envelope = envelope(number as u64 + 1);
        let records = EventRecord::of::<Todo>(&envelope, number as u64, &[event]);
        assert_eq!(serde_json::to_value(&records).unwrap(), json!([fixture(name)]), "{name}");
    }
    for (number, (name, event)) in people().into_iter().enumerate() {
        let Envelope { command_id, expected_version, principal, at, replayable, trace, access, .. } = envelope(number as u64 + 1);
        let (aggregate_id, command) = (PersonId::of(&principal).to_string(), user::Command::RemoveFilter { name: text("x") });
        let envelope = Envelope { command_id, aggregate_id, expected_version, principal, at, replayable, trace, access, command };
        let records = EventRecord::of::<User>(&envelope, number as u64, &[event]);
        assert_eq!(serde_json::to_value(&records).unwrap(), json!([fixture(name)]), "{name}");
    }
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
