//! What holds whatever people ask.

use std::collections::HashSet;

use domain::{
    Aggregate, Envelope, EventRecord, Refusal, fold,
    recurrence::Recurrence,
    todo::{Change, Command, Event, Subtask, SubtaskDraft, Todo, TodoState},
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use testkit::samples::user;

use crate::generators::{command, envelope, history};

/// A todo's life: what was asked, and what came of it.
struct Life {
    state: TodoState,
    events: Vec<Event>,
    records: Vec<EventRecord>,
}

fn live(history: &[Envelope<Command>]) -> Life {
    let mut life = Life { state: None, events: vec![], records: vec![] };
    for envelope in history {
        let events = Todo::decide(&life.state, envelope).unwrap_or_default();
        life.records.extend(EventRecord::of::<Todo>(envelope, life.events.len() as u64, &events));
        life.state = fold::<Todo>(life.state, &events);
        life.events.extend(events);
    }
    life
}

fn written_and_read<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).expect("JSON")).expect("what was written")
}

/// The changes that say of `todo` what already is.
fn as_it_is(todo: &Todo) -> Vec<Change> {
    let Todo {
        owner: _,
        list,
        title,
        description,
        tags,
        priority,
        due,
        recurrence,
        subtasks,
        last_subtask: _,
        reminders,
        order,
        completed,
        deleted: _,
    } = todo.clone();
    let mut changes = vec![
        Change::List(list),
        Change::Title(title),
        Change::Description(description),
        Change::Tags(tags.clone()),
        Change::Priority(priority),
        Change::Due(due),
        Change::Recurrence(recurrence.as_ref().map(Recurrence::repeat)),
        Change::Series(recurrence),
        Change::AllSubtasks(subtasks.clone()),
        Change::Subtasks(
            subtasks.into_iter().map(|Subtask { id, title, completed }| SubtaskDraft { id: Some(id), title, completed }).collect(),
        ),
        Change::Reminders(reminders.into_values().map(|reminder| reminder.when).collect()),
        Change::Order(order),
        Change::Completed(completed),
    ];
    changes.extend(tags.as_set().iter().cloned().map(Change::Tag));
    changes
}

/// Those of `changes` whose bit is set.
fn some_of(changes: Vec<Change>, bits: u32) -> Vec<Change> {
    let chosen = |(number, _): &(usize, Change)| bits >> (number % 32) & 1 == 1;
    changes.into_iter().enumerate().filter(chosen).map(|(_, change)| change).collect()
}

proptest! {
    #[test]
    fn replaying_the_events_gives_the_live_state(history in history()) {
        let life = live(&history);
        prop_assert_eq!(&fold::<Todo>(None, &life.events), &life.state);
        let stored: Vec<EventRecord> = life.records.iter().map(written_and_read).collect();
        prop_assert_eq!(&stored, &life.records);
        let read: Vec<Event> = stored.iter().map(|record| Todo::upcast(record).expect("an event")).collect();
        prop_assert!(read == life.events, "an event was read back as another");
        prop_assert_eq!(fold::<Todo>(None, &read), life.state.clone());
        prop_assert_eq!(written_and_read(&life.state), life.state);
    }

    #[test]
    fn versions_have_no_gap_and_no_event_another_ones_id(history in history()) {
        let life = live(&history);
        let versions: Vec<_> = life.records.iter().map(|record| record.version).collect();
        prop_assert_eq!(versions, (1..=life.events.len() as u64).collect::<Vec<_>>());
        let ids: HashSet<_> = life.records.iter().map(|record| record.event_id).collect();
        prop_assert_eq!(ids.len(), life.records.len());
        prop_assert!(live(&history).records == life.records, "the same history was recorded in another way");
    }

    #[test]
    fn records_say_where_they_come_from(history in history(), envelope in envelope(), after in 0..1_000_000_u64) {
        let given = if matches!(envelope.command, Command::Create(_)) { None } else { live(&history).state };
        for record in EventRecord::of::<Todo>(&envelope, after, &Todo::decide(&given, &envelope).unwrap_or_default()) {
            prop_assert_eq!(&record.aggregate_id, &envelope.aggregate_id);
            prop_assert_eq!(&record.principal, &envelope.principal);
            prop_assert_eq!(&record.command_id, &envelope.command_id);
            prop_assert_eq!(record.timestamp, envelope.at);
            let correlation = envelope.trace.correlation_id.clone().unwrap_or_else(|| envelope.command_id.to_string());
            prop_assert_eq!(record.correlation_id, correlation, "a conversation of its own, unless it is part of one");
            prop_assert_eq!(&record.causation_id, &envelope.trace.causation_id);
            prop_assert_eq!(record.schema_version, EventRecord::SCHEMA);
            prop_assert!(record.version > after);
        }
    }

    /// Every command but a create sets absolute values: the second time there is nothing left to do. Except for what comes again, which
    /// goes on to the next occurrence each time.
    #[test]
    fn what_was_done_is_not_done_again(history in history(), again in envelope()) {
        let state = live(&history).state;
        let on = |event: &Event|
            matches!(event, Event::OccurrenceCompleted { .. } | Event::OccurrenceSkipped { .. } | Event::ReminderSnoozed { .. } | Event::SubtaskAdded { .. });
        // What one change names, another of the same request may have removed.
        let steps = |change: &&Change| matches!(change, Change::Subtasks(_) | Change::AllSubtasks(_));
        let twice = matches!(&again.command, Command::Change { changes } if changes.iter().filter(steps).count() > 1);
        if let Ok(events) = Todo::decide(&state, &again) && !twice && !events.iter().any(on) {
            let after = fold::<Todo>(state.clone(), &events);
            let second = Todo::decide(&after, &again);
            prop_assert_eq!(second, Ok(vec![]));
            prop_assert_eq!(after == state, events.is_empty(), "what happens changes something, and what does not happen nothing");
        }
    }

    /// Also among others that do: none is recorded for its own sake.
    #[test]
    fn each_event_changes_something(history in history(), envelope in envelope(), some: u32) {
        let Some(todo) = live(&history).state else { return Err(TestCaseError::fail("it was created")) };
        let mut changes = some_of(as_it_is(&todo), some);
        if let Command::Change { changes: others } = envelope.command {
            changes.extend(others);
        }
        let envelope = Envelope { command: Command::Change { changes }, principal: user("anna"), ..envelope };
        let events = Todo::decide(&Some(todo.clone()), &envelope).unwrap_or_default();
        let mut state = Some(todo);
        for event in events {
            let after = Todo::evolve(state.clone(), &event);
            prop_assert!(after != state, "{event:?} changed nothing");
            state = after;
        }
    }

    #[test]
    fn an_empty_patch_does_nothing(history in history(), envelope in envelope()) {
        let state = live(&history).state;
        let envelope = Envelope { command: Command::Change { changes: vec![] }, principal: user("anna"), ..envelope };
        let deleted = state.as_ref().is_some_and(|todo| todo.deleted);
        prop_assert_eq!(Todo::decide(&state, &envelope), if deleted { Err(Refusal::Deleted) } else { Ok(vec![]) });
    }

    #[test]
    fn a_patch_that_says_what_already_is_does_nothing(history in history(), envelope in envelope(), some: u32) {
        let Some(todo) = live(&history).state else { return Err(TestCaseError::fail("it was created")) };
        let todo = Todo { deleted: false, ..todo };
        let changes = some_of(as_it_is(&todo), some);
        let envelope = Envelope { command: Command::Change { changes }, principal: todo.owner.clone(), ..envelope };
        prop_assert_eq!(Todo::decide(&Some(todo), &envelope), Ok(vec![]));
    }

    #[test]
    fn a_stranger_is_told_that_nothing_exists(history in history(), envelope in envelope()) {
        let envelope = Envelope { principal: user("mallory"), ..envelope };
        prop_assert_eq!(Todo::decide(&live(&history).state, &envelope), Err(Refusal::NotFound));
    }

    /// Who it belongs to never changes, and who did something is who asked for it.
    #[test]
    fn events_name_who_asked(history in history()) {
        let life = live(&history);
        prop_assert_eq!(life.state.map(|todo| todo.owner), Some(user("anna")));
        for (event, record) in life.events.iter().zip(&life.records) {
            match event {
                Event::TodoCreated { owner: who, .. } | Event::TodoCompleted { completed_by: who } | Event::TodoReopened { reopened_by: who }
                | Event::TodoDeleted { deleted_by: who } | Event::TodoRestored { restored_by: who }
                | Event::OccurrenceCompleted { completed_by: who, .. } | Event::OccurrenceSkipped { skipped_by: who, .. } => prop_assert_eq!(who, &record.principal),
                _ => prop_assert_eq!(&record.principal, &user("anna")),
            }
        }
    }

    #[test]
    fn commands_and_envelopes_are_read_as_they_were_written(envelope in envelope(), command in command()) {
        prop_assert!(written_and_read(&command) == command);
        prop_assert!(written_and_read(&envelope) == envelope);
    }

    #[test]
    fn events_are_read_as_they_were_written(history in history()) {
        for event in live(&history).events {
            prop_assert!(written_and_read(&event) == event);
        }
    }
}
