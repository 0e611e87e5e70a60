//! Records made anew from the journal are those that the turns had written, and actors go on from them.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{sync::Arc, time::Duration};

use actors::{
    Hosts, Kinds, LocalDispatch, NotRestored, Options, RECENT_COMMANDS, Relay, RelayOptions, Restoration, RestoreOptions, Services,
    TakeTypes, restore, restored_writes,
};
use domain::{
    Aggregate, CommandId, Envelope, EventRecord, PersonId, Refusal, Text, UserId,
    todo::{Change, Command, Todo},
    user::{self, User},
};
use ports::{
    ActorKey, AggregateStore, Answer, Chain, Journal, RecordStore, Reply, Stored, SystemClock,
    memory::{MemoryFeed, MemoryJournal, MemoryOutboxIndex, MemoryStore, MemoryTimers},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;
use support::{create, envelope, new_id, retitle};
use testkit::{poll_until, samples::at};
use uuid::Uuid;

fn kinds() -> Kinds {
    Kinds::default().with::<Todo>().with::<User>()
}

/// A cluster's actors, their store and their feed.
#[derive(Clone, Default)]
struct Cluster {
    store: Arc<MemoryStore>,
    feed: Arc<MemoryFeed>,
}

impl Cluster {
    fn dispatch(&self) -> LocalDispatch {
        let (relay, _) = Relay::start(self.feed.clone(), Arc::new(MemoryOutboxIndex::default()), RelayOptions::default());
        let services =
            Services { store: self.store.clone(), relay: Some(relay), clock: Arc::new(SystemClock), options: Options::default() };
        LocalDispatch::new(Arc::new(Hosts::new(services).with::<Todo>().with::<User>()))
    }

    async fn record(&self, key: &ActorKey) -> Option<Value> {
        let stored = self.store.load(key).await.unwrap()?;
        let record: Value = serde_json::from_slice(&stored.value).unwrap();
        assert_eq!(record["writes"], stored.writes);
        Some(record)
    }

    /// All that the feed got, once it has `count` events.
    async fn events(&self, count: u64) -> Vec<EventRecord> {
        let all = async || Some(self.feed.events()).filter(|events| events.len() as u64 >= count);
        poll_until(Duration::from_secs(10), all).await.expect("all events")
    }
}

/// A journal that has these events of one aggregate.
fn journal_of(events: &[EventRecord]) -> MemoryJournal {
    let journal = MemoryJournal::default();
    journal.append(events).unwrap();
    journal
}

async fn run(journal: &MemoryJournal, store: &MemoryStore, dry_run: bool) -> Restoration {
    let options = RestoreOptions { dry_run, ..RestoreOptions::new(WRITES) };
    restore(journal, store, &MemoryTimers::default(), &kinds(), options, &|_| {}).await.unwrap()
}

const WRITES: u64 = 1_800_000_000 << 20;

/// What the last command's way was, and what else can be said of a record but what only requests knew.
fn comparable(mut record: Value) -> Value {
    let object = record.as_object_mut().unwrap();
    object.remove("writes");
    object.remove("outbox");
    for answered in object["recentCommands"].as_array_mut().unwrap() {
        answered.as_object_mut().unwrap().remove("print").unwrap();
    }
    record
}

/// Sends all of `history` to one cluster, restores another from what the feed got, and holds both to the same answers.
async fn same_before_and_after<A: Aggregate>(history: Vec<Envelope<A::Command>>, next: Envelope<A::Command>)
where
    Answer<A>: PartialEq + std::fmt::Debug,
{
    let before = Cluster::default();
    let live = before.dispatch();
    let mut version = 0;
    for envelope in &history {
        if let Reply::Accepted(accepted) = ports::send::<A>(&live, envelope).await.unwrap() {
            version = version.max(accepted.version);
        }
    }
    if version == 0 {
        return;
    }
    let key = ActorKey::new(A::TYPE, next.aggregate_id.as_str());
    let journal = journal_of(&before.events(version).await);

    let after = Cluster::default();
    let done = run(&journal, &after.store, false).await;
    assert_eq!((done.restored, done.left, done.events), (1, 0, version), "{done:?}");
    let restored = after.record(&key).await.unwrap();
    assert_eq!(restored["writes"], WRITES);
    assert_eq!(restored.get("outbox"), None);
    assert_eq!(comparable(restored), comparable(before.record(&key).await.unwrap()));

    let anew = after.dispatch();
    let both = async |envelope: &Envelope<A::Command>, what: &str| {
        let (first, second) = (ports::send::<A>(&live, envelope).await.unwrap(), ports::send::<A>(&anew, envelope).await.unwrap());
        match first {
            // The one difference: what the first request asked is not in its events, so another one passes for it.
            Reply::Refused { refusal: Refusal::CommandIdReused }
                if envelope.principal == next.principal && matches!(&second, Reply::Accepted(answer) if answer.replayed) => {}
            first => assert_eq!(first, second, "{what}"),
        }
    };
    for envelope in &history {
        both(envelope, "a command that comes once more").await;
        let other = Envelope { principal: "mallory".parse().unwrap(), ..envelope.clone() };
        both(&other, "somebody else's command with the same id").await;
    }
    both(&Envelope { expected_version: Some(version - 1), ..next.clone() }, "a stale expectation").await;
    both(&Envelope { expected_version: Some(version), command_id: CommandId::new(Uuid::from_u128(1)), ..next.clone() }, "the right one")
        .await;
    both(&next, "a next command").await;
    both(&next, "a next command once more").await;
    assert_eq!(
        comparable(after.record(&key).await.unwrap()),
        comparable(before.record(&key).await.unwrap()),
        "and both go on from there in step"
    );
}

fn blocking(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

/// What somebody asks, as a number of an id from a small pool (or a new one), whether a key named it, and the command.
type Step<C> = (Option<u8>, bool, Option<u64>, C);

fn step<C: std::fmt::Debug>(command: impl Strategy<Value = C>) -> impl Strategy<Value = Step<C>> {
    (proptest::option::weighted(0.2, 0..6_u8), any::<bool>(), proptest::option::weighted(0.1, 0..4_u64), command)
}

fn envelopes<C>(aggregate_id: &str, person: &UserId, steps: Vec<Step<C>>) -> Vec<Envelope<C>> {
    let envelope = |(number, (known, keyed, expected_version, command)): (usize, Step<C>)| {
        let uuid = Uuid::from_u128(known.map_or(1_000 + number as u128, |known| 100 + u128::from(known)));
        Envelope {
            command_id: if keyed { CommandId::keyed(uuid) } else { CommandId::new(uuid) },
            aggregate_id: aggregate_id.to_owned(),
            expected_version,
            principal: person.clone(),
            at: at(number as i64),
            replayable: keyed,
            trace: domain::Trace::default(),
            access: domain::Access::default(),
            command,
        }
    };
    steps.into_iter().enumerate().map(envelope).collect()
}

fn todo_command() -> impl Strategy<Value = Command> {
    let change = prop_oneof![
        "[a-z]{1,3}".prop_map(|text| Change::Title(Text::parse("title", &text).unwrap())),
        any::<bool>().prop_map(Change::Completed),
        proptest::option::of("[a-z]{1,3}")
            .prop_map(|text| Change::Description(text.map(|text| Text::parse("description", &text).unwrap()))),
        select(vec!["a", "b"]).prop_map(|tag| Change::Tag(Text::parse("tag", tag).unwrap())),
        select(vec!["a", "b"]).prop_map(|tag| Change::Untag(Text::parse("tag", tag).unwrap())),
    ];
    prop_oneof![
        12 => vec(change, 1..4).prop_map(|changes| Command::Change { changes }),
        1 => Just(Command::Delete),
        2 => Just(Command::Restore),
        1 => Just(create("again")),
    ]
}

fn user_command() -> impl Strategy<Value = user::Command> {
    let name = || select(vec!["one", "two", "three"]).prop_map(|name| Text::parse("name", name).unwrap());
    prop_oneof![
        (name(), "[a-z]{1,2}").prop_map(|(name, query)| user::Command::SaveFilter { name, query: Text::parse("query", &query).unwrap() }),
        name().prop_map(|name| user::Command::RemoveFilter { name }),
    ]
}

proptest! {
    // Long enough that windows overflow.
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restored_todo_is_the_one_that_was_lost(steps in vec(step(todo_command()), 0..70), next in todo_command()) {
        let (id, ana) = (new_id(), "ana".parse().unwrap());
        let mut history = envelopes(&id.to_string(), &ana, vec![(None, true, None, create("milk"))]);
        history.extend(envelopes(&id.to_string(), &ana, steps));
        let next = Envelope { command: next, ..envelope(id, Command::Delete) };
        blocking(same_before_and_after::<Todo>(history, next));
    }

    #[test]
    fn a_restored_person_is_the_one_that_was_lost(steps in vec(step(user_command()), 1..70), next in user_command()) {
        let ana: UserId = "ana".parse().unwrap();
        let id = PersonId::of(&ana).to_string();
        let history = envelopes(&id, &ana, steps);
        let mut next = envelopes(&id, &ana, vec![(None, false, None, next)]);
        next[0].command_id = CommandId::new(Uuid::now_v7());
        blocking(same_before_and_after::<User>(history, next.remove(0)));
    }
}

/// Renamed so often, by commands that are all different.
async fn a_life(renames: usize) -> (ActorKey, Vec<Envelope<Command>>, Cluster, Vec<EventRecord>) {
    let (cluster, id) = (Cluster::default(), new_id());
    let dispatch = cluster.dispatch();
    let mut history = vec![envelope(id, create("milk"))];
    history.extend((0..renames).map(|number| envelope(id, retitle(&number.to_string()))));
    for envelope in &history {
        ports::send::<Todo>(&dispatch, envelope).await.unwrap();
    }
    let events = cluster.events(history.len() as u64).await;
    (ActorKey::new(Todo::TYPE, id.to_string()), history, cluster, events)
}

#[tokio::test]
async fn the_window_is_as_long_as_it_was_and_takes_an_id_for_its_request() {
    let (_, history, _, events) = a_life(RECENT_COMMANDS).await;
    let after = Cluster::default();
    run(&journal_of(&events), &after.store, false).await;
    let dispatch = after.dispatch();
    for (number, envelope) in history.iter().enumerate().skip(1) {
        // What was asked is not known any more: the same person's id is enough.
        let other = Envelope { command: retitle("something else"), ..envelope.clone() };
        let Reply::Accepted(answer) = ports::send::<Todo>(&dispatch, &other).await.unwrap() else { panic!("{number}") };
        assert_eq!((answer.version, answer.events, answer.replayed), (number as u64 + 1, 1, true));
    }
    // The very first one had left the window before.
    let answer = ports::send::<Todo>(&dispatch, &history[0]).await.unwrap();
    assert!(matches!(answer, Reply::Refused { .. }), "{answer:?}");
}

#[tokio::test]
async fn whoever_holds_an_older_record_is_refused() {
    let (key, _, _, events) = a_life(3).await;
    let after = Cluster::default();
    run(&journal_of(&events), &after.store, false).await;
    let earlier = restored_writes(at(0));
    assert!(earlier > u64::from(u32::MAX) && restored_writes(at(1)) - earlier == 1 << 20 && restored_writes(at(1)) < 1 << 53);
    for stale in [0, 1, 4, earlier, earlier + 1_000] {
        let record = ports::NewRecord { value: "{}".into(), events: Arc::from([]) };
        assert!(after.store.commit(&key, stale, record).await.is_err(), "{stale}");
    }
}

#[tokio::test]
async fn what_is_there_stays_and_is_counted() {
    let (key, _, before, events) = a_life(2).await;
    let journal = journal_of(&events);
    let store = MemoryStore::default();
    let dry = run(&journal, &store, true).await;
    assert_eq!((dry.restored, store.present(std::slice::from_ref(&key)).await.unwrap()), (1, vec![None]), "a dry run writes nothing");
    assert_eq!(run(&journal, &store, false).await.restored, 1);
    // Once more, as after an interruption; and into a store that never lost it.
    for store in [&store, &*before.store] {
        let there = store.present(std::slice::from_ref(&key)).await.unwrap();
        for dry_run in [true, false] {
            let again = run(&journal, store, dry_run).await;
            assert_eq!((again.restored, again.present, again.left), (0, 1, 0));
        }
        assert_eq!(store.present(std::slice::from_ref(&key)).await.unwrap(), there);
    }
    // A store that knows of more than the journal, and one that knows of less.
    let shorter = journal_of(&events[..2]);
    assert_eq!(run(&shorter, &store, false).await.ahead, 1);
    let behind = MemoryStore::default();
    run(&shorter, &behind, false).await;
    let done = run(&journal, &behind, false).await;
    assert_eq!((done.left, &done.named[0].why), (1, &NotRestored::Behind { present: 2, journal: 3 }));
    // What a host wrote that did not know that the store had lost everything: its count is not the store's.
    let odd = MemoryStore::default();
    let stored = before.store.load(&key).await.unwrap().unwrap();
    odd.create_all(&[(key.clone(), Stored { writes: 1, value: stored.value })]).await.unwrap();
    let done = run(&journal, &odd, false).await;
    assert!(matches!(done.named[0].why, NotRestored::Unusable(_)) && done.left == 1, "{done:?}");
}

#[tokio::test]
async fn what_the_journal_cannot_vouch_for_is_left() {
    let (_, _, _, events) = a_life(2).await;
    let whole = journal_of(&events).chain(&events[0].aggregate_id).await.unwrap().unwrap();
    assert!(kinds().restored(&whole, WRITES).is_ok());
    let damaged = |damage: fn(&mut Chain)| {
        let mut chain = whole.clone();
        damage(&mut chain);
        kinds().restored(&chain, WRITES)
    };
    assert_eq!(damaged(|chain| drop(chain.rows.remove(1))), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| drop(chain.rows.pop())), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| chain.rows.clear()), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| chain.head = Some(4)), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| chain.rows.swap(1, 2)), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| chain.rows[2].record = chain.rows[2].record.replace("\"1\"", "\"9\"")), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| chain.aggregate_id = "todo-somebody-else".to_owned()), Err(NotRestored::Damaged));
    assert_eq!(damaged(|chain| chain.aggregate_id = "unheard-of".to_owned()), Err(NotRestored::UnknownKind));
    // An event of a newer program is refused, not skipped; the others are restored all the same.
    let mut newer = events.clone();
    newer[1].event_type = "TodoShredded".to_owned();
    let journal = journal_of(&newer);
    let (_, _, _, others) = a_life(0).await;
    journal.append(&others).unwrap();
    let done = run(&journal, &MemoryStore::default(), false).await;
    assert_eq!((done.restored, done.left, done.aggregates), (1, 1, 2));
    assert!(matches!(done.named[0].why, NotRestored::Unreadable(_)), "{done:?}");
}
