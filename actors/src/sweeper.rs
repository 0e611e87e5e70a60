use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use ports::{ActorKey, Clock, Dispatch, METHOD_RELAY, OutboxIndex};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::command::{FoundMark, Wake};

/// How the sweeper goes about.
#[derive(Debug, Clone, Copy)]
pub struct SweepOptions {
    /// How often.
    pub every: Duration,
    /// A mark of this age belongs to nobody who is still at it.
    pub overdue: Duration,
    /// A mark of this age cannot belong to a commit that is still on its way: longer than any turn may take.
    pub abandoned: Duration,
    /// At most so many marks in one sweep.
    pub limit: usize,
    /// At most so many actors woken at a time.
    pub concurrency: usize,
}

impl Default for SweepOptions {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(2),
            overdue: Duration::from_secs(5),
            abandoned: Duration::from_secs(120),
            limit: 1_000,
            concurrency: 16,
        }
    }
}

/// Wakes actors whose events wait for too long, wherever those actors are placed, until `shutdown`.
///
/// Every process that hosts actors sweeps. Two that wake the same actor do no harm: the actor knows what it is doing.
pub async fn sweep_until(
    index: Arc<dyn OutboxIndex>,
    dispatch: Arc<dyn Dispatch>,
    clock: Arc<dyn Clock>,
    options: SweepOptions,
    shutdown: CancellationToken,
) {
    while shutdown.run_until_cancelled(tokio::time::sleep(options.every)).await.is_some() {
        if shutdown.run_until_cancelled(sweep(&*index, &*dispatch, &*clock, options)).await.is_none() {
            break;
        }
    }
}

async fn sweep(index: &dyn OutboxIndex, dispatch: &dyn Dispatch, clock: &dyn Clock, options: SweepOptions) {
    let now = clock.now();
    let overdue = match index.older_than(now - options.overdue, options.limit).await {
        Ok(marks) => marks,
        Err(error) => return warn!(error = ?error, "no sweep this time"),
    };
    metrics::gauge!("todo_outbox_overdue").set(overdue.len() as f64);
    if overdue.is_empty() {
        return;
    }
    // Asked for a second time rather than dated one by one: the index need not give times away.
    let Ok(abandoned) = index.older_than(now - options.abandoned, options.limit).await else { return };
    let mut wakes: BTreeMap<ActorKey, Vec<FoundMark>> = BTreeMap::new();
    for mark in overdue {
        let abandoned = abandoned.contains(&mark);
        wakes.entry(mark.key).or_default().push(FoundMark { version: mark.version, abandoned });
    }
    info!(actors = wakes.len(), "waking actors whose events wait");
    stream::iter(wakes).for_each_concurrent(options.concurrency, |(key, marks)| wake(dispatch, key, marks)).await;
}

async fn wake(dispatch: &dyn Dispatch, key: ActorKey, marks: Vec<FoundMark>) {
    let Ok(body) = serde_json::to_vec(&Wake { marks }) else { return };
    if let Err(error) = dispatch.call(&key, METHOD_RELAY, body.into(), None).await {
        warn!(actor = %key, error = ?error, "could not be woken; the next sweep tries again");
    }
}
