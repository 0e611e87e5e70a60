use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Event, Work};
use crate::{ListId, SagaId, UserId};

/// What sort of operation it is, as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The same change of many todos.
    Bulk,
    /// All todos of a person into the trash.
    DeleteAll,
    /// Many todos from drafts.
    Import,
    /// The compensation of an operation that was completed.
    Undo,
    /// A list into the trash, with every todo in it.
    ListDelete,
    /// A list put away, and what is open in it completed where that is wanted.
    ListArchive,
    /// A new list with copies of another's todos.
    ListCopy,
    /// A person, with all that is theirs.
    Erase,
}

impl Kind {
    /// Its public name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::DeleteAll => "delete-all",
            Self::Import => "import",
            Self::Undo => "undo",
            Self::ListDelete => "list-delete",
            Self::ListArchive => "list-archive",
            Self::ListCopy => "list-copy",
            Self::Erase => "erase",
        }
    }

    /// Whether it is done to a list itself, which is its owner's to decide.
    pub(super) fn is_of_list(self) -> bool {
        matches!(self, Self::ListDelete | Self::ListArchive | Self::ListCopy)
    }
}

/// Which way the steps are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the first to the last.
    Forward,
    /// From the last that was taken to the first: each takes back what it did.
    Back,
}

impl Direction {
    /// Its public name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Back => "back",
        }
    }
}

/// Whether something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A step is being taken.
    Acting,
    /// The step failed and is taken again after a pause.
    Waiting,
    /// The step failed too often: an operator must look.
    Parked,
    /// All was done.
    Completed,
    /// What was done was taken back.
    Compensated,
}

/// Why what was done is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Somebody wanted it.
    Aborted,
    /// It took too long.
    Overdue,
    /// What all else depends on was refused.
    Refused,
}

impl Reason {
    /// Its public name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aborted => "aborted",
            Self::Overdue => "overdue",
            Self::Refused => "refused",
        }
    }
}

/// What became of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Changed.
    pub done: u32,
    /// That way already.
    pub unchanged: u32,
    /// The domain said no.
    pub refused: u32,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { done: self.done + other.done, unchanged: self.unchanged + other.unchanged, refused: self.refused + other.refused }
    }
}

/// A saga as it stands: one bounded record, however many items it works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Saga {
    /// Whose it is.
    pub owner: UserId,
    /// What sort of operation it is.
    pub kind: Kind,
    /// What it does to each item.
    pub work: Work,
    /// The saga whose changes it undoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<SagaId>,
    /// The list that it is about: the one that is deleted, archived or made, or where todos are moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListId>,
    /// How many items there are.
    pub items: u32,
    /// In how many steps.
    pub steps: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it must be over.
    pub deadline: Timestamp,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Whether something is to be done.
    pub status: Status,
    /// Why what was done is taken back, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopping: Option<Reason>,
    /// The present step, from 0; the last one where all is over.
    pub step: u32,
    /// Which way.
    pub direction: Direction,
    /// The present step's attempt, from 1.
    pub attempt: u32,
    /// The attempts before somebody let it go on.
    pub attempts_before: u32,
    /// When the present step is taken again.
    pub next: Timestamp,
    /// Why the last attempt failed, until the step is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How many steps were taken forward.
    pub taken: u32,
    /// How many were taken back.
    pub taken_back: u32,
    /// What became of the items of the steps taken forward.
    pub tally: Tally,
    /// What became of the items of the steps taken back.
    pub undone: Tally,
}

/// `state` after `event`. The first event makes the saga; any other before it means nothing.
pub(super) fn evolve(state: Option<Saga>, event: &Event) -> Option<Saga> {
    let list = if let Event::ListSagaStarted { list, .. } = event { Some(*list) } else { None };
    if let Event::ErasureStarted { owner, items, steps, at, deadline } = event {
        let (owner, kind, work, undoes) = (owner.clone(), Kind::Erase, Work::Erase, None);
        let (items, steps, at, deadline) = (*items, *steps, *at, *deadline);
        return evolve(None, &Event::SagaStarted { owner, kind, work, undoes, items, steps, at, deadline });
    }
    if let Event::SagaStarted { owner, kind, work, undoes, items, steps, at, deadline }
    | Event::ListSagaStarted { owner, kind, work, undoes, items, steps, at, deadline, .. } = event
    {
        return Some(Saga {
            owner: owner.clone(),
            kind: *kind,
            work: work.clone(),
            undoes: *undoes,
            list,
            items: *items,
            steps: *steps,
            started_at: *at,
            deadline: *deadline,
            ended_at: None,
            status: Status::Waiting,
            stopping: None,
            step: 0,
            direction: Direction::Forward,
            attempt: 0,
            attempts_before: 0,
            next: *at,
            problem: None,
            taken: 0,
            taken_back: 0,
            tally: Tally::default(),
            undone: Tally::default(),
        });
    }
    let mut saga = state?;
    match event {
        Event::SagaStarted { .. } | Event::ListSagaStarted { .. } | Event::ErasureStarted { .. } => {}
        Event::SagaErased { at } => return Some(saga.erased(*at)),
        Event::SagaStepStarted { step, direction, attempt, until } => {
            if (saga.step, saga.direction) != (*step, *direction) {
                saga.attempts_before = 0;
            }
            (saga.step, saga.direction, saga.attempt) = (*step, *direction, *attempt);
            (saga.status, saga.next) = (Status::Acting, *until);
        }
        Event::SagaStepTaken { direction, tally, .. } => {
            saga.problem = None;
            match direction {
                Direction::Forward => (saga.taken, saga.tally) = (saga.taken + 1, saga.tally.plus(*tally)),
                Direction::Back => (saga.taken_back, saga.undone) = (saga.taken_back + 1, saga.undone.plus(*tally)),
            }
        }
        Event::SagaStepFailed { problem, retry_at, .. } => {
            (saga.status, saga.next, saga.problem) = (Status::Waiting, *retry_at, Some(problem.clone()));
        }
        Event::SagaStopping { reason } => saga.stopping = Some(*reason),
        Event::SagaRefused { .. } => saga.stopping = Some(Reason::Refused),
        Event::SagaParked { problem } => (saga.status, saga.problem) = (Status::Parked, Some(problem.clone())),
        Event::SagaResumed { .. } => saga.attempts_before = saga.attempt,
        Event::SagaCompleted { at } => (saga.status, saga.ended_at) = (Status::Completed, Some(*at)),
        Event::SagaCompensated { at } => (saga.status, saga.ended_at) = (Status::Compensated, Some(*at)),
    }
    Some(saga)
}
