use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Access, CommandId, Envelope, Refusal, SagaId, Trace, UserId,
    saga::{Batch, BatchCommand, Command, Direction, Kind, Outcome, Recorded, Saga, Step, Tally},
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use ports::{Clock, Dispatch, DispatchError, Journal, JournalError, Positions, Reply, ViewReader, ViewsError, send};
use tracing::{info, warn};
use uuid::Uuid;

use crate::{Perform, rights::Rights};

/// Bounds on what one step does.
#[derive(Debug, Clone, Copy)]
pub struct StepsOptions {
    /// How many items are worked on at a time.
    pub concurrency: usize,
    /// How long after a person was closed what edges had let in by then may still take effect.
    pub grace: Duration,
}

impl Default for StepsOptions {
    fn default() -> Self {
        Self { concurrency: 16, grace: Duration::from_secs(3) }
    }
}

/// Takes the steps of sagas that do something to many todos.
pub struct Steps {
    /// Where commands go.
    pub dispatch: Arc<dyn Dispatch>,
    /// What happened, for what is to be undone.
    pub journal: Arc<dyn Journal>,
    /// How many todos lists hold.
    pub views: Arc<dyn ViewReader>,
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
    #[error("the views did not answer")]
    Views(#[from] ViewsError),
    /// The journal does not have yet what is to be undone.
    #[error("the journal is behind")]
    Behind,
    /// What a step works on is not there, or is not what it should be: nothing that trying again helps.
    #[error("what the step works on is not there")]
    Lost,
    /// It changed again and again while it was worked on.
    #[error("it does not come to rest")]
    Restless,
    /// Somebody came into a list that was to be nobody else's by then.
    #[error("others are in a list that is to be erased")]
    Shared,
}

impl Trouble {
    /// A constant word, for the saga's own record and for metrics.
    fn word(&self) -> &'static str {
        match self {
            Self::Actor(_) => "actor-unavailable",
            Self::Journal(_) => "journal-unavailable",
            Self::Views(_) => "views-unavailable",
            Self::Behind => "journal-behind",
            Self::Lost => "batch-lost",
            Self::Restless => "todo-restless",
            Self::Shared => LIST_SHARED,
        }
    }
}

/// That others are in a list, in the word that the HTTP API has for it.
pub(crate) const LIST_SHARED: &str = "list-shared";

/// Why the domain says no, in the word that the HTTP API has for it.
pub(crate) fn refused(refusal: &Refusal) -> Outcome {
    let word = match refusal {
        Refusal::NotFound => "not-found",
        Refusal::AlreadyExists => "already-exists",
        Refusal::Deleted => "deleted",
        Refusal::VersionConflict { .. } => "precondition-failed",
        Refusal::CommandIdReused => "idempotency-key-reused",
        Refusal::Forbidden { .. } => "forbidden",
        Refusal::RoleNeeded { .. } => "not-found",
        Refusal::Archived => "archived",
        Refusal::LimitReached { .. } => "limit-reached",
        Refusal::Shared => LIST_SHARED,
        Refusal::Erased => "erased",
        Refusal::Invalid(_) => "invalid-fields",
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
        let taken = match step.kind {
            Kind::Erase => self.erase(saga, step).await,
            _ => self.take(saga, step).await,
        };
        let (id, command) = match taken {
            Ok((tally, refused)) => ("taken".to_owned(), Command::StepTaken { step: number, direction, tally, refused }),
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

/// Why the list that `batch` is all about refused.
fn list_refused(batch: &Batch, direction: Direction) -> Option<String> {
    let outcome = batch.outcomes(direction).get(&0).filter(|_| batch.items.first().is_some_and(|item| item.todo().is_none()));
    match outcome? {
        Outcome::Refused { refused } => Some(refused.clone()),
        Outcome::Done { .. } => None,
    }
}

/// An id that fits whatever it is made of.
pub(crate) fn name(text: &str, or_else: Uuid) -> CommandId {
    text.parse().unwrap_or_else(|_| CommandId::new(or_else))
}

impl Steps {
    /// Works on whatever of the step's items nothing became of yet. Gives also why a list refused, on which all else depends.
    async fn take(&self, saga: SagaId, step: &Step) -> Result<(Tally, Option<String>), Trouble> {
        let batch = self.batch(saga, step, BatchCommand::Look, name(&format!("{saga}:look"), saga.uuid())).await?;
        let open: Vec<u32> = (0..batch.items.len() as u32).filter(|at| !batch.outcomes(step.direction).contains_key(at)).collect();
        let rights = Rights::of(&step.owner, &batch);
        let work = open.into_iter().map(|at| {
            let (batch, rights) = (&batch, &rights);
            async move { (at, self.item(saga, step, batch, rights, at).await) }
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
            None => Ok((batch.tally(step.direction), list_refused(&batch, step.direction))),
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
