use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DropReason, Subject, Target};
use crate::UserId;

/// What happened to a notification: the log of its deliveries. The names are the storage format: they never change, and what they
/// mean never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// Somebody is to be told something.
    NotificationStarted {
        /// Who.
        owner: UserId,
        /// What.
        subject: Subject,
        /// When it happened.
        at: Timestamp,
        /// When it is looked up again how to tell it, if nothing was heard of that.
        until: Timestamp,
    },
    /// It is looked up again how to tell it.
    NotificationPlanning {
        /// For the how-manieth time, from 1.
        attempt: u32,
        /// When again, if nothing was heard of it.
        until: Timestamp,
    },
    /// It could not be found out how to tell it.
    NotificationPlanFailed {
        /// In which attempt.
        attempt: u32,
        /// Why: a constant word.
        problem: String,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// Its person does not want to be disturbed now.
    NotificationHeld {
        /// Until when.
        until: Timestamp,
    },
    /// It is being told by these ways. Where the page is one of them, this event is what the page shows.
    NotificationPlanned {
        /// What is told.
        subject: Subject,
        /// By what; deliveries are numbered by it, from 0.
        targets: Vec<Target>,
        /// When.
        at: Timestamp,
    },
    /// Nobody is told.
    NotificationDropped {
        /// Why.
        reason: DropReason,
    },
    /// A delivery is tried again.
    DeliveryStarted {
        /// Which, from 0.
        delivery: u32,
        /// For the how-manieth time, from 1.
        attempt: u32,
        /// When again, if nothing was heard of it.
        until: Timestamp,
    },
    /// A delivery arrived.
    NotificationDelivered {
        /// Which, from 0.
        delivery: u32,
        /// When.
        at: Timestamp,
    },
    /// A delivery did not arrive.
    DeliveryFailed {
        /// Which, from 0.
        delivery: u32,
        /// In which attempt.
        attempt: u32,
        /// Why: a constant word.
        problem: String,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// A delivery is no longer wanted.
    DeliverySkipped {
        /// Which, from 0.
        delivery: u32,
        /// Why: a constant word.
        problem: String,
        /// When.
        at: Timestamp,
    },
    /// A delivery is tried no more, unless somebody says so.
    DeliveryGivenUp {
        /// Which, from 0.
        delivery: u32,
        /// Why: a constant word.
        problem: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody lets it try again what was given up.
    NotificationResumed {
        /// Who.
        by: UserId,
    },
    /// Its person has seen it.
    NotificationRead {
        /// When.
        at: Timestamp,
    },
    /// Its person is erased: nobody is told, and nobody knows any more what it was about.
    NotificationErased {},
}

impl Event {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] = &[
        "NotificationStarted",
        "NotificationPlanning",
        "NotificationPlanFailed",
        "NotificationHeld",
        "NotificationPlanned",
        "NotificationDropped",
        "DeliveryStarted",
        "NotificationDelivered",
        "DeliveryFailed",
        "DeliverySkipped",
        "DeliveryGivenUp",
        "NotificationResumed",
        "NotificationRead",
        "NotificationErased",
    ];
}
