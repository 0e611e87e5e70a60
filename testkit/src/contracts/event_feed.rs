//! The contract of [`EventFeed`] and [`FeedReader`] together: what is published is read, in order.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use domain::EventRecord;
use ports::{AggregateStore, CommitError, EventFeed, FeedReader, NewRecord};
use tokio::{task::JoinSet, time::timeout};

use super::Fresh;
use crate::samples::{fresh_key, fresh_todo_id, records};

/// A feed to be tested.
pub struct Feed {
    /// Where events go in.
    pub feed: Arc<dyn EventFeed>,
    /// Reads it from its beginning, or at least from where it ends now.
    pub reader: Box<dyn FeedReader>,
    /// What must live as long as the two: a temporary folder, a server.
    pub keep: Box<dyn Any>,
}

/// How long events may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Holds what `fresh` makes to the whole contract. Others may use the same feed at the same time.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(fresh: impl AsyncFn() -> Feed) {
    events_arrive_as_they_were_published(fresh().await).await;
    calls_arrive_in_the_order_in_which_they_began(fresh().await).await;
    aggregates_do_not_mix(fresh().await).await;
    what_is_published_again_arrives_at_least_once(fresh().await).await;
    large_events_arrive(fresh().await).await;
}

/// Reads until every event of `wanted` was there; checks what each delivery promises on the way.
async fn expect(reader: &mut dyn FeedReader, wanted: &[Vec<EventRecord>]) {
    let mut arrived: HashMap<&str, Vec<EventRecord>> = wanted.iter().map(|events| (&*events[0].aggregate_id, vec![])).collect();
    let mut partitions: HashMap<String, i32> = HashMap::new();
    let mut offsets: BTreeMap<i32, i64> = BTreeMap::new();
    let all_there = |arrived: &HashMap<&str, Vec<EventRecord>>| {
        wanted.iter().all(|events| arrived[&*events[0].aggregate_id].iter().any(|event| Some(event) == events.last()))
    };
    for max in [1, 2, 7, 500].into_iter().cycle() {
        if all_there(&arrived) {
            break;
        }
        let deliveries = timeout(PATIENCE, reader.next(max)).await.expect("events that arrive in time").expect("a feed that can be read");
        assert!((1..=max).contains(&deliveries.len()), "of at most {max}, {} were delivered", deliveries.len());
        for delivery in deliveries {
            if let Some(before) = offsets.insert(delivery.partition, delivery.offset) {
                assert!(before < delivery.offset, "offset {} came after {before}", delivery.offset);
            }
            let Ok(event) = delivery.event else { continue };
            let partition = *partitions.entry(event.aggregate_id.clone()).or_insert(delivery.partition);
            assert_eq!(partition, delivery.partition, "one aggregate's events are in two partitions");
            if let Some(events) = arrived.get_mut(&*event.aggregate_id) {
                events.push(event);
            }
        }
    }
    for events in wanted {
        // An event may come more than once, but none may come for the first time before those that precede it.
        let mut firsts: Vec<EventRecord> = vec![];
        for event in &arrived[&*events[0].aggregate_id] {
            if !firsts.iter().any(|first| first.version == event.version) {
                firsts.push(event.clone());
            }
        }
        let versions = |events: &[EventRecord]| events.iter().map(|event| event.version).collect::<Vec<_>>();
        assert_eq!(versions(&firsts), versions(events), "versions of {} in order of arrival", events[0].aggregate_id);
        assert!(firsts == *events, "an event of {} is not what was published", events[0].aggregate_id);
    }
}

fn fresh_records(count: u64) -> Vec<EventRecord> {
    records(&fresh_todo_id().to_string(), 1..=count)
}

async fn events_arrive_as_they_were_published(Feed { feed, mut reader, keep }: Feed) {
    feed.publish(&[]).await.expect("nothing to publish is fine");
    let (one, many) = (fresh_records(1), fresh_records(25));
    feed.publish(&one).await.expect("published");
    feed.publish(&many).await.expect("published");
    expect(&mut *reader, &[one, many]).await;
    drop(keep);
}

/// Nobody awaits one call before the next begins: the relay does not either.
async fn calls_arrive_in_the_order_in_which_they_began(Feed { feed, mut reader, keep }: Feed) {
    let events = fresh_records(60);
    let mut calls: Vec<Option<Pin<Box<_>>>> = events.chunks(3).map(|batch| Some(Box::pin(feed.publish(batch)))).collect();
    poll_fn(|context| {
        for call in &mut calls {
            if let Some(Poll::Ready(answer)) = call.as_mut().map(|call| call.as_mut().poll(context)) {
                answer.expect("published");
                *call = None;
            }
        }
        if calls.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    drop(calls);
    expect(&mut *reader, &[events]).await;
    drop(keep);
}

async fn aggregates_do_not_mix(Feed { feed, mut reader, keep }: Feed) {
    let all: Vec<_> = (0..20).map(|_| fresh_records(10)).collect();
    let mut writers = JoinSet::new();
    for events in all.clone() {
        let feed = feed.clone();
        writers.spawn(async move {
            for batch in events.chunks(4) {
                feed.publish(batch).await.expect("published");
            }
        });
    }
    writers.join_all().await;
    expect(&mut *reader, &all).await;
    drop(keep);
}

async fn what_is_published_again_arrives_at_least_once(Feed { feed, mut reader, keep }: Feed) {
    let events = fresh_records(6);
    feed.publish(&events[..4]).await.expect("published");
    feed.publish(&events[2..]).await.expect("published, some of it again");
    feed.publish(&events[5..]).await.expect("published again");
    expect(&mut *reader, &[events]).await;
    drop(keep);
}

/// The largest event that the domain makes: 20,000 characters of description, four bytes each.
async fn large_events_arrive(Feed { feed, mut reader, keep }: Feed) {
    let mut events = fresh_records(3);
    for event in &mut events {
        event.data = serde_json::json!({ "description": "🦀".repeat(20_000) });
    }
    feed.publish(&events).await.expect("published");
    expect(&mut *reader, &[events]).await;
    drop(keep);
}

/// For a store that [appends to the feed](AggregateStore::appends_to_feed) by itself: what is committed is read, and
/// what lost its race is not.
///
/// # Panics
/// Where the contract is broken.
pub async fn appended_by_commits<S: AggregateStore>(fresh: impl AsyncFn() -> (Fresh<S>, Box<dyn FeedReader>)) {
    let (Fresh { port: store, keep }, mut reader) = fresh().await;
    assert!(store.appends_to_feed(), "this store leaves its events to the relay");
    let key = fresh_key();
    let all = records(&key.id, 1..=9);
    let record =
        |writes: u64, events: &[EventRecord]| NewRecord { value: format!(r#"{{"writes":{writes}}}"#).into(), events: events.into() };
    store.commit(&key, 0, record(1, &all[..3])).await.expect("a first write");
    let mut foreign = all[3..6].to_vec();
    for event in &mut foreign {
        event.command_id = crate::samples::fresh_command_id();
    }
    for wrong in [0, 2] {
        let lost = store.commit(&key, wrong, record(wrong + 1, &foreign)).await;
        assert!(matches!(lost, Err(CommitError::LostRace)), "{lost:?}");
    }
    store.commit(&key, 1, record(2, &[])).await.expect("a write without events");
    store.commit(&key, 2, record(3, &all[3..])).await.expect("the next write");
    expect(&mut *reader, &[all]).await;
    drop(keep);
}
