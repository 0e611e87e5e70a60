//! What a person wrote is never printed.

use std::fmt::Debug;

use domain::{
    Aggregate, EventRecord, fold,
    todo::{Command, Event, Tag, Todo, diff, undo},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::samples::text;

use crate::generators::{MARK, history};

/// What `Debug` shows in both its forms.
fn shown(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

proptest! {
    #[test]
    fn debug_shows_no_text(history in history()) {
        let mut state = None;
        let mut written = String::new();
        for (count, envelope) in history.iter().enumerate() {
            written += &serde_json::to_string(&envelope).expect("JSON");
            let decided = Todo::decide(&state, envelope);
            let events = decided.clone().unwrap_or_default();
            let records = EventRecord::of::<Todo>(envelope, count as u64, &events);
            let before = state.clone();
            state = fold::<Todo>(state, &events);
            let printed = [shown(&envelope), shown(&envelope.command), shown(&decided), shown(&events), shown(&records), shown(&state)];
            let undone = undo(&before, &state, &state);
            written += &serde_json::to_string(&undone.as_ref().ok()).expect("JSON");
            for printed in printed.into_iter().chain([shown(&diff(&before, &state)), shown(&undone)]) {
                prop_assert!(!printed.contains(MARK), "{printed}");
            }
        }
        prop_assert!(written.contains(MARK), "nothing was written that could have been printed");
    }

    /// A value of the wrong form, a field too many, a text too long, in whatever place: the error names no value.
    #[test]
    fn errors_show_no_text(history in history(), number: prop::sample::Index, damage in 0..6_usize) {
        let mut state = None;
        let mut records = vec![];
        for envelope in &history {
            let events = Todo::decide(&state, envelope).unwrap_or_default();
            records.extend(EventRecord::of::<Todo>(envelope, records.len() as u64, &events));
            state = fold::<Todo>(state, &events);
        }
        let mut record = number.get(&records).clone();
        let secret = format!("{MARK} \" \\\" {MARK}`, expected {MARK}'{MARK}");
        record.data = match (damage, record.data.clone()) {
            (0, _) => json!(secret),
            (1, _) => json!([secret]),
            (2, _) => json!({ secret: 1 }),
            (3, Value::Object(fields)) => fields.into_iter().map(|(name, _)| (name, json!(secret))).collect::<serde_json::Map<_, _>>().into(),
            (4, Value::Object(fields)) => fields.into_iter().map(|(name, _)| (name, json!(secret.repeat(5000)))).collect::<serde_json::Map<_, _>>().into(),
            (_, Value::Object(fields)) => fields.into_iter().map(|(name, _)| (name, json!({ &*secret: [secret] }))).collect::<serde_json::Map<_, _>>().into(),
            (_, other) => other,
        };
        if let Err(error) = Todo::upcast(&record) {
            let said = format!("{error} {error:?} {error:#?}");
            prop_assert!(!said.contains(MARK), "{said}");
            let named = said.contains(&record.event_type) && said.contains(&record.aggregate_id);
            prop_assert!(named, "it is not said what is malformed: {said}");
        }
    }
}

#[test]
fn text_shows_its_length_only() {
    let tag: Tag = text("Zq§ äöü");
    assert_eq!(format!("{tag:?}"), "‹7 characters›");
    assert_eq!(format!("{:?}", Event::TodoTagged { tag }), "TodoTagged { tag: ‹7 characters› }");
}

#[test]
fn damage_is_named_without_values() {
    let [mut record] = testkit::samples::records("todo-1", 7..=7).try_into().expect("one record");
    record.data = json!({ "title": 4711 });
    let error = Todo::upcast(&record).expect_err("no title");
    assert_eq!(error.to_string(), "TitleChanged at version 7 of todo-1 is malformed (invalid type, expected a string)");
}

/// What callers send is read with these types: their errors reach logs and problem documents.
#[test]
fn commands_that_cannot_be_read_show_no_text() {
    let long = format!("{MARK}{}", "x".repeat(600));
    for wrong in [
        json!({ "do": "create", "title": long }),
        json!({ "do": "create", "title": format!("{MARK}\u{0}") }),
        json!({ "do": "change", "changes": [{ "set": "tags", "to": (0..60).map(|n| format!("{MARK}{n}")).collect::<Vec<_>>() }] }),
        json!({ "do": "change", "changes": [{ "set": "due", "to": { "local": MARK, "zone": "UTC" } }] }),
        json!({ "do": "change", "changes": [{ "set": "due", "to": { "local": "2026-11-24", "zone": MARK } }] }),
        json!({ "do": "change", "changes": [{ "set": "list", "to": MARK }] }),
    ] {
        let error = serde_json::from_value::<Command>(wrong).expect_err("no command").to_string();
        assert!(!error.contains(MARK), "{error}");
    }
}
