use serde::{Deserialize, Serialize};

use super::{Direction, Kind, Tally, Work};
use crate::{ListId, SagaId};

/// What somebody asks of a saga, or tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Command {
    /// Begin. What its steps work on is there already.
    Start {
        /// What sort of operation it is.
        kind: Kind,
        /// What to do to each item.
        work: Work,
        /// The saga whose changes it undoes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<SagaId>,
        /// The list that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<ListId>,
        /// How many items there are.
        items: u32,
        /// In how many steps.
        steps: u32,
    },
    /// Say how it stands. Changes nothing.
    Look,
    /// A step was taken.
    StepTaken {
        /// Which.
        step: u32,
        /// In which direction.
        direction: Direction,
        /// What became of its items.
        tally: Tally,
        /// Why that was refused on which all else depends, in one constant word: then nothing follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<String>,
    },
    /// A step could not be taken wholly.
    StepFailed {
        /// Which.
        step: u32,
        /// In which direction.
        direction: Direction,
        /// In which attempt.
        attempt: u32,
        /// Why, in one constant word.
        problem: String,
    },
    /// The step's time is up, or its pause is over.
    TakeAgain,
    /// The whole takes too long.
    Overdue,
    /// Go on where it was parked.
    Retry,
    /// Take back what was done, once the present step is known to be over.
    Abort,
    /// Do nothing any more, and forget whose it was: a step of their erasure. Asked by the platform itself.
    Erase,
}
