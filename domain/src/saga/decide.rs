use jiff::{SignedDuration, Timestamp};

use super::{Command, Direction, ErasureStep, Event, ITEMS_PER_STEP, Kind, MAX_ITEMS, OPERATOR, Reason, Saga, Status, backoff, erasure};
use crate::{Envelope, Invalid, Refusal, Role, list::may};

/// How long nothing may be heard of a step before it is taken again.
const STEP_TIME: SignedDuration = SignedDuration::from_secs(30);
/// How long a whole saga may take before it is taken back.
const WHOLE_TIME: SignedDuration = SignedDuration::from_hours(6);
/// How often a step is tried before an operator must look.
const MAX_ATTEMPTS: u32 = 10;
/// What is said of a step of which nothing was heard.
const TIMED_OUT: &str = "timed-out";

pub(super) fn decide(state: Option<&Saga>, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let (by, at) = (&envelope.principal, envelope.at);
    let saga = match (&envelope.command, state) {
        (Command::Start { .. }, None) => return start(envelope),
        // Once more.
        (Command::Erase, Some(saga)) if saga.owner.is_nobody() => return Ok(vec![]),
        // A stranger must not learn which ids are taken.
        (_, Some(saga)) if saga.owner != *by && by.as_str() != OPERATOR => return Err(Refusal::NotFound),
        (Command::Start { .. }, Some(_)) => return Err(Refusal::AlreadyExists),
        (_, None) => return Err(Refusal::NotFound),
        (_, Some(saga)) => saga,
    };
    let who = &envelope.aggregate_id;
    let present = |step: u32, direction| saga.is_open() && (saga.step, saga.direction) == (step, direction);
    Ok(match &envelope.command {
        Command::Start { .. } | Command::Look => vec![],
        // Of another step, or of one that is over: somebody else was faster.
        Command::StepTaken { step, direction, tally, refused } if present(*step, *direction) => {
            let taken = Event::SagaStepTaken { step: *step, direction: *direction, tally: *tally };
            let refused = refused.as_ref().filter(|_| *direction == Direction::Forward && saga.stopping.is_none() && saga.may_turn());
            let refused = refused.map(|problem| Event::SagaRefused { problem: problem.clone() });
            let next = saga.after_step(refused.is_some(), at);
            std::iter::once(taken).chain(refused).chain([next]).collect()
        }
        Command::StepFailed { step, direction, attempt, problem } if present(*step, *direction) && *attempt == saga.attempt => {
            saga.after_failure(who, problem, at)
        }
        Command::StepTaken { .. } | Command::StepFailed { .. } => vec![],
        Command::TakeAgain => match saga.status {
            Status::Waiting => vec![saga.started(saga.step, saga.direction, saga.attempt + 1, at)],
            Status::Acting if saga.tries() >= MAX_ATTEMPTS => vec![Event::SagaParked { problem: TIMED_OUT.to_owned() }],
            Status::Acting => vec![saga.started(saga.step, saga.direction, saga.attempt + 1, at)],
            Status::Parked | Status::Completed | Status::Compensated => vec![],
        },
        Command::Erase => erasure::erase(saga, at),
        // What is erased stays so: there is nothing to turn back to.
        Command::Overdue if saga.kind == Kind::Erase => vec![],
        Command::Overdue => saga.stop(Reason::Overdue),
        Command::Retry | Command::Abort if envelope.access.most < Role::Editor => return Err(Refusal::Forbidden { needs: Role::Editor }),
        Command::Retry if saga.status == Status::Parked => {
            vec![Event::SagaResumed { by: by.clone() }, saga.started(saga.step, saga.direction, saga.attempt + 1, at)]
        }
        Command::Retry => return Err(wrong("is not parked", "wait for it, or abort it")),
        Command::Abort if saga.kind == Kind::Erase => return Err(wrong("erases, which cannot be taken back", "wait for it")),
        Command::Abort if !saga.is_open() && saga.status != Status::Parked => {
            return Err(wrong("is over", "undo it instead"));
        }
        Command::Abort if saga.status == Status::Parked => {
            let resumed = Event::SagaResumed { by: by.clone() };
            let again = saga.started(saga.step, saga.direction, saga.attempt + 1, at);
            saga.stop(Reason::Aborted).into_iter().chain([resumed, again]).collect()
        }
        Command::Abort => saga.stop(Reason::Aborted),
    })
}

fn wrong(problem: &str, remedy: &str) -> Refusal {
    Invalid::new("operation", problem, remedy).into()
}

fn start(envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let Command::Start { kind, work, undoes, list, items, steps } = &envelope.command else { return Ok(vec![]) };
    let needs =
        if kind.is_of_list() || *kind == Kind::Erase || (*kind == Kind::Undo && list.is_some()) { Role::Owner } else { Role::Editor };
    may(envelope.access.most, needs)?;
    // What a person names is bounded; all that somebody has is what it is.
    if *items as usize > MAX_ITEMS && matches!(kind, Kind::Bulk | Kind::Import) {
        return Err(Invalid::new("items", format!("has {items} entries"), format!("send at most {MAX_ITEMS}")).into());
    }
    if *kind == Kind::Erase {
        return start_erasure(envelope, *items, *steps);
    }
    if *items as usize > *steps as usize * ITEMS_PER_STEP || (*items == 0) != (*steps == 0) {
        return Err(Invalid::new("steps", "do not fit the items", format!("work on 1 to {ITEMS_PER_STEP} items in each")).into());
    }
    if undoes.is_some() != (*kind == Kind::Undo) {
        return Err(Invalid::new("undoes", "does not fit the kind", "name an operation where one is undone").into());
    }
    if kind.is_of_list() && list.is_none() {
        return Err(Invalid::new("list", "is missing", "name the list that it is about").into());
    }
    let (at, owner, work) = (envelope.at, envelope.principal.clone(), work.clone());
    let (kind, undoes, items, steps, deadline) = (*kind, *undoes, *items, *steps, later(at, WHOLE_TIME));
    let started = match *list {
        None => Event::SagaStarted { owner, kind, work, undoes, items, steps, at, deadline },
        Some(list) => Event::ListSagaStarted { owner, kind, work, list, undoes, items, steps, at, deadline },
    };
    let first = match steps {
        0 => Event::SagaCompleted { at },
        _ => first_step(at),
    };
    Ok(vec![started, first])
}

/// Its steps are known, and what they do each finds out by itself.
fn start_erasure(envelope: &Envelope<Command>, items: u32, steps: u32) -> Result<Vec<Event>, Refusal> {
    let known = ErasureStep::ALL.len();
    if steps as usize != known {
        return Err(Invalid::new("steps", "are not those of an erasure", format!("send {known}")).into());
    }
    let (at, owner) = (envelope.at, envelope.principal.clone());
    Ok(vec![Event::ErasureStarted { owner, items, steps, at, deadline: later(at, WHOLE_TIME) }, first_step(at)])
}

fn first_step(at: Timestamp) -> Event {
    Event::SagaStepStarted { step: 0, direction: Direction::Forward, attempt: 1, until: later(at, STEP_TIME) }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

impl Saga {
    /// Whether it goes on by itself.
    pub fn is_open(&self) -> bool {
        matches!(self.status, Status::Acting | Status::Waiting)
    }

    /// Whether it may still be taken back: of an erasure nothing behind its first step may be.
    fn may_turn(&self) -> bool {
        self.kind != Kind::Erase || self.step == 0
    }

    /// The attempts at the present step since somebody let it go on.
    fn tries(&self) -> u32 {
        self.attempt.saturating_sub(self.attempts_before)
    }

    fn started(&self, step: u32, direction: Direction, attempt: u32, at: Timestamp) -> Event {
        Event::SagaStepStarted { step, direction, attempt, until: later(at, STEP_TIME) }
    }

    /// What follows the present step. A saga that is to stop turns round only here, where it is known what was done.
    fn after_step(&self, refused: bool, at: Timestamp) -> Event {
        match self.direction {
            Direction::Forward if refused || self.stopping.is_some() => self.started(self.step, Direction::Back, 1, at),
            Direction::Forward if self.step + 1 < self.steps => self.started(self.step + 1, Direction::Forward, 1, at),
            Direction::Forward => Event::SagaCompleted { at },
            Direction::Back if self.step > 0 => self.started(self.step - 1, Direction::Back, 1, at),
            Direction::Back => Event::SagaCompensated { at },
        }
    }

    fn after_failure(&self, who: &str, problem: &str, at: Timestamp) -> Vec<Event> {
        let failed = Event::SagaStepFailed {
            step: self.step,
            direction: self.direction,
            attempt: self.attempt,
            problem: problem.to_owned(),
            retry_at: backoff(who, self.step, self.tries(), at),
        };
        let parked = (self.tries() >= MAX_ATTEMPTS).then(|| Event::SagaParked { problem: problem.to_owned() });
        std::iter::once(failed).chain(parked).collect()
    }

    fn stop(&self, reason: Reason) -> Vec<Event> {
        if self.stopping.is_some() { vec![] } else { vec![Event::SagaStopping { reason }] }
    }
}
