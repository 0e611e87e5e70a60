use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actors::{Hosts, LateDispatch, LocalDispatch, Services, TakeTypes};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    Aggregate, EventRecord, ListId, PersonId, Role, SagaId, TodoId, UserId, fold,
    list::TodoList,
    notification::Notification,
    saga::{Batch, Saga},
    todo::Todo,
    user::User,
    webhook::Webhook,
};
use gateway::{Gateway, Options, ViewsProbe};
use ports::{
    ActorKey, AggregateStore, AnalyticsStore, CommitError, Delivery, Dispatch, DispatchError, Journal, ListRow, Live, LoadError, NewRecord,
    PersonRow, Principal, RandomIds, Stored, SystemClock, TodoRow, ViewStore,
    memory::{
        MemoryAuthenticator, MemoryChannels, MemoryJournal, MemoryLive, MemoryNotifications, MemoryOperations, MemoryOverview,
        MemoryPositions, MemoryStore, MemoryTimers,
    },
};
use testkit::{MemoryAnalytics, MemoryViews};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Who every request acts as.
pub fn person() -> UserId {
    "ada".parse().unwrap()
}

/// Tokens of some people, and one of Ben's that may only look.
fn tokens() -> MemoryAuthenticator {
    let owners = ["ana", "ben", "cyn"].map(|name| (name, name, Role::Owner));
    let all = owners.into_iter().chain([("ben-looks", "ben", Role::Viewer)]);
    let token = |(token, user, role): (&str, &str, Role)| {
        (format!("token-of-{token}"), Principal { user: user.parse().unwrap(), role, until: None })
    };
    MemoryAuthenticator(all.map(token).collect())
}

/// What stands behind the edge.
pub struct Backend {
    pub gateway: Gateway,
    pub views: Arc<MemoryViews>,
    pub journal: Arc<MemoryJournal>,
    /// Whether the projection of facts waits.
    pub facts_held: watch::Sender<bool>,
    pub store: Arc<FeedingStore>,
    /// Whether the projection into the views waits.
    pub held: watch::Sender<bool>,
    /// Whether the journal waits.
    pub journal_held: watch::Sender<bool>,
    /// Whether calls of actors wait.
    pub calls_held: watch::Sender<bool>,
    /// What the next calls of actors fail with, instead of reaching them.
    pub faults: Arc<Mutex<Vec<DispatchError>>>,
    /// The `traceparent`s that came along with calls.
    pub traces: Arc<Mutex<Vec<Option<String>>>>,
    /// What was sent to people.
    pub channels: Arc<MemoryChannels>,
}

impl Backend {
    pub fn new() -> Self {
        Self::lagging(Duration::ZERO)
    }

    /// A backend whose views show each change only `lag` after it was committed, and whose journal has it as much later
    /// again: nothing else may tell of it.
    pub fn lagging(lag: Duration) -> Self {
        let views = Arc::new(MemoryViews::default());
        let (feed, events) = mpsc::unbounded_channel();
        let (held, hold) = watch::channel(false);
        tokio::spawn(project(events, hold, lag, views.clone()));
        let journal = Arc::new(MemoryJournal::default());
        let (to_journal, events) = mpsc::unbounded_channel();
        let (journal_held, hold) = watch::channel(false);
        let live = Arc::new(MemoryLive::default());
        tokio::spawn(keep(events, hold, lag * 2, journal.clone(), live.clone()));
        let analytics = Arc::new(MemoryAnalytics::default());
        let (to_facts, events) = mpsc::unbounded_channel();
        let (facts_held, hold) = watch::channel(false);
        tokio::spawn(count(events, hold, lag * 2, analytics.clone()));
        let operations = Arc::new(MemoryOperations::default());
        let (to_operations, events) = mpsc::unbounded_channel();
        tokio::spawn(show(events, lag, operations.clone()));
        let notifications = Arc::new(MemoryNotifications::default());
        let (to_notifications, events) = mpsc::unbounded_channel();
        let late = LateDispatch::default();
        let notices = sagas::Starter { dispatch: Arc::new(late.clone()), clock: Arc::new(SystemClock) };
        tokio::spawn(notify(events, lag, notifications.clone(), notices));
        let feeds = [feed, to_journal, to_facts, to_operations, to_notifications];
        let store = Arc::new(FeedingStore { inner: MemoryStore::default(), feeds });
        let services = Services { store: store.clone(), relay: None, clock: Arc::new(SystemClock), options: actors::Options::default() };
        let positions = Arc::new(MemoryPositions::default());
        let steps = sagas::Steps {
            dispatch: Arc::new(late.clone()),
            journal: journal.clone(),
            views: views.clone(),
            positions: positions.clone(),
            clock: Arc::new(SystemClock),
            options: sagas::StepsOptions::default(),
        };
        let driver = sagas::Driver::new(Arc::new(steps), Arc::new(late.clone()));
        let channels = Arc::new(MemoryChannels::default());
        let messenger = sagas::Messenger {
            dispatch: Arc::new(late.clone()),
            views: views.clone(),
            clock: Arc::new(SystemClock),
            mailer: Some(channels.clone()),
            webhooks: Some(channels.clone()),
            key: Some(Arc::new(TestKey)),
            public_url: "https://todo.example.org".to_owned(),
        };
        let telling = sagas::Driver::new(Arc::new(messenger), Arc::new(late.clone()));
        let timers = Arc::new(MemoryTimers::default());
        let hosts = Hosts::new(services).with_timers(timers.clone());
        let hosts = hosts.with::<Todo>().with::<TodoList>().with::<User>().with::<Batch>().with::<Webhook>();
        let hosts = hosts.with_reactions::<Saga>(timers.clone(), Some(Arc::new(driver)));
        let hosts = Arc::new(hosts.with_reactions::<Notification>(timers.clone(), Some(Arc::new(telling))));
        late.bind(&hosts);
        let options = actors::RingOptions::alone();
        tokio::spawn(actors::ring_until(timers, Arc::new(late), Arc::new(SystemClock), options, CancellationToken::new()));
        let actors = LocalDispatch::new(hosts);
        let (faults, traces) = <(Arc<Mutex<Vec<DispatchError>>>, Arc<Mutex<Vec<_>>>)>::default();
        let (calls_held, hold) = watch::channel(false);
        let dispatch = Watched { actors, hold, faults: faults.clone(), traces: traces.clone() };
        let gateway = Gateway {
            dispatch: Arc::new(dispatch),
            views: views.clone(),
            journal: journal.clone(),
            analytics,
            live,
            operations,
            notifications,
            secrets: Some(Arc::new(TestKey)),
            overview: MemoryOverview::default().whole(),
            stop: CancellationToken::new(),
            positions,
            authenticator: Arc::new(tokens()),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            readiness: vec![("views", Arc::new(ViewsProbe(views.clone())))],
            dependencies: vec![],
            metrics: Arc::new(|| "todo_test 1\n".to_owned()),
            options: Options { patience: Duration::from_secs(5), ..Options::local(person()) },
        };
        Self { gateway, views, facts_held, journal, store, held, journal_held, calls_held, faults, traces, channels }
    }

    pub fn router(&self) -> axum::Router {
        gateway::router(self.gateway.clone())
    }
}

/// Actors, and what a test wants to see of the calls or put in their way.
struct Watched {
    actors: LocalDispatch,
    hold: watch::Receiver<bool>,
    faults: Arc<Mutex<Vec<DispatchError>>>,
    traces: Arc<Mutex<Vec<Option<String>>>>,
}

#[async_trait]
impl Dispatch for Watched {
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, traceparent: Option<&str>) -> Result<Bytes, DispatchError> {
        self.traces.lock().unwrap().push(traceparent.map(str::to_owned));
        let _ = self.hold.clone().wait_for(|held| !held).await;
        if let Some(fault) = self.faults.lock().unwrap().pop() {
            return Err(fault);
        }
        self.actors.call(key, method, body, traceparent).await
    }
}

/// A store whose commits feed the projections, as the embedded shape's does.
pub struct FeedingStore {
    inner: MemoryStore,
    feeds: [mpsc::UnboundedSender<Arc<[EventRecord]>>; 5],
}

#[async_trait]
impl AggregateStore for FeedingStore {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        self.inner.load(key).await
    }

    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        let events = record.events.clone();
        self.inner.commit(key, expected, record).await?;
        for feed in &self.feeds {
            let _ = feed.send(events.clone());
        }
        Ok(())
    }

    fn appends_to_feed(&self) -> bool {
        true
    }
}

/// Brings events into the views, one commit at a time, while it is not held back.
async fn project(
    mut events: mpsc::UnboundedReceiver<Arc<[EventRecord]>>,
    mut hold: watch::Receiver<bool>,
    lag: Duration,
    views: Arc<MemoryViews>,
) {
    while let Some(commit) = events.recv().await {
        tokio::time::sleep(lag).await;
        if hold.wait_for(|held| !held).await.is_err() {
            return;
        }
        let Some(last) = commit.last() else { continue };
        if let Ok(id) = last.aggregate_id.parse::<PersonId>() {
            let before = views.people(&[id]).await.unwrap().pop().map(|row| row.user).unwrap_or_default();
            let events: Vec<_> = commit.iter().map(|record| User::upcast(record).unwrap()).collect();
            let row = PersonRow { id, version: last.version, user: fold::<User>(before, &events) };
            views.store_all(&[], &[row], &[], &[]).await.unwrap();
            continue;
        }
        if let Ok(id) = last.aggregate_id.parse::<ListId>() {
            let before = views.list_rows(&[id]).await.unwrap().pop().map(|row| row.list);
            let events: Vec<_> = commit.iter().map(|record| TodoList::upcast(record).unwrap()).collect();
            let row = ListRow { id, version: last.version, list: fold::<TodoList>(before, &events).unwrap() };
            views.store_all(&[], &[], &[row], &[]).await.unwrap();
            continue;
        }
        let Ok(id) = last.aggregate_id.parse::<TodoId>() else { continue };
        let before = views.rows(&[id]).await.unwrap().pop();
        views.store(&[row(id, before, &commit, last)], &[]).await.unwrap();
    }
}

/// Brings events into the operations.
async fn show(mut events: mpsc::UnboundedReceiver<Arc<[EventRecord]>>, lag: Duration, operations: Arc<MemoryOperations>) {
    let projection = projections::Operations(operations);
    while let Some(commit) = events.recv().await {
        tokio::time::sleep(lag).await;
        if commit.iter().any(|event| event.aggregate_id.parse::<SagaId>().is_ok()) {
            let batch: Vec<_> = (0..).zip(commit.iter()).map(|(at, event)| Delivery::of(0, at, event.clone())).collect();
            let applied = projections::Projection::apply(&projection, &batch, &projections::KeptByFeed { remedy: "" }).await.unwrap();
            assert_eq!(applied.stopped, []);
        }
    }
}

/// A key that everybody could guess, and no MAC: different texts, different bytes.
pub struct TestKey;

impl ports::MacKey for TestKey {
    fn mac(&self, text: &[u8]) -> [u8; 32] {
        let mut mac = [7_u8; 32];
        for (at, byte) in text.iter().enumerate() {
            mac[at % 32] = mac[at % 32].wrapping_mul(31).wrapping_add(*byte);
        }
        mac
    }
}

/// Brings events into what people were told, and tells whom to tell what.
async fn notify(
    mut events: mpsc::UnboundedReceiver<Arc<[EventRecord]>>,
    lag: Duration,
    store: Arc<MemoryNotifications>,
    notices: sagas::Starter,
) {
    let projection = projections::Notifications { store, notices: Arc::new(notices), clock: Arc::new(SystemClock) };
    while let Some(commit) = events.recv().await {
        tokio::time::sleep(lag).await;
        let batch: Vec<_> = (0..).zip(commit.iter()).map(|(at, event)| Delivery::of(0, at, event.clone())).collect();
        let applied = projections::Projection::apply(&projection, &batch, &projections::KeptByFeed { remedy: "" }).await.unwrap();
        assert_eq!(applied.stopped, []);
    }
}

/// Brings events into the facts, after the views, so that nobody may take the ones for the others.
async fn count(
    mut events: mpsc::UnboundedReceiver<Arc<[EventRecord]>>,
    mut hold: watch::Receiver<bool>,
    lag: Duration,
    analytics: Arc<MemoryAnalytics>,
) {
    while let Some(commit) = events.recv().await {
        tokio::time::sleep(lag).await;
        if hold.wait_for(|held| !held).await.is_err() {
            return;
        }
        let ids: Vec<TodoId> = commit.iter().filter_map(|record| record.aggregate_id.parse().ok()).collect();
        let folded = projections::fold_facts(analytics.facts(&ids).await.unwrap(), &*commit);
        assert_eq!(folded.stopped, []);
        analytics.store(&folded.facts, &folded.past, &[]).await.unwrap();
    }
}

/// Brings events into the journal, while it is not held back.
async fn keep(
    mut events: mpsc::UnboundedReceiver<Arc<[EventRecord]>>,
    mut hold: watch::Receiver<bool>,
    lag: Duration,
    journal: Arc<MemoryJournal>,
    live: Arc<MemoryLive>,
) {
    while let Some(commit) = events.recv().await {
        tokio::time::sleep(lag).await;
        if hold.wait_for(|held| !held).await.is_err() {
            return;
        }
        journal.append(&commit).unwrap();
        let position = journal.last_position().await.unwrap();
        live.tell_all(position);
    }
}

fn row(id: TodoId, before: Option<TodoRow>, commit: &[EventRecord], last: &EventRecord) -> TodoRow {
    let events: Vec<_> = commit.iter().map(|record| Todo::upcast(record).unwrap()).collect();
    let (created_at, completed_before) = before.as_ref().map_or((last.timestamp, None), |row| (row.created_at, row.completed_at));
    let todo = fold::<Todo>(before.map(|row| row.todo), &events).unwrap();
    let completed_at = todo.completed.then(|| completed_before.unwrap_or(last.timestamp));
    TodoRow { id, version: last.version, todo, created_at, updated_at: last.timestamp, completed_at }
}
