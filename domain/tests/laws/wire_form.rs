//! The form of commands between gateways and actors: the two may be of different releases while one replaces the other.

use domain::{
    Envelope, ListId, Trace,
    recurrence::Recurrence,
    todo::{Change, Command, Draft, Later, Priority, RemindAt, ReminderId, ReminderSpec, Subtask, SubtaskDraft},
};
use serde_json::{Value, json};
use testkit::samples::{at, due, order, tags, text, user};

use crate::recurring_todos::weekly;

const TODO: &str = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";

/// Written as `json`, and read back from it.
fn check<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: T, json: Value) {
    assert_eq!(serde_json::to_value(&value).expect("JSON"), json);
    assert_eq!(serde_json::from_value::<T>(json).expect("what was written"), value);
}

#[test]
fn commands() {
    check(Command::Create(Draft::titled(text("milk"))), json!({ "do": "create", "title": "milk" }));
    let draft = Draft {
        title: text("milk"),
        description: Some(text("oat")),
        list: Some(ListId::inbox(&user("anna"))),
        tags: tags(&["b", "a"]),
        priority: Some(Priority::High),
        due: Some(due("2026-11-24", "Europe/Berlin")),
        recurrence: Some(Box::new(weekly())),
        subtasks: vec![SubtaskDraft { id: None, title: text("a"), completed: true }],
        reminders: vec![RemindAt::Due { minutes_before: 30 }],
        order: Some(order(1.5)),
        completed: true,
    };
    let full = json!({
        "do": "create", "title": "milk", "description": "oat", "list": "list-b43dfbd0-3bbe-5c93-b2e5-6b565fec251c", "tags": ["a", "b"],
        "priority": "high", "due": { "local": "2026-11-24", "zone": "Europe/Berlin" },
        "recurrence": { "rule": "FREQ=WEEKLY", "from": "due" }, "subtasks": [{ "title": "a", "completed": true }],
        "reminders": [{ "by": "due", "minutesBefore": 30 }], "order": 1.5, "completed": true,
    });
    check(Command::Create(draft), full);
    check(Command::Delete, json!({ "do": "delete" }));
    check(Command::Restore, json!({ "do": "restore" }));
    check(Command::Skip, json!({ "do": "skip" }));
    let (id, reminder) = ("0123456789abcdef", "0123456789abcdef".parse().expect("a reminder's id"));
    check(Command::Snooze { reminder: None, until: Later::Minutes(10) }, json!({ "do": "snooze", "until": { "minutes": 10 } }));
    let until = json!({ "at": "2026-06-01T12:00:00Z" });
    check(Command::Snooze { reminder: Some(reminder), until: Later::At(at(0)) }, json!({ "do": "snooze", "reminder": id, "until": until }));
    check(Command::Remind { reminder: id.parse().expect("a reminder's id") }, json!({ "do": "remind", "reminder": id }));
    check(Command::Change { changes: vec![] }, json!({ "do": "change", "changes": [] }));
}

#[test]
fn changes() {
    for (change, json) in [
        (Change::Title(text("milk")), json!({ "set": "title", "to": "milk" })),
        (Change::Description(Some(text("oat"))), json!({ "set": "description", "to": "oat" })),
        (Change::Description(None), json!({ "set": "description", "to": null })),
        (Change::Completed(true), json!({ "set": "completed", "to": true })),
        (Change::Order(Some(order(-1.5))), json!({ "set": "order", "to": -1.5 })),
        (Change::Order(None), json!({ "set": "order", "to": null })),
        (Change::Tags(tags(&["a"])), json!({ "set": "tags", "to": ["a"] })),
        (Change::Tag(text("a")), json!({ "set": "tag", "to": "a" })),
        (Change::Untag(text("a")), json!({ "set": "untag", "to": "a" })),
        (Change::Priority(Some(Priority::Urgent)), json!({ "set": "priority", "to": "urgent" })),
        (Change::Priority(None), json!({ "set": "priority", "to": null })),
        (Change::Due(Some(due("2026-11-24", "UTC"))), json!({ "set": "due", "to": { "local": "2026-11-24", "zone": "UTC" } })),
        (Change::Due(None), json!({ "set": "due", "to": null })),
        (Change::Recurrence(Some(weekly())), json!({ "set": "recurrence", "to": { "rule": "FREQ=WEEKLY", "from": "due" } })),
        (Change::Recurrence(None), json!({ "set": "recurrence", "to": null })),
        (
            Change::Series(Some(Recurrence { number: 2, ..Recurrence::begin(weekly(), due("2026-11-24", "UTC")) })),
            json!({ "set": "series", "to": { "rule": "FREQ=WEEKLY", "from": "due", "at": { "local": "2026-11-24", "zone": "UTC" }, "number": 2 } }),
        ),
        (
            Change::Reminders(vec![RemindAt::Instant { at: at(0) }]),
            json!({ "set": "reminders", "to": [{ "by": "instant", "at": "2026-06-01T12:00:00Z" }] }),
        ),
        (
            Change::AllReminders(vec![ReminderSpec::new(&user("anna"), RemindAt::Due { minutes_before: 0 })]),
            json!({ "set": "allReminders", "to": [
                { "id": ReminderId::of(&user("anna"), &RemindAt::Due { minutes_before: 0 }), "person": "anna", "when": { "by": "due", "minutesBefore": 0 } },
            ] }),
        ),
        (
            Change::Subtasks(vec![SubtaskDraft { id: Some(1), title: text("a"), completed: false }]),
            json!({ "set": "subtasks", "to": [{ "id": 1, "title": "a" }] }),
        ),
        (
            Change::AllSubtasks(vec![Subtask { id: 1, title: text("a"), completed: true }]),
            json!({ "set": "allSubtasks", "to": [{ "id": 1, "title": "a", "completed": true }] }),
        ),
        (Change::Finished, json!({ "set": "finished" })),
        (Change::List(ListId::inbox(&user("anna"))), json!({ "set": "list", "to": "list-b43dfbd0-3bbe-5c93-b2e5-6b565fec251c" })),
    ] {
        check(change, json);
    }
}

#[test]
fn envelopes() {
    let envelope = Envelope {
        command_id: "key-1".parse().unwrap(),
        aggregate_id: TODO.into(),
        expected_version: None,
        principal: user("anna"),
        at: at(0),
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command: Command::Delete,
    };
    let least = json!({
        "commandId": "key-1", "aggregateId": TODO, "principal": "anna", "at": "2026-06-01T12:00:00Z", "command": { "do": "delete" },
    });
    check(envelope.clone(), least);
    let trace = Trace { traceparent: Some("00-1-2-01".into()), correlation_id: Some("c".into()), causation_id: Some("d".into()) };
    let most = json!({
        "commandId": "key-1", "aggregateId": TODO, "expectedVersion": 0, "principal": "anna", "at": "2026-06-01T12:00:00Z",
        "replayable": true, "trace": { "traceparent": "00-1-2-01", "correlationId": "c", "causationId": "d" }, "command": { "do": "delete" },
    });
    check(Envelope { expected_version: Some(0), replayable: true, trace, ..envelope }, most);
}

#[test]
fn what_is_unknown_is_refused() {
    for wrong in [
        json!({}),
        json!({ "do": "explode" }),
        json!({ "do": "create" }),
        json!({ "do": "create", "title": null }),
        json!({ "do": "change", "changes": [{ "set": "owner", "to": "bob" }] }),
        json!({ "do": "change", "changes": [{ "set": "title" }] }),
        json!({ "do": "change", "changes": [{ "set": "title", "to": null }] }),
        json!({ "do": "change", "changes": [{ "set": "order", "to": 1e300 }] }),
        json!({ "do": "change", "changes": [{ "set": "completed", "to": "yes" }] }),
        json!({ "do": "change" }),
    ] {
        assert!(serde_json::from_value::<Command>(wrong.clone()).is_err(), "{wrong}");
    }
}
