//! A todo that comes again.

use domain::{
    Invalid, Refusal,
    recurrence::{Basis, Recurrence, Repeat},
    todo::{Change, ChangedSince, Command, Draft, Due, Event, Field, Todo},
};
use testkit::{
    Scenario,
    samples::{due, text, user},
};

use crate::events::{milk, when};

/// A Monday two weeks after the moment at which scenarios decide.
fn monday() -> Due {
    due("2026-06-15T09:00", "Europe/Berlin")
}

fn next_monday() -> Due {
    due("2026-06-22T09:00", "Europe/Berlin")
}

fn repeat(rule: &str) -> Repeat {
    Repeat { rule: rule.parse().expect("a rule"), from: Basis::Due }
}

pub(crate) fn weekly() -> Repeat {
    repeat("FREQ=WEEKLY")
}

fn due_changed(due: Due) -> Event {
    Event::DueChanged { due: Some(due) }
}

fn begun(repeat: Repeat) -> Event {
    Event::RecurrenceChanged { recurrence: Some(Recurrence::begin(repeat, monday())) }
}

pub(crate) fn again(repeat: Repeat) -> Vec<Event> {
    vec![milk(), due_changed(monday()), begun(repeat)]
}

pub(crate) fn done_once() -> Event {
    Event::OccurrenceCompleted { completed_by: user("anna"), due: monday(), next: next_monday(), number: 2 }
}

pub(crate) fn skipped_once() -> Event {
    Event::OccurrenceSkipped { skipped_by: user("anna"), due: monday(), next: next_monday(), number: 2 }
}

fn done() -> Event {
    Event::TodoCompleted { completed_by: user("anna") }
}

#[test]
fn a_recurrence_begins_at_the_due_time() {
    let (due, weekly_from) = (Change::Due(Some(monday())), Change::Recurrence(Some(weekly())));
    when(vec![milk()], &[due, weekly_from.clone()]).then([due_changed(monday()), begun(weekly())]);
    let draft = Draft { due: Some(monday()), recurrence: Some(Box::new(weekly())), ..Draft::titled(text("buy milk")) };
    let created = Scenario::<Todo>::given([]).when(Command::Create(draft.clone())).events();
    assert_eq!(created.last(), Some(&begun(weekly())));
    let refused = Refusal::Invalid(Invalid::new(
        "recurrence",
        "needs a due time to begin with",
        "send due as well, or end the series with recurrence: null",
    ));
    when(vec![milk()], &[weekly_from]).then_refused(refused.clone());
    Scenario::<Todo>::given([]).when(Command::Create(Draft { due: None, ..draft })).then_refused(refused.clone());
    when(again(weekly()), &[Change::Due(None)]).then_refused(refused);
    when(again(weekly()), &[Change::Due(None), Change::Recurrence(None)])
        .then([Event::DueChanged { due: None }, Event::RecurrenceChanged { recurrence: None }]);
}

#[test]
fn completing_it_goes_on_to_the_next_occurrence() {
    when(again(weekly()), &[Change::Completed(true)]).then([done_once()]);
    let mut given = again(weekly());
    given.push(done_once());
    when(given, &[Change::Completed(true)]).then([Event::OccurrenceCompleted {
        completed_by: user("anna"),
        due: next_monday(),
        next: due("2026-06-29T09:00", "Europe/Berlin"),
        number: 3,
    }]);
}

#[test]
fn the_last_occurrence_completes_it() {
    let mut given = again(repeat("FREQ=WEEKLY;COUNT=2"));
    given.push(done_once());
    when(given.clone(), &[Change::Completed(true)]).then([done()]);
    Scenario::<Todo>::given(given.clone()).when(Command::Skip).then_refused(Refusal::Invalid(Invalid::new(
        "recurrence",
        "has no further occurrence",
        "complete the todo, or send another recurrence",
    )));
    given.push(done());
    when(given.clone(), &[Change::Completed(true)]).then_nothing();
    let refused = Invalid::new("recurrence", "is over: the todo is completed", "reopen it first");
    Scenario::<Todo>::given(given).when(Command::Skip).then_refused(Refusal::Invalid(refused));
}

#[test]
fn an_occurrence_is_skipped() {
    Scenario::<Todo>::given(again(weekly())).when(Command::Skip).then([skipped_once()]);
    let refused =
        Invalid::new("recurrence", "is not set: there is no occurrence to skip", "complete or delete the todo, or send a recurrence first");
    Scenario::<Todo>::given([milk()]).when(Command::Skip).then_refused(Refusal::Invalid(refused));
    let deleted = Event::TodoDeleted { deleted_by: user("anna") };
    Scenario::<Todo>::given([milk(), deleted]).when(Command::Skip).then_refused(Refusal::Deleted);
}

/// A due time alone moves this occurrence; with the recurrence said again, the series goes on from there.
#[test]
fn one_is_put_off_or_all_from_here_on() {
    let tuesday = due("2026-06-16T10:00", "Europe/Berlin");
    let mut given = again(weekly());
    given.push(due_changed(tuesday.clone()));
    let next = Event::OccurrenceCompleted { completed_by: user("anna"), due: tuesday.clone(), next: next_monday(), number: 2 };
    when(given, &[Change::Completed(true)]).then([next]);
    let from_here = [Change::Due(Some(tuesday.clone())), Change::Recurrence(Some(weekly()))];
    let series = Event::RecurrenceChanged { recurrence: Some(Recurrence::begin(weekly(), tuesday.clone())) };
    when(again(weekly()), &from_here).then([due_changed(tuesday), series]);
    when(again(weekly()), &[Change::Recurrence(Some(weekly()))]).then_nothing();
}

#[test]
fn a_series_is_ended() {
    when(again(weekly()), &[Change::Recurrence(None)]).then([Event::RecurrenceChanged { recurrence: None }]);
    when(again(weekly()), &[Change::Recurrence(None), Change::Completed(true)])
        .then([Event::RecurrenceChanged { recurrence: None }, done()]);
}

/// To where in the series it was, not to a new one.
#[test]
fn an_occurrence_that_is_done_is_undone() {
    let state = |events: &[Event]| domain::fold::<Todo>(None, events);
    let before = again(weekly());
    let mut after = before.clone();
    after.push(done_once());
    let command = domain::todo::undo(&state(&before), &state(&after), &state(&after)).expect("nothing in its way");
    Scenario::<Todo>::given(after).when(command).then([due_changed(monday()), begun(weekly())]);
}

#[test]
fn what_needs_the_other_stands_in_the_way() {
    let state = |events: &[Event]| domain::fold::<Todo>(None, events);
    let given = again(weekly());
    let undo = |from: usize, to: usize, now: &[Event]| domain::todo::undo(&state(&now[..from]), &state(&now[..to]), &state(now));
    let fields = |undone: Result<Command, ChangedSince>| undone.map_err(|refusal| refusal.fields);
    assert_eq!(fields(undo(1, 2, &given)), Err(vec![Field::Recurrence]), "no series without a due time");
    let mut ended = given.clone();
    ended.extend([Event::RecurrenceChanged { recurrence: None }, Event::DueChanged { due: None }]);
    assert_eq!(fields(undo(3, 4, &ended)), Err(vec![Field::Due]), "no series without a due time");
}

#[test]
fn one_that_was_reopened_is_completed_again_and_does_not_go_on() {
    let state = |events: &[Event]| domain::fold::<Todo>(None, events);
    let mut given = vec![milk(), due_changed(monday()), done(), begun(weekly())];
    let before = state(&given);
    given.push(Event::TodoReopened { reopened_by: user("anna") });
    let command = domain::todo::undo(&before, &state(&given), &state(&given)).expect("nothing in its way");
    Scenario::<Todo>::given(given).when(command).then([done()]);
}
