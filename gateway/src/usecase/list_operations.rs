//! What is done to a list with everything in it: given to a saga, whose first step is the list itself.

use domain::{
    ListId, Refusal, Role, SagaId, TodoId,
    list::ListName,
    saga::{Item, Kind, Reason, Saga, Status, Work},
    todo::Draft,
};
use ports::{Completion, Sort, TodoQuery, TodoRow};

use super::{
    Begun, Caller, DoneList, Expected, Failure, change_list,
    clear::rows,
    lists::{ShownList, has_room_for_a_list, look},
    operation,
    operations::{Group, Plan, begun_before, new_operation, start, undo_operation},
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// What brings a list back.
pub(crate) enum Restored {
    /// It is back: it alone had been put away.
    List(DoneList),
    /// An operation, which brings back what was deleted with it as well.
    Operation(Begun),
}

/// Puts a list into the trash, with every todo in it. `None` where it lies there already.
///
/// The list goes first: from then on nothing gets into it, and nobody else knows of it.
pub(crate) async fn delete_list(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected) -> Result<Option<Begun>, Failure> {
    let _entered = caller.enter(edge)?;
    let saga = new_operation(edge, caller);
    if let Some(begun) = begun_before(edge, caller, saga, (Kind::ListDelete, &Work::Delete, Some(id))).await? {
        return Ok(Some(begun));
    }
    let (shown, version) = owned(edge, caller, id, expected).await?;
    if shown.list.deleted {
        return Ok(None);
    }
    let todos = todos_in(edge, caller, id, Completion::Any).await?;
    let todos = todos.into_iter().map(|row| Item::Todo(row.id)).collect();
    let groups = vec![Group::of_list(Work::DeleteList, id, version), Group { work: Work::Delete, list: Some(id), items: todos }];
    let plan = Plan { kind: Kind::ListDelete, work: Work::Delete, list: Some(id), undoes: None, groups };
    start(edge, caller, saga, plan).await.map(Some)
}

/// Puts a list away, and completes what is open in it if `complete` says so.
pub(crate) async fn archive_list(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected, complete: bool) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    let work = if complete { Work::Complete } else { Work::ArchiveList };
    let saga = new_operation(edge, caller);
    if let Some(begun) = begun_before(edge, caller, saga, (Kind::ListArchive, &work, Some(id))).await? {
        return Ok(begun);
    }
    let (shown, version) = owned(edge, caller, id, expected).await?;
    if shown.list.deleted {
        return Err(Refusal::Deleted.into());
    }
    let todos = if complete { todos_in(edge, caller, id, Completion::Open).await? } else { vec![] };
    let todos = todos.into_iter().map(|row| Item::Todo(row.id)).collect();
    let groups = vec![Group::of_list(Work::ArchiveList, id, version), Group { work: Work::Complete, list: Some(id), items: todos }];
    start(edge, caller, saga, Plan { kind: Kind::ListArchive, work, list: Some(id), undoes: None, groups }).await
}

/// Makes a new list of the caller's with copies of another's todos: of the open ones or, if `reset` says so, of all of them,
/// as if nothing had been done: open, and without a time that they are due.
pub(crate) async fn copy_list(edge: &Edge, caller: &Caller, from: ListId, name: Option<ListName>, reset: bool) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    let saga = new_operation(edge, caller);
    // Of both, so that a key that comes with another list is found out.
    let to = ListId::with_members(ListId::derived(&caller.principal, &format!("{saga}/{from}")).uuid());
    if let Some(begun) = begun_before(edge, caller, saga, (Kind::ListCopy, &Work::Create, Some(to))).await? {
        return Ok(begun);
    }
    needs_owner(caller.role)?;
    let shown = look(edge, caller, from).await?;
    if shown.list.deleted {
        return Err(Refusal::Deleted.into());
    }
    has_room_for_a_list(edge, &caller.principal, to).await?;
    let todos = todos_in(edge, caller, from, if reset { Completion::Any } else { Completion::Open }).await?;
    let copy = |(at, row): (usize, TodoRow)| {
        let todo = TodoId::derived(&caller.principal, &format!("{saga}/{at}"));
        let draft = Draft { list: Some(to), ..Draft::copying(row.todo, &caller.principal, reset) };
        Item::Draft { todo, draft: Box::new(draft) }
    };
    let make = Work::CreateList { name: name.unwrap_or(shown.list.name), description: shown.list.description };
    let todos = todos.into_iter().enumerate().map(copy).collect();
    let groups = vec![Group::of_list(make, to, None), Group { work: Work::Create, list: Some(to), items: todos }];
    start(edge, caller, saga, Plan { kind: Kind::ListCopy, work: Work::Create, list: Some(to), undoes: None, groups }).await
}

/// Takes a list out of the trash, with whatever was put there with it and nothing else.
pub(crate) async fn restore_list(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected) -> Result<Restored, Failure> {
    let (shown, _) = owned(edge, caller, id, expected).await?;
    let deletion = match shown.list.deleted_with {
        Some(operation) => deletion(edge, caller, operation).await?,
        None => None,
    };
    match deletion {
        Some(operation) => undo_operation(edge, caller, operation).await.map(Restored::Operation),
        None => change_list(edge, caller, id, expected, domain::list::Command::Restore).await.map(Restored::List),
    }
}

/// The operation whose changes are to be taken back, where a list says that it was deleted with `id`; `None` where there is
/// nothing to take back. An undo that was itself taken back left what it found.
async fn deletion(edge: &Edge, caller: &Caller, id: SagaId) -> Result<Option<SagaId>, Failure> {
    let mut id = id;
    loop {
        match operation(edge, caller, id).await {
            Ok((Saga { status: Status::Compensated, undoes: Some(undone), .. }, _)) => id = undone,
            Ok((Saga { status: Status::Compensated, .. }, _)) | Err(Failure::NoOperation) => return Ok(None),
            // One that is not over says so when it is undone.
            Ok(_) => return Ok(Some(id)),
            Err(failure) => return Err(failure),
        }
    }
}

/// Why an operation on a list is over and nothing was done: what the list says now.
pub(crate) async fn refused(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected, saga: &Saga) -> Result<(), Failure> {
    if saga.stopping == Some(Reason::Refused) {
        owned(edge, caller, id, expected).await?;
    }
    Ok(())
}

/// The list as its actor says that it is, if the caller owns it; and the version that it must stay at, if one was expected.
async fn owned(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected) -> Result<(ShownList, Option<u64>), Failure> {
    let shown = look(edge, caller, id).await?;
    needs_owner(shown.role.min(caller.role))?;
    if !expected.allows(shown.version) {
        return Err(Refusal::VersionConflict { expected: expected.first().unwrap_or_default(), actual: shown.version }.into());
    }
    let version = expected.first().map(|_| shown.version);
    Ok((shown, version))
}

fn needs_owner(role: Role) -> Result<(), Failure> {
    if role < Role::Owner { Err(Refusal::Forbidden { needs: Role::Owner }.into()) } else { Ok(()) }
}

/// The todos in a list, in the order in which they were created.
async fn todos_in(edge: &Edge, caller: &Caller, list: ListId, completion: Completion) -> Result<Vec<TodoRow>, Failure> {
    // What the views lack would be left behind without anybody being told.
    if catch_up(edge, &caller.principal, None).await? != Waited::Enough {
        return Err(Failure::Behind);
    }
    rows(edge, caller, TodoQuery { list: Some(list), completion, sort: Sort::Created, ..TodoQuery::default() }).await
}
