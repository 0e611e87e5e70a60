//! From Kafka to what is committed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use adapters::{
    kafka::{
        consumer::{ConsumerConfig, KafkaReader},
        ends::ends,
        feed::{FeedConfig, KafkaFeed},
    },
    postgres::{PgAnalytics, PgJournal, PgViews},
};
use domain::{
    Aggregate, EventRecord, TodoId,
    todo::{Change, Command, Draft, Todo},
};
use ports::{EventFeed, FeedPosition};
use projections::{Analytics, Goal, JournalIngest, Projection, TodoViews};
use testkit::samples::{at, due, envelope, tags, text, user};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::real::{broker::Broker, postgres::Postgres};

/// So many events each todo has: it is created, renamed, put off, done.
const EACH: usize = 4;
/// So many todos live at the same time.
const AT_ONCE: usize = 1_000;
/// So many people have them.
const PEOPLE: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Journal,
    Views,
    Analytics,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Journal, Self::Views, Self::Analytics];

    /// The projection and where it stands.
    pub(crate) fn on(self, server: &Postgres) -> (Arc<dyn Projection>, Arc<dyn FeedPosition>) {
        let url = server.url();
        match self {
            Self::Journal => {
                let journal = Arc::new(PgJournal::new(&url).unwrap());
                (Arc::new(JournalIngest::quiet(journal.clone())), journal)
            }
            Self::Views => {
                let views = Arc::new(PgViews::new(&url).unwrap());
                (Arc::new(TodoViews(views.clone())), views)
            }
            Self::Analytics => {
                let facts = Arc::new(PgAnalytics::new(&url).unwrap());
                (Arc::new(Analytics::quiet(facts.clone())), facts)
            }
        }
    }
}

/// The life of todo `number`.
pub(crate) fn life(number: usize) -> Vec<EventRecord> {
    let person = user(&format!("person-{}", number % PEOPLE));
    let id = TodoId::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("todo {number}").as_bytes()));
    let word = ["call", "write", "water", "plants", "bank", "garden", "invoice", "dentist"][number % 8];
    let created = Draft {
        tags: tags(if number.is_multiple_of(5) { &["home"] } else { &[] }),
        ..Draft::titled(text(&format!("{word} number {number}")))
    };
    let change = |change| Command::Change { changes: vec![change] };
    let commands = [
        Command::Create(created),
        change(Change::Title(text(&format!("{word} and milk number {number}")))),
        change(Change::Due(Some(due(&format!("2026-{:02}-{:02}", number % 12 + 1, number % 28 + 1), "Europe/Berlin")))),
        change(Change::Completed(true)),
    ];
    let (mut state, mut records) = (None, vec![]);
    for (second, command) in (0..).zip(commands) {
        let mut envelope = envelope(&person, id, command);
        envelope.at = at(number as i64 + second * 60);
        let events = Todo::decide(&state, &envelope).expect("no refusal");
        records.extend(EventRecord::of::<Todo>(&envelope, records.len() as u64, &events));
        state = domain::fold::<Todo>(state, &events);
    }
    assert_eq!(records.len(), EACH);
    records
}

/// Writes `count` events to Kafka: many todos live at once.
pub(crate) async fn publish(broker: &Broker, count: usize) {
    let kafka = KafkaFeed::new(FeedConfig::new(broker.brokers())).unwrap();
    let begun = Instant::now();
    for from in (0..count / EACH).step_by(AT_ONCE) {
        let lives: Vec<_> = (from..(from + AT_ONCE).min(count / EACH)).map(life).collect();
        let turn = |version: usize| lives.iter().map(|life| life[version].clone()).collect::<Vec<_>>();
        let all: Vec<_> = (0..EACH).flat_map(turn).collect();
        kafka.publish(&all).await.expect("published");
    }
    print("published to Kafka", count, begun.elapsed());
}

/// Lets a projection read all that is there.
pub(crate) async fn consume(server: &Postgres, broker: &Broker, kind: Kind, count: usize) {
    let (projection, position) = kind.on(server);
    let ends: Goal = ends(&broker.brokers(), &[], "todo-events")
        .await
        .unwrap()
        .into_iter()
        .map(|(partition, offsets)| (partition, offsets.end))
        .collect();
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let running = start(broker, projection.clone(), position.clone(), &stop);
    // Joining the group takes its time, and is none of the projection's.
    let mut first = None;
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let reached: Goal = position.offsets().await.unwrap().into_iter().collect();
        if !reached.is_empty() && first.is_none() {
            first = Some((Instant::now(), reached.values().sum::<i64>()));
        }
        if ends.iter().all(|(partition, end)| reached.get(partition).is_some_and(|next| next >= end)) {
            break;
        }
    }
    let (since, before) = first.unwrap_or((begun, 0));
    print(&format!("Kafka to the committed {}", projection.name()), count - before as usize, since.elapsed());
    stop.cancel();
    running.await.unwrap();
}

/// As `todo projections` does.
pub(crate) fn start(
    broker: &Broker,
    projection: Arc<dyn Projection>,
    position: Arc<dyn FeedPosition>,
    stop: &CancellationToken,
) -> tokio::task::JoinHandle<()> {
    let config = ConsumerConfig::live(broker.brokers(), "todo-events", format!("todo-{}", projection.name()));
    let reader = KafkaReader::start(&config, position).unwrap();
    tokio::spawn(projections::run(
        projections::Config::default(),
        Box::new(reader),
        projection,
        Arc::new(projections::KeptByFeed { remedy: "" }),
        stop.clone(),
    ))
}

pub(crate) fn print(what: &str, count: usize, took: Duration) {
    let rate = count as f64 / took.as_secs_f64();
    println!("  {what:<34} {count:>9} events in {:>6.1} s: {rate:>7.0} events/s", took.as_secs_f64());
}
