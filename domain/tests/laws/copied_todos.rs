//! Another todo that begins as one that is there.

use domain::{
    recurrence::{Basis, Recurrence},
    todo::{Command, Draft, Event, RemindAt, Reminder, ReminderId, Subtask, SubtaskDraft, Todo},
};
use testkit::{
    Scenario,
    samples::{due, text, user},
};

use crate::events::milk;

fn before(minutes: i64) -> RemindAt {
    RemindAt::before(minutes).expect("a time")
}

/// A todo with all of it: anna's and ben's reminders, one of anna's over; the second of three times; one of two steps done.
fn full() -> Todo {
    let due = due("2026-06-22T09:00", "Europe/Berlin");
    let reminder = |person: &str, minutes: i64, over: bool| {
        let when = before(minutes);
        let over = when.moment(Some(&due)).filter(|_| over);
        (ReminderId::of(&user(person), &when), Reminder { person: user(person), when, over, snoozed: None })
    };
    let mut todo = Scenario::<Todo>::given([milk()]).when(Command::Change { changes: vec![] }).state().expect("a todo");
    todo.subtasks = vec![Subtask { id: 4, title: text("go"), completed: true }, Subtask { id: 5, title: text("pay"), completed: false }];
    todo.reminders = [reminder("anna", 10, true), reminder("anna", 5, false), reminder("ben", 3, false)].into();
    let rule = "FREQ=WEEKLY;COUNT=3".parse().expect("a rule");
    todo.recurrence = Some(Recurrence { rule, from: Basis::Completion, at: due.clone(), number: 2 });
    todo.due = Some(due);
    todo.completed = true;
    todo
}

fn steps() -> Vec<SubtaskDraft> {
    ["go", "pay"].map(|title| SubtaskDraft { id: None, title: text(title), completed: false }).into()
}

#[test]
fn a_copy_has_everything_but_what_was_done_and_what_is_of_others() {
    let copy = Draft::copying(full(), &user("anna"), false);
    let series = copy.recurrence.expect("a series");
    assert_eq!((series.rule.to_string(), series.from), ("FREQ=WEEKLY;COUNT=2".to_owned(), Basis::Completion), "this one and one more");
    assert_eq!((copy.subtasks, copy.reminders, copy.due), (steps(), vec![before(5)], full().due));
    assert!(!copy.completed);
}

#[test]
fn a_timeless_copy_is_not_due_and_reminds_of_nothing() {
    let copy = Draft::copying(full(), &user("anna"), true);
    assert_eq!(
        copy,
        Draft { subtasks: steps(), tags: full().tags, order: full().order, description: full().description, ..Draft::titled(full().title) }
    );
}

#[test]
fn a_copy_can_be_created() {
    let created = Scenario::<Todo>::given([]).when(Command::Create(Draft::copying(full(), &user("anna"), false))).events();
    assert!(created.iter().any(|event| matches!(event, Event::RemindersChanged { reminders } if reminders.len() == 1)));
}
