//! The steps of todos.

use domain::{
    Invalid, Refusal, fold,
    todo::{Change, Command, Draft, Event, Subtask, SubtaskDraft, Todo},
};
use testkit::{Scenario, samples::text};

use crate::{
    events::{milk, when},
    recurring_todos::{again, done_once, weekly},
};

fn new(title: &str) -> SubtaskDraft {
    SubtaskDraft { id: None, title: text(title), completed: false }
}

fn known(id: u32, title: &str, completed: bool) -> SubtaskDraft {
    SubtaskDraft { id: Some(id), title: text(title), completed }
}

fn add(subtask: u32, title: &str) -> Event {
    Event::SubtaskAdded { subtask, title: text(title) }
}

fn three() -> Vec<Event> {
    vec![milk(), add(1, "a"), add(2, "b"), add(3, "c")]
}

fn subtasks(events: &[Event]) -> Vec<(u32, bool)> {
    let todo = fold::<Todo>(None, events).expect("a todo");
    todo.subtasks.iter().map(|Subtask { id, completed, .. }| (*id, *completed)).collect()
}

pub(crate) fn added() -> Vec<Event> {
    let draft = Draft { subtasks: vec![new("a"), SubtaskDraft { completed: true, ..new("b") }], ..Draft::titled(text("buy milk")) };
    let done = Event::SubtaskCompleted { subtask: 2 };
    Scenario::<Todo>::given([]).when(Command::Create(draft)).then([milk(), add(1, "a"), add(2, "b"), done.clone()]);
    let given = vec![milk(), add(1, "a"), add(2, "b"), done];
    when(given, &[Change::Subtasks(vec![known(1, "a", false), known(2, "b", true), new("c")])]).then([add(3, "c")])
}

pub(crate) fn changed() -> Vec<Event> {
    let wanted = vec![known(3, "c", false), known(1, "A", true)];
    let retitled = Event::SubtaskRetitled { subtask: 1, title: text("A") };
    let (removed, done) = (Event::SubtaskRemoved { subtask: 2 }, Event::SubtaskCompleted { subtask: 1 });
    let order = Event::SubtasksOrdered { order: vec![3, 1] };
    let mut happened = when(three(), &[Change::Subtasks(wanted.clone())]).then([removed, retitled, done, order]);
    let mut given = three();
    given.extend(happened.clone());
    assert_eq!(subtasks(&given), [(3, false), (1, true)]);
    when(given.clone(), &[Change::Subtasks(wanted)]).then_nothing();
    let reopen = [Change::Subtasks(vec![known(3, "c", false), known(1, "A", false)])];
    happened.extend(when(given, &reopen).then([Event::SubtaskReopened { subtask: 1 }]));
    happened
}

#[test]
fn a_number_is_not_used_twice() {
    let mut given = three();
    given.push(Event::SubtaskRemoved { subtask: 3 });
    when(given, &[Change::Subtasks(vec![known(1, "a", false), known(2, "b", false), new("d")])]).then([add(4, "d")]);
}

#[test]
fn what_is_wrong_is_named() {
    let refused = |drafts: Vec<SubtaskDraft>, field: &str, problem: &str, remedy: &str| {
        when(three(), &[Change::Subtasks(drafts)]).then_refused(Refusal::Invalid(Invalid::new(field, problem, remedy)));
    };
    let unknown = ("is no subtask of this todo", "read it again, or leave the id out for a new one");
    refused(vec![known(1, "a", false), known(4, "d", false)], "subtasks[1].id", unknown.0, unknown.1);
    refused(vec![known(1, "a", false), known(1, "b", false)], "subtasks[1].id", "comes twice", "send each subtask once");
    refused(vec![new("x"); 201], "subtasks", "has 201 entries", "use at most 200");
}

/// What belonged to the occurrence before is to be done again.
#[test]
fn the_next_occurrence_begins_with_all_of_them() {
    let mut given = again(weekly());
    given.extend([add(1, "a"), add(2, "b"), Event::SubtaskCompleted { subtask: 2 }]);
    let before = fold::<Todo>(None, &given);
    given.push(done_once());
    assert_eq!(subtasks(&given), [(1, false), (2, false)]);
    let after = fold::<Todo>(None, &given);
    let undo = domain::todo::undo(&before, &after, &after).expect("nothing in its way");
    let happened = Scenario::<Todo>::given(given.clone()).when(undo).events();
    given.extend(happened);
    assert_eq!(subtasks(&given), [(1, false), (2, true)]);
}

#[test]
fn a_removal_is_undone_with_its_number() {
    let before = fold::<Todo>(None, &three());
    let mut given = three();
    given.push(Event::SubtaskRemoved { subtask: 1 });
    let after = fold::<Todo>(None, &given);
    let undo = domain::todo::undo(&before, &after, &after).expect("nothing in its way");
    Scenario::<Todo>::given(given).when(undo).then([add(1, "a"), Event::SubtasksOrdered { order: vec![1, 2, 3] }]);
}
