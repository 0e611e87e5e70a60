use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use ports::{Delivery, FeedReader, ViewStore, ViewsError};
use tokio_util::sync::CancellationToken;

use crate::{
    Backoff, Folded,
    fold::{fold, todo_id},
    report::Report,
};

/// How the projection works.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// At most so many events in one transaction.
    pub batch: usize,
    /// How to wait where the feed or the store is away.
    pub backoff: Backoff,
}

impl Default for Config {
    fn default() -> Self {
        Self { batch: 500, backoff: Backoff::default() }
    }
}

/// Keeps the views of `store` in step with the feed, until `shutdown`.
///
/// A batch is asked for only once the one before is stored, so a reader may take the next call as its acknowledgement.
/// What was read but not stored is read again after a restart.
pub async fn run(config: Config, mut reader: Box<dyn FeedReader>, store: Arc<dyn ViewStore>, shutdown: CancellationToken) {
    let mut report = Report::default();
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
                if !project(&config, &deliveries, &*store, &mut report, &shutdown).await {
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
async fn project(config: &Config, batch: &[Delivery], store: &dyn ViewStore, report: &mut Report, shutdown: &CancellationToken) -> bool {
    for delivery in batch {
        if let Err(problem) = &delivery.event {
            report.unreadable(delivery, problem);
        }
    }
    let begin = Instant::now();
    for failures in 1.. {
        let attempt = tokio::select! {
            biased;
            () = shutdown.cancelled() => return false,
            attempt = store_batch(batch, store) => attempt,
        };
        match attempt {
            Ok(folded) => {
                report.stored(&folded, begin.elapsed().as_secs_f64());
                break;
            }
            Err(error) => {
                report.failed("store", failures, &error);
                config.backoff.wait(failures, shutdown).await;
            }
        }
    }
    true
}

/// One attempt, from the rows that are there now: so it is right too after an attempt of which nobody knows whether it
/// was stored.
async fn store_batch(batch: &[Delivery], store: &dyn ViewStore) -> Result<Folded, ViewsError> {
    let events = || batch.iter().filter_map(|delivery| delivery.event.as_ref().ok());
    let ids: BTreeSet<_> = events().filter_map(|event| todo_id(event)?.ok()).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = if ids.is_empty() { vec![] } else { store.rows(&ids).await? };
    let folded = fold(rows, events());
    let offsets: BTreeMap<i32, i64> = batch.iter().map(|delivery| (delivery.partition, delivery.offset + 1)).collect();
    store.store(&folded.rows, &offsets.into_iter().collect::<Vec<_>>()).await?;
    Ok(folded)
}
