//! What spans many todos: given to a saga, and followed.

use std::time::{Duration, Instant};

use domain::{
    Aggregate, BatchId, CommandId, Envelope, Invalid, Refusal, SagaId, TodoId,
    saga::{Batch, BatchCommand, Command, ITEMS_PER_STEP, Item, Kind, Saga, Status, Work},
    todo::Draft,
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use ports::{Accepted, Answer, OperationQuery, OperationRow, Reply, send};
use serde::de::DeserializeOwned;

use super::{
    Caller, Failure,
    clear::all,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// How many batches are asked at a time.
const AT_A_TIME: usize = 8;
/// How many bytes of JSON one batch may hold: each is one record and one message.
const BATCH_BYTES: usize = 256 * 1024;
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

/// What an operation works on.
pub(crate) enum Items {
    Todos(Vec<TodoId>),
    Drafts(Vec<Draft>),
}

/// Has `work` done to all of `items`.
pub(crate) async fn begin(edge: &Edge, caller: &Caller, kind: Kind, work: Work, items: Items) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    let id = match &caller.key {
        Some(key) => SagaId::derived(&caller.principal, &key.0),
        None => SagaId::new(edge.gateway.ids.uuid()),
    };
    let items = match items {
        Items::Todos(todos) => todos.into_iter().map(Item::Todo).collect(),
        Items::Drafts(drafts) => {
            let todo = |at: usize| TodoId::derived(&caller.principal, &format!("{id}/{at}"));
            drafts.into_iter().enumerate().map(|(at, draft)| Item::Draft { todo: todo(at), draft: Box::new(draft) }).collect()
        }
    };
    start(edge, caller, id, kind, work, None, items).await
}

/// Puts every todo of the caller into the trash.
pub(crate) async fn delete_all_later(edge: &Edge, caller: &Caller) -> Result<Begun, Failure> {
    // What the views lack would stay without anybody being told.
    if catch_up(edge, &caller.principal, None).await? != Waited::Enough {
        return Err(Failure::Behind);
    }
    let todos = all(edge, caller).await?;
    begin(edge, caller, Kind::DeleteAll, Work::Delete, Items::Todos(todos)).await
}

/// Takes back what a completed operation did. Asked twice, it is one operation.
pub(crate) async fn undo_operation(edge: &Edge, caller: &Caller, id: SagaId) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    let (saga, _) = operation(edge, caller, id).await?;
    if saga.status != Status::Completed {
        let remedy = "wait until it is completed, or abort it: then it takes itself back";
        return Err(Invalid::new("operation", "is not completed", remedy).into());
    }
    let undo = SagaId::derived(&caller.principal, &format!("undo/{id}"));
    match operation(edge, caller, undo).await {
        Ok((saga, _)) => return Ok(Begun { id: undo, saga, replayed: true }),
        Err(Failure::NoOperation) => {}
        Err(failure) => return Err(failure),
    }
    let batches: Vec<Batch> =
        stream::iter(0..saga.steps).map(|step| batch(edge, caller, id, step)).buffered(AT_A_TIME).try_collect().await?;
    // The last first: as it would have been one by one.
    let changes = batches.iter().flat_map(|batch| (0..batch.items.len() as u32).filter_map(|at| batch.change(at)));
    let mut items: Vec<_> = changes.collect();
    items.reverse();
    start(edge, caller, undo, Kind::Undo, Work::Undo, Some(id), items).await
}

/// Fills the batches, and only then begins: a saga that is there has all that it works on.
async fn start(
    edge: &Edge,
    caller: &Caller,
    id: SagaId,
    kind: Kind,
    work: Work,
    undoes: Option<SagaId>,
    items: Vec<Item>,
) -> Result<Begun, Failure> {
    let total = items.len() as u32;
    let batches = batches(items);
    let steps = batches.len() as u32;
    let fills = batches.into_iter().zip(0..).map(|(items, step)| {
        let batch = BatchId::of(&caller.principal, id, step);
        let fill = BatchCommand::Fill { saga: id, work: work.clone(), items };
        let command_id = format!("{batch}:fill").parse().unwrap_or_else(|_| CommandId::new(batch.uuid()));
        async move {
            match ask::<Batch>(edge, caller, batch.to_string(), command_id, fill).await {
                // Filled by an earlier request with the same key: the saga's own command tells if that was another.
                Ok(_) | Err(Failure::Refused(Refusal::AlreadyExists)) => Ok(()),
                Err(failure) => Err(failure),
            }
        }
    });
    stream::iter(fills).buffer_unordered(AT_A_TIME).try_collect::<()>().await?;
    let start = Command::Start { kind, work, undoes, items: total, steps };
    match ask::<Saga>(edge, caller, id.to_string(), caller.command_id(edge), start).await {
        Ok(Accepted { state: Some(saga), replayed, .. }) => Ok(Begun { id, saga, replayed }),
        // Somebody undoes the same at the same time.
        Err(Failure::Refused(Refusal::AlreadyExists)) if undoes.is_some() => {
            let (saga, _) = operation(edge, caller, id).await?;
            Ok(Begun { id, saga, replayed: true })
        }
        Ok(_) => Err(Failure::NoOperation),
        Err(failure) => Err(failure),
    }
}

/// In the given order, so many together as one step takes and one record holds.
fn batches(items: Vec<Item>) -> Vec<Vec<Item>> {
    let (mut batches, mut bytes): (Vec<Vec<Item>>, usize) = (vec![], 0);
    for item in items {
        let size = serde_json::to_vec(&item).map_or(0, |json| json.len());
        match batches.last_mut() {
            Some(batch) if batch.len() < ITEMS_PER_STEP && bytes + size <= BATCH_BYTES => {
                batch.push(item);
                bytes += size;
            }
            _ => {
                batches.push(vec![item]);
                bytes = size;
            }
        }
    }
    batches
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
    let batch = if step < saga.steps { Some(batch(edge, caller, id, step).await?) } else { None };
    Ok((saga, batch))
}

async fn batch(edge: &Edge, caller: &Caller, saga: SagaId, step: u32) -> Result<Batch, Failure> {
    let id = BatchId::of(&caller.principal, saga, step).to_string();
    let looked = ask::<Batch>(edge, caller, id, once(edge), BatchCommand::Look).await?;
    looked.state.ok_or(Failure::NoOperation)
}

/// The caller's operations.
pub(crate) async fn operations(edge: &Edge, caller: &Caller, query: OperationQuery) -> Result<Vec<OperationRow>, Failure> {
    let query = OperationQuery { owner: Some(caller.principal.clone()), ..query };
    Ok(edge.gateway.operations.operations(&query).await?)
}
