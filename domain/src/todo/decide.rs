use super::{Change, Command, Draft, Event, MAX_TAGS, Todo, TodoState, state::evolve};
use crate::{
    Access, Envelope, Grant, Invalid, ListId, Refusal, Role, UserId,
    list::{MAX_TODOS, may},
};

pub(super) fn decide(state: &TodoState, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let by = &envelope.principal;
    match (&envelope.command, state) {
        (Command::Create(draft), None) => {
            may_put(draft.list.unwrap_or_else(|| ListId::inbox(by)), &envelope.access)?;
            Ok(create(draft, by))
        }
        (_, None) => Err(Refusal::NotFound),
        // A stranger must not learn which ids are taken.
        (_, Some(todo)) if !todo.list.has_members() && todo.owner != *by => Err(Refusal::NotFound),
        // By that id only its creator could have made it, or somebody who was told of it.
        (Command::Create(_), Some(todo)) => Err(if todo.owner == *by { Refusal::AlreadyExists } else { Refusal::NotFound }),
        (command, Some(todo)) => {
            may_change(todo, &envelope.access)?;
            decide_on(todo, command, envelope)
        }
    }
}

/// Whether somebody with `access` may put a todo into `list`.
fn may_put(list: ListId, access: &Access) -> Result<(), Refusal> {
    if !list.has_members() {
        return may(access.most, Role::Editor);
    }
    let grant = access.grant(list).ok_or(Refusal::RoleNeeded { list, into: true })?;
    held(&grant, access)?;
    if grant.todos >= MAX_TODOS {
        return Err(Refusal::LimitReached { what: "todos in a list".into(), most: MAX_TODOS });
    }
    Ok(())
}

/// Whether somebody with `access` may change `todo`, if it is in a list with members, or theirs, and in the list that is meant.
fn may_change(todo: &Todo, access: &Access) -> Result<(), Refusal> {
    let list = todo.list;
    if access.within.is_some_and(|meant| meant != list) {
        return Err(Refusal::NotFound);
    }
    if !list.has_members() {
        return may(access.most, Role::Editor);
    }
    held(&access.grant(list).ok_or(Refusal::RoleNeeded { list, into: false })?, access)
}

fn held(grant: &Grant, access: &Access) -> Result<(), Refusal> {
    may(grant.role.min(access.most), Role::Editor)?;
    if grant.archived { Err(Refusal::Archived) } else { Ok(()) }
}

/// What happens if somebody who may change `todo` asks for `command`.
fn decide_on(todo: &Todo, command: &Command, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let by = &envelope.principal;
    match command {
        Command::Create(_) => Err(Refusal::AlreadyExists),
        Command::Delete => Ok(if todo.deleted { vec![] } else { vec![Event::TodoDeleted { deleted_by: by.clone() }] }),
        Command::Restore => Ok(if todo.deleted { vec![Event::TodoRestored { restored_by: by.clone() }] } else { vec![] }),
        Command::Change { .. } if todo.deleted => Err(Refusal::Deleted),
        Command::Change { changes } => {
            for change in changes {
                if let Change::List(to) = change {
                    may_move(todo, *to, envelope)?;
                }
            }
            change_all(todo, changes, by)
        }
    }
}

/// Whether `todo` may go into the list `to`. Into a list without members it goes only if it is the caller's own: nobody's todo
/// disappears in another's.
fn may_move(todo: &Todo, to: ListId, envelope: &Envelope<Command>) -> Result<(), Refusal> {
    if to == todo.list {
        return Ok(());
    }
    if !to.has_members() && todo.owner != envelope.principal {
        return Err(Invalid::new("list", "has no members, and somebody else created the todo", "use a list that you share").into());
    }
    may_put(to, &envelope.access)
}

fn create(draft: &Draft, by: &UserId) -> Vec<Event> {
    let created = Event::TodoCreated {
        owner: by.clone(),
        list: draft.list.unwrap_or_else(|| ListId::inbox(by)),
        title: draft.title.clone(),
        description: draft.description.clone(),
        tags: draft.tags.clone(),
        priority: draft.priority,
        due: draft.due.clone(),
        order: draft.order,
    };
    let completed = draft.completed.then(|| Event::TodoCompleted { completed_by: by.clone() });
    std::iter::once(created).chain(completed).collect()
}

/// Each change meets the todo as the ones before it left it, so that a request may say "reopen, then retitle".
fn change_all(todo: &Todo, changes: &[Change], by: &UserId) -> Result<Vec<Event>, Refusal> {
    let mut state = Some(todo.clone());
    let mut events = Vec::new();
    for change in changes {
        let Some(todo) = &state else { break };
        for event in change_one(todo, change, by)? {
            state = evolve(state, &event);
            events.push(event);
        }
    }
    // There and back again within one request is no change.
    Ok(if state.as_ref() == Some(todo) { vec![] } else { events })
}

/// The events that `change` needs; none where the todo is that way already.
fn change_one(todo: &Todo, change: &Change, by: &UserId) -> Result<Vec<Event>, Refusal> {
    fn when(differs: bool, event: impl FnOnce() -> Event) -> Vec<Event> {
        if differs { vec![event()] } else { vec![] }
    }
    Ok(match change {
        Change::Title(title) => when(todo.title != *title, || Event::TitleChanged { title: title.clone() }),
        Change::Description(description) => {
            when(todo.description != *description, || Event::DescriptionChanged { description: description.clone() })
        }
        Change::Completed(true) => when(!todo.completed, || Event::TodoCompleted { completed_by: by.clone() }),
        Change::Completed(false) => when(todo.completed, || Event::TodoReopened { reopened_by: by.clone() }),
        Change::Order(order) => when(todo.order != *order, || Event::OrderChanged { order: *order }),
        Change::Tags(tags) => {
            let (old, new) = (todo.tags.as_set(), tags.as_set());
            // First away, then in: in between there are never too many.
            let away = old.difference(new).map(|tag| Event::TodoUntagged { tag: tag.clone() });
            away.chain(new.difference(old).map(|tag| Event::TodoTagged { tag: tag.clone() })).collect()
        }
        Change::Tag(tag) => {
            let tags = todo.tags.as_set();
            if tags.len() >= MAX_TAGS && !tags.contains(tag) {
                return Err(Invalid::new("tags", "is full", format!("remove one first: a todo has at most {MAX_TAGS}")).into());
            }
            when(!tags.contains(tag), || Event::TodoTagged { tag: tag.clone() })
        }
        Change::Untag(tag) => when(todo.tags.as_set().contains(tag), || Event::TodoUntagged { tag: tag.clone() }),
        Change::Priority(priority) => when(todo.priority != *priority, || Event::PriorityChanged { priority: *priority }),
        Change::Due(due) => when(todo.due != *due, || Event::DueChanged { due: due.clone() }),
        Change::List(list) => when(todo.list != *list, || Event::TodoMoved { from: todo.list, to: *list }),
    })
}
