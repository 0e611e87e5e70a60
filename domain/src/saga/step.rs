use std::hash::{Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Direction, Kind, Saga};
use crate::{BatchId, CommandId, SagaId, UserId};

/// A step of a saga, to be taken now. However often it is taken, it is the same step: the attempt does not count when steps are
/// compared.
#[derive(Debug, Clone)]
pub struct Step {
    /// Whose.
    pub owner: UserId,
    /// Which, from 0.
    pub number: u32,
    /// There, or back.
    pub direction: Direction,
    /// Which attempt this is, from 1: for the report of a failure.
    pub attempt: u32,
    /// What sort of operation it is a step of: an erasure's have no batches.
    pub kind: Kind,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        (&self.owner, self.number, self.direction) == (&other.owner, other.number, other.direction)
    }
}

impl Eq for Step {}

impl Hash for Step {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.owner, self.number, self.direction).hash(state);
    }
}

impl Saga {
    /// The step that is to be taken.
    pub(super) fn current(&self) -> Step {
        Step { owner: self.owner.clone(), number: self.step, direction: self.direction, attempt: self.attempt, kind: self.kind }
    }
}

impl Step {
    /// What the step of `saga` works on.
    pub fn batch(&self, saga: SagaId) -> BatchId {
        BatchId::of(&self.owner, saga, self.number)
    }
}

/// The id of the command that a step of `saga` sends for the item `at` of its batch: the same in every attempt.
pub fn item_command_id(saga: SagaId, step: &Step, at: u32) -> CommandId {
    let text = format!("{saga}:{}:{}:{at}", step.number, step.direction.word());
    // Within the alphabet and the length, whatever the numbers.
    text.parse().unwrap_or_else(|_| CommandId::new(saga.uuid()))
}

/// The first pause between attempts; it doubles up to the longest.
const FIRST: SignedDuration = SignedDuration::from_millis(500);
const LONGEST: SignedDuration = SignedDuration::from_secs(300);

/// When to take a step again whose attempt number `attempt` of a row failed at `at`.
///
/// The pause is cut by up to half, by chance so far as others can tell: many sagas that failed together must not come back
/// together. The chance is a hash of who asks, because the domain draws no lots.
pub fn backoff(who: &str, step: u32, attempt: u32, at: Timestamp) -> Timestamp {
    let doubled = FIRST.checked_mul(1 << attempt.saturating_sub(1).min(16)).unwrap_or(LONGEST).min(LONGEST);
    let digest = Sha256::digest(format!("{who}:{step}:{attempt}"));
    let share = u16::from_be_bytes([digest[0], digest[1]]);
    let cut = doubled.as_micros() / 2 * i128::from(share) / i128::from(u16::MAX);
    let pause = doubled - SignedDuration::from_micros(i64::try_from(cut).unwrap_or(0));
    at.checked_add(pause).unwrap_or(at)
}
