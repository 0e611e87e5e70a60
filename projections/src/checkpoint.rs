//! Signed statements of how the chains stand, so that whoever can write to the journal cannot make it anew unseen.

use std::{sync::Arc, time::Duration};

use domain::{CheckpointStatement, HeadsDigest};
use jiff::Timestamp;
use ports::{Checkpoint, CheckpointKey, Checkpoints, Clock, JournalError};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::Backoff;

/// So many events are covered by one checkpoint at most: a bound on its memory and on its transaction. What is behind follows
/// at once.
const MOST: u64 = 20_000;

/// What takes checkpoints.
pub struct Checkpointer {
    /// Where they are kept.
    pub store: Arc<dyn Checkpoints>,
    /// What signs them.
    pub key: Arc<dyn CheckpointKey>,
    /// What they are dated by.
    pub clock: Arc<dyn Clock>,
    /// How much time there is between two of them, if anything happens.
    pub every: Duration,
}

impl Checkpointer {
    /// Takes checkpoints until `shutdown`. Several processes may do so: a number is taken once, so one of them is first.
    pub async fn run(self, backoff: Backoff, shutdown: CancellationToken) {
        let mut failures = 0_u32;
        while !shutdown.is_cancelled() {
            match self.take_if_due().await {
                Ok(wait) => {
                    failures = 0;
                    let _ = tokio::time::timeout(wait, shutdown.cancelled()).await;
                }
                Err(error) => {
                    failures += 1;
                    metrics::counter!("todo_checkpoint_failures_total").increment(1);
                    if failures <= 3 || failures.is_power_of_two() {
                        warn!(failures, error = &error as &(dyn std::error::Error + 'static), "no checkpoint was taken; it is tried again");
                    }
                    backoff.wait(failures, &shutdown).await;
                }
            }
        }
    }

    /// Takes what is due and gives how long to wait then.
    async fn take_if_due(&self) -> Result<Duration, JournalError> {
        let mut last = self.store.last().await?;
        if let Some(last) = &last {
            let age = Duration::try_from(self.clock.now().duration_since(last.statement.at)).unwrap_or_default();
            if age < self.every {
                return Ok(self.every - age);
            }
        }
        loop {
            let taken = match take(&*self.store, &*self.key, last.as_ref(), self.clock.now()).await {
                Ok(Some(taken)) => taken,
                Ok(None) => break,
                // Another process was first.
                Err(_) if self.store.last().await? != last => break,
                Err(error) => return Err(error),
            };
            let CheckpointStatement { number, position, aggregates, .. } = taken.statement;
            metrics::counter!("todo_checkpoints_total").increment(1);
            // Whoever keeps logs elsewhere can hold the journal to this: `todo audit verify --known NUMBER:HASH`.
            let known = format!("{number}:{}", hexadecimal(&taken.statement.hash()));
            info!(known, position, aggregates, "a checkpoint was signed");
            last = Some(taken);
        }
        Ok(self.every)
    }
}

/// Takes the checkpoint that follows `last`, dated `at`; `None` if nothing happened since.
///
/// # Errors
/// If the journal cannot be read, or it is not known that the checkpoint was kept.
pub async fn take(
    store: &dyn Checkpoints,
    key: &dyn CheckpointKey,
    last: Option<&Checkpoint>,
    at: Timestamp,
) -> Result<Option<Checkpoint>, JournalError> {
    let (number, after, previous) =
        last.map_or((1, 0, [0; 32]), |last| (last.statement.number + 1, last.statement.position, last.statement.hash()));
    let changed = store.changed(after, MOST).await?;
    if changed.position == after {
        return Ok(None);
    }
    let mut digest = HeadsDigest::default();
    for head in &changed.heads {
        digest.add(&head.aggregate_id, head.version, &head.hash);
    }
    let (aggregates, digest) = digest.finish();
    let at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
    let statement = CheckpointStatement { number, at, position: changed.position, aggregates, digest, previous };
    let checkpoint = Checkpoint { signature: key.sign(&statement.bytes()), statement };
    store.add(&checkpoint, &changed.heads).await?;
    Ok(Some(checkpoint))
}

/// In hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
