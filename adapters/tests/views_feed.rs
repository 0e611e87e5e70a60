//! The embedded feed: what the store commits is what the projection reads.

use std::{path::PathBuf, sync::Arc, time::Duration};

use adapters::sqlite::{SqliteFeedReader, SqliteStore};
use domain::EventRecord;
use ports::{AggregateStore, Delivery, FeedReader, NewRecord, ViewStore};
use testkit::{
    MemoryViews,
    samples::{fresh_key, records},
};

struct Feed {
    store: Arc<SqliteStore>,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Feed {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("todo.db");
        Self { store: Arc::new(SqliteStore::open(&path).expect("a store")), path, _folder: folder }
    }

    async fn commit(&self, versions: std::ops::RangeInclusive<u64>) -> Vec<EventRecord> {
        let key = fresh_key();
        let events = records(&key.id, versions);
        let record = NewRecord { value: "{\"writes\":1}".into(), events: events.clone().into() };
        self.store.commit(&key, 0, record).await.expect("committed");
        events
    }

    async fn read_from(&self, next: Option<i64>) -> SqliteFeedReader {
        let views = MemoryViews::default();
        if let Some(next) = next {
            views.store(&[], &[(0, next), (1, 99)]).await.expect("stored");
        }
        SqliteFeedReader::open(&self.path, &views, self.store.last_event()).await.expect("a reader")
    }
}

async fn next(reader: &mut SqliteFeedReader, max: usize) -> Vec<Delivery> {
    tokio::time::timeout(Duration::from_secs(20), reader.next(max)).await.expect("in time").expect("a batch")
}

fn events(batch: Vec<Delivery>) -> Vec<EventRecord> {
    batch.into_iter().map(|delivery| delivery.event.expect("an event")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_gives_everything_in_order_and_goes_on_where_the_views_stand() {
    let feed = Feed::new();
    let all = [feed.commit(1..=3).await, feed.commit(1..=2).await].concat();
    let mut reader = feed.read_from(None).await;
    let first = next(&mut reader, 4).await;
    assert!(first.iter().map(|delivery| (delivery.partition, delivery.offset)).eq((1..=4).map(|offset| (0, offset))));
    assert!(events(first) == all[..4]);
    assert!(events(next(&mut reader, 4).await) == all[4..]);

    let mut later = feed.read_from(Some(4)).await;
    assert!(events(next(&mut later, 500).await) == all[3..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_the_next_commit_and_not_for_the_clock() {
    let feed = Feed::new();
    let mut reader = feed.read_from(None).await;
    for round in 0..50 {
        assert!(
            tokio::time::timeout(Duration::from_millis(1), reader.next(10)).await.is_err(),
            "there is nothing to read in round {round}"
        );
        let (read, committed) = tokio::join!(next(&mut reader, 10), feed.commit(1..=1));
        assert!(events(read) == committed, "a call that was given up loses nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_said_without_its_values() {
    let feed = Feed::new();
    let before = feed.commit(1..=1).await;
    let writer = rusqlite::Connection::open(&feed.path).expect("the file");
    for (version, damaged) in [(1, "hush"), (2, "{\"eventType\": [\"hush\"]}")] {
        writer.execute("INSERT INTO events (aggregate_id, version, record) VALUES ('x', ?, ?)", (version, damaged)).expect("inserted");
    }
    let after = feed.commit(1..=1).await;
    let mut reader = feed.read_from(None).await;
    let mut batch = next(&mut reader, 500).await;
    assert!(events(vec![batch.remove(3), batch.remove(0)]) == [after, before].concat());
    assert_eq!(batch.len(), 2);
    for delivery in batch {
        let problem = delivery.event.expect_err("no event");
        assert!(!problem.is_empty() && !problem.contains("hush"), "{problem}");
    }
}
