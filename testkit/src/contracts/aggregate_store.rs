//! The contract of [`AggregateStore`]: one key for each actor, every write fenced.

use std::sync::Arc;

use bytes::Bytes;
use domain::EventRecord;
use ports::{ActorKey, AggregateStore, CommitError, NewRecord, Stored};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Fresh;
use crate::samples::{fresh_key, records};

/// The actor types that the suite stores: whoever hosts types must host both.
pub const TYPES: [&str; 2] = ["Todo", "Other"];

/// A record as hosts write them: JSON that carries its own write count. Its form holds what a store that reads and
/// writes JSON by itself would lose: the order of fields, large and exact numbers, escapes.
fn value(writes: u64, note: &str) -> Bytes {
    let state = json!({ "note": note, "html": "<a href='x'>&amp;</a>", "odd": "\u{2028}\u{0}\"\\/🦀e\u{301}", "none": null });
    Bytes::from(format!(
        r#"{{"schema":1,"version":{writes},"writes":{writes},"zebra":18446744073709551615,"apple":[0.1,1e300,-0.0,1.0],"state":{state}}}"#
    ))
}

/// The record that follows `expected` writes and commits `events`.
fn next(expected: u64, note: &str, events: Vec<EventRecord>) -> NewRecord {
    NewRecord { value: value(expected.saturating_add(1), note), events: events.into() }
}

/// What lies there after `writes` writes, the last of which said `note`.
fn stored(writes: u64, note: &str) -> Option<Stored> {
    Some(Stored { writes, value: value(writes, note) })
}

async fn write<S: AggregateStore + 'static>(store: &S, key: &ActorKey, expected: u64, note: &str) -> Result<(), CommitError> {
    let version = expected.min(i64::MAX as u64 - 1) + 1;
    store.commit(key, expected, next(expected, note, records(&key.id, version..=version))).await
}

async fn expect<S: AggregateStore + 'static>(store: &S, key: &ActorKey, expected: &Option<Stored>, case: &str) {
    let found = store.load(key).await.expect("a store that answers");
    assert_eq!(found, *expected, "{key} {case}");
}

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<S: AggregateStore + 'static>(fresh: impl AsyncFn() -> Fresh<S>) {
    absent_actors_load_as_nothing(&*fresh().await.port).await;
    a_create_happens_once(&*fresh().await.port).await;
    writes_are_counted(&*fresh().await.port).await;
    a_wrong_count_changes_nothing(&*fresh().await.port).await;
    of_many_at_once_one_wins(&fresh().await.port).await;
    keys_are_independent(&fresh().await.port).await;
    odd_ids_are_told_apart(&*fresh().await.port).await;
    large_records_come_back(&*fresh().await.port).await;
    a_commit_may_have_any_number_of_events(&*fresh().await.port).await;
}

async fn absent_actors_load_as_nothing<S: AggregateStore + 'static>(store: &S) {
    for actor_type in TYPES {
        expect(store, &ActorKey::new(actor_type, fresh_key().id), &None, "was never written").await;
    }
}

async fn a_create_happens_once<S: AggregateStore + 'static>(store: &S) {
    let key = fresh_key();
    write(store, &key, 0, "first").await.expect("a first write");
    expect(store, &key, &stored(1, "first"), "after the first write").await;
    for attempt in 0..3 {
        let again = write(store, &key, 0, "second").await;
        assert!(matches!(again, Err(CommitError::LostRace)), "create {attempt} of what exists gave {again:?}");
        expect(store, &key, &stored(1, "first"), "after a refused create").await;
    }
}

async fn writes_are_counted<S: AggregateStore + 'static>(store: &S) {
    let key = fresh_key();
    for count in 0..25 {
        let note = format!("write {count}");
        write(store, &key, count, &note).await.expect("the next write");
        expect(store, &key, &stored(count + 1, &note), "after the next write").await;
    }
}

async fn a_wrong_count_changes_nothing<S: AggregateStore + 'static>(store: &S) {
    let key = fresh_key();
    for count in 0..3 {
        write(store, &key, count, "right").await.expect("the next write");
    }
    // Stale, future, and the numbers at which narrower types than u64 turn over.
    for wrong in [0, 1, 2, 4, 5, 13, 30, 300, 3 + (1 << 31), 3 + (1 << 32), (1 << 31) - 1, (1 << 53) + 3, i64::MAX as u64, u64::MAX] {
        let answer = write(store, &key, wrong, "wrong").await;
        assert!(matches!(answer, Err(CommitError::LostRace)), "expecting {wrong} writes where there were 3 gave {answer:?}");
        expect(store, &key, &stored(3, "right"), "after a refused write").await;
    }
    write(store, &key, 3, "right again").await.expect("the right count is still taken");
    expect(store, &key, &stored(4, "right again"), "after the right count").await;
}

/// What was never written takes no later write. Its own case: Redis through Dapr cannot hold to it (an absent key takes
/// any etag). No host asks for it, for it knows a count only from what it loaded.
///
/// # Panics
/// Where the contract is broken.
pub async fn an_absent_actor_takes_no_later_write<S: AggregateStore + 'static>(fresh: impl AsyncFn() -> Fresh<S>) {
    let Fresh { port: store, keep } = fresh().await;
    for wrong in [1, 2, (1 << 31) - 1, u64::MAX] {
        let key = fresh_key();
        let answer = write(&*store, &key, wrong, "wrong").await;
        assert!(matches!(answer, Err(CommitError::LostRace)), "expecting {wrong} writes where there were none gave {answer:?}");
        expect(&*store, &key, &None, "after a refused write").await;
    }
    drop(keep);
}

async fn of_many_at_once_one_wins<S: AggregateStore + 'static>(store: &Arc<S>) {
    const RIVALS: usize = 32;
    let key = fresh_key();
    for expected in 0..3_u64 {
        let mut rivals = JoinSet::new();
        for rival in 0..RIVALS {
            let (store, key) = (store.clone(), key.clone());
            rivals.spawn(async move { (rival, write(&*store, &key, expected, &format!("rival {rival}")).await) });
        }
        let (mut won, mut lost) = (vec![], 0);
        for (rival, answer) in rivals.join_all().await {
            match answer {
                Ok(()) => won.push(rival),
                Err(CommitError::LostRace) => lost += 1,
                Err(error @ CommitError::Unclear(_)) => panic!("rival {rival} was not told whether it won: {error:?}"),
            }
        }
        assert_eq!((won.len(), lost), (1, RIVALS - 1), "winners and losers of {RIVALS} that expected {expected}");
        expect(&**store, &key, &stored(expected + 1, &format!("rival {}", won[0])), "after a race").await;
    }
}

async fn keys_are_independent<S: AggregateStore + 'static>(store: &Arc<S>) {
    let mut writers = JoinSet::new();
    for number in 0..32 {
        let store = store.clone();
        writers.spawn(async move {
            let key = fresh_key();
            for count in 0..4 {
                write(&*store, &key, count, &format!("{number}")).await.expect("nobody else writes here");
            }
            (number, key)
        });
    }
    for (number, key) in writers.join_all().await {
        expect(&**store, &key, &stored(4, &format!("{number}")), "beside others").await;
    }
    let id = fresh_key().id;
    let [one, other] = TYPES.map(|actor_type| ActorKey::new(actor_type, id.clone()));
    store.commit(&one, 0, next(0, "one", vec![])).await.expect("a first write");
    expect(&**store, &other, &None, "has another's id, but not its type").await;
    store.commit(&other, 0, next(0, "other", vec![])).await.expect("a first write");
    expect(&**store, &one, &stored(1, "one"), "beside its namesake").await;
    expect(&**store, &other, &stored(1, "other"), "beside its namesake").await;
}

async fn odd_ids_are_told_apart<S: AggregateStore + 'static>(store: &S) {
    let own = Uuid::now_v7();
    let longest = format!("{own}{}", "x".repeat(128 - 36));
    let odd = ["", ".", "-", "_", ":", "@", "~", "..", "::", "@~:._-", "A", "a", ":a", "a:", ".a", "a.", "Todo", ":Todo:", "-0", "0", "00"];
    let ids: Vec<_> = odd.iter().map(|odd| format!("{own}{odd}")).chain([format!("~{own}"), format!("@{own}"), longest]).collect();
    for id in &ids {
        let key = ActorKey::new("Todo", id.as_str());
        expect(store, &key, &None, "was never written").await;
        write(store, &key, 0, id).await.expect("a first write");
    }
    for id in &ids {
        expect(store, &ActorKey::new("Todo", id.as_str()), &stored(1, id), "among odd ids").await;
    }
}

async fn large_records_come_back<S: AggregateStore + 'static>(store: &S) {
    let key = fresh_key();
    let large = "ä<\"".repeat(64 * 1024);
    write(store, &key, 0, &large).await.expect("256 KiB of text");
    expect(store, &key, &stored(1, &large), "with a large record").await;
    write(store, &key, 1, "small").await.expect("the next write");
    expect(store, &key, &stored(2, "small"), "with a small record after a large one").await;
}

async fn a_commit_may_have_any_number_of_events<S: AggregateStore + 'static>(store: &S) {
    let key = fresh_key();
    let mut version = 0;
    for (count, events) in [3, 0, 1, 60].into_iter().enumerate() {
        let (count, note) = (count as u64, format!("{events} events"));
        let all = records(&key.id, 1..=version + events);
        store.commit(&key, count, next(count, &note, all[version as usize..].to_vec())).await.expect("the next write");
        expect(store, &key, &stored(count + 1, &note), "after many or no events").await;
        version += events;
    }
}
