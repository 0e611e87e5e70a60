use super::{
    Change, Command, Event, ListState, TodoList, erasure,
    invitation::{self, has_room},
    state::evolve,
};
use crate::{Envelope, Invalid, ListId, Refusal, Role, UserId};

pub(super) fn decide(state: &ListState, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let (by, command, most) = (&envelope.principal, &envelope.command, envelope.access.most);
    let Some(list) = state else {
        let Command::Create { name, description } = command else { return Err(Refusal::NotFound) };
        may(most, Role::Owner)?;
        if !envelope.aggregate_id.parse().is_ok_and(ListId::has_members) {
            return Err(Invalid::new("id", "is no id of a list with members", "let the platform name it").into());
        }
        return Ok(vec![Event::ListCreated { owner: by.clone(), name: name.clone(), description: description.clone() }]);
    };
    // The platform's own: nobody else can send it, and whoever was invited has no role.
    if *command == Command::Erase {
        return erasure::erase(list, by);
    }
    if let Command::AcceptInvitation | Command::DeclineInvitation = command {
        return answer_invitation(list, envelope);
    }
    // A stranger must not learn which ids are taken, and whoever is invited is one until they accept.
    let role = list.seen_by(by).ok_or(Refusal::NotFound)?.min(most);
    if matches!(command, Command::Create { .. }) {
        return Err(Refusal::AlreadyExists);
    }
    may(role, command.needs(by))?;
    if list.deleted {
        return match command {
            Command::Look | Command::Delete | Command::DeleteWith { .. } => Ok(vec![]),
            Command::Close { operation } => erasure::close(list, by, *operation),
            Command::Reopen { operation } => Ok(erasure::reopen(list, by, *operation)),
            Command::Restore => Ok(vec![Event::ListRestored { restored_by: by.clone() }]),
            Command::ExpireInvitations { due } => Ok(invitation::expire(list, *due)),
            _ => Err(Refusal::Deleted),
        };
    }
    match command {
        Command::Create { .. } => Err(Refusal::AlreadyExists),
        Command::Look | Command::Restore | Command::AcceptInvitation | Command::DeclineInvitation | Command::Erase => Ok(vec![]),
        Command::Close { operation } => erasure::close(list, by, *operation),
        Command::Reopen { operation } => Ok(erasure::reopen(list, by, *operation)),
        Command::Change { changes } => change_all(list, changes, by),
        Command::PutMember { user, role } => put_member(list, user, *role),
        Command::RemoveMember { user } => remove_member(list, user),
        Command::Invite { user, role, expires } => invitation::invite(list, user, *role, *expires, by, envelope.at),
        Command::WithdrawInvitation { user } => Ok(invitation::withdraw(list, user)),
        Command::ExpireInvitations { due } => Ok(invitation::expire(list, *due)),
        Command::TransferOwnership { to } => transfer(list, to),
        Command::Delete => Ok(vec![Event::ListDeleted { deleted_by: by.clone(), operation: None }]),
        Command::DeleteWith { operation } => Ok(vec![Event::ListDeleted { deleted_by: by.clone(), operation: Some(*operation) }]),
    }
}

/// What somebody says who was invited, or who is in the list already: then there is nothing to say.
fn answer_invitation(list: &TodoList, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let (by, now) = (&envelope.principal, envelope.at);
    if list.seen_by(by).is_some() {
        let accepts = envelope.command == Command::AcceptInvitation;
        return if accepts { Ok(vec![]) } else { Err(Refusal::NotFound) };
    }
    let events = match &envelope.command {
        Command::AcceptInvitation => invitation::accept(list, by, now)?,
        _ => invitation::decline(list, by, now)?,
    };
    // A token that only looks brings nobody in or out.
    may(envelope.access.most, Role::Editor)?;
    Ok(events)
}

/// Whether somebody with `role` may do what needs `needs`.
pub(crate) fn may(role: Role, needs: Role) -> Result<(), Refusal> {
    if role < needs { Err(Refusal::Forbidden { needs }) } else { Ok(()) }
}

/// Each change meets the list as the ones before it left it: so a request may say "take it out, then rename it".
fn change_all(list: &TodoList, changes: &[Change], by: &UserId) -> Result<Vec<Event>, Refusal> {
    let mut now = Some(list.clone());
    let mut events = vec![];
    for change in changes {
        let Some(list) = &now else { break };
        let event = match change {
            Change::Archived(archived) if *archived == list.archived => continue,
            Change::Archived(true) => Event::ListArchived { archived_by: by.clone() },
            Change::Archived(false) => Event::ListUnarchived { unarchived_by: by.clone() },
            Change::Name(name) if list.name == *name => continue,
            Change::Description(description) if list.description == *description => continue,
            _ if list.archived => return Err(Refusal::Archived),
            Change::Name(name) => Event::ListRenamed { name: name.clone() },
            Change::Description(description) => Event::ListDescriptionChanged { description: description.clone() },
        };
        now = evolve(now, &event);
        events.push(event);
    }
    // There and back again within one request is no change.
    Ok(if now.as_ref() == Some(list) { vec![] } else { events })
}

fn put_member(list: &TodoList, user: &UserId, role: Role) -> Result<Vec<Event>, Refusal> {
    if role == Role::Owner {
        return if list.owner == *user { Ok(vec![]) } else { Err(second_owner()) };
    }
    if list.owner == *user {
        return Err(owner_stays());
    }
    let (user, members) = (user.clone(), &list.members);
    Ok(match members.get(&user) {
        Some(held) if *held == role => vec![],
        Some(_) => vec![Event::MemberRoleChanged { user, role }],
        None => {
            // Whoever is invited has a place already.
            if !list.invitations.contains_key(&user) {
                has_room(list)?;
            }
            vec![Event::MemberAdded { user, role }]
        }
    })
}

fn remove_member(list: &TodoList, user: &UserId) -> Result<Vec<Event>, Refusal> {
    if list.owner == *user {
        return Err(owner_stays());
    }
    Ok(if list.members.contains_key(user) { vec![Event::MemberRemoved { user: user.clone() }] } else { vec![] })
}

fn transfer(list: &TodoList, to: &UserId) -> Result<Vec<Event>, Refusal> {
    if list.owner == *to {
        return Ok(vec![]);
    }
    if !list.members.contains_key(to) {
        return Err(Invalid::new("owner", "is not in the list", "add the person as an editor or viewer first").into());
    }
    Ok(vec![Event::OwnershipTransferred { from: list.owner.clone(), to: to.clone() }])
}

fn second_owner() -> Refusal {
    Invalid::new("role", "would make a second owner", "add the person as an editor, and give the list to them by PATCH of its `owner`")
        .into()
}

fn owner_stays() -> Refusal {
    Invalid::new("user", "owns the list", "give the list to another member first, by PATCH of its `owner`").into()
}
