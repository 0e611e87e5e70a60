use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Channel, DisplayName, Email, FilterName, FilterQuery, QuietHours, WebhookUrl};
use crate::{SagaId, todo::Zone};

/// What happened to a person's things. The names are the storage format: they never change, and what they mean never
/// changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// A query is kept under this name, instead of the one before if there was one.
    FilterSaved {
        /// Its name.
        name: FilterName,
        /// What it asks.
        query: FilterQuery,
    },
    /// The query of this name is kept no longer.
    FilterRemoved {
        /// Its name.
        name: FilterName,
    },
    /// The person is called something else, or nothing.
    DisplayNameChanged {
        /// What.
        display_name: Option<DisplayName>,
    },
    /// The person's clock is elsewhere, or nobody knows where.
    ZoneChanged {
        /// Where.
        zone: Option<Zone>,
    },
    /// The person is not to be disturbed at other times, or may be at any.
    QuietHoursChanged {
        /// When.
        quiet_hours: Option<QuietHours>,
    },
    /// The person reads mail elsewhere, or nowhere.
    EmailChanged {
        /// Where.
        email: Option<Email>,
    },
    /// The person wants to be told by other means.
    ChannelsChanged {
        /// By which.
        channels: BTreeSet<Channel>,
    },
    /// A program of the person's is told.
    WebhookAdded {
        /// Where.
        url: WebhookUrl,
    },
    /// A program of the person's is told no longer.
    WebhookRemoved {
        /// Where.
        url: WebhookUrl,
    },
    /// Nothing is taken from the person any more: they are being erased.
    UserErasureStarted {
        /// By which operation.
        operation: SagaId,
        /// Since when.
        at: Timestamp,
    },
    /// They are not erased after all.
    UserErasureStopped {
        /// By which operation they were to be.
        operation: SagaId,
    },
    /// They are erased: nothing of what they kept is left.
    UserErased {
        /// By which operation.
        operation: SagaId,
        /// When.
        at: Timestamp,
    },
    /// Somebody erased has begun anew, with nothing.
    UserBeganAnew {
        /// When: what was before is not theirs any more.
        at: Timestamp,
    },
}

impl Event {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] = &[
        "FilterSaved",
        "FilterRemoved",
        "DisplayNameChanged",
        "ZoneChanged",
        "QuietHoursChanged",
        "EmailChanged",
        "ChannelsChanged",
        "WebhookAdded",
        "WebhookRemoved",
        "UserErasureStarted",
        "UserErasureStopped",
        "UserErased",
        "UserBeganAnew",
    ];
}
