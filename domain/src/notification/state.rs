use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ATTEMPT_TIME, Action, Delivery, DeliveryStatus, Event, Subject, Target};
use crate::UserId;

/// Where a notification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is being looked up how to tell it.
    Planning,
    /// That could not be found out, and is tried again later.
    Waiting,
    /// Its person does not want to be disturbed now.
    Held,
    /// It is being delivered.
    Delivering,
    /// Every delivery is over, whichever way.
    Ended,
    /// Nobody is told.
    Dropped,
}

impl Status {
    /// Its public name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planning | Self::Waiting => "planning",
            Self::Held => "held",
            Self::Delivering => "delivering",
            Self::Ended => "ended",
            Self::Dropped => "dropped",
        }
    }
}

/// Why nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropReason {
    /// What it would tell is over: the todo is done, for example.
    Moot,
    /// There is no way by which its person wants to be told.
    Unwanted,
    /// It could not be found out how, for too long.
    Unplanned,
}

impl DropReason {
    /// Its public name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moot => "moot",
            Self::Unwanted => "unwanted",
            Self::Unplanned => "unplanned",
        }
    }
}

/// A notification as it stands: one small record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Who is told.
    pub owner: UserId,
    /// What.
    pub subject: Subject,
    /// When it happened.
    pub at: Timestamp,
    /// Where it stands.
    pub status: Status,
    /// The last attempt to find out how to tell it, from 1.
    pub attempt: u32,
    /// When to find out again; means nothing once that is known.
    pub next: Timestamp,
    /// Why the last attempt to find out failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Why nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<DropReason>,
    /// When its person has seen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Timestamp>,
    /// Its deliveries, once it is known how to tell it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
}

impl Notification {
    pub(super) fn plan(&self) -> Action {
        Action::Plan { owner: self.owner.clone(), notification: Box::new(self.clone()), attempt: self.attempt }
    }

    pub(super) fn deliver(&self, number: u32, delivery: &Delivery) -> Action {
        Action::Deliver {
            owner: self.owner.clone(),
            notification: Box::new(self.clone()),
            delivery: number,
            target: delivery.target,
            attempt: delivery.attempt,
        }
    }

    /// A delivery by its number.
    pub fn delivery(&self, number: u32) -> Option<&Delivery> {
        self.deliveries.get(number as usize)
    }

    fn settle(&mut self) {
        let open = self.deliveries.iter().any(Delivery::is_open);
        self.status = if open { Status::Delivering } else { Status::Ended };
    }

    fn change(&mut self, number: u32, to: DeliveryStatus, next: Timestamp, problem: Option<&String>) {
        if let Some(delivery) = self.deliveries.get_mut(number as usize) {
            (delivery.status, delivery.next) = (to, next);
            delivery.problem = problem.cloned();
        }
        self.settle();
    }
}

/// The delivery `target` at its beginning. The page is told by the event that this follows from.
fn begun(target: Target, at: Timestamp) -> Delivery {
    let (status, next) = match target {
        Target::Page => (DeliveryStatus::Delivered, at),
        Target::Email | Target::Webhook { .. } => (DeliveryStatus::Acting, at.checked_add(ATTEMPT_TIME).unwrap_or(at)),
    };
    Delivery { target, status, attempt: 1, attempts_before: 0, next, problem: None }
}

/// `state` after `event`. The first event makes it; any other before it means nothing.
pub(super) fn evolve(state: Option<Notification>, event: &Event) -> Option<Notification> {
    if let Event::NotificationStarted { owner, subject, at, until } = event {
        return Some(Notification {
            owner: owner.clone(),
            subject: subject.clone(),
            at: *at,
            status: Status::Planning,
            attempt: 1,
            next: *until,
            problem: None,
            dropped: None,
            read: None,
            deliveries: vec![],
        });
    }
    let mut state = state?;
    match event {
        Event::NotificationStarted { .. } => {}
        Event::NotificationPlanning { attempt, until } => {
            (state.status, state.attempt, state.next, state.dropped) = (Status::Planning, *attempt, *until, None);
        }
        Event::NotificationPlanFailed { problem, retry_at, .. } => {
            (state.status, state.next, state.problem) = (Status::Waiting, *retry_at, Some(problem.clone()));
        }
        Event::NotificationHeld { until } => (state.status, state.next, state.problem) = (Status::Held, *until, None),
        Event::NotificationPlanned { targets, at, .. } => {
            state.problem = None;
            state.deliveries = targets.iter().map(|target| begun(*target, *at)).collect();
            state.settle();
        }
        Event::NotificationDropped { reason } => (state.status, state.dropped) = (Status::Dropped, Some(*reason)),
        Event::DeliveryStarted { delivery, attempt, until } => {
            state.change(*delivery, DeliveryStatus::Acting, *until, None);
            if let Some(delivery) = state.deliveries.get_mut(*delivery as usize) {
                delivery.attempt = *attempt;
            }
        }
        Event::NotificationDelivered { delivery, at } => state.change(*delivery, DeliveryStatus::Delivered, *at, None),
        Event::DeliveryFailed { delivery, problem, retry_at, .. } => {
            state.change(*delivery, DeliveryStatus::Waiting, *retry_at, Some(problem));
        }
        Event::DeliverySkipped { delivery, problem, at } => state.change(*delivery, DeliveryStatus::Skipped, *at, Some(problem)),
        Event::DeliveryGivenUp { delivery, problem, at } => state.change(*delivery, DeliveryStatus::GivenUp, *at, Some(problem)),
        Event::NotificationRead { at } => state.read = Some(*at),
        Event::NotificationErased {} => {
            (state.owner, state.subject, state.deliveries) = (UserId::nobody(), Subject::Test, vec![]);
            (state.status, state.dropped, state.problem, state.read) = (Status::Dropped, Some(DropReason::Moot), None, None);
        }
        Event::NotificationResumed { .. } => {
            for delivery in state.deliveries.iter_mut().filter(|delivery| delivery.status == DeliveryStatus::GivenUp) {
                delivery.attempts_before = delivery.attempt;
            }
        }
    }
    Some(state)
}
