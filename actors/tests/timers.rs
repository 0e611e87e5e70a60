//! Timers as their actor meets them: early, late, twice, for nothing, and lost with the store.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::{Arc, Mutex};

use actors::{Hosts, Kinds, LocalDispatch, Options, RestoreOptions, Services, TakeTypes, restore, restored_writes};
use domain::{
    Access, CommandId, Envelope, EventRecord, SagaId, Trace,
    saga::{Command, Direction, Kind, Saga, Status, Work},
};
use jiff::{SignedDuration, Timestamp};
use ports::{
    ActorKey, AggregateStore, ArmedTimer, Clock, Dispatch, METHOD_RING, Reply, Ring, Timers,
    memory::{MemoryJournal, MemoryStore, MemoryTimers},
    send,
};
use testkit::samples::{at, user};
use uuid::Uuid;

/// A clock that an operator, or NTP, may set.
struct WallClock(Mutex<Timestamp>);

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A saga that waits for its first step, whose result never comes.
struct Case {
    clock: Arc<WallClock>,
    timers: Arc<MemoryTimers>,
    dispatch: LocalDispatch,
    id: SagaId,
}

impl Case {
    async fn new() -> Self {
        let (clock, timers) = (Arc::new(WallClock(Mutex::new(at(0)))), Arc::new(MemoryTimers::default()));
        let store = Arc::new(MemoryStore::default());
        let case = Self { dispatch: hosted(&store, &timers, &clock), clock, timers, id: SagaId::new(Uuid::now_v7()) };
        case.tell(Command::Start { kind: Kind::Bulk, work: Work::Complete, undoes: None, list: None, items: 1, steps: 1 }).await;
        case
    }

    fn envelope(&self, command: Command) -> Envelope<Command> {
        Envelope {
            command_id: CommandId::new(Uuid::now_v7()),
            aggregate_id: self.id.to_string(),
            expected_version: None,
            principal: user("anna"),
            at: self.clock.now(),
            replayable: false,
            trace: Trace::default(),
            access: Access::default(),
            command,
        }
    }

    async fn tell(&self, command: Command) -> Saga {
        match send::<Saga>(&self.dispatch, &self.envelope(command)).await.unwrap() {
            Reply::Accepted(accepted) => accepted.state.unwrap(),
            Reply::Refused { refusal } => panic!("{refusal}"),
        }
    }

    async fn saga(&self) -> Saga {
        self.tell(Command::Look).await
    }

    fn set(&self, seconds: i64) {
        *self.clock.0.lock().unwrap() = at(seconds);
    }

    async fn armed(&self) -> Vec<(String, Timestamp)> {
        let armed = self.timers.due_before(Timestamp::MAX, 10).await.unwrap();
        armed.into_iter().map(|timer| (timer.name, timer.due)).collect()
    }

    async fn ring(&self, name: &str, due: Timestamp) {
        let timer = ArmedTimer { actor: ActorKey::new("Saga", self.id.to_string()), name: name.to_owned(), due };
        self.dispatch.call(&timer.actor, METHOD_RING, Ring::of(&timer).write(), None).await.unwrap();
    }
}

fn hosted(store: &Arc<MemoryStore>, timers: &Arc<MemoryTimers>, clock: &Arc<WallClock>) -> LocalDispatch {
    let services = Services { store: Arc::new(Appending(store.clone())), relay: None, clock: clock.clone(), options: Options::default() };
    LocalDispatch::new(Arc::new(Hosts::new(services).with_reactions::<Saga>(timers.clone(), None)))
}

/// The embedded store's promise: nothing is to be relayed.
struct Appending(Arc<MemoryStore>);

#[async_trait::async_trait]
impl AggregateStore for Appending {
    async fn load(&self, key: &ActorKey) -> Result<Option<ports::Stored>, ports::LoadError> {
        self.0.load(key).await
    }
    async fn commit(&self, key: &ActorKey, expected: u64, record: ports::NewRecord) -> Result<(), ports::CommitError> {
        self.0.commit(key, expected, record).await
    }
    fn appends_to_feed(&self) -> bool {
        true
    }
}

const STEP: i64 = 30;
const DEADLINE: i64 = 6 * 3600;

#[tokio::test]
async fn a_ring_counts_once_and_only_where_the_state_waits_for_it() {
    let case = Case::new().await;
    let (step, deadline) = (("step".to_owned(), at(STEP)), ("deadline".to_owned(), at(DEADLINE)));
    assert_eq!(case.armed().await, [step, deadline.clone()]);
    case.set(STEP);
    for _ in 0..3 {
        case.ring("step", at(STEP)).await;
        assert_eq!(case.saga().await.attempt, 2, "however often it rings");
    }
    assert_eq!(case.armed().await, [("step".to_owned(), at(2 * STEP)), deadline]);
    for (name, due) in [("step", at(7)), ("nothing", at(STEP)), ("deadline", at(STEP))] {
        case.ring(name, due).await;
    }
    let saga = case.saga().await;
    assert_eq!((saga.attempt, saga.stopping), (2, None), "of another moment, or of no timer of its");
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_a_timer_late_and_loses_none() {
    let case = Case::new().await;
    case.set(-3600);
    case.ring("step", at(STEP)).await;
    assert_eq!(case.saga().await.attempt, 1, "too early by our clock");
    assert_eq!(case.armed().await[0], ("step".to_owned(), at(STEP)), "and armed again");
    // A second of difference between two clocks is nothing.
    case.set(STEP - 1);
    case.ring("step", at(STEP)).await;
    assert_eq!(case.saga().await.attempt, 2);
}

#[tokio::test]
async fn a_clock_that_is_set_forward_rings_all_that_is_due_by_then() {
    let case = Case::new().await;
    case.set(DEADLINE + 1);
    // As the sweep does: whatever is due, the first first.
    for timer in case.timers.due_before(case.clock.now(), 10).await.unwrap() {
        case.ring(&timer.name, timer.due).await;
    }
    let saga = case.saga().await;
    assert_eq!((saga.attempt, saga.stopping.map(|reason| reason.name())), (2, Some("overdue")));
    assert_eq!((saga.status, saga.direction), (Status::Acting, Direction::Forward), "its step is still to be taken");
    assert_eq!(case.armed().await, [("step".to_owned(), at(DEADLINE + 1) + SignedDuration::from_secs(STEP))]);
}

#[tokio::test]
async fn a_timer_that_the_scheduler_lost_is_armed_again_by_any_ring_of_its_name() {
    let case = Case::new().await;
    case.set(STEP);
    case.ring("step", at(STEP)).await;
    let actor = ActorKey::new("Saga", case.id.to_string());
    case.timers.cancel(&ArmedTimer { actor, name: "step".to_owned(), due: at(2 * STEP) }).await.unwrap();
    assert_eq!(case.armed().await.len(), 1, "lost");
    case.ring("step", at(STEP)).await;
    assert_eq!(case.armed().await[0], ("step".to_owned(), at(2 * STEP)));
}

/// Who has lost the records has lost the timers as well: both come back.
#[tokio::test]
async fn restored_actors_have_their_timers_again() {
    let case = Case::new().await;
    case.set(STEP);
    case.ring("step", at(STEP)).await;
    let journal = MemoryJournal::default();
    journal.append(&history(&case)).unwrap();
    let store = MemoryStore::default();
    let again = MemoryTimers::default();
    let kinds = Kinds::default().with::<Saga>();
    let options = RestoreOptions::new(restored_writes(at(100)));
    let dry = RestoreOptions { dry_run: true, ..options };
    let seen = restore(&journal, &store, &again, &kinds, dry, &|_| {}).await.unwrap();
    assert_eq!((seen.armed, again.due_before(Timestamp::MAX, 9).await.unwrap().len()), (2, 0), "only said");
    for restored in [1, 0] {
        // The second time as after an attempt that ended before it armed anything.
        let again = MemoryTimers::default();
        let done = restore(&journal, &store, &again, &kinds, options, &|_| {}).await.unwrap();
        assert_eq!((done.restored, done.armed, done.left), (restored, 2, 0));
        assert_eq!(again.due_before(Timestamp::MAX, 9).await.unwrap(), case.timers.due_before(Timestamp::MAX, 9).await.unwrap());
    }
}

/// What the saga of `case` lived through until now.
fn history(case: &Case) -> Vec<EventRecord> {
    let (mut state, mut records) = (None, vec![]);
    let start = Command::Start { kind: Kind::Bulk, work: Work::Complete, undoes: None, list: None, items: 1, steps: 1 };
    for (command, seconds) in [(start, 0), (Command::TakeAgain, STEP)] {
        let envelope = Envelope { at: at(seconds), ..case.envelope(command) };
        let events = <Saga as domain::Aggregate>::decide(&state, &envelope).unwrap();
        records.extend(EventRecord::of::<Saga>(&envelope, records.len() as u64, &events));
        state = domain::fold::<Saga>(state, &events);
    }
    records
}
