//! Hosts that die where they are told, over a world that outlives them. Time is tokio's paused clock and a wall clock of the
//! test's own.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses its own part")]

mod checks;
pub mod crash;
mod mortal;

use std::sync::{Arc, Mutex};

use actors::{Hosts, LateDispatch, LocalDispatch, Options, Services, TakeTypes};
use domain::{
    Aggregate, BatchId, CommandId, Envelope, EventRecord, Grant, ListId, Role, SagaId, TodoId, Trace, UserId, fold,
    list::{self, TodoList},
    notification::Notification,
    saga::{Batch, BatchCommand, Command, Item, Kind, Saga, Work},
    todo::{self, Draft, Todo},
    user::User,
    webhook::Webhook,
};
use jiff::{SignedDuration, Timestamp};
pub use mortal::Doom;
use mortal::Mortal;
use ports::{
    ActorKey, AggregateStore, ArmedTimer, Clock, Dispatch, Journal, ListRow, METHOD_RING, PersonRow, Reply, Ring, Timers, TodoRow,
    ViewReader, ViewStore,
    memory::{MemoryJournal, MemoryPositions, MemoryStore, MemoryTimers},
    send,
};
use sagas::{Driver, Steps, StepsOptions};
use testkit::{
    MemoryViews,
    samples::{at, text},
};
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
    pub views: Arc<MemoryViews>,
    pub clock: Arc<TestClock>,
    pub owner: UserId,
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
            views: Arc::default(),
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
            views: self.views.clone(),
            positions: Arc::new(MemoryPositions::default()),
            clock: self.clock.clone(),
            options: StepsOptions { concurrency: 2, ..StepsOptions::default() },
        };
        let driver = Driver::new(Arc::new(steps), dispatch);
        let timers: Arc<dyn Timers> = Arc::new(Mortal(world, doom.clone()));
        let hosts = Hosts::new(services).with::<Todo>().with::<TodoList>().with::<User>();
        let hosts = hosts.with::<Batch>().with::<Notification>().with::<Webhook>();
        let hosts = hosts.with_reactions::<Saga>(timers, Some(Arc::new(driver)));
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
        let mut ids = vec![];
        for _ in 0..count {
            ids.push(self.todo_in(None).await);
        }
        ids
    }

    /// An open todo in `list`, or in the inbox.
    pub async fn todo_in(&self, list: Option<ListId>) -> TodoId {
        let id = TodoId::new(Uuid::now_v7());
        let mut draft = Draft::titled(text("todo"));
        draft.list = list;
        let mut create = self.envelope(id.to_string(), todo::Command::Create(draft));
        create.access.grants.extend(list.map(|list| Grant { list, role: Role::Owner, archived: false, todos: 0 }));
        self.host().tell::<Todo>(&create).await.unwrap();
        id
    }

    /// A list of the owner's.
    pub async fn list(&self) -> ListId {
        let id = ListId::with_members(Uuid::now_v7());
        let create = list::Command::Create { name: text("list"), description: None };
        self.host().tell::<TodoList>(&self.envelope(id.to_string(), create)).await.unwrap();
        id
    }

    /// Puts a todo of `list` into the trash.
    pub fn deletion_of(&self, todo: TodoId, list: ListId) -> Envelope<todo::Command> {
        let mut delete = self.envelope(todo.to_string(), todo::Command::Delete);
        delete.access.grants.push(Grant { list, role: Role::Owner, archived: false, todos: 0 });
        delete
    }

    /// As many todos in `list`, of which nothing but the views knows, as leave room for `room`.
    pub async fn fill_up(&self, list: ListId, room: u64) {
        let there = self.views.list_size(list).await.unwrap();
        let mut todo = self.todo(self.todo_in(None).await).await.unwrap();
        todo.list = list;
        let row = |_| TodoRow {
            id: TodoId::new(Uuid::now_v7()),
            version: 1,
            todo: todo.clone(),
            created_at: at(0),
            updated_at: at(0),
            completed_at: None,
        };
        let rows: Vec<_> = (room + there..list::MAX_TODOS).map(row).collect();
        self.views.store(&rows, &[]).await.unwrap();
    }

    /// Brings what the journal has of a todo or a list into the views.
    async fn show(&self, id: &str) {
        let records = self.records(id).await;
        let Some(last) = records.last() else { return };
        let (version, at) = (last.version, last.timestamp);
        if let (Ok(id), Some(todo)) = (id.parse(), folded::<Todo>(&records)) {
            let completed_at = todo.completed.then_some(at);
            let row = TodoRow { id, version, todo, created_at: records[0].timestamp, updated_at: at, completed_at };
            self.views.store(&[row], &[]).await.unwrap();
        } else if let (Ok(id), Some(list)) = (id.parse(), folded::<TodoList>(&records)) {
            self.views.store_all(&[], &[], &[ListRow { id, version, list }], &[]).await.unwrap();
        } else if let Ok(id) = id.parse() {
            self.views.store_all(&[], &[PersonRow { id, version, user: folded::<User>(&records) }], &[], &[]).await.unwrap();
        }
    }

    /// Fills the batches of a new saga of `owner`, `in_each` items in each.
    pub async fn fill(&self, work: &Work, items: Vec<Item>, in_each: usize) -> (SagaId, Command) {
        self.plan(Kind::Bulk, None, vec![(work.clone(), None, items)], in_each).await
    }

    /// The same of a saga that does one thing after another: what, about which list, and to what.
    pub async fn plan(&self, kind: Kind, list: Option<ListId>, groups: Vec<Group>, in_each: usize) -> (SagaId, Command) {
        let (host, saga) = (self.host(), SagaId::new(Uuid::now_v7()));
        let total = groups.iter().map(|(_, _, items)| items.len() as u32).sum();
        let work = groups.last().map_or(Work::Undo, |(work, ..)| work.clone());
        let mut steps = 0;
        for (work, list, items) in groups {
            for items in items.chunks(in_each) {
                let id = BatchId::of(&self.owner, saga, steps);
                let fill = BatchCommand::Fill { saga, work: work.clone(), list, items: items.to_vec() };
                host.tell::<Batch>(&self.envelope(id.to_string(), fill)).await.unwrap();
                steps += 1;
            }
        }
        let undoes = (kind == Kind::Undo).then(|| SagaId::new(Uuid::nil()));
        (saga, Command::Start { kind, work, undoes, list, items: total, steps })
    }

    /// Lets a saga run undisturbed.
    pub async fn carry_out(&self, saga: SagaId, start: Command) -> Saga {
        let host = self.host();
        host.tell::<Saga>(&self.envelope(saga.to_string(), start)).await.unwrap();
        self.settle(&host, saga).await
    }

    /// What takes back all that a completed saga did.
    pub async fn undo_of(&self, saga: SagaId, in_each: usize) -> (SagaId, Command) {
        let mut groups = vec![];
        for step in (0..self.saga(saga).await.unwrap().steps).rev() {
            groups.extend(self.batch(saga, step).await.taken_back());
        }
        let list = groups.iter().find_map(|(_, list, _)| *list);
        self.plan(Kind::Undo, list, groups, in_each).await
    }

    /// All that is stored of an actor, as text.
    pub async fn stored<A: Aggregate>(&self, id: &str) -> String {
        let stored = self.store.load(&ActorKey::new(A::TYPE, id)).await.unwrap();
        stored.map(|stored| String::from_utf8(stored.value.to_vec()).unwrap()).unwrap_or_default()
    }

    pub async fn state<A: Aggregate>(&self, id: &str) -> A::State {
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

    pub async fn list_state(&self, id: ListId) -> Option<TodoList> {
        self.state::<TodoList>(&id.to_string()).await
    }

    /// The types of all events of an aggregate, in order.
    pub async fn events(&self, id: &str) -> Vec<String> {
        self.records(id).await.into_iter().map(|record| record.event_type).collect()
    }

    /// All events of an aggregate, in order.
    pub async fn records(&self, id: &str) -> Vec<EventRecord> {
        let chain = self.journal.chain(id).await.unwrap();
        chain.map(|chain| chain.rows.iter().map(|row| serde_json::from_str(&row.record).unwrap()).collect()).unwrap_or_default()
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

/// What is done, about which list, and to what.
pub type Group = (Work, Option<ListId>, Vec<Item>);

/// The list itself, as a group.
pub fn of_list(work: Work, list: ListId) -> Group {
    (work, Some(list), vec![Item::List { list, version: None }])
}

/// These todos, as items.
pub fn items(todos: &[TodoId]) -> Vec<Item> {
    todos.iter().copied().map(Item::Todo).collect()
}

/// The state that these events lead to; that of nothing where they are of another kind.
fn folded<A: Aggregate>(records: &[EventRecord]) -> A::State {
    let events: Vec<_> = records.iter().filter_map(|record| A::upcast(record).ok()).collect();
    fold::<A>(A::State::default(), &events)
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
