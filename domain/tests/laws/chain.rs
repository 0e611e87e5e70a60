//! The hash chain over an aggregate's events.

use domain::{ChainHash, CheckpointStatement, HeadsDigest};
use proptest::prelude::*;

fn chain(records: &[String]) -> Vec<ChainHash> {
    records
        .iter()
        .scan(ChainHash::START, |hash, record| {
            *hash = hash.then(record);
            Some(*hash)
        })
        .collect()
}

/// What is stored stays verifiable: the value was computed with another implementation of SHA-256.
#[test]
fn it_is_the_same_for_ever() {
    let first = ChainHash::START.then("{}");
    assert_eq!(first.to_string(), "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db");
    assert_eq!(first.then("[]").to_string(), "abaab5f4525a67e9e4a21d42dca82a469c2343f96b53d7f91ac56fd47eed94f9");
    assert_eq!(ChainHash::from_bytes(first.as_bytes()), Some(first));
    assert_eq!(ChainHash::from_bytes(&[0; 31]), None);
}

/// What was signed stays verifiable: these were computed with another implementation.
#[test]
fn what_is_signed_is_the_same_for_ever() {
    let mut digest = HeadsDigest::default();
    digest.add("todo-a", 2, &ChainHash::START.then("{}"));
    let (aggregates, digest) = digest.finish();
    let at = jiff::Timestamp::from_microsecond(1_700_000_000_000_001).unwrap();
    let statement = CheckpointStatement { number: 3, at, position: 7, aggregates, digest, previous: [9; 32] };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&digest), "ef856943193a388099510b55a174f717195424137d3c62bc17b1716a6e10a633");
    assert_eq!(hex(&statement.hash()), "0cfbb9770e9e08fae9622db7e58d533712806693cb69ae92aaf8cce2fbfdede2");
}

proptest! {
    /// A change shows at its place and at every place after it.
    #[test]
    fn every_later_hash_tells_of_a_change(records in proptest::collection::vec(".{0,20}", 1..20), at in any::<prop::sample::Index>()) {
        let at = at.index(records.len());
        let before = chain(&records);
        let mut changed = records;
        changed[at].push('x');
        let after = chain(&changed);
        prop_assert_eq!(&before[..at], &after[..at]);
        prop_assert!(before[at..].iter().zip(&after[at..]).all(|(before, after)| before != after));
    }
}
