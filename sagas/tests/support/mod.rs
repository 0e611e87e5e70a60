//! Hosts that die where they are told, over a world that outlives them. Time is tokio's paused clock and a wall clock of the
//! test's own.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses its own part")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use actors::{Hosts, LateDispatch, LocalDispatch, Options, Services, TakeTypes};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    Aggregate, BatchId, CommandId, Envelope, ListId, SagaId, TodoId, Trace, UserId,
    saga::{Batch, BatchCommand, Command, Item, Kind, Saga, Work},
    todo::{self, Draft, Todo},
};
use jiff::{SignedDuration, Timestamp};
use ports::{
    ActorKey, AggregateStore, ArmedTimer, Chain, Clock, CommitError, Dispatch, DispatchError, Journal, JournalError, LoadError,
    METHOD_RING, NewRecord, Positioned, Reply, Ring, Stored, Timers, TimersError,
    memory::{MemoryJournal, MemoryPositions, MemoryStore, MemoryTimers},
    send,
};
use sagas::{Driver, Steps, StepsOptions};
use testkit::samples::{at, text};
use uuid::Uuid;

/// A wall clock that stands still until it is set.
pub struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Everything that outlives a host.
#[derive(Clone)]
pub struct World {
    pub store: Arc<MemoryStore>,
    pub journal: Arc<MemoryJournal>,
    pub timers: Arc<MemoryTimers>,
    pub clock: Arc<TestClock>,
    pub owner: UserId,
}

/// When a host dies: at its so-manieth step outwards, counted before and after each.
#[derive(Default)]
pub struct Doom {
    steps: AtomicUsize,
    at: usize,
    dead: AtomicBool,
}

impl Doom {
    pub fn at(at: usize) -> Arc<Self> {
        Arc::new(Self { at, ..Self::default() })
    }

    /// Whether the host still lives after this step.
    fn lives(&self) -> bool {
        if self.steps.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            self.dead.store(true, Ordering::SeqCst);
        }
        !self.dead.load(Ordering::SeqCst)
    }

    pub fn struck(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::SeqCst)
    }
}

/// A port as a host sees it: once the host is dead, nothing that it does reaches the world.
struct Mortal<P: ?Sized>(Arc<P>, Arc<Doom>);

/// Does `$call` unless the host died before, and keeps the answer from it if it dies after.
macro_rules! mortal {
    ($self:ident, $error:expr, $call:expr) => {{
        if !$self.1.lives() {
            return Err($error);
        }
        let answer = $call;
        if $self.1.lives() { answer } else { Err($error) }
    }};
}

#[async_trait]
impl AggregateStore for Mortal<World> {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        mortal!(self, LoadError("dead".into()), self.0.store.load(key).await)
    }
    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        mortal!(self, CommitError::Unclear("dead".into()), {
            let events = record.events.clone();
            let committed = self.0.store.commit(key, expected, record).await;
            if committed.is_ok() && !events.is_empty() {
                self.0.journal.append(&events).unwrap();
            }
            committed
        })
    }
    fn appends_to_feed(&self) -> bool {
        true
    }
}

#[async_trait]
impl Timers for Mortal<World> {
    async fn arm(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        mortal!(self, TimersError("dead".into()), self.0.timers.arm(timer).await)
    }
    async fn cancel(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        mortal!(self, TimersError("dead".into()), self.0.timers.cancel(timer).await)
    }
    async fn due_before(&self, before: Timestamp, limit: usize) -> Result<Vec<ArmedTimer>, TimersError> {
        self.0.timers.due_before(before, limit).await
    }
}

#[async_trait]
impl Journal for Mortal<World> {
    async fn chain(&self, id: &str) -> Result<Option<Chain>, JournalError> {
        mortal!(self, JournalError("dead".into()), self.0.journal.chain(id).await)
    }
    async fn chains(&self, to: tokio::sync::mpsc::Sender<Chain>) -> Result<(), JournalError> {
        self.0.journal.chains(to).await
    }
    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.0.journal.since(person, lists, after, limit).await
    }
    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.0.journal.all_since(after, limit).await
    }
    async fn last_position(&self) -> Result<u64, JournalError> {
        self.0.journal.last_position().await
    }
}

#[async_trait]
impl Dispatch for Mortal<LateDispatch> {
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, trace: Option<&str>) -> Result<Bytes, DispatchError> {
        mortal!(self, DispatchError::Unavailable("dead".into()), self.0.call(key, method, body, trace).await)
    }
}

/// A host process.
pub struct Process {
    pub hosts: Arc<Hosts>,
    pub doom: Arc<Doom>,
}

impl World {
    pub fn new() -> Self {
        Self {
            store: Arc::default(),
            journal: Arc::default(),
            timers: Arc::default(),
            clock: Arc::new(TestClock(Mutex::new(at(0)))),
            owner: "ana".parse().unwrap(),
        }
    }

    /// A host that lives on.
    pub fn host(&self) -> Process {
        self.doomed(Doom::at(0))
    }

    pub fn doomed(&self, doom: Arc<Doom>) -> Process {
        let world = Arc::new(self.clone());
        let services = Services {
            store: Arc::new(Mortal(world.clone(), doom.clone())),
            relay: None,
            clock: self.clock.clone(),
            options: Options::default(),
        };
        let late = LateDispatch::default();
        let dispatch: Arc<dyn Dispatch> = Arc::new(Mortal(Arc::new(late.clone()), doom.clone()));
        let steps = Steps {
            dispatch: dispatch.clone(),
            journal: Arc::new(Mortal(world.clone(), doom.clone())),
            positions: Arc::new(MemoryPositions::default()),
            clock: self.clock.clone(),
            options: StepsOptions { concurrency: 2 },
        };
        let driver = Driver::new(Arc::new(steps), dispatch);
        let timers: Arc<dyn Timers> = Arc::new(Mortal(world, doom.clone()));
        let hosts = Hosts::new(services).with::<Todo>().with::<Batch>().with_reactions::<Saga>(timers, Some(Arc::new(driver)));
        let hosts = Arc::new(hosts);
        late.bind(&hosts);
        Process { hosts, doom }
    }

    pub fn envelope<C>(&self, id: String, command: C) -> Envelope<C> {
        Envelope {
            command_id: CommandId::new(Uuid::now_v7()),
            aggregate_id: id,
            expected_version: None,
            principal: self.owner.clone(),
            at: self.clock.now(),
            replayable: false,
            trace: Trace::default(),
            access: domain::Access::default(),
            command,
        }
    }

    /// Todos that are open.
    pub async fn todos(&self, count: usize) -> Vec<TodoId> {
        let host = self.host();
        let mut ids = vec![];
        for n in 0..count {
            let id = TodoId::new(Uuid::now_v7());
            let create = todo::Command::Create(Draft::titled(text(&format!("todo {n}"))));
            host.tell::<Todo>(&self.envelope(id.to_string(), create)).await.unwrap();
            ids.push(id);
        }
        ids
    }

    /// Fills the batches of a new saga of `owner`, `in_each` items in each.
    pub async fn fill(&self, work: &Work, items: Vec<Item>, in_each: usize) -> (SagaId, Command) {
        let (host, saga) = (self.host(), SagaId::new(Uuid::now_v7()));
        let (total, steps) = (items.len() as u32, items.len().div_ceil(in_each) as u32);
        for (step, items) in items.chunks(in_each).enumerate() {
            let id = BatchId::of(&self.owner, saga, step as u32);
            let fill = BatchCommand::Fill { saga, work: work.clone(), items: items.to_vec() };
            host.tell::<Batch>(&self.envelope(id.to_string(), fill)).await.unwrap();
        }
        (saga, Command::Start { kind: Kind::Bulk, work: work.clone(), undoes: None, items: total, steps })
    }

    async fn state<A: Aggregate>(&self, id: &str) -> A::State {
        let Some(stored) = self.store.load(&ActorKey::new(A::TYPE, id)).await.unwrap() else { return A::State::default() };
        let record: serde_json::Value = serde_json::from_slice(&stored.value).unwrap();
        serde_json::from_value(record["state"].clone()).unwrap()
    }

    /// As it is stored: asking the actor would wake it.
    pub async fn saga(&self, id: SagaId) -> Option<Saga> {
        self.state::<Saga>(&id.to_string()).await
    }

    pub async fn batch(&self, saga: SagaId, step: u32) -> Batch {
        self.state::<Batch>(&BatchId::of(&self.owner, saga, step).to_string()).await.unwrap()
    }

    pub async fn todo(&self, id: TodoId) -> Option<Todo> {
        self.state::<Todo>(&id.to_string()).await
    }

    /// The types of all events of an aggregate, in order.
    pub async fn events(&self, id: &str) -> Vec<String> {
        let chain = self.journal.chain(id).await.unwrap();
        let record = |record: &str| serde_json::from_str::<serde_json::Value>(record).unwrap()["eventType"].as_str().unwrap().to_owned();
        chain.map(|chain| chain.rows.iter().map(|row| record(&row.record)).collect()).unwrap_or_default()
    }

    /// Lets hosts work until none has anything to do, then sets the clock to the next timer and lets it ring at `host`, until
    /// the saga is at rest.
    pub async fn settle(&self, host: &Process, saga: SagaId) -> Saga {
        for _ in 0..60 {
            tokio::time::sleep(std::time::Duration::from_secs(20)).await;
            if let Some(saga) = self.saga(saga).await
                && !saga.is_open()
            {
                return saga;
            }
            let due = self.timers.due_before(Timestamp::MAX, 1).await.unwrap();
            let Some(timer) = due.first() else { panic!("nothing would ever wake {saga}: {:?}", self.saga(saga).await) };
            self.ring(host, timer).await;
        }
        panic!("{saga} does not come to rest: {:?}", self.saga(saga).await);
    }

    pub async fn ring(&self, host: &Process, timer: &ArmedTimer) {
        {
            let mut now = self.clock.0.lock().unwrap();
            *now = timer.due.max(*now + SignedDuration::from_millis(1));
        }
        host.dispatch().call(&timer.actor, METHOD_RING, Ring::of(timer).write(), None).await.unwrap();
    }
}

impl Process {
    pub fn dispatch(&self) -> LocalDispatch {
        LocalDispatch::new(self.hosts.clone())
    }

    pub async fn tell<A: Aggregate>(&self, envelope: &Envelope<A::Command>) -> Result<A::State, String> {
        match send::<A>(&self.dispatch(), envelope).await {
            Ok(Reply::Accepted(accepted)) => Ok(accepted.state),
            Ok(Reply::Refused { refusal }) => Err(refusal.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}
