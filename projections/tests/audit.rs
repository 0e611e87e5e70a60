//! Whatever is done to a chain is found and named.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use domain::ChainHash;
use ports::{Chain, JournalRow};
use projections::{Finding, check};
use testkit::samples::{fresh_todo_id, records};

/// Five events, as they were appended.
fn chain() -> Chain {
    let aggregate_id = fresh_todo_id().to_string();
    let mut hash = ChainHash::START;
    let rows = records(&aggregate_id, 1..=5)
        .into_iter()
        .map(|event| {
            let record = serde_json::to_string(&event).unwrap();
            hash = hash.then(&record);
            JournalRow { position: event.version, version: event.version, record, hash: Some(hash) }
        })
        .collect();
    Chain { aggregate_id, rows, head: Some(5) }
}

fn changed(chain: &Chain, version: u64) -> Finding {
    Finding::Changed { aggregate_id: chain.aggregate_id.clone(), version }
}

fn missing(chain: &Chain, first: u64, last: u64) -> Finding {
    Finding::Missing { aggregate_id: chain.aggregate_id.clone(), first, last }
}

#[test]
fn what_was_appended_is_in_order() {
    assert_eq!(check(&chain()), []);
}

#[test]
fn a_changed_row_is_named_wherever_it_is() {
    for at in 0..5 {
        let mut chain = chain();
        chain.rows[at].record = chain.rows[at].record.replace("\"principal\":\"", "\"principal\":\"not-");
        assert_eq!(check(&chain), [changed(&chain, at as u64 + 1)]);
    }
}

#[test]
fn a_changed_hash_is_named_and_only_that() {
    for at in 0..5 {
        let mut chain = chain();
        chain.rows[at].hash = if at % 2 == 0 { Some(ChainHash::START) } else { None };
        assert_eq!(check(&chain), [changed(&chain, at as u64 + 1)]);
    }
}

#[test]
fn dropped_rows_are_named_wherever_they_were() {
    for (drop, first, last) in [(0..1, 1, 1), (1..3, 2, 3), (4..5, 5, 5), (0..5, 1, 5)] {
        let mut chain = chain();
        chain.rows.drain(drop);
        assert_eq!(check(&chain), [missing(&chain, first, last)]);
    }
}

#[test]
fn an_inserted_row_is_named_even_if_its_hash_fits() {
    let mut chain = chain();
    let last = chain.rows[4].hash.unwrap();
    let record = serde_json::to_string(&records(&chain.aggregate_id, 6..=6)[0]).unwrap();
    chain.rows.push(JournalRow { position: 6, version: 6, hash: Some(last.then(&record)), record });
    assert_eq!(check(&chain), [Finding::Inserted { aggregate_id: chain.aggregate_id.clone(), version: 6 }]);
    chain.head = None;
    assert_eq!(check(&chain).len(), 6, "nobody knows this aggregate");
}

#[test]
fn rows_that_changed_places_are_named() {
    let mut chain = chain();
    let third = chain.rows[2].record.clone();
    chain.rows[2].record = std::mem::replace(&mut chain.rows[3].record, third);
    assert_eq!(check(&chain), [changed(&chain, 3), changed(&chain, 4)]);
}
