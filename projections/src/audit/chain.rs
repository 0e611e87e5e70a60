use domain::{ChainHash, EventRecord};
use ports::Chain;

use super::Finding;

/// What was done to one chain.
pub fn check(chain: &Chain) -> Vec<Finding> {
    let aggregate_id = || chain.aggregate_id.clone();
    let head = chain.head.unwrap_or(0);
    let mut findings = vec![];
    let mut expected = 1;
    // What the next row may follow. Unknown after a gap; two possibilities where a row and its hash do not fit, since one
    // of them is still what it was.
    let mut before: Vec<ChainHash> = vec![ChainHash::START];
    for row in &chain.rows {
        let version = row.version;
        if version > head {
            findings.push(Finding::Inserted { aggregate_id: aggregate_id(), version });
            continue;
        }
        if version > expected {
            findings.push(Finding::Missing { aggregate_id: aggregate_id(), first: expected, last: version - 1 });
            before.clear();
        }
        expected = version + 1;
        let computed: Vec<_> = before.iter().map(|before| before.then(&row.record)).collect();
        let follows = before.is_empty() || computed.iter().any(|computed| Some(*computed) == row.hash);
        if follows && filed_rightly(chain, version, &row.record) {
            before = row.hash.into_iter().collect();
        } else {
            findings.push(Finding::Changed { aggregate_id: aggregate_id(), version });
            before = row.hash.into_iter().chain(computed).collect();
        }
    }
    if head >= expected {
        findings.push(Finding::Missing { aggregate_id: aggregate_id(), first: expected, last: head });
    }
    findings
}

/// Whether the record is of this aggregate and version: a row that was moved has a hash that may fit nothing, or anything.
fn filed_rightly(chain: &Chain, version: u64, record: &str) -> bool {
    let record: Result<EventRecord, _> = serde_json::from_str(record);
    record.is_ok_and(|record| record.aggregate_id == chain.aggregate_id && record.version == version)
}
