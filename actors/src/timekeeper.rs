use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use jiff::SignedDuration;
use ports::{ArmedTimer, Clock, Dispatch, METHOD_RING, Ring, Timers};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// How timers are made to ring.
#[derive(Debug, Clone, Copy)]
pub struct RingOptions {
    /// How often is looked. By the wall clock: a jump of it is noticed at the next look.
    pub every: Duration,
    /// How long after it was due a timer is taken to be lost by its scheduler; nothing where this is the scheduler.
    pub grace: Duration,
    /// At most so many in one look.
    pub limit: usize,
    /// At most so many actors told at a time.
    pub concurrency: usize,
}

impl RingOptions {
    /// Where nothing else makes them ring.
    pub fn alone() -> Self {
        Self { every: Duration::from_millis(100), grace: Duration::ZERO, limit: 1_000, concurrency: 64 }
    }

    /// Where a scheduler does, to make up for what it loses.
    pub fn behind_a_scheduler() -> Self {
        Self { every: Duration::from_secs(5), grace: Duration::from_secs(10), limit: 1_000, concurrency: 16 }
    }
}

/// Makes armed timers ring when they are overdue by more than the grace, wherever their actors are placed, until `shutdown`.
///
/// Every process that hosts such actors may run it: the actor knows a ring that it had.
pub async fn ring_until(
    timers: Arc<dyn Timers>,
    dispatch: Arc<dyn Dispatch>,
    clock: Arc<dyn Clock>,
    options: RingOptions,
    shutdown: CancellationToken,
) {
    let grace = SignedDuration::try_from(options.grace).unwrap_or(SignedDuration::MAX);
    let mut more = false;
    loop {
        let pause = if more { Duration::ZERO } else { options.every };
        if shutdown.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
        let before = clock.now().checked_sub(grace).unwrap_or(jiff::Timestamp::MIN);
        let Some(due) = shutdown.run_until_cancelled(timers.due_before(before, options.limit)).await else { return };
        let due = match due {
            Ok(due) => due,
            Err(error) => {
                warn!(?error, "no timers this time");
                continue;
            }
        };
        if options.grace > Duration::ZERO {
            metrics::gauge!("todo_timers_overdue").set(due.len() as f64);
            metrics::counter!("todo_timers_swept_total").increment(due.len() as u64);
        }
        let full = due.len() == options.limit;
        let rings = stream::iter(due).map(|timer| tell(&*dispatch, timer)).buffer_unordered(options.concurrency);
        let Some(failures) = shutdown.run_until_cancelled(rings.filter(|told| std::future::ready(!told)).count()).await else { return };
        // What failed is found again, but not at once.
        more = full && failures == 0;
    }
}

async fn tell(dispatch: &dyn Dispatch, timer: ArmedTimer) -> bool {
    let told = dispatch.call(&timer.actor, METHOD_RING, Ring::of(&timer).write(), None).await;
    if let Err(error) = &told {
        warn!(actor = %timer.actor, timer = timer.name, ?error, "an actor could not be told of its timer; the next look tries again");
    }
    told.is_ok()
}
