//! What events make of rows.

use domain::{
    Aggregate, EventRecord, TodoId, UserId,
    todo::{Change, Command, Draft, Todo},
};
use jiff::SignedDuration;
use ports::TodoRow;
use projections::{Folded, Obstacle, Stopped, fold};
use serde_json::json;
use testkit::samples::{at, due, envelope, fresh_todo_id, order, text, user};

/// What a person does to one todo, one command each second; and its events.
fn history(me: &UserId, id: TodoId) -> Vec<EventRecord> {
    let change = |changes: Vec<Change>| Command::Change { changes };
    let commands = [
        Command::Create(Draft { description: Some(text("more")), ..Draft::titled(text("first")) }),
        change(vec![Change::Title(text("second")), Change::Tag(text("home")), Change::Order(Some(order(0.1)))]),
        change(vec![Change::Completed(true)]),
        change(vec![Change::Due(Some(due("2026-07-01T09:00", "Europe/Berlin")))]),
        change(vec![Change::Completed(false), Change::Description(None)]),
        change(vec![Change::Completed(true)]),
        Command::Delete,
        Command::Restore,
    ];
    let (mut state, mut records) = (None, Vec::new());
    for (second, command) in (0..).zip(commands) {
        let mut envelope = envelope(me, id, command);
        envelope.at = at(second) + SignedDuration::from_nanos(1_999);
        let events = Todo::decide(&state, &envelope).expect("no refusal");
        records.extend(EventRecord::of::<Todo>(&envelope, records.len() as u64, &events));
        state = domain::fold::<Todo>(state, &events);
    }
    records
}

/// The second of `at` with what is left of its fraction: whole microseconds.
fn second(seconds: i64) -> jiff::Timestamp {
    at(seconds) + SignedDuration::from_micros(1)
}

fn only(folded: Folded) -> TodoRow {
    assert_eq!(folded.stopped, []);
    let [row] = folded.rows.try_into().expect("one row");
    row
}

#[test]
fn a_row_is_the_domain_s_own_state_with_its_times() {
    let (me, id) = (user("me"), fresh_todo_id());
    let records = history(&me, id);
    let events: Vec<_> = records.iter().map(|record| Todo::upcast(record).expect("readable")).collect();
    // (events so far, last change, completed): the creation's and each later second's last event.
    for (count, changed, completed) in
        [(1, 0, None), (4, 1, None), (5, 2, Some(2)), (6, 3, Some(2)), (8, 4, None), (9, 5, Some(5)), (10, 6, Some(5)), (11, 7, Some(5))]
    {
        let row = only(fold(vec![], &records[..count]));
        assert_eq!((row.id, row.version), (id, count as u64));
        assert_eq!(Some(&row.todo), domain::fold::<Todo>(None, &events[..count]).as_ref(), "after {count} events");
        assert_eq!((row.created_at, row.updated_at), (second(0), second(changed)), "after {count} events");
        assert_eq!(row.completed_at, completed.map(second), "after {count} events");
    }
    assert_eq!(records.len(), 11, "the table above covers the whole history");
}

/// However the feed is cut into batches, and whatever of it comes again, the rows are the same.
#[test]
fn batches_and_repetitions_make_no_difference() {
    let me = user("me");
    let histories = [fresh_todo_id(), fresh_todo_id(), fresh_todo_id()].map(|id| history(&me, id));
    let feed: Vec<_> = (0..11).flat_map(|version| histories.iter().map(move |history| history[version].clone())).collect();
    let sorted = |mut rows: Vec<TodoRow>| {
        rows.sort_by_key(|row| row.id);
        rows
    };
    let whole = fold(vec![], &feed);
    assert_eq!((whole.applied, whole.known), (33, 0));
    let whole = sorted(whole.rows);
    for size in 1..=33 {
        for again in [0, 1, 5, 33] {
            let mut rows: Vec<TodoRow> = vec![];
            for end in (size..33 + size).step_by(size) {
                let batch = &feed[(end - size).saturating_sub(again)..end.min(33)];
                let folded = fold(rows.clone(), batch);
                assert_eq!(folded.stopped, [], "batches of {size}, {again} again");
                rows.retain(|row| folded.rows.iter().all(|changed| changed.id != row.id));
                rows.extend(folded.rows);
            }
            assert_eq!(sorted(rows), whole, "batches of {size}, {again} again");
        }
    }
}

#[test]
fn a_gap_stops_its_own_view_only() {
    let me = user("me");
    let (broken, whole) = (fresh_todo_id(), fresh_todo_id());
    let (broken_history, whole_history) = (history(&me, broken), history(&me, whole));
    // Version 3 is missing.
    let with_gap: Vec<_> = broken_history.iter().filter(|record| record.version != 3).collect();
    let folded = fold(vec![], with_gap.iter().copied().chain(&whole_history));
    let stopped = Stopped { aggregate_id: broken.to_string(), version: 4, obstacle: Obstacle::Gap { reached: 2 } };
    assert_eq!(folded.stopped, [stopped], "the first event behind the gap is the one that is told");
    let version = |rows: &[TodoRow], id| rows.iter().find(|row| row.id == id).map(|row| row.version);
    assert_eq!((version(&folded.rows, broken), version(&folded.rows, whole)), (Some(2), Some(11)), "it stays as it was before");

    let row: Vec<_> = folded.rows.into_iter().filter(|row| row.id == broken).collect();
    let later = fold(row.clone(), &broken_history[5..]);
    assert_eq!((later.rows.len(), later.stopped.len(), later.applied), (0, 1, 0), "also in later batches");
    let healed = only(fold(row, &broken_history[2..]));
    assert_eq!(healed, only(fold(vec![], &broken_history)), "what was missing heals it");
}

#[test]
fn what_cannot_be_read_stops_its_own_view_and_shows_nothing_private() {
    let (me, id) = (user("me"), fresh_todo_id());
    type Damage = fn(&mut EventRecord);
    let damages: [Damage; 4] = [
        |record| record.event_type = "TodoFrobbed".into(),
        |record| record.schema_version = 99,
        |record| record.data = json!({ "title": { "secret": "hush" } }),
        |record| record.data = json!("hush"),
    ];
    for damage in damages {
        let mut records = history(&me, id);
        damage(&mut records[1]);
        let folded = fold(vec![], &records);
        assert_eq!(folded.rows.iter().map(|row| row.version).collect::<Vec<_>>(), [1]);
        let [stopped] = &folded.stopped[..] else { panic!("one stopped view: {:?}", folded.stopped) };
        assert_eq!((stopped.version, stopped.obstacle.kind()), (2, "unreadable"), "the reason is told, not the gap behind it");
        assert!(!format!("{stopped:?} {}", stopped.obstacle).contains("hush"), "{stopped:?}");
    }
}

#[test]
fn impossible_histories_stop_too() {
    let (me, id) = (user("me"), fresh_todo_id());
    let mut unborn = history(&me, id)[1..2].to_vec();
    unborn[0].version = 1;
    let folded = fold(vec![], &unborn);
    assert_eq!((folded.rows.len(), folded.stopped[0].obstacle.clone()), (0, Obstacle::Impossible), "it begins without a creation");
    let mut nameless = history(&me, id);
    nameless.iter_mut().for_each(|record| record.aggregate_id = "todo-nobody".into());
    let folded = fold(vec![], &nameless);
    assert_eq!((folded.rows.len(), folded.stopped.len(), folded.stopped[0].version), (0, 1, 1));
    assert_eq!(folded.stopped[0].obstacle, Obstacle::Impossible, "it names no todo");
}

#[test]
fn what_is_no_todo_is_passed_over() {
    let (me, id) = (user("me"), fresh_todo_id());
    for other in ["list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", "todolist-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", "todo", "saga", ""] {
        let mut records = history(&me, id);
        records.iter_mut().for_each(|record| record.aggregate_id = other.into());
        assert_eq!(fold(vec![], &records), Folded::default(), "{other:?}");
    }
}
