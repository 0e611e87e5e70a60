//! Sagas: what spans many aggregates, done step by step, each step recorded before it is taken.
//!
//! A saga is a [`Process`]: an aggregate whose state also says what is to be done next. So it lives in the same host as every
//! aggregate, with the same fenced commit and the same outbox, and going on after a crash is the same as going on.

mod batch;
mod command;
mod decide;
mod erasure;
mod event;
mod process;
mod state;
mod step;
mod work;

pub use batch::{Batch, BatchCommand, BatchEvent, Item, Outcome, Recorded};
pub use command::Command;
pub use erasure::ErasureStep;
pub use event::Event;
pub use process::{Process, Reaction, react};
pub use state::{Direction, Kind, Reason, Saga, Status, Tally};
pub use step::{Step, backoff, item_command_id};
pub use work::Work;

use crate::{Aggregate, Envelope, EventRecord, Refusal, SagaId, Timer, UpcastError, UserId, todo::upcast::read};

/// How many items one step works on: so much is lost and done again by a crash, and so often the saga is written.
pub const ITEMS_PER_STEP: usize = 100;
/// How many items one request may name.
pub const MAX_ITEMS: usize = 10_000;
/// As whom operators act on other people's sagas. No person has this id: people's do not begin with `~`.
pub const OPERATOR: &str = "~operator";

/// The timer of the step that is being taken, or is to be taken again.
pub(crate) const STEP_TIMER: &str = "step";
/// The timer of the whole.
pub(crate) const DEADLINE_TIMER: &str = "deadline";

impl Aggregate for Saga {
    const TYPE: &'static str = "Saga";
    const ID_PREFIX: &'static str = SagaId::PREFIX;
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;

    fn decide(state: &Option<Self>, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state.as_ref(), envelope)
    }

    fn begins(command: &Command) -> bool {
        matches!(command, Command::Start { .. })
    }

    fn evolve(state: Option<Self>, event: &Event) -> Option<Self> {
        state::evolve(state, event)
    }

    fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
        read(record, Event::TYPES)
    }

    fn forgets(event: &Event) -> bool {
        matches!(event, Event::SagaErased { .. })
    }

    fn timers(state: &Option<Self>) -> Vec<Timer> {
        let Some(saga) = state else { return vec![] };
        match saga.status {
            Status::Acting | Status::Waiting => {
                let deadline = (saga.stopping.is_none() && saga.kind != Kind::Erase).then(|| Timer::new(DEADLINE_TIMER, saga.deadline));
                [Timer::new(STEP_TIMER, saga.next)].into_iter().chain(deadline).collect()
            }
            Status::Parked | Status::Completed | Status::Compensated => vec![],
        }
    }

    fn on_timer(state: &Option<Self>, name: &str) -> Option<(UserId, Command)> {
        let saga = state.as_ref()?;
        let command = match name {
            STEP_TIMER => Command::TakeAgain,
            DEADLINE_TIMER => Command::Overdue,
            _ => return None,
        };
        Some((saga.owner.clone(), command))
    }
}

impl Process for Saga {
    type Action = Step;

    fn actions(state: &Option<Self>) -> Vec<Step> {
        state.iter().filter(|saga| saga.status == Status::Acting).map(Self::current).collect()
    }
}
