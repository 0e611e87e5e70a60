//! Whether the journal still says what was written into it.

use std::fmt;

use domain::{ChainHash, EventRecord};
use ports::{Chain, Journal, JournalError};
use tokio::sync::mpsc;

/// Something that was done to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A row is not what was appended.
    Changed {
        /// Whose.
        aggregate_id: String,
        /// Which event.
        version: u64,
    },
    /// Rows were dropped.
    Missing {
        /// Whose.
        aggregate_id: String,
        /// The first that is not there.
        first: u64,
        /// The last that is not there.
        last: u64,
    },
    /// A row was never appended: its aggregate has not had so many events.
    Inserted {
        /// Whose.
        aggregate_id: String,
        /// Which event.
        version: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { aggregate_id, version } => write!(f, "changed: {aggregate_id} version {version}"),
            Self::Missing { aggregate_id, first, last } if first == last => write!(f, "missing: {aggregate_id} version {first}"),
            Self::Missing { aggregate_id, first, last } => write!(f, "missing: {aggregate_id} versions {first} to {last}"),
            Self::Inserted { aggregate_id, version } => write!(f, "inserted: {aggregate_id} version {version}"),
        }
    }
}

/// What a whole verification saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// How many aggregates.
    pub aggregates: u64,
    /// How many events.
    pub events: u64,
    /// What was done to them.
    pub findings: Vec<Finding>,
}

/// Verifies every chain of the journal.
///
/// # Errors
/// If it cannot be read to its end.
pub async fn verify(journal: &dyn Journal) -> Result<Verified, JournalError> {
    let (to, mut chains) = mpsc::channel::<Chain>(64);
    let mut verified = Verified::default();
    let check_all = async {
        while let Some(chain) = chains.recv().await {
            verified.aggregates += 1;
            verified.events += chain.rows.len() as u64;
            verified.findings.extend(check(&chain));
        }
    };
    let (sent, ()) = tokio::join!(journal.chains(to), check_all);
    sent.map(|()| verified)
}

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
