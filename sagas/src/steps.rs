use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Access, Aggregate, CommandId, Envelope, Refusal, SagaId, Trace, UserId,
    saga::{Batch, BatchCommand, Command, Direction, Item, Outcome, Recorded, Saga, Step, Tally, item_command_id},
    todo::{self, Todo},
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use ports::{Clock, Dispatch, DispatchError, Journal, JournalError, Positions, Reply, send};
use tracing::{info, warn};
use uuid::Uuid;

use crate::{Perform, undo};

/// Bounds on what one step does.
#[derive(Debug, Clone, Copy)]
pub struct StepsOptions {
    /// How many items are worked on at a time.
    pub concurrency: usize,
}

impl Default for StepsOptions {
    fn default() -> Self {
        Self { concurrency: 16 }
    }
}

/// Takes the steps of sagas that do something to many todos.
pub struct Steps {
    /// Where commands go.
    pub dispatch: Arc<dyn Dispatch>,
    /// What happened, for what is to be undone.
    pub journal: Arc<dyn Journal>,
    /// What each person wrote last: what they are told was done is what they see next.
    pub positions: Arc<dyn Positions>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Bounds.
    pub options: StepsOptions,
}

/// Why a step is to be taken again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("an actor did not answer")]
    Actor(#[from] DispatchError),
    #[error("the journal did not answer")]
    Journal(#[from] JournalError),
    /// The journal does not have yet what is to be undone.
    #[error("the journal is behind")]
    Behind,
    /// What a step works on is not there, or is not what it should be: nothing that trying again helps.
    #[error("what the step works on is not there")]
    Lost,
    /// It changed again and again while it was worked on.
    #[error("it does not come to rest")]
    Restless,
}

impl Trouble {
    /// A constant word, for the saga's own record and for metrics.
    fn word(&self) -> &'static str {
        match self {
            Self::Actor(_) => "actor-unavailable",
            Self::Journal(_) => "journal-unavailable",
            Self::Behind => "journal-behind",
            Self::Lost => "batch-lost",
            Self::Restless => "todo-restless",
        }
    }
}

/// Why the domain says no, in the word that the HTTP API has for it.
pub(crate) fn refused(refusal: &Refusal) -> Outcome {
    let word = match refusal {
        Refusal::NotFound => "not-found",
        Refusal::AlreadyExists => "already-exists",
        Refusal::Deleted => "deleted",
        Refusal::VersionConflict { .. } => "precondition-failed",
        Refusal::CommandIdReused => "idempotency-key-reused",
        Refusal::Invalid(_) => "invalid-fields",
        #[allow(unreachable_patterns, reason = "the domain may learn to refuse in more ways")]
        _ => "refused",
    };
    Outcome::Refused { refused: word.to_owned() }
}

#[async_trait]
impl Perform<Saga> for Steps {
    async fn perform(&self, id: &str, step: &Step) -> Envelope<Command> {
        let saga: SagaId = match id.parse() {
            Ok(saga) => saga,
            Err(_) => SagaId::new(Uuid::nil()),
        };
        let (number, direction) = (step.number, step.direction);
        let (id, command) = match self.take(saga, step).await {
            Ok(tally) => ("taken".to_owned(), Command::StepTaken { step: number, direction, tally }),
            Err(trouble) => {
                metrics::counter!("todo_saga_step_failures_total", "why" => trouble.word()).increment(1);
                warn!(%saga, step = number, attempt = step.attempt, error = ?trouble, "a step was not taken wholly");
                let problem = trouble.word().to_owned();
                (format!("failed:{}", step.attempt), Command::StepFailed { step: number, direction, attempt: step.attempt, problem })
            }
        };
        let command_id = name(&format!("{saga}:{number}:{}:{id}", direction.word()), saga.uuid());
        self.envelope(saga, &step.owner, saga.to_string(), command_id, command)
    }
}

/// An id that fits whatever it is made of.
pub(crate) fn name(text: &str, or_else: Uuid) -> CommandId {
    text.parse().unwrap_or_else(|_| CommandId::new(or_else))
}

impl Steps {
    /// Works on whatever of the step's items nothing became of yet.
    async fn take(&self, saga: SagaId, step: &Step) -> Result<Tally, Trouble> {
        let batch = self.batch(saga, step, BatchCommand::Look, name(&format!("{saga}:look"), saga.uuid())).await?;
        let open: Vec<u32> = (0..batch.items.len() as u32).filter(|at| !batch.outcomes(step.direction).contains_key(at)).collect();
        let work = open.into_iter().map(|at| {
            let batch = &batch;
            async move { (at, self.item(saga, step, batch, at).await) }
        });
        let worked: Vec<(u32, Result<Outcome, Trouble>)> = stream::iter(work).buffer_unordered(self.options.concurrency).collect().await;
        let (mut recorded, mut trouble) = (vec![], None);
        for (at, outcome) in worked {
            match outcome {
                Ok(outcome) => recorded.push(Recorded { at, outcome }),
                Err(error) => trouble = Some(error),
            }
        }
        recorded.sort_by_key(|recorded| recorded.at);
        let batch = if recorded.is_empty() {
            batch
        } else {
            // By its content: the same outcomes are the same record, others are another.
            let content = serde_json::to_vec(&recorded).unwrap_or_default();
            let id = Uuid::new_v5(&saga.uuid(), &content);
            let record = BatchCommand::Record { direction: step.direction, outcomes: recorded };
            self.batch(saga, step, record, name(&format!("record:{id}"), id)).await?
        };
        match trouble {
            Some(trouble) => Err(trouble),
            None => Ok(batch.tally(step.direction)),
        }
    }

    async fn batch(&self, saga: SagaId, step: &Step, command: BatchCommand, id: CommandId) -> Result<Batch, Trouble> {
        let envelope = self.envelope(saga, &step.owner, step.batch(saga).to_string(), id, command);
        match send::<Batch>(&*self.dispatch, &envelope).await? {
            Reply::Accepted(accepted) => accepted.state.ok_or(Trouble::Lost),
            Reply::Refused { refusal } => {
                info!(%saga, step = step.number, %refusal, "a step's batch is not there");
                Err(Trouble::Lost)
            }
        }
    }

    /// Does to one item what is to be done, under a command id that is the same in every attempt.
    async fn item(&self, saga: SagaId, step: &Step, batch: &Batch, at: u32) -> Result<Outcome, Trouble> {
        let item = batch.items.get(at as usize).ok_or(Trouble::Lost)?;
        let id = item_command_id(saga, step, at);
        let change = match step.direction {
            Direction::Forward => item.clone(),
            Direction::Back => match batch.change(at) {
                Some(change) => change,
                // There is nothing to take back.
                None => return Ok(Outcome::Done { version: 0, events: 0 }),
            },
        };
        if let Item::Change { todo, version, events } = change {
            return undo::undo(self, saga, step, &id, undo::Change { todo, version, events }).await;
        }
        let command = batch.work.command(item).ok_or(Trouble::Lost)?;
        let envelope = self.envelope(saga, &step.owner, item.todo().to_string(), id, command);
        Ok(match self.todo(&envelope).await? {
            Reply::Accepted(accepted) => Outcome::Done { version: accepted.version, events: accepted.events },
            // The actor may have forgotten the first time; nobody but this saga knows the name.
            Reply::Refused { refusal: Refusal::AlreadyExists } if matches!(item, Item::Draft { .. }) => {
                Outcome::Done { version: 1, events: 1 }
            }
            Reply::Refused { refusal } => refused(&refusal),
        })
    }

    /// Sends a todo's command, and notes where the todo is then for its owner's next query.
    pub(crate) async fn todo(&self, envelope: &Envelope<todo::Command>) -> Result<Reply<<Todo as Aggregate>::State>, Trouble> {
        let reply = send::<Todo>(&*self.dispatch, envelope).await?;
        if let Reply::Accepted(accepted) = &reply
            && accepted.events > 0
            && let Err(error) = self.positions.note(&envelope.principal, &envelope.aggregate_id, accepted.version).await
        {
            metrics::counter!("todo_read_your_writes_unknown_total").increment(1);
            warn!(?error, "a position was not noted: its owner's next query may not show this change");
        }
        Ok(reply)
    }

    pub(crate) fn envelope<C>(
        &self,
        saga: SagaId,
        principal: &UserId,
        aggregate_id: String,
        command_id: CommandId,
        command: C,
    ) -> Envelope<C> {
        let now = self.clock.now();
        let saga = saga.to_string();
        Envelope {
            command_id,
            aggregate_id,
            expected_version: None,
            principal: principal.clone(),
            at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
            replayable: false,
            trace: Trace { traceparent: None, correlation_id: Some(saga.clone()), causation_id: Some(saga) },
            access: Access::default(),
            command,
        }
    }
}
