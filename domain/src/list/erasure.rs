use super::{Event, ListName, TodoList};
use crate::{Refusal, SagaId, UserId};

impl TodoList {
    /// What is left of an erased one: that there was something, under this id.
    pub(super) fn erased() -> Self {
        Self {
            name: ListName::erased(),
            description: None,
            owner: UserId::nobody(),
            members: std::collections::BTreeMap::new(),
            invitations: std::collections::BTreeMap::new(),
            archived: false,
            deleted: true,
            deleted_with: None,
        }
    }

    /// Whether it was erased.
    pub fn is_erased(&self) -> bool {
        self.owner.is_nobody()
    }

    /// Whether it names `person`: as somebody who is in it, who is asked to come into it, or who asked others.
    pub fn names(&self, person: &UserId) -> bool {
        let invited = |(invitee, by): (&UserId, &super::Invitation)| invitee == person || by.invited_by == *person;
        self.role_of(person).is_some() || self.invitations.iter().any(invited)
    }

    /// Whether its owner's erasure has to wait for others: they are in it and know of it.
    pub fn is_shared(&self) -> bool {
        !self.deleted && !self.members.is_empty()
    }
}

/// The list goes where nobody but its owner knows of it, and so nobody comes into it any more.
pub(super) fn close(list: &TodoList, by: &UserId, operation: SagaId) -> Result<Vec<Event>, Refusal> {
    if list.is_shared() {
        return Err(Refusal::Shared);
    }
    Ok(if list.deleted { vec![] } else { vec![Event::ListDeleted { deleted_by: by.clone(), operation: Some(operation) }] })
}

/// Takes back what [`close`] did, and nothing else.
pub(super) fn reopen(list: &TodoList, by: &UserId, operation: SagaId) -> Vec<Event> {
    let closed = list.deleted && list.deleted_with == Some(operation);
    if closed { vec![Event::ListRestored { restored_by: by.clone() }] } else { vec![] }
}

/// What erasing `by` does to a list: theirs goes; of another's they are no part any more, and nobody whom they asked is.
pub(super) fn erase(list: &TodoList, by: &UserId) -> Result<Vec<Event>, Refusal> {
    if list.owner == *by {
        return if list.is_shared() { Err(Refusal::Shared) } else { Ok(vec![Event::ListErased {}]) };
    }
    let member = list.members.contains_key(by).then(|| Event::MemberRemoved { user: by.clone() });
    let invited = list.invitations.contains_key(by).then(|| Event::InvitationDeclined { user: by.clone() });
    let asked = list.invitations.iter().filter(|(user, invitation)| *user != by && invitation.invited_by == *by);
    let withdrawn = asked.map(|(user, _)| Event::InvitationWithdrawn { user: user.clone() });
    Ok(member.into_iter().chain(invited).chain(withdrawn).collect())
}
