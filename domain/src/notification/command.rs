use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Subject, Wishes};

/// What somebody asks of a notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Tell this.
    Start {
        /// What.
        subject: Subject,
        /// When it happened.
        at: Timestamp,
    },
    /// This is how its person wants to be told.
    Plan {
        /// How.
        wishes: Wishes,
        /// Whether there is nothing to tell any more: the todo is done, for example.
        moot: bool,
    },
    /// It could not be found out how its person wants to be told.
    PlanFailed {
        /// In which attempt.
        attempt: u32,
        /// Why: a constant word.
        problem: String,
    },
    /// A delivery arrived.
    Delivered {
        /// Which, from 0.
        delivery: u32,
    },
    /// A delivery did not arrive.
    Failed {
        /// Which, from 0.
        delivery: u32,
        /// In which attempt.
        attempt: u32,
        /// Why: a constant word.
        problem: String,
        /// Whether another attempt cannot help.
        lasting: bool,
    },
    /// A delivery is no longer wanted.
    Skip {
        /// Which, from 0.
        delivery: u32,
        /// Why: a constant word.
        problem: String,
    },
    /// It is time to find out again how to tell it.
    PlanAgain,
    /// It is time to try a delivery again.
    DeliverAgain {
        /// Which, from 0.
        delivery: u32,
    },
    /// Try again what was given up.
    Retry,
    /// Its person has seen it.
    Read,
    /// Tell nothing any more, and forget who was to be told: a step of their erasure. Asked by the platform itself.
    Erase,
    /// Say how it stands. Changes nothing.
    Look,
}
