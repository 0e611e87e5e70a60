//! A host over in-memory ports whose store and feed can be told to misbehave.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use actors::{Hosts, LocalDispatch, Options, Relay, RelayOptions, Services, TakeTypes};
use async_trait::async_trait;
use domain::{
    CommandId, Envelope, EventRecord, Text, TodoId, Trace, UserId,
    todo::{Change, Command, Draft, Todo},
};
use ports::{
    ActorKey, AggregateStore, Answer, CommitError, EventFeed, FeedError, LoadError, NewRecord, Stored, SystemClock,
    memory::{MemoryFeed, MemoryOutboxIndex, MemoryStore},
};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// What a commit does next time, instead of just succeeding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    /// Another host writes first.
    LoseRace,
    /// It lands, but the answer is lost.
    LandUnclear,
    /// It does not land, and the answer is lost.
    VanishUnclear,
    /// The process dies with it landed: as `LandUnclear`, and every later call fails, too.
    LandAndDie,
}

/// A store that does what it is told.
#[derive(Default)]
pub(crate) struct FaultyStore {
    pub(crate) inner: MemoryStore,
    pub(crate) faults: Mutex<Vec<Fault>>,
    pub(crate) dead: AtomicBool,
    pub(crate) commits: AtomicUsize,
    pub(crate) loads: AtomicUsize,
    /// Commits wait here where it is set.
    pub(crate) gate: Mutex<Option<Arc<Semaphore>>>,
}

#[async_trait]
impl AggregateStore for FaultyStore {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        if self.dead.load(Ordering::SeqCst) {
            return Err(LoadError("dead".into()));
        }
        self.inner.load(key).await
    }

    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        self.commits.fetch_add(1, Ordering::SeqCst);
        let unclear = || CommitError::Unclear("the answer was lost".into());
        let fault = self.faults.lock().unwrap().pop();
        match fault {
            None => self.inner.commit(key, expected, record).await,
            Some(Fault::LoseRace) => Err(CommitError::LostRace),
            Some(Fault::VanishUnclear) => Err(unclear()),
            Some(Fault::LandUnclear) => self.inner.commit(key, expected, record).await.and(Err(unclear())),
            Some(Fault::LandAndDie) => {
                self.dead.store(true, Ordering::SeqCst);
                self.inner.commit(key, expected, record).await.and(Err(unclear()))
            }
        }
    }
}

/// A feed that can be away.
#[derive(Default)]
pub(crate) struct FaultyFeed {
    pub(crate) inner: MemoryFeed,
    pub(crate) away: AtomicBool,
}

#[async_trait]
impl EventFeed for FaultyFeed {
    async fn publish(&self, events: &[EventRecord]) -> Result<(), FeedError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(FeedError("away".into()));
        }
        self.inner.publish(events).await
    }
}

/// Everything that outlives a host process.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) store: Arc<FaultyStore>,
    pub(crate) feed: Arc<FaultyFeed>,
    pub(crate) index: Arc<MemoryOutboxIndex>,
}

impl World {
    /// A host process in this world.
    pub(crate) fn host(&self) -> Arc<Hosts> {
        self.host_with(Options { retry_pause: Duration::from_millis(1), ..Options::default() })
    }

    pub(crate) fn host_with(&self, options: Options) -> Arc<Hosts> {
        let (relay, _) = Relay::start(self.feed.clone(), self.index.clone(), RelayOptions::default());
        let services = Services { store: self.store.clone(), relay: Some(relay), clock: Arc::new(SystemClock), options };
        Arc::new(Hosts::new(services).with::<Todo>())
    }

    pub(crate) fn versions(&self) -> Vec<u64> {
        self.feed.inner.events().iter().map(|event| event.version).collect()
    }

    /// How often the todo's record was written.
    pub(crate) async fn writes(&self, id: TodoId) -> u64 {
        self.store.inner.load(&ActorKey::new("Todo", id.to_string())).await.unwrap().map_or(0, |stored| stored.writes)
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.store.faults.lock().unwrap().push(fault);
    }
}

pub(crate) fn title(text: &str) -> domain::todo::Title {
    Text::parse("title", text).unwrap()
}

pub(crate) fn create(text: &str) -> Command {
    Command::Create(Draft::titled(title(text)))
}

pub(crate) fn retitle(text: &str) -> Command {
    Command::Change { changes: vec![Change::Title(title(text))] }
}

pub(crate) fn new_id() -> TodoId {
    TodoId::new(Uuid::now_v7())
}

pub(crate) fn envelope(id: TodoId, command: Command) -> Envelope<Command> {
    Envelope {
        command_id: CommandId::new(Uuid::now_v7()),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal: "ana".parse::<UserId>().unwrap(),
        at: jiff::Timestamp::now(),
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command,
    }
}

/// Sends, and takes the domain's answer.
pub(crate) async fn send(hosts: &Arc<Hosts>, envelope: &Envelope<Command>) -> Answer<Todo> {
    ports::send::<Todo>(&LocalDispatch::new(hosts.clone()), envelope).await.unwrap()
}

pub(crate) fn accepted(answer: Answer<Todo>) -> ports::Accepted<Option<Todo>> {
    match answer {
        ports::Reply::Accepted(accepted) => accepted,
        ports::Reply::Refused { refusal } => panic!("refused: {refusal}"),
    }
}
