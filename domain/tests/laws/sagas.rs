//! Sagas: what is decided, what is published of it, and that every way of theirs has an end.

use domain::{
    Aggregate, BatchId, Envelope, EventRecord, ListId, Refusal, Role, SagaId, TodoId, Trace, fold,
    saga::{
        Batch, BatchCommand, Command, Direction, Event, Item, Kind, OPERATOR, Outcome, Reason, Recorded, Saga, Status, Tally, Work,
        backoff, react,
    },
    todo::{Draft, Priority},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::samples::{at, due, fresh_command_id, order, tags, text, user};
use uuid::Uuid;

fn envelope<C>(id: String, at: Timestamp, command: C) -> Envelope<C> {
    Envelope {
        command_id: fresh_command_id(),
        aggregate_id: id,
        expected_version: None,
        principal: user("anna"),
        at,
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command,
    }
}

fn start(items: u32, steps: u32) -> Command {
    Command::Start { kind: Kind::Bulk, work: Work::Tag { tag: text("home") }, undoes: None, list: None, items, steps }
}

/// Decides commands one after another, a second apart; refusals change nothing.
fn run(id: SagaId, commands: &[Command]) -> (Option<Saga>, Vec<EventRecord>) {
    let (mut state, mut records) = (None, vec![]);
    for (command, second) in commands.iter().zip(0..) {
        let envelope = envelope(id.to_string(), at(second), command.clone());
        let Ok((events, actions)) = react::<Saga>(&state, &envelope) else { continue };
        records.extend(EventRecord::of::<Saga>(&envelope, records.len() as u64, &events));
        state = fold::<Saga>(state, &events);
        let acting = state.as_ref().is_some_and(|saga| saga.status == Status::Acting);
        assert_eq!(actions.len(), usize::from(acting), "an action exactly where a step is recorded as begun");
    }
    (state, records)
}

fn taken(step: u32, direction: Direction) -> Command {
    Command::StepTaken { step, direction, tally: Tally { done: 2, unchanged: 1, refused: 0 }, refused: None }
}

fn failed(step: u32, attempt: u32) -> Command {
    Command::StepFailed { step, direction: Direction::Forward, attempt, problem: "actor-unavailable".into() }
}

fn shared() -> ListId {
    ListId::with_members(Uuid::from_u128(7))
}

fn of_list(kind: Kind, list: Option<ListId>) -> Command {
    Command::Start { kind, work: Work::Delete, undoes: None, list, items: 3, steps: 2 }
}

fn made(description: Option<domain::list::ListDescription>) -> Work {
    Work::CreateList { name: text("made"), description }
}

/// The first step's list does not go along.
fn list_refuses() -> Command {
    let tally = Tally { done: 0, unchanged: 0, refused: 1 };
    Command::StepTaken { step: 0, direction: Direction::Forward, tally, refused: Some("not-found".into()) }
}

fn fits(record: &EventRecord) -> Result<String, String> {
    crate::contract::check(&serde_json::to_value(record).expect("JSON")).map(str::to_owned)
}

#[test]
fn all_that_a_saga_publishes_is_what_the_contract_promises() {
    use Direction::{Back, Forward};
    let id = SagaId::new(Uuid::now_v7());
    let (completed, mut records) = run(id, &[start(6, 2), failed(0, 1), Command::TakeAgain, taken(0, Forward), taken(1, Forward)]);
    assert_eq!(completed.map(|saga| saga.status), Some(Status::Completed));
    let mut parking = vec![start(6, 2), taken(0, Forward)];
    parking.extend((1..=10).flat_map(|attempt| [failed(1, attempt), Command::TakeAgain]));
    parking.extend([Command::Abort, taken(1, Forward), taken(1, Back), taken(0, Back)]);
    let (compensated, more) = run(id, &parking);
    assert_eq!(compensated.map(|saga| (saga.status, saga.taken, saga.taken_back)), Some((Status::Compensated, 2, 2)));
    records.extend(more);
    let (refused, more) = run(id, &[of_list(Kind::ListDelete, Some(shared())), list_refuses(), taken(0, Back)]);
    assert_eq!(refused.map(|saga| (saga.status, saga.stopping)), Some((Status::Compensated, Some(Reason::Refused))));
    records.extend(more);
    let (_, more) = run(id, &[start(6, 2), Command::Erase]);
    records.extend(more);
    let (_, more) = run(id, &[crate::erasure::begins(), taken(0, Forward)]);
    records.extend(more);
    let (saga, owner) = (id, user("anna"));
    let todo = TodoId::new(Uuid::now_v7());
    let whole_draft = Draft {
        title: text("milk"),
        description: Some(text("oat")),
        list: Some(domain::ListId::inbox(&owner)),
        tags: tags(&["a", "b"]),
        priority: Some(Priority::High),
        due: Some(due("2026-11-24", "Europe/Berlin")),
        recurrence: Some(Box::new(crate::recurring_todos::weekly())),
        subtasks: vec![domain::todo::SubtaskDraft { id: None, title: text("a"), completed: true }],
        reminders: vec![domain::todo::RemindAt::before(30).expect("minutes")],
        order: Some(order(1.5)),
        completed: true,
    };
    let items = [
        Item::Todo(todo),
        Item::Draft { todo, draft: Box::new(Draft::titled(text("x"))) },
        Item::Draft { todo, draft: Box::new(whole_draft) },
        Item::Change { todo, version: 3, events: 2 },
    ];
    let whole_list = [Item::List { list: shared(), version: None }, Item::List { list: shared(), version: Some(2) }];
    let outcomes = vec![
        Recorded { at: 0, outcome: Outcome::Done { version: 2, events: 1 } },
        Recorded { at: 1, outcome: Outcome::Refused { refused: "not-found".into() } },
    ];
    let whole = [Work::DeleteList, Work::RestoreList, Work::ArchiveList, Work::UnarchiveList, made(None), made(Some(text("more")))];
    let whole = whole.map(|work| (work, Some(shared()), whole_list.to_vec()));
    let within = [Work::Move, Work::Delete, Work::Complete, Work::Create, Work::Undo].map(|work| (work, Some(shared()), items.to_vec()));
    let works = [
        Work::Complete,
        Work::Untag { tag: text("a") },
        Work::Priority { priority: None },
        Work::Priority { priority: Some(Priority::Low) },
        Work::Create,
    ];
    let works = works.map(|work| (work, None, items.to_vec())).into_iter().chain(whole).chain(within);
    for (work, list, items) in works {
        let batch = BatchId::of(&owner, saga, 0);
        let fill = envelope(batch.to_string(), at(0), BatchCommand::Fill { saga, work, list, items });
        let filled = Batch::decide(&None, &fill).expect("events");
        let state = fold::<Batch>(None, &filled);
        records.extend(EventRecord::of::<Batch>(&fill, 0, &filled));
        let record = envelope(batch.to_string(), at(1), BatchCommand::Record { direction: Forward, outcomes: outcomes.clone() });
        let recorded = Batch::decide(&state, &record).expect("events");
        records.extend(EventRecord::of::<Batch>(&record, 1, &recorded));
        let state = fold::<Batch>(state, &recorded);
        assert_eq!(Batch::decide(&state, &record).expect("events"), [], "what is known is not recorded twice");
        let stored = serde_json::to_string(&state).expect("JSON");
        assert_eq!(serde_json::from_str::<Option<Batch>>(&stored).expect("a batch"), state);
        let erase = envelope(batch.to_string(), at(2), BatchCommand::Erase);
        let erased = Batch::decide(&state, &erase).expect("events");
        records.extend(EventRecord::of::<Batch>(&erase, 2, &erased));
        assert_eq!(Batch::decide(&fold::<Batch>(state, &erased), &erase).expect("events"), [], "once");
    }
    let mut seen: Vec<_> = records.iter().map(|record| fits(record).unwrap_or_else(|wrong| panic!("{record:?}: {wrong}"))).collect();
    seen.sort();
    seen.dedup();
    let mut all: Vec<_> = Event::TYPES.iter().chain(domain::saga::BatchEvent::TYPES).map(|name| (*name).to_owned()).collect();
    all.sort();
    assert_eq!(seen, all);
    for record in &records {
        let mut body = serde_json::to_value(record).expect("JSON");
        body["data"]["surplus"] = json!(1);
        let wrong: EventRecord = serde_json::from_value(body).expect("a record");
        assert!(fits(&wrong).is_err(), "{record:?} with more in it");
    }
}

#[test]
fn what_is_published_folds_to_what_is_stored() {
    let id = SagaId::new(Uuid::now_v7());
    let (state, records) = run(id, &[start(3, 1), failed(0, 1), Command::TakeAgain, Command::Overdue, taken(0, Direction::Forward)]);
    let events: Vec<_> = records.iter().map(|record| Saga::upcast(record).expect("known")).collect();
    assert_eq!(fold::<Saga>(None, &events), state);
    let stored: Value = serde_json::to_value(&state).expect("JSON");
    assert_eq!(serde_json::from_value::<Option<Saga>>(stored).expect("a saga"), state);
    assert_eq!(state.expect("a saga").direction, Direction::Back);
}

#[test]
fn nobody_but_its_owner_and_operators_know_of_a_saga() {
    let id = SagaId::new(Uuid::now_v7());
    let (state, _) = run(id, &[start(3, 1)]);
    let mut look = envelope(id.to_string(), at(1), Command::Look);
    assert_eq!(Saga::decide(&state, &look), Ok(vec![]));
    look.principal = user(OPERATOR);
    assert_eq!(Saga::decide(&state, &look), Ok(vec![]));
    look.principal = user("bert");
    for command in [Command::Look, Command::Abort, Command::Retry, start(3, 1), taken(0, Direction::Forward)] {
        look.command = command;
        assert_eq!(Saga::decide(&state, &look), Err(Refusal::NotFound));
    }
}

#[test]
fn what_a_token_may_begin_depends_on_its_role() {
    for (kind, list, least) in [
        (Kind::Bulk, None, Role::Editor),
        (Kind::Bulk, Some(shared()), Role::Editor),
        (Kind::DeleteAll, None, Role::Editor),
        (Kind::Import, None, Role::Editor),
        (Kind::ListDelete, Some(shared()), Role::Owner),
        (Kind::ListArchive, Some(shared()), Role::Owner),
        (Kind::ListCopy, Some(shared()), Role::Owner),
    ] {
        for most in Role::ALL {
            let mut start = envelope(SagaId::new(Uuid::now_v7()).to_string(), at(0), of_list(kind, list));
            start.access.most = most;
            let refused = if most < least { Some(Refusal::Forbidden { needs: least }) } else { None };
            assert_eq!(Saga::decide(&None, &start).err(), refused, "{kind:?} as {most}");
        }
    }
    let id = SagaId::new(Uuid::now_v7());
    let (state, _) = run(id, &[start(3, 1)]);
    for command in [Command::Abort, Command::Retry] {
        let mut looks = envelope(id.to_string(), at(1), command);
        looks.access.most = Role::Viewer;
        assert_eq!(Saga::decide(&state, &looks), Err(Refusal::Forbidden { needs: Role::Editor }));
    }
    let nameless = envelope(id.to_string(), at(0), of_list(Kind::ListDelete, None));
    assert!(matches!(Saga::decide(&None, &nameless), Err(Refusal::Invalid(wrong)) if wrong.field == "list"));
}

#[test]
fn nothing_follows_where_the_list_refuses() {
    let id = SagaId::new(Uuid::now_v7());
    let (saga, _) = run(id, &[of_list(Kind::ListDelete, Some(shared())), list_refuses()]);
    let saga = saga.expect("a saga");
    assert_eq!((saga.status, saga.step, saga.direction), (Status::Acting, 0, Direction::Back), "{saga:?}");
    assert_eq!((saga.list, saga.stopping), (Some(shared()), Some(Reason::Refused)));
    // A refusal on the way back changes nothing any more.
    let back = Command::StepTaken { step: 0, direction: Direction::Back, tally: Tally::default(), refused: Some("not-found".into()) };
    let (saga, _) = run(id, &[of_list(Kind::ListDelete, Some(shared())), list_refuses(), back]);
    assert_eq!(saga.expect("a saga").status, Status::Compensated);
}

/// What takes back what was done to a list is the same whether the saga is aborted or undone later.
#[test]
fn a_batch_says_what_takes_it_back() {
    let of = |work, list, items: Vec<Item>, outcomes: Vec<Outcome>| {
        let id = BatchId::new(Uuid::now_v7()).to_string();
        let fill = envelope(id.clone(), at(0), BatchCommand::Fill { saga: SagaId::new(Uuid::nil()), work, list, items });
        let state = fold::<Batch>(None, &Batch::decide(&None, &fill).expect("events"));
        let outcomes = (0..).zip(outcomes).map(|(at, outcome)| Recorded { at, outcome }).collect();
        let record = envelope(id, at(1), BatchCommand::Record { direction: Direction::Forward, outcomes });
        fold::<Batch>(state.clone(), &Batch::decide(&state, &record).expect("events")).expect("a batch").taken_back()
    };
    let done = |events| Outcome::Done { version: 4, events };
    let (list, one, two) = (shared(), TodoId::new(Uuid::from_u128(1)), TodoId::new(Uuid::from_u128(2)));
    let itself = vec![Item::List { list, version: None }];
    for (work, back) in [
        (Work::DeleteList, Work::RestoreList),
        (Work::RestoreList, Work::DeleteList),
        (Work::ArchiveList, Work::UnarchiveList),
        (Work::UnarchiveList, Work::ArchiveList),
        (made(None), Work::DeleteList),
    ] {
        let pinned = vec![Item::List { list, version: Some(3) }];
        assert_eq!(of(work.clone(), Some(list), pinned.clone(), vec![done(1)]), Some((back, Some(list), itself.clone())), "{work:?}");
        assert_eq!(of(work, Some(list), pinned, vec![done(0)]), None, "it was that way already");
    }
    let todos = vec![Item::Todo(one), Item::Todo(two)];
    let changes = vec![Item::Change { todo: two, version: 4, events: 2 }, Item::Change { todo: one, version: 4, events: 1 }];
    let back = of(Work::Delete, Some(list), todos.clone(), vec![done(1), done(2)]);
    assert_eq!(back, Some((Work::Undo, Some(list), changes.clone())), "the last first, in that list alone");
    let back = of(Work::Move, Some(list), todos.clone(), vec![done(1), done(2)]);
    assert_eq!(back, Some((Work::Undo, None, changes)), "from wherever it is");
    assert_eq!(of(Work::Delete, None, todos, vec![done(0), Outcome::Refused { refused: "deleted".into() }]), None);
}

#[test]
fn pauses_grow_to_their_bound_and_differ() {
    let pause = |who: &str, attempt: u32| backoff(who, 0, attempt, at(0)).duration_since(at(0));
    let second = SignedDuration::from_secs;
    for (attempt, most) in [(1, SignedDuration::from_millis(500)), (2, second(1)), (5, second(8)), (30, second(300))] {
        let pause = pause("saga-a", attempt);
        assert!(pause <= most && pause >= most / 2, "{attempt}: {pause:?}");
    }
    assert_ne!(pause("saga-a", 5), pause("saga-b", 5), "those that failed together do not come back together");
    assert_eq!(pause("saga-a", 5), pause("saga-a", 5));
}

fn commands() -> impl Strategy<Value = Command> {
    let step = 0..3_u32;
    prop_oneof![
        4 => (step.clone(), prop_oneof![Just(Direction::Forward), Just(Direction::Back)]).prop_map(|(step, direction)| taken(step, direction)),
        3 => (step, 1..4_u32).prop_map(|(step, attempt)| failed(step, attempt)),
        3 => Just(Command::TakeAgain),
        1 => Just(Command::Overdue),
        1 => Just(Command::Retry),
        1 => Just(Command::Abort),
        1 => Just(Command::Look),
    ]
}

proptest! {
    /// Whatever a saga is told, and in whatever order: it is at rest for good or has a timer; and whoever takes the step that
    /// it asks for brings it to its end.
    #[test]
    fn every_saga_comes_to_an_end(told in prop::collection::vec(commands(), 0..40)) {
        let id = SagaId::new(Uuid::now_v7());
        let mut told: Vec<_> = std::iter::once(start(5, 3)).chain(told).collect();
        for _ in 0..12 {
            let (saga, _) = run(id, &told);
            let saga = saga.expect("a saga");
            let timers = Saga::timers(&Some(saga.clone()));
            prop_assert_eq!(saga.is_open(), !timers.is_empty());
            prop_assert!(saga.taken <= 3 && saga.taken_back <= saga.taken);
            match saga.status {
                Status::Acting => told.push(taken(saga.step, saga.direction)),
                Status::Waiting => told.push(Command::TakeAgain),
                Status::Parked => told.push(Command::Retry),
                Status::Completed => {
                    prop_assert_eq!((saga.taken, saga.taken_back), (3, 0));
                    return Ok(());
                }
                Status::Compensated => {
                    prop_assert_eq!(saga.taken, saga.taken_back, "all that was done was taken back");
                    return Ok(());
                }
            }
        }
        prop_assert!(false, "no end");
    }
}
