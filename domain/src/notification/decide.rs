use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{ATTEMPT_TIME, Command, Delivery, DeliveryStatus, DropReason, Event, MAX_ATTEMPTS, Notification, Status, Wishes, quiet_until};
use crate::{Envelope, Invalid, Refusal, saga::OPERATOR};

/// What is said of an attempt of which nothing was heard.
const TIMED_OUT: &str = "timed-out";
/// The first pause between attempts; it doubles up to the longest.
const FIRST: SignedDuration = SignedDuration::from_secs(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn decide(state: Option<&Notification>, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let (by, at) = (&envelope.principal, envelope.at);
    let it = match (&envelope.command, state) {
        (Command::Start { subject, at: happened }, None) => {
            let (owner, subject) = (by.clone(), subject.clone());
            return Ok(vec![Event::NotificationStarted { owner, subject, at: *happened, until: later(at, ATTEMPT_TIME) }]);
        }
        // Once more.
        (Command::Erase, Some(it)) if it.owner.is_nobody() => return Ok(vec![]),
        // A stranger must not learn which ids are taken.
        (_, Some(it)) if it.owner != *by && by.as_str() != OPERATOR => return Err(Refusal::NotFound),
        (Command::Start { .. }, Some(_)) => return Err(Refusal::AlreadyExists),
        (_, None) => return Err(Refusal::NotFound),
        (_, Some(it)) => it,
    };
    let who = &envelope.aggregate_id;
    Ok(match &envelope.command {
        Command::Start { .. } | Command::Look => vec![],
        Command::Erase => vec![Event::NotificationErased {}],
        Command::Plan { wishes, moot } if it.status == Status::Planning => vec![it.planned(wishes, *moot, at)],
        Command::PlanFailed { attempt, problem } if it.status == Status::Planning && *attempt == it.attempt => {
            let retry_at = pause(who, None, it.attempt, at);
            let failed = Event::NotificationPlanFailed { attempt: it.attempt, problem: problem.clone(), retry_at };
            let dropped = (it.attempt >= MAX_ATTEMPTS).then_some(Event::NotificationDropped { reason: DropReason::Unplanned });
            std::iter::once(failed).chain(dropped).collect()
        }
        Command::Plan { .. } | Command::PlanFailed { .. } => vec![],
        Command::PlanAgain => match it.status {
            Status::Planning if it.attempt >= MAX_ATTEMPTS => vec![Event::NotificationDropped { reason: DropReason::Unplanned }],
            Status::Planning | Status::Waiting => vec![it.planning(it.attempt + 1, at)],
            // Another thing than what failed before.
            Status::Held => vec![it.planning(1, at)],
            Status::Delivering | Status::Ended | Status::Dropped => vec![],
        },
        Command::Delivered { delivery } => {
            open(it, *delivery).map(|_| Event::NotificationDelivered { delivery: *delivery, at }).into_iter().collect()
        }
        Command::Skip { delivery, problem } => {
            let skipped = |_| Event::DeliverySkipped { delivery: *delivery, problem: problem.clone(), at };
            open(it, *delivery).map(skipped).into_iter().collect()
        }
        Command::Failed { delivery, attempt, problem, lasting } => match open(it, *delivery) {
            Some(present) if present.status == DeliveryStatus::Acting && present.attempt == *attempt => {
                vec![failed(who, *delivery, present, problem, *lasting, at)]
            }
            // Of an attempt that is over.
            _ => vec![],
        },
        Command::DeliverAgain { delivery } => match open(it, *delivery) {
            Some(present) if present.status == DeliveryStatus::Acting && present.tries() >= MAX_ATTEMPTS => {
                vec![failed(who, *delivery, present, TIMED_OUT, false, at)]
            }
            Some(present) => vec![started(*delivery, present.attempt + 1, at)],
            None => vec![],
        },
        Command::Retry => it.retry(envelope)?,
        Command::Read if it.read.is_none() => vec![Event::NotificationRead { at }],
        Command::Read => vec![],
    })
}

/// The delivery of this number, if it goes on by itself.
fn open(it: &Notification, number: u32) -> Option<&Delivery> {
    it.delivery(number).filter(|delivery| delivery.is_open())
}

fn started(delivery: u32, attempt: u32, at: Timestamp) -> Event {
    Event::DeliveryStarted { delivery, attempt, until: later(at, ATTEMPT_TIME) }
}

fn failed(who: &str, number: u32, delivery: &Delivery, problem: &str, lasting: bool, at: Timestamp) -> Event {
    let problem = problem.to_owned();
    if lasting || delivery.tries() >= MAX_ATTEMPTS {
        return Event::DeliveryGivenUp { delivery: number, problem, at };
    }
    let retry_at = pause(who, Some(number), delivery.tries(), at);
    Event::DeliveryFailed { delivery: number, attempt: delivery.attempt, problem, retry_at }
}

impl Notification {
    fn planned(&self, wishes: &Wishes, moot: bool, at: Timestamp) -> Event {
        let reason = match (moot, wishes.targets.is_empty()) {
            (true, _) => DropReason::Moot,
            (false, true) => DropReason::Unwanted,
            (false, false) => match quiet_until(wishes.quiet_hours, wishes.zone.as_ref(), at) {
                Some(until) => return Event::NotificationHeld { until },
                None => return Event::NotificationPlanned { subject: self.subject.clone(), targets: wishes.targets.clone(), at },
            },
        };
        Event::NotificationDropped { reason }
    }

    fn planning(&self, attempt: u32, at: Timestamp) -> Event {
        Event::NotificationPlanning { attempt, until: later(at, ATTEMPT_TIME) }
    }

    fn retry(&self, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        let resumed = Event::NotificationResumed { by: envelope.principal.clone() };
        if self.dropped == Some(DropReason::Unplanned) {
            return Ok(vec![resumed, self.planning(1, envelope.at)]);
        }
        let given_up = self.deliveries.iter().zip(0..).filter(|(delivery, _)| delivery.status == DeliveryStatus::GivenUp);
        let again: Vec<_> = given_up.map(|(delivery, number)| started(number, delivery.attempt + 1, envelope.at)).collect();
        if again.is_empty() {
            return Err(Invalid::new("notification", "has nothing that was given up", "leave it as it is").into());
        }
        Ok(std::iter::once(resumed).chain(again).collect())
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

/// When to try again what failed at `at` in attempt number `attempt` of a row: after a second, two, four, … an hour, cut by up to half
/// by a hash of who asks (the domain draws no lots), so that what failed together does not come back together.
fn pause(who: &str, delivery: Option<u32>, attempt: u32, at: Timestamp) -> Timestamp {
    let doubled = FIRST.checked_mul(1 << attempt.saturating_sub(1).min(16)).unwrap_or(LONGEST).min(LONGEST);
    let digest = Sha256::digest(format!("{who}:{delivery:?}:{attempt}"));
    let share = u16::from_be_bytes([digest[0], digest[1]]);
    let cut = doubled.as_micros() / 2 * i128::from(share) / i128::from(u16::MAX);
    later(at, doubled - SignedDuration::from_micros(i64::try_from(cut).unwrap_or(0)))
}
