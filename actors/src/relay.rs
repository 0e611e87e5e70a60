use std::{pin::Pin, sync::Arc};

use domain::EventRecord;
use futures::{StreamExt, poll, stream::FuturesUnordered};
use jiff::Timestamp;
use ports::{EventFeed, Mark, OutboxIndex, OutboxIndexError};
use tokio::sync::mpsc;
use tracing::{Instrument, info_span, warn};

use crate::outbox::Progress;

/// Brings committed events to the feed, off the callers' path.
///
/// Each commit is marked in the [`OutboxIndex`] before it happens and unmarked when the feed has its events. So a crash
/// anywhere leaves a mark for the sweeper to find, and an event can be late but not lost.
#[derive(Clone)]
pub struct Relay {
    batches: mpsc::Sender<Batch>,
    index: Arc<dyn OutboxIndex>,
}

/// How much the relay takes on.
#[derive(Debug, Clone, Copy)]
pub struct RelayOptions {
    /// Commits on their way to the feed at one time. What is over that waits in its actor's outbox for the sweeper.
    pub in_flight: usize,
}

impl Default for RelayOptions {
    fn default() -> Self {
        Self { in_flight: 10_000 }
    }
}

struct Batch {
    mark: Mark,
    events: Arc<[EventRecord]>,
    progress: Arc<Progress>,
    /// The turn's place in a trace.
    trace: Option<String>,
}

type Publishing = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Relay {
    /// Starts the relay's task, which runs until every clone of the relay is gone and what it took on is published.
    pub fn start(feed: Arc<dyn EventFeed>, index: Arc<dyn OutboxIndex>, options: RelayOptions) -> (Self, tokio::task::JoinHandle<()>) {
        let (batches, queue) = mpsc::channel(options.in_flight);
        let task = tokio::spawn(run(queue, feed, index.clone(), options.in_flight));
        (Self { batches, index }, task)
    }

    /// Marks a commit that is about to happen.
    pub(crate) async fn mark(&self, mark: &Mark, at: Timestamp) -> Result<(), OutboxIndexError> {
        self.index.set(std::slice::from_ref(mark), at).await
    }

    /// Which of `marks` stand, as far as it can be known: where it cannot, all of them, since publishing twice is better
    /// than never.
    pub(crate) async fn standing(&self, marks: Vec<Mark>) -> Vec<Mark> {
        match self.index.set_among(&marks).await {
            Ok(standing) => standing,
            Err(error) => {
                warn!(%error, "publishing an outbox again: its marks cannot be read");
                marks
            }
        }
    }

    pub(crate) async fn unmark(&self, marks: &[Mark]) -> Result<(), OutboxIndexError> {
        if marks.is_empty() { Ok(()) } else { self.index.clear(marks).await }
    }

    /// Takes on a commit's events. Must be called in the order of the actor's commits, under its mutex.
    pub(crate) fn ship(&self, mark: Mark, events: Arc<[EventRecord]>, progress: &Arc<Progress>) {
        if progress.is_stalled() {
            return;
        }
        progress.begin();
        if let Err(refused) = self.batches.try_send(Batch { mark, events, progress: progress.clone(), trace: ports::trace::here() }) {
            let batch = refused.into_inner();
            batch.progress.end(&batch.events, false);
            metrics::counter!("todo_relay_deferred_total").increment(1);
        }
    }
}

async fn run(mut queue: mpsc::Receiver<Batch>, feed: Arc<dyn EventFeed>, index: Arc<dyn OutboxIndex>, limit: usize) {
    let mut publishing: FuturesUnordered<Publishing> = FuturesUnordered::new();
    let depth = metrics::gauge!("todo_relay_in_flight");
    loop {
        depth.set(publishing.len() as f64);
        tokio::select! {
            batch = queue.recv(), if publishing.len() < limit => match batch {
                Some(batch) => {
                    let span = ports::trace::follow(batch.trace.as_deref(), || info_span!("publish", otel.kind = "producer"));
                    let mut future: Publishing = Box::pin(publish(batch, feed.clone(), index.clone()).instrument(span));
                    // The feed orders by first poll, and the set below polls in any order: so poll now.
                    if poll!(&mut future).is_pending() {
                        publishing.push(future);
                    }
                }
                None => break,
            },
            Some(()) = publishing.next() => {}
        }
    }
    while publishing.next().await.is_some() {}
}

async fn publish(batch: Batch, feed: Arc<dyn EventFeed>, index: Arc<dyn OutboxIndex>) {
    let outcome = feed.publish(&batch.events).await;
    batch.progress.end(&batch.events, outcome.is_ok());
    match outcome {
        Ok(()) => {
            metrics::counter!("todo_events_relayed_total").increment(batch.events.len() as u64);
            if let Err(error) = index.clear(std::slice::from_ref(&batch.mark)).await {
                warn!(%error, actor = %batch.mark.key, "a published commit stays marked until the sweeper comes by");
            }
        }
        Err(error) => {
            metrics::counter!("todo_relay_failures_total").increment(1);
            warn!(error = ?error, actor = %batch.mark.key, "events wait in the outbox");
        }
    }
}
