use super::{Event, Reminders, Title, Todo, TodoState};
use crate::{Access, ListId, Refusal, Role, UserId};

impl Todo {
    /// What is left of an erased one: that there was something, under this id.
    pub(super) fn erased() -> Self {
        let owner = UserId::nobody();
        Self {
            list: ListId::inbox(&owner),
            owner,
            title: Title::erased(),
            description: None,
            tags: super::Tags::default(),
            priority: None,
            due: None,
            recurrence: None,
            subtasks: vec![],
            last_subtask: 0,
            reminders: Reminders::new(),
            order: None,
            completed: false,
            deleted: true,
        }
    }

    /// Whether it was erased. One that outlived whoever made it, in somebody else's list, was not.
    pub fn is_erased(&self) -> bool {
        self.owner.is_nobody() && !self.list.has_members()
    }

    /// `person` made it no longer, and is reminded of it no longer.
    pub(super) fn leave(&mut self, person: &UserId) {
        if self.owner == *person {
            self.owner = UserId::nobody();
        }
        self.reminders.retain(|_, reminder| reminder.person != *person);
    }

    /// Whether it names `person`: as whoever made it, or as somebody who is to be reminded.
    pub fn names(&self, person: &UserId) -> bool {
        self.owner == *person || self.reminders.values().any(|reminder| reminder.person == *person)
    }
}

/// What erasing `by` does to a todo: theirs, and whatever is in a list of theirs, goes. In somebody else's list it stays, since
/// others work with it, and names them no longer.
pub(super) fn erase(state: &TodoState, by: &UserId, access: &Access) -> Result<Vec<Event>, Refusal> {
    let todo = state.as_ref().ok_or(Refusal::NotFound)?;
    if todo.is_erased() {
        return Ok(vec![]);
    }
    if !todo.list.has_members() {
        return if todo.owner == *by { Ok(vec![Event::TodoErased {}]) } else { Err(Refusal::NotFound) };
    }
    let held = access.grant(todo.list).ok_or(Refusal::RoleNeeded { list: todo.list, into: false })?;
    if held.role == Role::Owner {
        return Ok(vec![Event::TodoErased {}]);
    }
    Ok(if todo.names(by) { vec![Event::TodoLeft { person: by.clone() }] } else { vec![] })
}
