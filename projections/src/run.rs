use std::{sync::Arc, time::Instant};

use ports::{Clock, Delivery, FeedReader, SystemClock};
use tokio_util::sync::CancellationToken;
use tracing::{Span, info_span};

use crate::{Backoff, Projection, Quarantine, quarantine::Once, report::Report};

/// How a projection works.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// At most so many events in one transaction. More at once are stored in less time, as far as several are of one aggregate.
    pub batch: usize,
    /// How to wait where the feed or the store is away.
    pub backoff: Backoff,
}

impl Default for Config {
    fn default() -> Self {
        Self { batch: 2_000, backoff: Backoff::default() }
    }
}

/// Keeps `projection` in step with the feed, until `shutdown`.
///
/// A batch is asked for only once the one before is stored, so a reader may take the next call as its acknowledgement.
/// What was read but not stored is read again after a restart.
pub async fn run(
    config: Config,
    mut reader: Box<dyn FeedReader>,
    projection: Arc<dyn Projection>,
    quarantine: Arc<dyn Quarantine>,
    shutdown: CancellationToken,
) {
    let mut report = Report::of(projection.name());
    let mut failures = 0;
    loop {
        let read = tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            read = reader.next(config.batch) => read,
        };
        match read {
            Ok(deliveries) => {
                failures = 0;
                if !project(&config, &deliveries, &*projection, &Once::of(&*quarantine), &mut report, &shutdown).await {
                    return;
                }
            }
            Err(error) => {
                failures += 1;
                report.failed("feed", failures, &error);
                config.backoff.wait(failures, &shutdown).await;
            }
        }
    }
}

/// Tries until the batch is stored; `false` if `shutdown` came first.
async fn project(
    config: &Config,
    batch: &[Delivery],
    projection: &dyn Projection,
    quarantine: &dyn Quarantine,
    report: &mut Report,
    shutdown: &CancellationToken,
) -> bool {
    for delivery in batch {
        if let Err(problem) = &delivery.event {
            report.unreadable(delivery, problem);
        }
    }
    let begin = Instant::now();
    // Each event's own trace gets a span as long as the batch took.
    let _spans: Vec<Span> = batch.iter().map(|delivery| follow(delivery, projection.name())).collect();
    for failures in 1.. {
        let attempt = tokio::select! {
            biased;
            () = shutdown.cancelled() => return false,
            attempt = projection.apply(batch, quarantine) => attempt,
        };
        match attempt {
            Ok(applied) => {
                let oldest = batch.iter().filter_map(|delivery| Some(delivery.event.as_ref().ok()?.timestamp)).min();
                // Clocks of two machines may differ by a little.
                let delay = oldest.map(|oldest| SystemClock.now().duration_since(oldest).as_secs_f64().max(0.0));
                report.applied(&applied, begin.elapsed().as_secs_f64(), delay);
                break;
            }
            Err(error) => {
                report.failed("store", failures, &*error);
                config.backoff.wait(failures, shutdown).await;
            }
        }
    }
    true
}

fn follow(delivery: &Delivery, projection: &'static str) -> Span {
    ports::trace::follow(delivery.trace.as_deref(), || info_span!("project", otel.kind = "consumer", projection))
}
