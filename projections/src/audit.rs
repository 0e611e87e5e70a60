//! Whether the journal still says what was written into it.

mod chain;
mod checkpoints;
mod coverage;
mod finding;

use ports::{Chain, CheckpointVerifier, Checkpoints, Journal, JournalError};
use tokio::sync::mpsc;

pub use chain::check;
pub use finding::Finding;

use self::coverage::Coverage;

/// What a whole verification saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// How many aggregates.
    pub aggregates: u64,
    /// How many events.
    pub events: u64,
    /// How many checkpoints.
    pub checkpoints: u64,
    /// How many events came after the last checkpoint: nothing but their own hashes holds them yet.
    pub uncovered: u64,
    /// What was done to them.
    pub findings: Vec<Finding>,
}

/// What whoever verifies knows from elsewhere.
#[derive(Default)]
pub struct Trusted<'a> {
    /// The key that signs checkpoints; without it, signatures are not looked at.
    pub key: Option<&'a dyn CheckpointVerifier>,
    /// A checkpoint that was noted: its number and its statement's hash.
    pub known: Option<(u64, [u8; 32])>,
}

/// Verifies every chain of the journal, and that all of them are what the checkpoints cover.
///
/// # Errors
/// If they cannot be read to their end.
pub async fn verify(journal: &dyn Journal, checkpoints: &dyn Checkpoints, trusted: &Trusted<'_>) -> Result<Verified, JournalError> {
    // First, so that whatever they cover is seen below.
    let all = checkpoints.all().await?;
    let mut verified = Verified { checkpoints: all.len() as u64, findings: checkpoints::check(&all, trusted), ..Verified::default() };
    let (to, mut chains) = mpsc::channel::<Chain>(64);
    let (covered_to, covered) = mpsc::channel(1024);
    let mut coverage = Coverage::of(&all, covered);
    let check_all = async {
        while let Some(chain) = chains.recv().await {
            verified.aggregates += u64::from(!chain.rows.is_empty());
            verified.events += chain.rows.len() as u64;
            verified.uncovered += chain.rows.iter().filter(|row| row.position > coverage.last_position()).count() as u64;
            verified.findings.extend(coverage.check(chain).await);
        }
        verified.findings.extend(coverage.end().await);
    };
    let (sent, covered_sent, ()) = tokio::join!(journal.chains(to), checkpoints.covered(covered_to), check_all);
    sent.and(covered_sent).map(|()| verified)
}
