//! The contract of [`Forks`]: what has split stands still until it is released, and is released for good.

use std::sync::Arc;

use ports::{Fork, Forks};
use uuid::Uuid;

use super::Fresh;
use crate::samples::{at, fresh_todo_id};

fn fork(version: u64) -> Fork {
    Fork { aggregate_id: fresh_todo_id().to_string(), version, kept: Uuid::now_v7(), other: Uuid::now_v7(), at: at(7) }
}

/// Holds what `fresh` makes to the contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<F: Forks>(fresh: impl AsyncFn() -> Fresh<F>) {
    let Fresh { port, keep: _keep } = fresh().await;
    let forks: Arc<F> = port;
    let (one, two) = (fork(3), fork(1));
    let ids = [one.aggregate_id.clone(), two.aggregate_id.clone()];
    assert!(forks.frozen(&ids).await.expect("an answer").is_empty());
    for _ in 0..2 {
        assert_eq!(forks.freeze(std::slice::from_ref(&one)).await.expect("noted"), std::slice::from_ref(&one), "and again");
    }
    let more = Fork { version: 4, other: Uuid::now_v7(), ..one.clone() };
    assert_eq!(forks.freeze(&[more.clone(), two.clone()]).await.expect("noted"), [more.clone(), two.clone()]);
    let frozen = forks.frozen(&[&ids[..], &["todo-unknown".to_owned()]].concat()).await.expect("an answer");
    assert_eq!(frozen, ids.iter().cloned().collect());
    assert_eq!(forks.frozen(&ids[1..]).await.expect("an answer"), ids[1..].iter().cloned().collect());
    let all = forks.forks().await.expect("an answer");
    assert_eq!(all.iter().filter(|fork| ids.contains(&fork.aggregate_id)).count(), 3);
    assert!([&one, &more, &two].iter().all(|fork| all.contains(fork)), "{all:?}");

    assert!(forks.release(&ids[0]).await.expect("released"));
    assert!(!forks.release(&ids[0]).await.expect("an answer"), "it goes on already");
    assert!(!forks.release("todo-unknown").await.expect("an answer"));
    assert_eq!(forks.frozen(&ids).await.expect("an answer"), ids[1..].iter().cloned().collect());
    assert_eq!(forks.freeze(&[one.clone(), two.clone()]).await.expect("noted"), [two], "what was decided stays decided");
    assert!(!forks.frozen(&ids).await.expect("an answer").contains(&ids[0]));
    let another = Fork { version: 9, other: Uuid::now_v7(), ..one };
    assert_eq!(forks.freeze(std::slice::from_ref(&another)).await.expect("noted"), [another], "another one is not");
    assert!(forks.frozen(&ids).await.expect("an answer").contains(&ids[0]));
}
