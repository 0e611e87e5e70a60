//! Stored samples of every schema version that was ever written, replayed: old events still make what people see.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::Arc,
};

use domain::{EventRecord, ListId, PersonId, TodoId};
use ports::{Delivery, ViewStore};
use projections::{Analytics, Goal, JournalReader, Projection, Quarantine, Replay, TodoViews};
use testkit::{MemoryAnalytics, MemoryViews, samples::user};
use tokio_util::sync::CancellationToken;

/// The samples of a schema version as lives: each aggregate's begins with its creation, where it has one.
fn lives(version: u32) -> Vec<EventRecord> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../domain/tests/fixtures/v{version}"));
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("text");
        serde_json::from_str::<EventRecord>(&text).expect("an event record")
    };
    let mut records: Vec<_> = fs::read_dir(folder).expect("the fixtures").map(read).collect();
    let creates = |record: &EventRecord| ["TodoCreated", "ListCreated"].contains(&record.event_type.as_str());
    records.sort_by_key(|record| (!creates(record), record.event_type.clone(), record.event_id));
    // A second creation is of another todo or list, with a life of its own.
    let mut created = BTreeSet::new();
    for record in records.iter_mut().filter(|record| creates(record)) {
        if !created.insert(record.aggregate_id.clone()) {
            record.aggregate_id = match record.event_type.as_str() {
                "TodoCreated" => TodoId::new(record.event_id).to_string(),
                _ => ListId::new(record.event_id).to_string(),
            };
        }
    }
    let mut versions: BTreeMap<String, u64> = BTreeMap::new();
    for record in &mut records {
        let version = versions.entry(record.aggregate_id.clone()).or_default();
        *version += 1;
        record.version = *version;
    }
    records
}

#[tokio::test]
async fn samples_of_every_schema_version_are_replayed() {
    for version in 1..=EventRecord::SCHEMA {
        let records = lives(version);
        let journal = Arc::new(ports::memory::MemoryJournal::default());
        journal.append(&records).expect("appended");
        let (views, facts) = (Arc::new(MemoryViews::default()), Arc::new(MemoryAnalytics::default()));
        let projections: [Box<dyn Projection>; 2] = [Box::new(TodoViews(views.clone())), Box::new(Analytics::quiet(facts))];
        for projection in &projections {
            let reader = JournalReader::start(journal.clone(), &[], 3);
            let mut replay = Replay::new(Box::new(reader), vec![], &**projection);
            let goal = Goal::from([(JournalReader::PARTITION, records.len() as i64 + 1)]);
            replay.until(&goal, &CancellationToken::new(), |_| ()).await.expect("replayed");
            assert_eq!(replay.stopped().collect::<Vec<_>>(), Vec::<&projections::Stopped>::new(), "schema version {version}");
        }
        let last = |id: &str| records.iter().rev().find(|record| record.aggregate_id == id).map(|record| record.version);
        let ids: Vec<TodoId> = records.iter().filter_map(|record| record.aggregate_id.parse().ok()).collect();
        let rows = views.rows(&ids).await.expect("rows");
        assert!(rows.len() >= 2, "schema version {version}");
        for row in rows {
            assert_eq!(Some(row.version), last(&row.id.to_string()));
        }
        let person = PersonId::of(&user("anna"));
        let people = views.people(&[person]).await.expect("people");
        assert_eq!(people.first().map(|person| person.version), last(&person.to_string()));
    }
}

/// An interrupted replay, and one that was dropped in the middle of a batch, skip nothing when they go on.
#[tokio::test]
async fn a_replay_that_was_dropped_skips_nothing() {
    struct Slow(TodoViews);
    #[async_trait::async_trait]
    impl Projection for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }
        async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<projections::Applied, ports::Source> {
            tokio::task::yield_now().await;
            self.0.apply(batch, quarantine).await
        }
    }
    let records = lives(1);
    let journal = Arc::new(ports::memory::MemoryJournal::default());
    journal.append(&records).expect("appended");
    let views = Arc::new(MemoryViews::default());
    let slow = Slow(TodoViews(views.clone()));
    let mut replay = Replay::new(Box::new(JournalReader::start(journal, &[], 1)), vec![], &slow);
    let goal = Goal::from([(JournalReader::PARTITION, records.len() as i64 + 1)]);
    let never = CancellationToken::new();
    let mut dropped = 0;
    while !replay.reached(&goal) {
        // Polled once or twice, then dropped, in whatever it was about.
        let mut polls = 0;
        let some = std::future::poll_fn(|_| {
            polls += 1;
            if polls > dropped % 3 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        });
        tokio::select! {
            ended = replay.until(&goal, &never, |_| ()) => assert!(ended.is_ok()),
            () = some => dropped += 1,
        }
        tokio::task::yield_now().await;
    }
    assert!(dropped > records.len(), "it was dropped often enough: {dropped}");
    assert_eq!(replay.stopped().count(), 0);
    let stopped = CancellationToken::new();
    stopped.cancel();
    let further = Goal::from([(JournalReader::PARTITION, records.len() as i64 + 9)]);
    assert_eq!(replay.until(&further, &stopped, |_| ()).await.expect("an end"), projections::Ended::Interrupted);
}
