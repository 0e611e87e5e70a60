use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use ports::{CommandOutcome, DeadLetter, RawMessage, Verdict};
use tokio::sync::Semaphore;
use tracing::{error, warn};

use super::{
    answer::{answer, answer_malformed},
    message::{Malformed, Request},
    run::{Config, Intake},
};
use crate::{edge::Edge, usecase::Failure};

/// A message as it came, and what was read in it.
pub(super) struct Work {
    pub message: RawMessage,
    pub read: Result<Request, Malformed>,
}

/// Works on one message until its outcome is published.
pub(super) struct Worker {
    pub edge: Edge,
    pub intake: Intake,
    pub config: Config,
    /// How many commands are with their actors at a time.
    pub permits: Semaphore,
}

impl Worker {
    /// How it ended, once everybody who must know does. Tries without end: only whoever drops it can stop it.
    pub(super) async fn finish(&self, work: &Work) -> Verdict {
        for attempt in 1_u32.. {
            match AssertUnwindSafe(self.try_finish(work)).catch_unwind().await {
                Ok(verdict) => return verdict,
                Err(_) => {
                    error!(place = %work.message.place, attempt, "taking a command panicked");
                    self.config.pause(attempt).await;
                }
            }
        }
        Verdict::Refused
    }

    async fn try_finish(&self, work: &Work) -> Verdict {
        let outcome = match &work.read {
            Ok(request) => Some(self.answer(request, &work.message).await),
            Err(malformed) => {
                self.park(malformed, &work.message).await;
                answer_malformed(malformed, self.edge.gateway.clock.now())
            }
        };
        let Some(outcome) = outcome else { return Verdict::Refused };
        let mut failures = 0;
        while let Err(error) = self.intake.outcomes.publish(&outcome).await {
            failures += 1;
            self.failed("outcome", &work.message, failures, &error);
            self.config.pause(failures).await;
        }
        outcome.outcome
    }

    async fn answer(&self, request: &Request, message: &RawMessage) -> CommandOutcome {
        let mut failures = 0;
        loop {
            // Held for one attempt only: whoever waits must not keep others from their actors.
            let permit = self.permits.acquire().await.ok();
            let answered = answer(&self.edge, request).await;
            drop(permit);
            match answered {
                Ok(outcome) => {
                    let outcome_name = if outcome.outcome == Verdict::Accepted { "accepted" } else { "refused" };
                    metrics::counter!("todo_commands_taken_total", "outcome" => outcome_name).increment(1);
                    return outcome;
                }
                // An earlier delivery, or the same request by HTTP, is with the actor.
                Err(Failure::InFlight) => self.config.pause(1).await,
                Err(failure) => {
                    failures += 1;
                    self.failed("command", message, failures, &failure);
                    self.config.pause(failures).await;
                }
            }
        }
    }

    async fn park(&self, malformed: &Malformed, message: &RawMessage) {
        let letter = [DeadLetter {
            message: message.clone(),
            group: self.config.group.clone(),
            kind: "malformed".to_owned(),
            reason: malformed.reason(),
            at: self.edge.gateway.clock.now(),
        }];
        let mut failures = 0;
        while let Err(error) = self.intake.letters.park(&letter).await {
            failures += 1;
            self.failed("dead letter", message, failures, &error);
            self.config.pause(failures).await;
        }
        metrics::counter!("todo_commands_taken_total", "outcome" => "malformed").increment(1);
        warn!(place = %message.place, "a message is no command: see `todo dead-letters`");
    }

    fn failed(&self, what: &'static str, message: &RawMessage, failures: u32, error: &(dyn std::error::Error + 'static)) {
        metrics::counter!("todo_commands_failures_total", "of" => what).increment(1);
        // The first few, then ever fewer: an outage must not fill the disk.
        if failures <= 3 || failures.is_power_of_two() {
            warn!(of = what, place = %message.place, failures, error, "a command waits and is tried again");
        }
    }
}

impl Config {
    /// Waits before the next attempt after so many failures in a row: twice as long each time, up to a bound.
    pub(super) async fn pause(&self, failures: u32) {
        let factor = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        let pause: Duration = self.first_pause.saturating_mul(factor).min(self.longest_pause);
        tokio::time::sleep(pause).await;
    }
}
