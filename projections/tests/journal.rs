//! What the journal makes of the feed: each event once, in order, and what does not fit is said.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;

use domain::EventRecord;
use ports::{Delivery, FeedPosition, Journal, memory::MemoryJournal};
use projections::{Applied, JournalIngest, Obstacle, Projection, Stopped, check};
use testkit::samples::{fresh_command_id, fresh_todo_id, records};

async fn ingest(journal: &Arc<MemoryJournal>, from: i64, events: &[EventRecord]) -> Applied {
    let batch: Vec<_> = (from..).zip(events).map(|(offset, event)| Delivery::of(0, offset, event.clone())).collect();
    JournalIngest(journal.clone()).apply(&batch).await.unwrap()
}

async fn versions(journal: &MemoryJournal, id: &str) -> Vec<u64> {
    let chain = journal.chain(id).await.unwrap();
    chain
        .map(|chain| {
            assert_eq!(check(&chain), []);
            chain.rows.iter().map(|row| row.version).collect()
        })
        .unwrap_or_default()
}

#[tokio::test]
async fn each_event_comes_in_once_however_often_it_is_delivered() {
    let journal = Arc::new(MemoryJournal::default());
    let (a, b) = (records(&fresh_todo_id().to_string(), 1..=3), records(&fresh_todo_id().to_string(), 1..=2));
    let mixed = [a[0].clone(), b[0].clone(), a[0].clone(), a[1].clone(), b[1].clone()];
    let applied = ingest(&journal, 0, &mixed).await;
    assert_eq!((applied.applied, applied.stopped), (4, vec![]));
    let again = ingest(&journal, 3, &[a[1].clone(), b[1].clone(), a[2].clone()]).await;
    assert_eq!((again.applied, again.known, again.stopped), (1, 2, vec![]));
    assert_eq!(versions(&journal, &a[0].aggregate_id).await, [1, 2, 3]);
    assert_eq!(versions(&journal, &b[0].aggregate_id).await, [1, 2]);
    assert_eq!(journal.offsets().await.unwrap(), [(0, 6)]);
}

#[tokio::test]
async fn a_gap_stops_its_aggregate_until_it_is_filled_and_nobody_else() {
    let journal = Arc::new(MemoryJournal::default());
    let (a, b) = (records(&fresh_todo_id().to_string(), 1..=4), records(&fresh_todo_id().to_string(), 1..=1));
    let id = a[0].aggregate_id.clone();
    let applied = ingest(&journal, 0, &[a[0].clone(), a[2].clone(), b[0].clone(), a[3].clone()]).await;
    assert_eq!(applied.stopped, [Stopped { aggregate_id: id.clone(), version: 3, obstacle: Obstacle::Gap { reached: 1 } }]);
    assert_eq!((versions(&journal, &id).await, versions(&journal, &b[0].aggregate_id).await), (vec![1], vec![1]));
    ingest(&journal, 4, &a[1..]).await;
    assert_eq!(versions(&journal, &id).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn another_event_with_a_version_that_is_there_is_a_fork() {
    let journal = Arc::new(MemoryJournal::default());
    let events = records(&fresh_todo_id().to_string(), 1..=2);
    let mut fork = events[1].clone();
    fork.command_id = fresh_command_id();
    fork.event_id = domain::event_id(&fork.aggregate_id, 2, &fork.command_id, fork.timestamp);
    let stopped = [Stopped { aggregate_id: fork.aggregate_id.clone(), version: 2, obstacle: Obstacle::Fork }];
    let within = ingest(&journal, 0, &[events[0].clone(), events[1].clone(), fork.clone()]).await;
    assert_eq!(within.stopped, stopped);
    let later = ingest(&journal, 3, &[fork]).await;
    assert_eq!((later.applied, later.stopped.as_slice()), (0, &stopped[..]));
    assert_eq!(versions(&journal, &events[0].aggregate_id).await, [1, 2]);
}
