//! What differs between two states, and how a change is undone.

use domain::{
    Aggregate, Envelope, ListId, Refusal, fold,
    todo::{Change, ChangedSince, Command, Event, Field, FieldValue, Priority, Todo, TodoState, diff, undo},
};
use proptest::prelude::*;
use testkit::{
    Scenario,
    samples::{tags, text, user},
};

use crate::{
    events::{milk, when},
    generators::{envelope, history},
};

fn state(events: &[Event]) -> TodoState {
    fold::<Todo>(None, events)
}

/// Given all of these, when the change that is `undone` of them is undone, …
fn undoing(given: &[Event], undone: std::ops::Range<usize>) -> Result<Command, ChangedSince> {
    undo(&state(&given[..undone.start]), &state(&given[..undone.end]), &state(given))
}

fn title(title: &str) -> Event {
    Event::TitleChanged { title: text(title) }
}

fn done() -> Event {
    Event::TodoCompleted { completed_by: user("anna") }
}

fn deleted() -> Event {
    Event::TodoDeleted { deleted_by: user("anna") }
}

#[test]
fn a_creation_is_undone_by_the_trash_whatever_it_has_become() {
    for given in [vec![milk()], vec![milk(), title("buy bread"), done()], vec![milk(), deleted()]] {
        assert_eq!(undoing(&given, 0..1), Ok(Command::Delete));
    }
    assert_eq!(undoing(&[milk(), done()], 0..2), Ok(Command::Delete), "one that was done already");
}

#[test]
fn a_deletion_is_undone_by_restoring_and_a_restoring_by_deleting() {
    let restored = Event::TodoRestored { restored_by: user("anna") };
    let given = [milk(), deleted(), restored];
    assert_eq!(undoing(&given[..2], 1..2), Ok(Command::Restore));
    assert_eq!(undoing(&given, 2..3), Ok(Command::Delete));
    assert_eq!(undoing(&given, 1..2), Ok(Command::Restore), "it is restored already, which is fine");
    Scenario::<Todo>::given(given).when(Command::Restore).then_nothing();
}

#[test]
fn a_field_is_set_back_and_what_else_changed_since_stays() {
    let given = vec![milk(), title("buy bread"), done()];
    let command = undoing(&given, 1..2).expect("nothing in its way");
    Scenario::<Todo>::given(given).when(command).then([title("buy milk")]);
}

#[test]
fn what_was_changed_once_more_is_named_and_nothing_is_done() {
    let high = Event::PriorityChanged { priority: Some(Priority::High) };
    let given = [milk(), title("buy bread"), high, done(), title("buy wine")];
    let refusal = ChangedSince { fields: vec![Field::Title] };
    assert_eq!(undoing(&given, 1..3), Err(refusal.clone()), "the priority could be set back, but not alone");
    assert_eq!(refusal.to_string(), "changed since: title");
}

#[test]
fn what_is_as_it_was_needs_nothing() {
    let given = vec![milk(), title("buy bread"), done(), title("buy milk")];
    assert_eq!(undoing(&given, 1..2), Ok(Command::Change { changes: vec![] }));
}

#[test]
fn each_tag_is_by_itself() {
    let tagged = |tag: &str| Event::TodoTagged { tag: text(tag) };
    let untagged = |tag: &str| Event::TodoUntagged { tag: text(tag) };
    let given = vec![milk(), tagged("old"), untagged("old"), tagged("new"), tagged("since")];
    let command = undoing(&given, 2..4).expect("nothing in its way");
    Scenario::<Todo>::given(given).when(command).then([untagged("new"), tagged("old")]);
}

#[test]
fn fields_in_the_trash_are_left_alone() {
    let given = vec![milk(), title("buy bread"), deleted()];
    let command = undoing(&given, 1..2).expect("nothing in its way");
    Scenario::<Todo>::given(given).when(command).then_refused(Refusal::Deleted);
}

#[test]
fn a_difference_tells_both_sides() {
    let inbox = ListId::inbox(&user("anna"));
    let told: Vec<_> =
        diff(&None, &state(&[milk()])).into_iter().map(|change| (change.field.name(), change.before, change.after)).collect();
    let expected = [("title", FieldValue::Title(text("buy milk"))), ("list", FieldValue::List(inbox))]
        .map(|(name, after)| (name, FieldValue::Nothing, after));
    assert_eq!(told, expected);
    let changes = [Change::Tags(tags(&["a"])), Change::Completed(true)];
    let given = [vec![milk()], when(vec![milk()], &changes).events()].concat();
    let told = diff(&state(&given[..1]), &state(&given));
    assert_eq!(told.iter().map(|change| change.field).collect::<Vec<_>>(), [Field::Tags, Field::Completed]);
    assert_eq!((&told[0].before, &told[0].after), (&FieldValue::Tags(tags(&[])), &FieldValue::Tags(tags(&["a"]))));
    assert_eq!((&told[1].before, &told[1].after), (&FieldValue::Flag(false), &FieldValue::Flag(true)));
}

/// What each command that had an effect led from and to.
fn changes(history: &[Envelope<Command>]) -> Vec<(TodoState, TodoState)> {
    let mut now = None;
    let mut changes = vec![];
    for envelope in history {
        let events = Todo::decide(&now, envelope).unwrap_or_default();
        if !events.is_empty() {
            let before = now.clone();
            now = fold::<Todo>(now, &events);
            changes.push((before, now.clone()));
        }
    }
    changes
}

/// What people asked for of it: without what rang, and without the numbers that were used.
fn asked_for(state: &TodoState) -> TodoState {
    let mut state = state.clone();
    if let Some(todo) = &mut state {
        todo.last_subtask = 0;
        todo.reminders.values_mut().for_each(|reminder| (reminder.over, reminder.snoozed) = (None, None));
    }
    state
}

/// The todo after its owner asks for `command`.
fn after(now: &TodoState, command: Command, envelope: &Envelope<Command>) -> TodoState {
    let envelope = Envelope { command, principal: user("anna"), ..envelope.clone() };
    fold::<Todo>(now.clone(), &Todo::decide(now, &envelope).expect("a command that is taken"))
}

proptest! {
    #[test]
    fn undoing_the_last_change_gives_what_was_before_and_undoing_that_gives_it_again(history in history(), envelope in envelope()) {
        let changes = changes(&history);
        let (before, now) = changes.last().expect("it was created");
        let undone = after(now, undo(before, now, now).expect("nothing came after it"), &envelope);
        match before {
            Some(_) => prop_assert_eq!(asked_for(&undone), asked_for(before)),
            None => prop_assert_eq!(asked_for(&undone), asked_for(&now.clone().map(|todo| Todo { deleted: true, ..todo }))),
        }
        let redone = after(&undone, undo(now, &undone, &undone).expect("nothing came after it"), &envelope);
        prop_assert_eq!(asked_for(&redone), asked_for(now));
    }

    /// Whatever came since: only what the change touched goes back, or it is said what stands in the way.
    #[test]
    fn nothing_newer_is_lost(history in history(), which: prop::sample::Index, envelope in envelope()) {
        let changes = changes(&history);
        let now = &changes.last().expect("it was created").1;
        let (before, then) = which.get(&changes);
        prop_assume!(before.is_some() && now.as_ref().is_some_and(|todo| !todo.deleted));
        let touched: Vec<_> = diff(before, then).into_iter().map(|change| change.field).collect();
        let newer = |field: &&Field| ![field.of(before), field.of(then)].contains(&field.of(now)) && **field != Field::Tags;
        match undo(before, then, now) {
            // One needs the other, which was there before or is gone since.
            Err(refusal) if !touched.iter().any(|field| newer(&field)) => {
                prop_assert!(matches!(refusal.fields[..], [Field::Due | Field::Recurrence]), "{refusal}");
                prop_assert!(!touched.contains(&refusal.fields[0]));
            }
            Err(refusal) => prop_assert_eq!(refusal.fields.iter().collect::<Vec<_>>(), touched.iter().filter(newer).collect::<Vec<_>>()),
            Ok(command) => {
                prop_assert_eq!(touched.iter().find(newer), None);
                let undone = after(now, command, &envelope);
                for field in Field::ALL {
                    let expected = if touched.contains(&field) { before } else { now };
                    if field != Field::Tags {
                        prop_assert_eq!(field.of(&undone), field.of(expected));
                    }
                }
                let words = |state: &TodoState| state.as_ref().map(|todo| todo.tags.as_set().clone()).unwrap_or_default();
                let ([before, then], now) = ([before, then].map(words), words(now));
                let kept = now.iter().filter(|tag| before.contains(tag) || !then.contains(tag));
                let back: std::collections::BTreeSet<_> = kept.chain(before.difference(&then)).cloned().collect();
                prop_assert_eq!(words(&undone), back);
            }
        }
    }

    #[test]
    fn the_last_afters_are_what_it_is_now_and_the_befores_what_it_was(history in history()) {
        let mut told = Field::ALL.map(|field| (field, field.of(&None)));
        let changes = changes(&history);
        for (before, after) in &changes {
            let changes = diff(before, after);
            // That a reminder rang or was put off is told by its event alone, and what one command did and took back, by none.
            let reminded = |state: &TodoState| state.as_ref().map(|todo| todo.reminders.clone());
            prop_assert!(!changes.is_empty() || reminded(before) != reminded(after) || asked_for(before) == asked_for(after));
            for change in changes {
                let (_, value) = told.iter_mut().find(|(field, _)| *field == change.field).expect("a field");
                prop_assert_eq!(&*value, &change.before);
                *value = change.after;
            }
        }
        let now = &changes.last().expect("it was created").1;
        prop_assert_eq!(told, Field::ALL.map(|field| (field, field.of(now))));
    }
}
