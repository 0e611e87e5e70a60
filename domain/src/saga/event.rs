use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Direction, Kind, Reason, Tally, Work};
use crate::{ListId, SagaId, UserId};

/// What happened to a saga: its progress. The names are the storage format: they never change, and what they mean never
/// changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// It began.
    SagaStarted {
        /// Whose it is.
        owner: UserId,
        /// What sort of operation it is.
        kind: Kind,
        /// What it does to each item.
        work: Work,
        /// The saga whose changes it undoes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<SagaId>,
        /// How many items there are.
        items: u32,
        /// In how many steps.
        steps: u32,
        /// When it began.
        at: Timestamp,
        /// When it must be over.
        deadline: Timestamp,
    },
    /// It began, and is about a list.
    ListSagaStarted {
        /// Whose it is.
        owner: UserId,
        /// What sort of operation it is.
        kind: Kind,
        /// What it does to each todo.
        work: Work,
        /// Which list.
        list: ListId,
        /// The saga whose changes it undoes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<SagaId>,
        /// How many items there are.
        items: u32,
        /// In how many steps.
        steps: u32,
        /// When it began.
        at: Timestamp,
        /// When it must be over.
        deadline: Timestamp,
    },
    /// It began, and erases a person.
    ErasureStarted {
        /// Whom.
        owner: UserId,
        /// How many things the views showed.
        items: u32,
        /// In how many steps.
        steps: u32,
        /// When it began.
        at: Timestamp,
        /// What every operation has; this one goes on.
        deadline: Timestamp,
    },
    /// A step is about to be taken.
    SagaStepStarted {
        /// Which, from 0.
        step: u32,
        /// There, or back.
        direction: Direction,
        /// Which attempt, from 1.
        attempt: u32,
        /// When it is taken again if nothing was heard of it.
        until: Timestamp,
    },
    /// A step was taken.
    SagaStepTaken {
        /// Which.
        step: u32,
        /// In which direction.
        direction: Direction,
        /// What became of its items.
        tally: Tally,
    },
    /// A step could not be taken wholly.
    SagaStepFailed {
        /// Which.
        step: u32,
        /// In which direction.
        direction: Direction,
        /// In which attempt.
        attempt: u32,
        /// Why, in one constant word.
        problem: String,
        /// When it is taken again.
        retry_at: Timestamp,
    },
    /// What was done is to be taken back.
    SagaStopping {
        /// Why.
        reason: Reason,
    },
    /// What all else depends on was refused: what was done is to be taken back.
    SagaRefused {
        /// Why, in one constant word.
        problem: String,
    },
    /// It waits for an operator.
    SagaParked {
        /// Why, in one constant word.
        problem: String,
    },
    /// An operator, or its owner, let it go on.
    SagaResumed {
        /// Who.
        by: UserId,
    },
    /// All was done.
    SagaCompleted {
        /// When.
        at: Timestamp,
    },
    /// All that was done was taken back, so far as it could be.
    SagaCompensated {
        /// When.
        at: Timestamp,
    },
    /// Whoever had it is erased: it does nothing any more.
    SagaErased {
        /// When.
        at: Timestamp,
    },
}

impl Event {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] = &[
        "SagaStarted",
        "SagaStepStarted",
        "SagaStepTaken",
        "SagaStepFailed",
        "SagaStopping",
        "SagaParked",
        "SagaResumed",
        "SagaCompleted",
        "SagaCompensated",
        "ListSagaStarted",
        "SagaRefused",
        "ErasureStarted",
        "SagaErased",
    ];
}
