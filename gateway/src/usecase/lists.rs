use domain::{
    Envelope, Grant, ListId, Refusal, Role, Trace, UserId,
    list::{Command, Invitation, ListName, MAX_LISTS, TodoList},
};
use jiff::Timestamp;
use ports::{Accepted, DispatchError, Reply, send};

use super::{
    Caller, Expected, Failure, Seen,
    command::note,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// A list as it is shown, to somebody who has `role` in it.
#[derive(Debug, Clone)]
pub(crate) struct ShownList {
    pub id: ListId,
    pub version: u64,
    pub list: TodoList,
    pub role: Role,
}

/// A list after a command.
#[derive(Debug, Clone)]
pub(crate) struct DoneList {
    /// `None` where the caller may know of it no longer.
    pub shown: Option<ShownList>,
    pub replayed: bool,
}

/// That the caller may come into a list: as much of it as they may know by then.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub id: ListId,
    pub name: ListName,
    pub invitation: Invitation,
}

/// The invitations that the caller may take, the one that is over first at the top.
pub(crate) async fn invitations(edge: &Edge, caller: &Caller) -> Result<Seen<Vec<Received>>, Failure> {
    let waited = catch_up(edge, &caller.principal, None).await?;
    let rows = edge.gateway.views.invitations(&caller.principal).await?;
    let now = edge.gateway.clock.now();
    let received = rows.into_iter().filter_map(|row| {
        let invitation = row.list.invitation_of(&caller.principal, now)?.clone();
        Some(Received { id: row.id, name: row.list.name, invitation })
    });
    let mut answer: Vec<_> = received.collect();
    answer.sort_by_key(|received| (received.invitation.expires, received.id));
    Ok(Seen { answer, stale: waited != Waited::Enough })
}

/// The lists that the caller may know of, those in the trash left out or alone, by name.
pub(crate) async fn lists(edge: &Edge, caller: &Caller, deleted: bool) -> Result<Seen<Vec<ShownList>>, Failure> {
    let waited = catch_up(edge, &caller.principal, None).await?;
    let rows = edge.gateway.views.lists(&caller.principal).await?;
    let shown = rows.into_iter().filter(|row| row.list.deleted == deleted).filter_map(|row| shown(caller, row.id, row.version, row.list));
    let mut answer: Vec<_> = shown.collect();
    answer.sort_by_cached_key(|shown| (shown.list.name.expose().to_lowercase(), shown.id));
    Ok(Seen { answer, stale: waited != Waited::Enough })
}

/// One list, in the trash or not.
pub(crate) async fn list(edge: &Edge, caller: &Caller, id: ListId) -> Result<Seen<ShownList>, Failure> {
    let waited = catch_up(edge, &caller.principal, Some(&id.to_string())).await?;
    let row = edge.gateway.views.lists(&caller.principal).await?.into_iter().find(|row| row.id == id);
    match row.and_then(|row| shown(caller, row.id, row.version, row.list)) {
        Some(answer) => Ok(Seen { answer, stale: waited != Waited::Enough }),
        // "It does not exist" would be a lie to somebody who was told of it.
        None if waited == Waited::InVain => Err(Failure::Behind),
        None => Err(Refusal::NotFound.into()),
    }
}

/// Makes a list. A caller's key names it, so that the same request meets the same one.
pub(crate) async fn create_list(edge: &Edge, caller: &Caller, command: Command, expected: &Expected) -> Result<DoneList, Failure> {
    let _entered = caller.enter(edge)?;
    let id = caller.new_list(edge);
    has_room_for_a_list(edge, &caller.principal, id).await?;
    ask(edge, caller, id, expected, command).await
}

/// The list as its actor says that it is, to somebody who is in it.
pub(super) async fn look(edge: &Edge, caller: &Caller, id: ListId) -> Result<ShownList, Failure> {
    // Another command than the caller's: it must not take their key.
    let asking = Caller { key: None, ..caller.clone() };
    match send::<TodoList>(&*edge.gateway.dispatch, &envelope(edge, &asking, id, Command::Look)).await? {
        Reply::Accepted(Accepted { version, state: Some(list), .. }) => {
            shown(caller, id, version, list).ok_or_else(|| Refusal::NotFound.into())
        }
        Reply::Accepted(_) => Err(Refusal::NotFound.into()),
        Reply::Refused { refusal } => Err(refusal.into()),
    }
}

/// Has `command` done to a list.
pub(crate) async fn change_list(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected, what: Command) -> Result<DoneList, Failure> {
    let _entered = caller.enter(edge)?;
    if let Command::TransferOwnership { to } = &what
        && owned(edge, &caller.principal).await?.contains(&id)
    {
        has_room_for_a_list(edge, to, id).await?;
    }
    ask(edge, caller, id, expected, what).await
}

/// Whether `owner` may own `id`, too. A bound that what is under way may pass by a little: no list knows of the others.
pub(super) async fn has_room_for_a_list(edge: &Edge, owner: &UserId, id: ListId) -> Result<(), Failure> {
    let owned = owned(edge, owner).await?;
    if owned.len() as u64 >= MAX_LISTS && !owned.contains(&id) {
        return Err(Refusal::LimitReached { what: "lists of one person".into(), most: MAX_LISTS }.into());
    }
    Ok(())
}

async fn owned(edge: &Edge, owner: &UserId) -> Result<Vec<ListId>, Failure> {
    let lists = edge.gateway.views.lists(owner).await?;
    Ok(lists.into_iter().filter(|row| row.list.owner == *owner).map(|row| row.id).collect())
}

async fn ask(edge: &Edge, caller: &Caller, id: ListId, expected: &Expected, what: Command) -> Result<DoneList, Failure> {
    let mut envelope = envelope(edge, caller, id, what);
    envelope.expected_version = expected.first();
    let accepted = loop {
        match send::<TodoList>(&*edge.gateway.dispatch, &envelope).await? {
            Reply::Accepted(accepted) => break accepted,
            Reply::Refused { refusal: Refusal::VersionConflict { actual, .. } }
                if envelope.expected_version != Some(actual) && matches!(expected, Expected::OneOf(some) if some.contains(&actual)) =>
            {
                envelope.expected_version = Some(actual);
            }
            Reply::Refused { refusal } => return Err(refusal.into()),
        }
    };
    let Accepted { version, events, replayed, state } = accepted;
    let list = state.ok_or_else(|| DispatchError::Malformed("an accepted command left no list".into()))?;
    if events > 0 || replayed {
        note(edge, caller, &envelope.aggregate_id, version).await;
    }
    Ok(DoneList { shown: shown(caller, id, version, list), replayed })
}

fn envelope(edge: &Edge, caller: &Caller, id: ListId, command: Command) -> Envelope<Command> {
    let now = edge.gateway.clock.now();
    Envelope {
        command_id: caller.command_id(edge),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal: caller.principal.clone(),
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: caller.key.is_some(),
        trace: caller.trace.clone(),
        access: caller.access(),
        command,
    }
}

/// What `user` is in `list`, asked of the list itself. Of one in the trash only its owner knows.
pub(crate) async fn standing(edge: &Edge, user: &UserId, list: ListId) -> Result<Option<Role>, Failure> {
    let looks = Caller { principal: user.clone(), role: Role::Viewer, until: None, trace: Trace::default(), key: None };
    Ok(match send::<TodoList>(&*edge.gateway.dispatch, &envelope(edge, &looks, list, Command::Look)).await? {
        Reply::Accepted(accepted) => accepted.state.and_then(|state| state.seen_by(user)),
        Reply::Refused { .. } => None,
    })
}

/// What the caller holds in `list`, asked of the list itself; `None` where that is nothing, or the list lies in the trash.
///
/// The views could say it cheaper, but later: whoever was put out of a list must not go on in it.
pub(super) async fn grant(edge: &Edge, caller: &Caller, list: ListId, into: bool) -> Result<Option<Grant>, Failure> {
    // Another command than the caller's: it must not take their key.
    let asking = Caller { key: None, ..caller.clone() };
    let state = match send::<TodoList>(&*edge.gateway.dispatch, &envelope(edge, &asking, list, Command::Look)).await? {
        Reply::Accepted(accepted) => accepted.state,
        Reply::Refused { .. } => None,
    };
    let Some(state) = state.filter(|state| !state.deleted) else { return Ok(None) };
    let Some(role) = state.role_of(&caller.principal) else { return Ok(None) };
    let todos = if into { edge.gateway.views.list_size(list).await? } else { 0 };
    Ok(Some(Grant { list, role, archived: state.archived, todos }))
}

fn shown(caller: &Caller, id: ListId, version: u64, list: TodoList) -> Option<ShownList> {
    let role = list.seen_by(&caller.principal)?;
    Some(ShownList { id, version, list, role })
}
