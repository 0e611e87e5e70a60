//! What the journal makes of the feed: each event once, in order, and what does not fit is said.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{EventRecord, UserId};
use ports::{Delivery, FeedPosition, Journal, Live, LiveError, News, memory::MemoryJournal};
use projections::{Applied, JournalIngest, KeptByFeed, Obstacle, Projection, Stopped, check};
use support::parking;
use testkit::samples::{fresh_command_id, fresh_todo_id, records, user};
use tokio::sync::{Mutex, mpsc};

async fn ingest(journal: &Arc<MemoryJournal>, from: i64, events: &[EventRecord]) -> Applied {
    let batch: Vec<_> = (from..).zip(events).map(|(offset, event)| Delivery::of(0, offset, event.clone())).collect();
    JournalIngest::quiet(journal.clone()).apply(&batch, &parking(journal, &Arc::default())).await.unwrap()
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
    let frozen = [Stopped { obstacle: Obstacle::Frozen, ..stopped[0].clone() }];
    assert_eq!((later.applied, later.stopped.as_slice()), (0, &frozen[..]), "nothing of it is looked at until a person decides");
    assert_eq!(versions(&journal, &events[0].aggregate_id).await, [1, 2]);
}

/// Told on demand: each publish waits until the test lets it go, or fails.
struct Gate {
    told: mpsc::UnboundedSender<Vec<(UserId, u64)>>,
    turns: Mutex<mpsc::UnboundedReceiver<bool>>,
}

#[async_trait]
impl Live for Gate {
    async fn publish(&self, news: &[(UserId, u64)]) -> Result<(), LiveError> {
        let mut news = news.to_vec();
        news.sort();
        self.told.send(news).unwrap();
        match self.turns.lock().await.recv().await {
            Some(true) => Ok(()),
            _ => Err(LiveError("nobody can be told".into())),
        }
    }

    fn watch(&self, _: &UserId) -> News {
        unreachable!("nobody watches here")
    }
}

#[tokio::test]
async fn those_who_watch_are_told_once_for_a_batch_and_never_hold_the_journal() {
    let (to, mut told) = mpsc::unbounded_channel();
    let (turns, from) = mpsc::unbounded_channel();
    let journal = Arc::new(MemoryJournal::default());
    let ingest = JournalIngest::telling(journal.clone(), Arc::new(Gate { told: to, turns: Mutex::new(from) }));
    let of = |user: &UserId, versions| {
        let mut events = records(&fresh_todo_id().to_string(), versions);
        events.iter_mut().for_each(|event| event.principal = user.clone());
        events
    };
    let (ada, bob) = (user("ada"), user("bob"));
    let batch = |from: i64, events: &[EventRecord]| -> Vec<_> {
        (from..).zip(events).map(|(offset, event)| Delivery::of(0, offset, event.clone())).collect()
    };
    let (mine, theirs) = (of(&ada, 1..=3), of(&bob, 1..=2));
    ingest.apply(&batch(0, &[mine.clone(), theirs.clone()].concat()), &KeptByFeed { remedy: "" }).await.unwrap();
    assert_eq!(told.recv().await.unwrap(), [(ada.clone(), 3), (bob.clone(), 5)], "each person once, with their last position");

    // Nobody has answered yet, and still the journal goes on.
    for (from, event) in (5..).zip(&of(&ada, 1..=20)) {
        ingest.apply(&batch(from, std::slice::from_ref(event)), &KeptByFeed { remedy: "" }).await.unwrap();
    }
    assert_eq!(journal.last_position().await.unwrap(), 25);
    turns.send(false).unwrap();
    assert_eq!(told.recv().await.unwrap(), [(ada.clone(), 25)], "what came meanwhile is told in one; what failed is not told again");
    turns.send(true).unwrap();

    // What is known already is no news.
    ingest.apply(&batch(0, &mine), &KeptByFeed { remedy: "" }).await.unwrap();
    ingest.apply(&batch(25, &of(&bob, 1..=1)), &KeptByFeed { remedy: "" }).await.unwrap();
    assert_eq!(told.recv().await.unwrap(), [(bob, 26)]);
}
