//! What spans many todos: given to a saga.

use domain::{
    BatchId, CommandId, Invalid, ListId, Refusal, Role, SagaId, TodoId,
    saga::{Batch, BatchCommand, Command, ITEMS_PER_STEP, Item, Kind, Saga, Status, Work},
    todo::Draft,
};
use futures::{StreamExt, TryStreamExt, stream};
use ports::Accepted;

use super::{
    Begun, Caller, Failure,
    clear::all,
    follow::{ask, batch},
    lists::look,
    operation,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// How many batches are asked at a time.
const AT_A_TIME: usize = 8;
/// How many bytes of JSON one batch may hold: each is one record and one message.
const BATCH_BYTES: usize = 256 * 1024;

/// What an operation works on.
pub(crate) enum Items {
    Todos(Vec<TodoId>),
    Drafts(Vec<Draft>),
}

/// What an operation is to do.
pub(super) struct Plan {
    pub kind: Kind,
    /// What it does to each todo.
    pub work: Work,
    /// The list that it is about.
    pub list: Option<ListId>,
    pub undoes: Option<SagaId>,
    /// What is done one after another.
    pub groups: Vec<Group>,
}

/// The same done to many.
pub(super) struct Group {
    pub work: Work,
    /// Where todos are moved to; else the one list that is meant.
    pub list: Option<ListId>,
    pub items: Vec<Item>,
}

impl Group {
    /// Something done to the list itself, at `version` if one is named.
    pub(super) fn of_list(work: Work, list: ListId, version: Option<u64>) -> Self {
        Self { work, list: Some(list), items: vec![Item::List { list, version }] }
    }
}

/// The name of an operation that the caller begins. A key names it, so that the same request meets the same one.
pub(super) fn new_operation(edge: &Edge, caller: &Caller) -> SagaId {
    match &caller.key {
        Some(key) => SagaId::derived(&caller.principal, &key.0),
        None => SagaId::new(edge.gateway.ids.uuid()),
    }
}

/// The operation that the caller began before with the same key. Only where what it works on is found out by the platform: it may
/// not find the same any more.
pub(super) async fn begun_before(
    edge: &Edge,
    caller: &Caller,
    id: SagaId,
    what: (Kind, &Work, Option<ListId>),
) -> Result<Option<Begun>, Failure> {
    if caller.key.is_none() {
        return Ok(None);
    }
    match operation(edge, caller, id).await {
        Ok((saga, _)) if (saga.kind, &saga.work, saga.list) == what => Ok(Some(Begun { id, saga, replayed: true })),
        Ok(_) => Err(Refusal::CommandIdReused.into()),
        Err(Failure::NoOperation) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Has `work` done to all of `items`; a move goes to `list`.
pub(crate) async fn begin(
    edge: &Edge,
    caller: &Caller,
    kind: Kind,
    work: Work,
    list: Option<ListId>,
    items: Items,
) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    let id = new_operation(edge, caller);
    if let Some(list) = list.filter(|list| list.has_members()) {
        may_put_into(edge, caller, list).await?;
    }
    let items = match items {
        Items::Todos(todos) => todos.into_iter().map(Item::Todo).collect(),
        Items::Drafts(drafts) => {
            let todo = |at: usize| TodoId::derived(&caller.principal, &format!("{id}/{at}"));
            drafts.into_iter().enumerate().map(|(at, draft)| Item::Draft { todo: todo(at), draft: Box::new(draft) }).collect()
        }
    };
    let groups = vec![Group { work: work.clone(), list, items }];
    start(edge, caller, id, Plan { kind, work, list, undoes: None, groups }).await
}

/// Said at once, and not of each todo: what nobody of this list, and no viewer, can do.
async fn may_put_into(edge: &Edge, caller: &Caller, list: ListId) -> Result<(), Failure> {
    let no_list = || Invalid::new("list", "is no list of yours", "use the id of a list that GET /api/v1/lists shows");
    let shown = match look(edge, caller, list).await {
        Ok(shown) if !shown.list.deleted => shown,
        Ok(_) | Err(Failure::Refused(Refusal::NotFound)) => return Err(no_list().into()),
        Err(failure) => return Err(failure),
    };
    if shown.role < Role::Editor {
        return Err(Refusal::Forbidden { needs: Role::Editor }.into());
    }
    if shown.list.archived { Err(Refusal::Archived.into()) } else { Ok(()) }
}

/// Puts every todo of the caller into the trash.
pub(crate) async fn delete_all_later(edge: &Edge, caller: &Caller) -> Result<Begun, Failure> {
    if let Some(begun) = begun_before(edge, caller, new_operation(edge, caller), (Kind::DeleteAll, &Work::Delete, None)).await? {
        return Ok(begun);
    }
    // What the views lack would stay without anybody being told.
    if catch_up(edge, &caller.principal, None).await? != Waited::Enough {
        return Err(Failure::Behind);
    }
    let todos = all(edge, caller).await?;
    begin(edge, caller, Kind::DeleteAll, Work::Delete, None, Items::Todos(todos)).await
}

/// Takes back what a completed operation did. Asked twice, it is one operation; one that was taken back itself can be had again.
pub(crate) async fn undo_operation(edge: &Edge, caller: &Caller, id: SagaId) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    let (saga, _) = operation(edge, caller, id).await?;
    if saga.kind == Kind::Erase {
        return Err(Invalid::new("operation", "erased what it worked on", "there is nothing to take back").into());
    }
    if saga.status != Status::Completed {
        let remedy = "wait until it is completed, or abort it: then it takes itself back";
        return Err(Invalid::new("operation", "is not completed", remedy).into());
    }
    let mut attempt = 0;
    let undo = loop {
        let name = if attempt == 0 { format!("undo/{id}") } else { format!("undo/{id}/{attempt}") };
        let undo = SagaId::derived(&caller.principal, &name);
        match operation(edge, caller, undo).await {
            Ok((saga, _)) if saga.status == Status::Compensated => attempt += 1,
            Ok((saga, _)) => return Ok(Begun { id: undo, saga, replayed: true }),
            Err(Failure::NoOperation) => break undo,
            Err(failure) => return Err(failure),
        }
    };
    let batches: Vec<Batch> =
        stream::iter(0..saga.steps).map(|step| batch(edge, caller, id, step)).buffered(AT_A_TIME).try_collect().await?;
    // The last first: as it would have been one by one.
    let groups: Vec<_> =
        batches.iter().rev().filter_map(Batch::taken_back).map(|(work, list, items)| Group { work, list, items }).collect();
    let list = groups.iter().find_map(|group| group.list);
    start(edge, caller, undo, Plan { kind: Kind::Undo, work: Work::Undo, list, undoes: Some(id), groups }).await
}

/// Fills the batches, and only then begins: a saga that is there has all that it works on.
pub(super) async fn start(edge: &Edge, caller: &Caller, id: SagaId, plan: Plan) -> Result<Begun, Failure> {
    // Said before anything is written.
    if caller.role < Role::Editor {
        return Err(Refusal::Forbidden { needs: Role::Editor }.into());
    }
    let Plan { kind, work, list, undoes, groups } = plan;
    let total = groups.iter().map(|group| group.items.len() as u32).sum();
    let of_group = |Group { work, list, items }: Group| batches(items).into_iter().map(move |items| (work.clone(), list, items));
    let batches: Vec<_> = groups.into_iter().flat_map(of_group).collect();
    let steps = batches.len() as u32;
    let fills = batches.into_iter().zip(0..).map(|((work, list, items), step)| {
        let batch = BatchId::of(&caller.principal, id, step);
        let fill = BatchCommand::Fill { saga: id, work, list, items };
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
    let start = Command::Start { kind, work, undoes, list, items: total, steps };
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
