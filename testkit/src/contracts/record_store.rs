//! The contract of [`RecordStore`].

use ports::{ActorKey, RecordStore, Stored};

use super::Fresh;
use crate::samples::fresh_key;

/// Holds what `fresh` makes to the whole contract. The store must know actors of type `Todo`.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<S: RecordStore + 'static>(fresh: impl AsyncFn() -> Fresh<S>) {
    nothing_is_asked_and_nothing_answered(&*fresh().await.port).await;
    what_is_created_is_there_as_it_was(&*fresh().await.port).await;
    what_is_there_is_never_touched(&*fresh().await.port).await;
    many_come_in_their_order(&*fresh().await.port).await;
}

fn record(writes: u64, content: &str) -> Stored {
    Stored { writes, value: format!(r#"{{"schema":1,"writes":{writes},"content":{}}}"#, serde_json::json!(content)).into() }
}

async fn present<S: RecordStore>(store: &S, keys: &[ActorKey]) -> Vec<Option<Stored>> {
    store.present(keys).await.expect("a store that answers")
}

async fn create<S: RecordStore>(store: &S, records: &[(ActorKey, Stored)]) -> Vec<Option<Stored>> {
    store.create_all(records).await.expect("a store that answers")
}

async fn nothing_is_asked_and_nothing_answered<S: RecordStore>(store: &S) {
    assert_eq!(present(store, &[]).await, []);
    assert_eq!(create(store, &[]).await, []);
    assert_eq!(present(store, &[fresh_key()]).await, [None]);
}

async fn what_is_created_is_there_as_it_was<S: RecordStore>(store: &S) {
    // The count of a restoration, and content that JSON must escape.
    let records = [(fresh_key(), record(1_800_000_000 << 20, "<ä> \"quoted\" \\ \u{1}\n🦀")), (fresh_key(), record(1, ""))];
    assert_eq!(create(store, &records).await, [None, None], "nothing was there");
    let keys: Vec<_> = records.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(present(store, &keys).await, records.map(|(_, record)| Some(record)));
}

async fn what_is_there_is_never_touched<S: RecordStore>(store: &S) {
    let (taken, free) = (fresh_key(), fresh_key());
    let first = record(7, "first");
    assert_eq!(create(store, &[(taken.clone(), first.clone())]).await, [None]);
    let again = [(taken.clone(), record(9, "second")), (free.clone(), record(9, "free"))];
    assert_eq!(create(store, &again).await, [Some(first.clone()), None], "the one that is there is told");
    assert_eq!(create(store, &again).await, [Some(first.clone()), Some(record(9, "free"))], "and once more");
    assert_eq!(present(store, &[taken, free]).await, [Some(first), Some(record(9, "free"))]);
}

async fn many_come_in_their_order<S: RecordStore>(store: &S) {
    let all: Vec<_> = (1..=1_000).map(|number| (fresh_key(), record(number, "many"))).collect();
    let some: Vec<_> = all.iter().step_by(3).cloned().collect();
    create(store, &some).await;
    let before = create(store, &all).await;
    let expected: Vec<_> = all.iter().enumerate().map(|(at, (_, record))| (at % 3 == 0).then(|| record.clone())).collect();
    assert_eq!(before, expected);
    let keys: Vec<_> = all.iter().rev().map(|(key, _)| key.clone()).collect();
    assert_eq!(present(store, &keys).await, all.iter().rev().map(|(_, record)| Some(record.clone())).collect::<Vec<_>>());
}
