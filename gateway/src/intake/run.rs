use std::{sync::Arc, time::Duration};

use ports::{Arrival, CommandSource, CommandSourceError, DeadLetters, Outcomes, RawMessage, Verdict};
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    lanes::{Incoming, Lanes, Order, Spot, Start},
    message::read,
    worker::{Work, Worker},
};
use crate::{Gateway, edge::Edge};

/// How commands are taken in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name of the group of readers, for dead letters.
    pub group: String,
    /// At most so many commands are with their actors at a time.
    pub at_a_time: usize,
    /// At most so many messages are here at a time; no more are read then.
    pub most_held: usize,
    /// At most so many commands of one todo are done and not committed: fewer than an actor remembers, so that one that
    /// comes again after a crash is known.
    pub most_unsettled: usize,
    /// Before the second attempt of what failed.
    pub first_pause: Duration,
    /// Between two attempts, at most.
    pub longest_pause: Duration,
}

impl Config {
    /// The usual choices.
    pub fn new(group: impl Into<String>) -> Self {
        Self {
            group: group.into(),
            at_a_time: 64,
            most_held: 2000,
            most_unsettled: 16,
            first_pause: Duration::from_millis(50),
            longest_pause: Duration::from_secs(5),
        }
    }
}

/// What the intake needs beside the edge.
#[derive(Clone)]
pub struct Intake {
    /// Where outcomes go.
    pub outcomes: Arc<dyn Outcomes>,
    /// Where messages go that are no commands.
    pub letters: Arc<dyn DeadLetters>,
}

/// Takes commands from `source` until `shutdown`: in order for each key, and for different keys at the same time.
///
/// A message is committed only after its outcome is published, and nothing after a message that is not done is: so after
/// a crash anywhere it comes again, and the actor knows it by its id. What cannot be done now is tried again without end,
/// and holds up what comes after it under the same key.
pub async fn run(config: Config, gateway: Gateway, intake: Intake, source: Box<dyn CommandSource>, shutdown: CancellationToken) {
    let lanes = Lanes::new(config.most_unsettled);
    let permits = Semaphore::new(config.at_a_time);
    let worker = Arc::new(Worker { edge: Edge::new(gateway), intake, config, permits });
    let mut taking = Taking { worker, source, lanes, tasks: JoinSet::new(), failures: 0 };
    tokio::select! {
        biased;
        () = shutdown.cancelled() => {}
        () = taking.go_on() => {}
    }
    taking.end().await;
}

struct Ended {
    spot: Spot,
    /// Nothing where it was cancelled.
    verdict: Option<Verdict>,
    cancel: CancellationToken,
}

struct Taking {
    worker: Arc<Worker>,
    source: Box<dyn CommandSource>,
    lanes: Lanes<Work>,
    tasks: JoinSet<Ended>,
    /// Of the source, in a row.
    failures: u32,
}

impl Taking {
    async fn go_on(&mut self) {
        loop {
            // All that ended goes into one commit.
            while let Some(ended) = self.tasks.try_join_next() {
                self.ended(ended);
            }
            while let Some(start) = self.lanes.start() {
                self.begin(start);
            }
            let room = self.worker.config.most_held.saturating_sub(self.lanes.held());
            let to_commit = self.lanes.to_commit();
            if !to_commit.is_empty() {
                let committed = self.source.commit(&to_commit).await;
                if self.worked(committed).await.is_some() {
                    self.lanes.committed(&to_commit);
                    continue;
                }
            }
            tokio::select! {
                biased;
                Some(ended) = self.tasks.join_next() => self.ended(ended),
                arrival = self.source.next(room) => match self.worked(arrival).await {
                    Some(Arrival::Messages(messages)) => messages.into_iter().for_each(|message| self.arrived(message)),
                    Some(Arrival::Lost(partitions)) => {
                        info!(?partitions, "commands of these partitions are another process's now");
                        self.lanes.lost(&partitions);
                    }
                    None => {}
                },
            }
        }
    }

    fn arrived(&mut self, message: RawMessage) {
        let read = read(&message);
        let aggregate = read.as_ref().ok().map(|request| {
            let todo = request.todo.unwrap_or_else(|| request.caller.new_todo(&self.worker.edge));
            todo.to_string()
        });
        let spot = (message.place.partition, message.place.offset);
        let order = match (&message.key, &aggregate) {
            (Some(key), _) => Order::Key(key.clone()),
            (None, Some(aggregate)) => Order::Aggregate(aggregate.clone()),
            (None, None) => Order::None(spot.1),
        };
        self.lanes.add(Incoming { spot, order, aggregate, work: Work { message, read } });
    }

    fn begin(&mut self, Start { spot, work, cancel }: Start<Work>) {
        let worker = self.worker.clone();
        self.tasks.spawn(async move {
            let verdict = cancel.run_until_cancelled(worker.finish(&work)).await;
            Ended { spot, verdict, cancel }
        });
    }

    fn ended(&mut self, ended: Result<Ended, JoinError>) {
        match ended {
            // What ended before it was cancelled must not be taken for what came again since.
            Ok(Ended { spot, verdict: Some(verdict), cancel }) if !cancel.is_cancelled() => {
                self.lanes.done(spot, verdict == Verdict::Refused)
            }
            Ok(_) => {}
            // The worker catches panics: this is a task of a runtime that shuts down.
            Err(error) => warn!(%error, "a command's task ended"),
        }
    }

    /// What the source gave, unless it failed; then there is a pause.
    async fn worked<R>(&mut self, given: Result<R, CommandSourceError>) -> Option<R> {
        match given {
            Ok(given) => {
                self.failures = 0;
                Some(given)
            }
            Err(error) => {
                self.failures += 1;
                metrics::counter!("todo_commands_failures_total", "of" => "source").increment(1);
                if self.failures <= 3 || self.failures.is_power_of_two() {
                    warn!(error = &error as &dyn std::error::Error, failures = self.failures, "the source of commands fails");
                }
                self.worker.config.pause(self.failures).await;
                None
            }
        }
    }

    /// Gives what is under way a moment to end, so that it need not come again.
    async fn end(&mut self) {
        let grace = async {
            while let Some(ended) = self.tasks.join_next().await {
                self.ended(ended);
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(2), grace).await;
        let to_commit = self.lanes.to_commit();
        if !to_commit.is_empty() {
            let _ = tokio::time::timeout(Duration::from_secs(2), self.source.commit(&to_commit)).await;
        }
    }
}
