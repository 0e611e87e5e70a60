//! Notifications: that somebody is told something, once, by the ways that they chose, and not while they want to be left alone.
//!
//! A [`Notification`] is a [`Process`]: it looks up how its person wants to be told, waits until their quiet hours are over, and then
//! delivers by each way on its own, again and again until that worked or is given up. Its events are the log of the deliveries.

mod command;
mod decide;
mod delivery;
mod event;
mod quiet;
mod state;
mod subject;

pub use command::Command;
pub use delivery::{Action, Delivery, DeliveryStatus, Target, Wishes};
pub use event::Event;
pub use quiet::quiet_until;
pub use state::{DropReason, Notification, Status};
pub use subject::Subject;

use jiff::SignedDuration;

use crate::{Aggregate, Envelope, EventRecord, NotificationId, Refusal, Timer, UpcastError, UserId, saga::Process, todo::upcast::read};

/// What happened longer ago than this is told to nobody any more.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(24);
/// How often a delivery is tried before it is given up: about nine hours with the pauses in between.
pub const MAX_ATTEMPTS: u32 = 20;
/// How long nothing may be heard of an attempt before there is another one.
pub const ATTEMPT_TIME: SignedDuration = SignedDuration::from_secs(60);

/// The timer of the plan: when to look up how to tell it.
const PLAN_TIMER: &str = "plan";
/// What the timers of deliveries begin with.
const DELIVERY_TIMER: &str = "delivery-";

impl Aggregate for Notification {
    const TYPE: &'static str = "Notification";
    const ID_PREFIX: &'static str = NotificationId::PREFIX;
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;

    fn decide(state: &Option<Self>, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state.as_ref(), envelope)
    }

    fn begins(command: &Command) -> bool {
        matches!(command, Command::Start { .. })
    }

    fn evolve(state: Option<Self>, event: &Event) -> Option<Self> {
        state::evolve(state, event)
    }

    fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
        read(record, Event::TYPES)
    }

    fn forgets(event: &Event) -> bool {
        matches!(event, Event::NotificationErased {})
    }

    fn timers(state: &Option<Self>) -> Vec<Timer> {
        let Some(notification) = state else { return vec![] };
        match notification.status {
            Status::Planning | Status::Waiting | Status::Held => vec![Timer::new(PLAN_TIMER, notification.next)],
            Status::Delivering => {
                let open = notification.deliveries.iter().enumerate().filter(|(_, delivery)| delivery.is_open());
                open.map(|(at, delivery)| Timer::new(format!("{DELIVERY_TIMER}{at}"), delivery.next)).collect()
            }
            Status::Ended | Status::Dropped => vec![],
        }
    }

    fn on_timer(state: &Option<Self>, name: &str) -> Option<(UserId, Command)> {
        let owner = state.as_ref()?.owner.clone();
        if name == PLAN_TIMER {
            return Some((owner, Command::PlanAgain));
        }
        let delivery = name.strip_prefix(DELIVERY_TIMER)?.parse().ok()?;
        Some((owner, Command::DeliverAgain { delivery }))
    }
}

impl Process for Notification {
    type Action = Action;

    fn actions(state: &Option<Self>) -> Vec<Action> {
        let Some(notification) = state else { return vec![] };
        match notification.status {
            Status::Planning => vec![notification.plan()],
            Status::Delivering => {
                let acting = notification.deliveries.iter().zip(0..).filter(|(delivery, _)| delivery.status == DeliveryStatus::Acting);
                acting.map(|(delivery, at)| notification.deliver(at, delivery)).collect()
            }
            Status::Waiting | Status::Held | Status::Ended | Status::Dropped => vec![],
        }
    }
}
