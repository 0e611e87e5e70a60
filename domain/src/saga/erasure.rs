use jiff::Timestamp;

use super::{Event, Kind, Saga, Status, Work};
use crate::UserId;

/// The steps of a person's erasure, in order. Each looks for itself what there is to do, so that taking it again does what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErasureStep {
    /// Nothing is taken from the person any more, and nobody comes into lists of theirs. The one step that can be refused, and the
    /// one that is taken back then.
    Close,
    /// Other operations of theirs, which would go on, and what those hold.
    Operations,
    /// Todos.
    Todos,
    /// Lists.
    Lists,
    /// What they were told, and by what.
    Telling,
    /// Whatever came meanwhile, and the person.
    Person,
}

impl ErasureStep {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [Self::Close, Self::Operations, Self::Todos, Self::Lists, Self::Telling, Self::Person];

    /// The step of this number.
    pub fn at(number: u32) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }
}

impl Saga {
    /// What is left of one whose owner is erased. It may have been under way: whatever it hears of that means nothing.
    pub(super) fn erased(self, at: Timestamp) -> Self {
        let status = if self.status == Status::Completed { Status::Completed } else { Status::Compensated };
        let (work, problem, ended_at) = (Work::Delete, None, self.ended_at.or(Some(at)));
        Self { owner: UserId::nobody(), work, undoes: None, list: None, status, problem, ended_at, ..self }
    }
}

/// What erasing its owner does to an operation. That which erases them stays, as what tells that it was done.
pub(super) fn erase(saga: &Saga, at: Timestamp) -> Vec<Event> {
    if saga.kind == Kind::Erase || saga.owner.is_nobody() { vec![] } else { vec![Event::SagaErased { at }] }
}
