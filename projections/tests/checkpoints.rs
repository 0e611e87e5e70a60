//! What checkpoints find that chains alone do not: whatever whoever can write to the whole journal does, without the key.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use ports::{Checkpoint, Checkpoints};
use projections::{Finding, Trusted, Verified, take, verify};
use support::shelf::{Key, Shelf};
use testkit::samples::at;

/// Three chains of 3, 2 and 4 events; a checkpoint after each, and then one more event of the first.
async fn signed() -> (Shelf, [String; 3]) {
    let mut shelf = Shelf::default();
    let mut ids = ["todo-a", "todo-b", "todo-c"].map(str::to_owned);
    ids.sort();
    for (id, events) in ids.iter().zip([3, 2, 4]) {
        shelf.append(id, events);
        checkpoint(&shelf, Key(7)).await;
    }
    shelf.append(&ids[0], 1);
    (shelf, ids)
}

async fn checkpoint(shelf: &Shelf, key: Key) -> Checkpoint {
    let last = shelf.last().await.unwrap();
    take(shelf, &key, last.as_ref(), at(9)).await.unwrap().expect("something happened")
}

async fn verified(shelf: &Shelf) -> Verified {
    verify(shelf, shelf, &Trusted { key: Some(&Key(7)), known: None }).await.unwrap()
}

async fn findings(shelf: &Shelf) -> Vec<Finding> {
    verified(shelf).await.findings
}

#[tokio::test]
async fn what_was_signed_is_in_order() {
    let (shelf, _) = signed().await;
    let verified = verified(&shelf).await;
    assert_eq!(verified, Verified { aggregates: 3, events: 10, checkpoints: 3, uncovered: 1, findings: vec![] });
    let again = take(&shelf, &Key(7), shelf.last().await.unwrap().as_ref(), at(10)).await.unwrap().unwrap();
    assert_eq!((again.statement.number, again.statement.aggregates, again.statement.position), (4, 1, 10), "only what changed");
    assert_eq!(take(&shelf, &Key(7), Some(&again), at(11)).await.unwrap(), None, "nothing happened");
    let (shelf, key) = (Shelf::default(), Key(7));
    assert_eq!(take(&shelf, &key, None, at(1)).await.unwrap(), None, "nothing ever happened");
    assert_eq!(verify(&shelf, &shelf, &Trusted::default()).await.unwrap(), Verified::default());
}

/// As somebody would who knows how the hashes are made.
#[tokio::test]
async fn a_chain_that_was_made_anew_is_named() {
    let (mut shelf, [_, b, _]) = signed().await;
    shelf.rewrite(&b, 2);
    assert!(projections::check(shelf.chain(&b)).is_empty(), "the chain itself tells nothing");
    assert_eq!(findings(&shelf).await, [Finding::Rewritten { aggregate_id: b.clone(), first: 1, last: 2, checkpoint: 2 }]);
    // Nor does it help to bring the heads that are kept into line.
    let hash = shelf.chain(&b).rows[1].hash.unwrap();
    shelf.covered().iter_mut().find(|(_, head)| head.aggregate_id == b).unwrap().1.hash = hash;
    assert_eq!(findings(&shelf).await, [Finding::HeadsChanged { checkpoint: 2, journal_fits: false }]);
}

#[tokio::test]
async fn what_vanished_with_its_head_is_named() {
    let (mut shelf, [a, b, c]) = signed().await;
    shelf.chains.retain(|chain| chain.aggregate_id != b);
    assert_eq!(findings(&shelf).await, [Finding::Vanished { aggregate_id: b.clone(), first: 1, last: 2, checkpoint: 2 }]);
    shelf.truncate(&c, 1);
    shelf.truncate(&a, 3);
    let gone = Finding::Vanished { aggregate_id: c.clone(), first: 2, last: 4, checkpoint: 3 };
    let found = findings(&shelf).await;
    assert!(found.contains(&gone), "{found:?}");
    assert!(!found.iter().any(|finding| matches!(finding, Finding::Vanished { aggregate_id, .. } if *aggregate_id == a)));
    // Where the head is left, the chain tells by itself.
    let (mut shelf, [_, b, _]) = signed().await;
    shelf.chain_mut(&b).rows.clear();
    let bare = shelf.chains.remove(1);
    shelf.chains.push(bare);
    assert_eq!(findings(&shelf).await, [Finding::Missing { aggregate_id: b, first: 1, last: 2 }]);
}

#[tokio::test]
async fn what_claims_an_older_place_was_inserted() {
    let (mut shelf, [a, _, c]) = signed().await;
    // A chain of its own, in order in itself, at a place that the second checkpoint covers.
    shelf.append("todo-bb", 1);
    shelf.chain_mut("todo-bb").rows[0].position = 5;
    assert_eq!(findings(&shelf).await, [Finding::Inserted { aggregate_id: "todo-bb".into(), version: 1 }]);
    shelf.chains.retain(|chain| chain.aggregate_id != "todo-bb");
    // The youngest event of the first, put back in time.
    shelf.chain_mut(&a).rows[3].position = 4;
    assert_eq!(findings(&shelf).await, [Finding::Inserted { aggregate_id: a.clone(), version: 4 }]);
    shelf.chain_mut(&a).rows[3].position = 10;
    // And one that is signed, moved behind what is signed.
    shelf.chain_mut(&c).rows[3].position = 99;
    assert_eq!(findings(&shelf).await, [Finding::Changed { aggregate_id: c, version: 4 }]);
}

#[tokio::test]
async fn a_head_that_was_changed_is_named_and_not_the_rows() {
    for says in [None, Some(1)] {
        let (mut shelf, [_, b, _]) = signed().await;
        shelf.chain_mut(&b).head = says;
        assert_eq!(findings(&shelf).await, [Finding::Head { aggregate_id: b, says, covered: 2, checkpoint: 2 }]);
    }
}

#[tokio::test]
async fn a_checkpoint_that_was_forged_is_named() {
    let (shelf, _) = signed().await;
    shelf.checkpoints()[1].statement.at = at(8);
    assert_eq!(findings(&shelf).await, [Finding::Forged { checkpoint: 2 }, Finding::Unlinked { checkpoint: 3 }]);

    // Made anew with another key, for a journal that was made anew.
    let (mut shelf, [_, _, c]) = signed().await;
    shelf.truncate(&c, 2);
    shelf.checkpoints().pop();
    shelf.covered().retain(|(number, _)| *number != 3);
    let forged = checkpoint(&shelf, Key(8)).await;
    assert_eq!(findings(&shelf).await, [Finding::Forged { checkpoint: 3 }]);
    let without = verify(&shelf, &shelf, &Trusted::default()).await.unwrap();
    assert_eq!(without.findings, [], "only the key tells");
    let known = Some((3, forged.statement.hash()));
    assert_eq!(verify(&shelf, &shelf, &Trusted { key: None, known }).await.unwrap().findings, []);
    let known = Some((3, [1; 32]));
    assert_eq!(verify(&shelf, &shelf, &Trusted { key: None, known }).await.unwrap().findings, [Finding::NotTheKnown { checkpoint: 3 }]);
}

#[tokio::test]
async fn a_checkpoint_that_was_dropped_is_named() {
    let (shelf, _) = signed().await;
    let last = shelf.last().await.unwrap().unwrap().statement;
    shelf.checkpoints().remove(1);
    let found = findings(&shelf).await;
    assert_eq!(found[0], Finding::CheckpointsMissing { first: 2, last: 2 });
    // The last one leaves no trace of its own: whoever noted it knows.
    let (shelf, _) = signed().await;
    shelf.checkpoints().pop();
    shelf.covered().retain(|(number, _)| *number != 3);
    assert_eq!(findings(&shelf).await, []);
    let known = Some((3, last.hash()));
    let found = verify(&shelf, &shelf, &Trusted { key: Some(&Key(7)), known }).await.unwrap().findings;
    assert_eq!(found, [Finding::CheckpointsMissing { first: 3, last: 3 }]);
}

#[tokio::test]
async fn heads_that_were_changed_are_told_apart_from_the_journal() {
    let (shelf, _) = signed().await;
    shelf.covered().remove(1);
    let found = findings(&shelf).await;
    assert!(found.contains(&Finding::HeadsChanged { checkpoint: 2, journal_fits: true }), "{found:?}");
}
