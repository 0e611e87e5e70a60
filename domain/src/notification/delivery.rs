use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Notification;
use crate::{
    UserId, WebhookId,
    todo::Zone,
    user::{Channel, QuietHours, Settings},
};

/// One way by which somebody is told. Holds no address: whoever delivers looks it up, so that a change of it counts at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "camelCase")]
pub enum Target {
    /// The page: it is told by the event that says so.
    Page,
    /// Mail to the person's address.
    Email,
    /// A request to a program of the person's.
    Webhook {
        /// Which.
        hook: WebhookId,
    },
}

impl Target {
    /// Of which sort it is.
    pub fn channel(self) -> Channel {
        match self {
            Self::Page => Channel::Page,
            Self::Email => Channel::Email,
            Self::Webhook { .. } => Channel::Webhook,
        }
    }
}

/// How somebody wants to be told: what of their settings counts here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wishes {
    /// Where their clock is; UTC if they did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// When not to disturb them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// By what.
    pub targets: Vec<Target>,
}

impl Wishes {
    /// What `person` said in `settings`. Whoever chose nothing is told by the page: that disturbs nobody who does not look.
    pub fn of(person: &UserId, settings: &Settings) -> Self {
        let channels = if settings.channels.is_empty() { [Channel::Page].into() } else { settings.channels.clone() };
        let targets = channels.into_iter().flat_map(|channel| match channel {
            Channel::Page => vec![Target::Page],
            Channel::Email => vec![Target::Email],
            Channel::Webhook => settings.webhooks.iter().map(|url| Target::Webhook { hook: WebhookId::of(person, url) }).collect(),
        });
        Self { zone: settings.zone.clone(), quiet_hours: settings.quiet_hours, targets: targets.collect() }
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryStatus {
    /// It is being tried.
    Acting,
    /// It is tried again later.
    Waiting,
    /// It arrived.
    Delivered,
    /// It was no longer wanted.
    Skipped,
    /// It did not arrive, and nobody tries any more unless somebody says so.
    GivenUp,
}

impl DeliveryStatus {
    /// Its public name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acting | Self::Waiting => "pending",
            Self::Delivered => "delivered",
            Self::Skipped => "skipped",
            Self::GivenUp => "given-up",
        }
    }
}

/// One delivery of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// By what.
    pub target: Target,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Its last attempt, from 1.
    pub attempt: u32,
    /// The attempts before somebody let it go on.
    pub attempts_before: u32,
    /// While it is open, when it is tried again; else when it was over.
    pub next: Timestamp,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Delivery {
    /// Whether it goes on by itself.
    pub fn is_open(&self) -> bool {
        matches!(self.status, DeliveryStatus::Acting | DeliveryStatus::Waiting)
    }

    /// The attempts since somebody let it go on.
    pub(super) fn tries(&self) -> u32 {
        self.attempt.saturating_sub(self.attempts_before)
    }
}

/// Something that a notification has done. However often it is done, it is the same: the attempt does not count when actions are
/// compared.
#[derive(Debug, Clone)]
pub enum Action {
    /// Look up how its person wants to be told.
    Plan {
        /// Who.
        owner: UserId,
        /// What is told.
        notification: Box<Notification>,
        /// Which attempt this is, from 1.
        attempt: u32,
    },
    /// Deliver by one way.
    Deliver {
        /// To whom.
        owner: UserId,
        /// What is told.
        notification: Box<Notification>,
        /// Which delivery, from 0.
        delivery: u32,
        /// By what.
        target: Target,
        /// Which attempt this is, from 1.
        attempt: u32,
    },
}

impl Action {
    /// What tells it from the others of the same notification.
    fn delivery(&self) -> Option<u32> {
        match self {
            Self::Plan { .. } => None,
            Self::Deliver { delivery, .. } => Some(*delivery),
        }
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        self.delivery() == other.delivery()
    }
}

impl Eq for Action {}

impl Hash for Action {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.delivery().hash(state);
    }
}
