use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Event, Invitation};
use crate::{Role, SagaId, Text, UserId};

/// What a list is called.
pub type ListName = Text<200>;
/// More about it.
pub type ListDescription = Text<2_000>;

/// How many people may be in one list beside its owner.
pub const MAX_MEMBERS: usize = 100;
/// How many lists one person may own.
pub const MAX_LISTS: u64 = 500;
/// How many todos one list may hold, those in the trash left out.
pub const MAX_TODOS: u64 = 10_000;

/// A list as it stands, or nothing where none was created.
pub type ListState = Option<TodoList>;

/// A list as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TodoList {
    /// What it is called.
    pub name: ListName,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<ListDescription>,
    /// Whose it is.
    pub owner: UserId,
    /// Who else is in it: viewers and editors.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<UserId, Role>,
    /// Who may come into it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub invitations: BTreeMap<UserId, Invitation>,
    /// Whether it is put away: nothing in it changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Whether it lies in the trash, with all that is in it: then only its owner knows of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The operation that put it there, and what was in it as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_with: Option<SagaId>,
}

impl TodoList {
    /// What `user` is in it; `None` where nobody in it is called so.
    pub fn role_of(&self, user: &UserId) -> Option<Role> {
        if self.owner == *user { Some(Role::Owner) } else { self.members.get(user).copied() }
    }

    /// What `user` may know of it by: of one in the trash its members know nothing.
    pub fn seen_by(&self, user: &UserId) -> Option<Role> {
        self.role_of(user).filter(|role| !self.deleted || *role == Role::Owner)
    }

    /// Everybody in it with what they are, its owner among them.
    pub fn everybody(&self) -> impl Iterator<Item = (&UserId, Role)> {
        std::iter::once((&self.owner, Role::Owner)).chain(self.members.iter().map(|(user, role)| (user, *role)))
    }
}

/// `state` after `event`. Events that follow no creation change nothing: they cannot have happened.
pub(super) fn evolve(state: ListState, event: &Event) -> ListState {
    if let Event::ListCreated { owner, name, description } = event {
        let (owner, name, description) = (owner.clone(), name.clone(), description.clone());
        return Some(TodoList {
            name,
            description,
            owner,
            members: BTreeMap::new(),
            invitations: BTreeMap::new(),
            archived: false,
            deleted: false,
            deleted_with: None,
        });
    }
    let mut list = state?;
    match event {
        Event::ListCreated { .. } => {}
        Event::ListRenamed { name } => list.name = name.clone(),
        Event::ListDescriptionChanged { description } => list.description = description.clone(),
        Event::ListArchived { .. } => list.archived = true,
        Event::ListUnarchived { .. } => list.archived = false,
        Event::MemberAdded { user, role } => {
            list.members.insert(user.clone(), *role);
            list.invitations.remove(user);
        }
        Event::MemberRoleChanged { user, role } => drop(list.members.insert(user.clone(), *role)),
        Event::MemberRemoved { user } => drop(list.members.remove(user)),
        Event::OwnershipTransferred { from, to } => {
            list.members.remove(to);
            list.members.insert(from.clone(), Role::Editor);
            list.owner = to.clone();
        }
        Event::MemberInvited { user, role, invited_by, expires } => {
            let invitation = Invitation { role: *role, invited_by: invited_by.clone(), expires: *expires };
            list.invitations.insert(user.clone(), invitation);
        }
        Event::InvitationAccepted { user }
        | Event::InvitationDeclined { user }
        | Event::InvitationWithdrawn { user }
        | Event::InvitationExpired { user } => drop(list.invitations.remove(user)),
        Event::ListDeleted { operation, .. } => (list.deleted, list.deleted_with) = (true, *operation),
        Event::ListRestored { .. } => (list.deleted, list.deleted_with) = (false, None),
        Event::ListErased {} => return Some(TodoList::erased()),
    }
    Some(list)
}
