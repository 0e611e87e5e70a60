//! Operations as they go on: how they stand, what became of each item, and what their owner may do about it.

use std::time::{Duration, Instant};

use domain::{
    Aggregate, BatchId, CommandId, Envelope, Refusal, SagaId,
    saga::{Batch, BatchCommand, Command, Kind, Saga},
};
use jiff::Timestamp;
use ports::{Accepted, Answer, OperationQuery, OperationRow, Reply, send};
use serde::de::DeserializeOwned;

use super::{Caller, Failure};
use crate::edge::Edge;

/// How long a request that does not want to come back later waits for the end, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(8);
const LOOK: Duration = Duration::from_millis(50);

/// An operation that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub id: SagaId,
    pub saga: Saga,
    /// Whether this is the answer to an earlier request with the same key.
    pub replayed: bool,
}

pub(super) async fn ask<A: Aggregate>(
    edge: &Edge,
    caller: &Caller,
    aggregate_id: String,
    command_id: CommandId,
    command: A::Command,
) -> Result<Accepted<A::State>, Failure>
where
    Answer<A>: DeserializeOwned,
{
    let now = edge.gateway.clock.now();
    let envelope = Envelope {
        command_id,
        aggregate_id,
        expected_version: None,
        principal: caller.principal.clone(),
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: false,
        trace: caller.trace.clone(),
        access: caller.access(),
        command,
    };
    match send::<A>(&*edge.gateway.dispatch, &envelope).await? {
        Reply::Accepted(accepted) => Ok(accepted),
        Reply::Refused { refusal } => Err(refusal.into()),
    }
}

/// One that changes nothing, or is asked for once: nobody repeats it by its id.
pub(super) fn once(edge: &Edge) -> CommandId {
    CommandId::new(edge.gateway.ids.uuid())
}

/// How an operation of the caller stands, and at which version.
pub(crate) async fn operation(edge: &Edge, caller: &Caller, id: SagaId) -> Result<(Saga, u64), Failure> {
    tell(edge, caller, id, once(edge), Command::Look).await
}

/// Goes on where it was parked.
pub(crate) async fn retry(edge: &Edge, caller: &Caller, id: SagaId) -> Result<Saga, Failure> {
    tell(edge, caller, id, caller.command_id(edge), Command::Retry).await.map(|(saga, _)| saga)
}

/// Takes back what it did so far.
pub(crate) async fn abort(edge: &Edge, caller: &Caller, id: SagaId) -> Result<Saga, Failure> {
    tell(edge, caller, id, caller.command_id(edge), Command::Abort).await.map(|(saga, _)| saga)
}

async fn tell(edge: &Edge, caller: &Caller, id: SagaId, command_id: CommandId, command: Command) -> Result<(Saga, u64), Failure> {
    match ask::<Saga>(edge, caller, id.to_string(), command_id, command).await {
        Ok(Accepted { state: Some(saga), version, .. }) => Ok((saga, version)),
        Ok(_) | Err(Failure::Refused(Refusal::NotFound)) => Err(Failure::NoOperation),
        Err(failure) => Err(failure),
    }
}

/// The operation once it is over, or as it is after some time.
pub(crate) async fn settled(edge: &Edge, caller: &Caller, begun: Begun) -> Result<Begun, Failure> {
    let until = Instant::now() + PATIENCE;
    let mut begun = begun;
    while begun.saga.is_open() && Instant::now() < until {
        tokio::time::sleep(LOOK).await;
        begun.saga = operation(edge, caller, begun.id).await?.0;
    }
    Ok(begun)
}

/// What became of each item of step `step`; `None` if there is no such step.
pub(crate) async fn items(edge: &Edge, caller: &Caller, id: SagaId, step: u32) -> Result<(Saga, Option<Batch>), Failure> {
    let (saga, _) = operation(edge, caller, id).await?;
    let batch = if step < saga.steps && saga.kind != Kind::Erase { Some(batch(edge, caller, id, step).await?) } else { None };
    Ok((saga, batch))
}

pub(super) async fn batch(edge: &Edge, caller: &Caller, saga: SagaId, step: u32) -> Result<Batch, Failure> {
    let id = BatchId::of(&caller.principal, saga, step).to_string();
    let looked = ask::<Batch>(edge, caller, id, once(edge), BatchCommand::Look).await?;
    looked.state.ok_or(Failure::NoOperation)
}

/// The caller's operations.
pub(crate) async fn operations(edge: &Edge, caller: &Caller, query: OperationQuery) -> Result<Vec<OperationRow>, Failure> {
    let query = OperationQuery { owner: Some(caller.principal.clone()), ..query };
    Ok(edge.gateway.operations.operations(&query).await?)
}
