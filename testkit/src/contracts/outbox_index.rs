//! The contract of [`OutboxIndex`]. The index must be empty for each case, and nobody else may use it meanwhile: it is
//! asked for its oldest marks, whosesoever they are.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ports::{ActorKey, Mark, OutboxIndex};
use tokio::task::JoinSet;

use super::Fresh;
use crate::samples::{at, fresh_key};

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<I: OutboxIndex + 'static>(fresh: impl AsyncFn() -> Fresh<I>) {
    marks_are_set_and_cleared(&*fresh().await.port).await;
    each_commit_has_its_own_mark(&*fresh().await.port).await;
    the_oldest_come_first(&*fresh().await.port).await;
    only_what_is_older_counts(&*fresh().await.port).await;
    odd_names_come_back(&*fresh().await.port).await;
    many_hosts_use_it_at_once(&fresh().await).await;
}

fn mark(key: &ActorKey, version: u64) -> Mark {
    Mark { key: key.clone(), version }
}

async fn set_among<I: OutboxIndex>(index: &I, marks: &[Mark]) -> BTreeSet<Mark> {
    index.set_among(marks).await.expect("an index that answers").into_iter().collect()
}

async fn older<I: OutboxIndex>(index: &I, before: Timestamp, limit: usize) -> Vec<Mark> {
    index.older_than(before, limit).await.expect("an index that answers")
}

async fn marks_are_set_and_cleared<I: OutboxIndex>(index: &I) {
    let marks: Vec<_> = (0..3).map(|_| mark(&fresh_key(), 1)).collect();
    assert_eq!(older(index, at(1_000_000), 10).await, [], "this index is not empty: these cases need a new one");
    index.set(&[], at(0)).await.expect("nothing to set is fine");
    index.clear(&[]).await.expect("nothing to clear is fine");
    assert_eq!(set_among(index, &[]).await, BTreeSet::new());
    assert_eq!(set_among(index, &marks).await, BTreeSet::new(), "none was set");
    index.clear(&marks).await.expect("clearing what is not set is fine");

    index.set(&marks[..2], at(0)).await.expect("set");
    assert_eq!(set_among(index, &marks).await, marks[..2].iter().cloned().collect(), "two were set");
    assert_eq!(set_among(index, &marks[1..]).await, marks[1..2].iter().cloned().collect(), "only what is asked for");
    index.set(&marks[1..], at(0)).await.expect("setting again is fine");
    assert_eq!(set_among(index, &marks).await, marks.iter().cloned().collect(), "all are set");
    index.clear(&marks[..1]).await.expect("cleared");
    index.clear(&marks[..2]).await.expect("clearing again is fine");
    assert_eq!(set_among(index, &marks).await, marks[2..].iter().cloned().collect(), "two were cleared");
    assert_eq!(older(index, at(1), 10).await, marks[2..], "what was cleared is not old");
}

/// Else a host that publishes late would clear the mark of another host's newer commit.
async fn each_commit_has_its_own_mark<I: OutboxIndex>(index: &I) {
    let key = fresh_key();
    let (first, second, tenth) = (mark(&key, 1), mark(&key, 2), mark(&key, 10));
    index.set(&[first.clone(), second.clone()], at(0)).await.expect("set");
    index.set(std::slice::from_ref(&tenth), at(1)).await.expect("set");
    index.clear(std::slice::from_ref(&first)).await.expect("cleared");
    let all = [first, second.clone(), tenth.clone()];
    assert_eq!(set_among(index, &all).await, BTreeSet::from([second.clone(), tenth.clone()]), "only the first was cleared");
    index.clear(&[mark(&key, 3), mark(&fresh_key(), 2)]).await.expect("clearing what is not set is fine");
    assert_eq!(older(index, at(9), 10).await, [second.clone(), tenth.clone()], "both are still there");
    index.clear(&[tenth]).await.expect("cleared");
    assert_eq!(older(index, at(9), 10).await, [second], "the older one stays where the newer goes");
}

async fn the_oldest_come_first<I: OutboxIndex>(index: &I) {
    // By time, by name and by arrival are three orders: 17 and 23 have no factor in common with 40.
    let keys: Vec<_> = (0..40).map(|_| fresh_key()).collect();
    let marks: Vec<_> = (0..40).map(|second| mark(&keys[second * 17 % 40], 1 + second as u64 % 3)).collect();
    for second in (0..40).map(|arrival| arrival * 23 % 40) {
        index.set(std::slice::from_ref(&marks[second]), at(second as i64)).await.expect("set");
    }
    assert_eq!(older(index, at(100), 100).await, marks, "oldest first");
    assert_eq!(older(index, at(100), 40).await, marks, "exactly as many as there are");
    assert_eq!(older(index, at(100), 7).await, marks[..7], "not more than asked for");
    assert_eq!(older(index, at(100), 1).await, marks[..1], "the oldest");
    assert_eq!(older(index, at(10), 100).await, marks[..10], "only those before");
    index.clear(&marks[..7]).await.expect("cleared");
    assert_eq!(older(index, at(100), 7).await, marks[7..14], "the next ones");
}

async fn only_what_is_older_counts<I: OutboxIndex>(index: &I) {
    let (key, other) = (fresh_key(), fresh_key());
    index.set(&[mark(&key, 1), mark(&other, 1)], at(5)).await.expect("set");
    assert_eq!(older(index, at(4), 10).await, [], "it was set later");
    assert_eq!(older(index, at(5), 10).await, [], "it was set then, not before");
    let millisecond = jiff::SignedDuration::from_millis(1);
    assert_eq!(older(index, at(5) + millisecond, 10).await.len(), 2, "a millisecond later it is older");
    let now = Timestamp::now();
    index.set(&[mark(&key, 2)], now).await.expect("set");
    assert_eq!(older(index, now - millisecond, 10).await.len(), 2, "a time of day");
    assert_eq!(older(index, now + millisecond, 10).await.len(), 3, "a time of day");
}

async fn odd_names_come_back<I: OutboxIndex>(index: &I) {
    let own = fresh_key().id;
    let odd = ["", ":", ":1", ":1:1", "1", "@1", "~", ".", "-", "_1"];
    let keys = odd.iter().map(|odd| ActorKey::new("Todo", format!("{own}{odd}")));
    let marks: BTreeSet<_> =
        keys.flat_map(|key| [1, 11, u64::from(u32::MAX) + 1, i64::MAX as u64].map(|version| mark(&key, version))).collect();
    let list: Vec<_> = marks.iter().cloned().collect();
    index.set(&list, at(0)).await.expect("set");
    let found: BTreeSet<_> = older(index, at(1), 1000).await.into_iter().collect();
    assert_eq!(found, marks, "marks come back as they were set");
    assert_eq!(set_among(index, &list).await, marks);
    index.clear(&list).await.expect("cleared");
    assert_eq!(older(index, at(1), 1000).await, []);
}

async fn many_hosts_use_it_at_once<I: OutboxIndex + 'static>(fresh: &Fresh<I>) {
    let mut hosts = JoinSet::new();
    for _ in 0..16 {
        let index = fresh.port.clone();
        hosts.spawn(async move {
            let mut left = vec![];
            for _ in 0..4 {
                let marks: Vec<_> = (1..=20).map(|version| mark(&fresh_key(), version)).collect();
                index.set(&marks, at(0)).await.expect("set");
                index.clear(&marks[1..]).await.expect("cleared");
                left.push(marks[0].clone());
            }
            left
        });
    }
    let left: BTreeSet<_> = hosts.join_all().await.into_iter().flatten().collect();
    let found: BTreeSet<_> = older(&*fresh.port, at(1), 10_000).await.into_iter().collect();
    assert_eq!(found, left, "what nobody cleared is there, and nothing else");
}
