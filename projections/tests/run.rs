//! The loop, on views in memory: what it stores, when it asks for more, and what it does while something is away.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::{EventRecord, ListId, PersonId, TodoId, UserId};
use ports::{
    Delivery, FeedError, FeedPosition, FeedPositionError, FeedReader, ListRow, PersonRow, TodoRow, ViewReader, ViewStore, ViewsError,
};
use projections::{Config, KeptByFeed, Quarantine, Refused, TodoViews, run};
use testkit::{MemoryViews, samples};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_secs(3600);

/// Gives these batches, one on each call, then nothing any more.
struct Script(VecDeque<Result<Vec<Delivery>, &'static str>>, Arc<AtomicU32>);

#[async_trait]
impl FeedReader for Script {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError> {
        assert_eq!(max, Config::default().batch);
        self.1.fetch_add(1, Ordering::SeqCst);
        match self.0.pop_front() {
            Some(batch) => batch.map_err(|error| FeedError(error.into())),
            None => std::future::pending().await,
        }
    }
}

/// How a store may fail.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Rows,
    BeforeStoring,
    /// It stores, but its answer is lost.
    AfterStoring,
}

/// Views that fail so often first.
#[derive(Default)]
struct Flaky {
    views: MemoryViews,
    faults: Mutex<VecDeque<Fault>>,
}

impl Flaky {
    fn fails(&self, fault: Fault) -> Result<(), ViewsError> {
        let mut faults = self.faults.lock().expect("a lock");
        if faults.front() == Some(&fault) {
            faults.pop_front();
            return Err(ViewsError::Unavailable("away".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl FeedPosition for Flaky {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.views.offsets().await
    }
}

#[async_trait]
impl ViewStore for Flaky {
    async fn rows(&self, ids: &[TodoId]) -> Result<Vec<TodoRow>, ViewsError> {
        self.fails(Fault::Rows)?;
        self.views.rows(ids).await
    }
    async fn people(&self, ids: &[PersonId]) -> Result<Vec<PersonRow>, ViewsError> {
        self.views.people(ids).await
    }
    async fn list_rows(&self, ids: &[ListId]) -> Result<Vec<ListRow>, ViewsError> {
        self.views.list_rows(ids).await
    }
    async fn store_all(&self, rows: &[TodoRow], people: &[PersonRow], lists: &[ListRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError> {
        self.fails(Fault::BeforeStoring)?;
        self.views.store_all(rows, people, lists, offsets).await?;
        self.fails(Fault::AfterStoring)
    }
}

struct Running {
    store: Arc<Flaky>,
    calls: Arc<AtomicU32>,
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

type Batches<'a> = &'a mut dyn Iterator<Item = Result<Vec<Delivery>, &'static str>>;

fn start(batches: impl IntoIterator<Item = Result<Vec<Delivery>, &'static str>>, faults: impl IntoIterator<Item = Fault>) -> Running {
    let store = Arc::new(Flaky { faults: Mutex::new(faults.into_iter().collect()), ..Flaky::default() });
    start_on(store, &mut batches.into_iter(), Arc::new(KeptByFeed { remedy: "" }))
}

fn start_on(store: Arc<Flaky>, batches: Batches<'_>, quarantine: Arc<dyn Quarantine>) -> Running {
    let (calls, stop) = (Arc::<AtomicU32>::default(), CancellationToken::new());
    let reader = Box::new(Script(batches.collect(), calls.clone()));
    let ended = tokio::spawn(run(Config::default(), reader, Arc::new(TodoViews(store.clone())), quarantine, stop.clone()));
    Running { store, calls, stop, ended }
}

impl Running {
    async fn shows(&self, id: TodoId, version: u64) {
        let shown = self.store.views.wait_for(&[(id.to_string(), version)], LONG).await.expect("views");
        assert!(shown, "{id} never came to version {version}");
    }
}

fn created(me: &UserId, id: TodoId) -> Vec<EventRecord> {
    let create = domain::todo::Command::Create(domain::todo::Draft::titled(samples::text("secret title")));
    let envelope = samples::envelope(me, id, create);
    let events = <domain::todo::Todo as domain::Aggregate>::decide(&None, &envelope).expect("no refusal");
    EventRecord::of::<domain::todo::Todo>(&envelope, 0, &events)
}

/// A todo's life up to version 5.
fn life(id: TodoId) -> Vec<EventRecord> {
    [created(&samples::user("me"), id), samples::records(&id.to_string(), 2..=5)].concat()
}

fn deliveries(partition: i32, from: i64, events: &[EventRecord]) -> Vec<Delivery> {
    (from..).zip(events).map(|(offset, event)| Delivery::of(partition, offset, event.clone())).collect()
}

#[tokio::test(start_paused = true)]
async fn rows_and_offsets_are_stored_batch_by_batch() {
    let (one, two) = (samples::fresh_todo_id(), samples::fresh_todo_id());
    let first = [deliveries(0, 40, &life(one)[..3]), deliveries(2, 7, &life(two)[..1])].concat();
    let running = start([Ok(first), Ok(deliveries(0, 43, &life(one)[3..]))], []);
    running.shows(one, 5).await;
    running.shows(two, 1).await;
    let mut offsets = running.store.offsets().await.expect("offsets");
    offsets.sort_unstable();
    assert_eq!(offsets, [(0, 45), (2, 8)], "each partition goes on behind its last event");
    running.stop.cancel();
    running.ended.await.expect("it ends in order");
}

#[tokio::test(start_paused = true)]
async fn offsets_move_past_what_changes_no_row() {
    let list = samples::records("list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", 1..=3);
    let unreadable = Delivery::read(1, 9, "".into(), "no event".into());
    let after = samples::fresh_todo_id();
    let running = start([Ok([deliveries(0, 0, &list), vec![unreadable]].concat()), Ok(deliveries(0, 3, &life(after)))], []);
    running.shows(after, 5).await;
    let mut offsets = running.store.offsets().await.expect("offsets");
    offsets.sort_unstable();
    assert_eq!(offsets, [(0, 8), (1, 10)]);
}

/// Asking for more would tell the feed that the batch is stored.
#[tokio::test(start_paused = true)]
async fn nothing_more_is_read_before_a_batch_is_stored() {
    let id = samples::fresh_todo_id();
    let forever = std::iter::repeat_n(Fault::BeforeStoring, 10_000);
    let running = start([Ok(deliveries(0, 0, &life(id))), Ok(vec![])], forever);
    tokio::time::sleep(LONG).await;
    assert_eq!(running.calls.load(Ordering::SeqCst), 1);
    let left = running.store.faults.lock().expect("a lock").len();
    // At most every five seconds once it has backed off, and it never gives up.
    assert!((9_000..9_300).contains(&left), "{} attempts in an hour", 10_000 - left);
    running.stop.cancel();
    let begin = Instant::now();
    running.ended.await.expect("it ends in order");
    assert!(begin.elapsed() < Duration::from_millis(10), "a pause does not hold up the end");
}

#[tokio::test(start_paused = true)]
async fn an_outage_anywhere_only_delays() {
    use Fault::{AfterStoring, BeforeStoring, Rows};
    let id = samples::fresh_todo_id();
    let batches =
        [Err("feed away"), Ok(deliveries(0, 0, &life(id)[..2])), Err("feed away"), Err("again"), Ok(deliveries(0, 2, &life(id)[2..]))];
    let running = start(batches, [Rows, Rows, BeforeStoring, AfterStoring, AfterStoring, Rows, AfterStoring]);
    running.shows(id, 5).await;
    // The last answer is lost after the row is shown, so the loop may still be at it.
    let quiet = testkit::poll_until(LONG, async || (running.calls.load(Ordering::SeqCst) == 6).then_some(())).await;
    assert!(quiet.is_some(), "it goes on to the next batch");
    assert_eq!(running.store.offsets().await.expect("offsets"), [(0, 5)]);
    let rows = running.store.rows(&[id]).await.expect("rows");
    assert_eq!(rows, projections::fold(vec![], &life(id)).rows, "as if nothing had happened");
}

/// Takes letters only at the third attempt, and never once the feed's offsets have moved past them.
struct Slow {
    store: Arc<Flaky>,
    attempts: AtomicU32,
    taken: Mutex<Vec<i64>>,
}

#[async_trait]
impl Quarantine for Slow {
    async fn frozen(&self, _: &[String]) -> Result<HashSet<String>, ports::Source> {
        Ok(HashSet::new())
    }
    async fn freeze(&self, forks: &[ports::Fork]) -> Result<Vec<ports::Fork>, ports::Source> {
        Ok(forks.to_vec())
    }
    async fn put(&self, refused: &[Refused<'_>]) -> Result<(), ports::Source> {
        assert_eq!(self.store.offsets().await?, [], "nobody is past what is not put aside");
        if self.attempts.fetch_add(1, Ordering::SeqCst) < 2 {
            return Err("away".into());
        }
        self.taken.lock().expect("a lock").extend(refused.iter().map(|refused| refused.delivery.offset));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_taken_is_put_aside_once_and_before_the_offsets_move() {
    let faults = [Fault::BeforeStoring, Fault::BeforeStoring, Fault::BeforeStoring];
    let store = Arc::new(Flaky { faults: Mutex::new(faults.into()), ..Flaky::default() });
    let slow = Arc::new(Slow { store: store.clone(), attempts: AtomicU32::default(), taken: Mutex::default() });
    let (id, broken) = (samples::fresh_todo_id(), life(samples::fresh_todo_id()));
    let batch =
        [deliveries(0, 0, &broken[1..3]), vec![Delivery::read(0, 2, "".into(), "no event".into())], deliveries(0, 3, &life(id))].concat();
    let running = start_on(store, &mut [Ok(batch)].into_iter(), slow.clone());
    running.shows(id, 5).await;
    assert_eq!(*slow.taken.lock().expect("a lock"), [0, 1, 2], "though storing was tried again and again");
    assert_eq!(slow.attempts.load(Ordering::SeqCst), 3);
}

/// Metrics are per thread here, so that tests do not count each other's events.
#[test]
fn a_stopped_view_raises_a_metric_and_others_go_on() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let scrape = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let (broken, whole) = (samples::fresh_todo_id(), samples::fresh_todo_id());
            let mut events = life(broken);
            events.remove(2);
            let unreadable = Delivery::read(0, 0, "".into(), "no event".into());
            let running = start([Ok([vec![unreadable], deliveries(0, 1, &events)].concat()), Ok(deliveries(0, 5, &life(whole)))], []);
            running.shows(whole, 5).await;
            let row = running.store.rows(&[broken]).await.expect("rows");
            assert_eq!(row[0].version, 2, "its row stays as it was before the gap");
            // The metric is raised after the row is shown: the next call to the feed is behind both.
            testkit::poll_until(LONG, async || (running.calls.load(Ordering::SeqCst) == 3).then_some(())).await.expect("a third call");
        });
    });
    let metrics = scrape.render();
    for line in [
        r#"todo_projection_stopped_total{projection="views",reason="gap"} 1"#,
        // There before it counts anything, so that the first stop shows as a growth.
        r#"todo_projection_stopped_total{projection="views",reason="fork"} 0"#,
        r#"todo_projection_unreadable_deliveries_total{projection="views"} 1"#,
        r#"todo_projection_events_total{projection="views"} 7"#,
        // Two batches, each with how long ago its first event was asked for.
        r#"todo_projection_delay_seconds_count{projection="views"} 2"#,
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not among\n{metrics}");
    }
}
