use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Command, Draft, Due, Event, LATE, Later, MAX_REMINDERS, MAX_SNOOZE, MAX_TAGS, RemindAt, ReminderId, ReminderSpec, Reminders,
    Todo, TodoState, erasure, reminder::specs, state::evolve, subtask,
};
use crate::{
    Access, Envelope, Grant, Invalid, ListId, Refusal, Role, UserId,
    list::{MAX_TODOS, may},
    recurrence::Recurrence,
};

pub(super) fn decide(state: &TodoState, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    // The platform's own: no role in a list is asked for, and nobody else can send it.
    if let Command::Remind { reminder } = &envelope.command {
        let own = |todo: &&Todo| todo.reminders.get(reminder).is_some_and(|reminder| reminder.person == envelope.principal);
        let todo = state.as_ref().filter(own).ok_or(Refusal::NotFound)?;
        return Ok(remind(todo, reminder, envelope.at).into_iter().collect());
    }
    // So is this, which asks for a role in its own way.
    if envelope.command == Command::Erase {
        return erasure::erase(state, &envelope.principal, &envelope.access);
    }
    let mut events = decide_for_person(state, envelope)?;
    events.extend(passed(state, &events, envelope.at));
    Ok(events)
}

/// A reminder rings, if it is time: clocks of two machines may differ by a second.
fn remind(todo: &Todo, id: &ReminderId, at: Timestamp) -> Option<Event> {
    let due = todo.rings(id).filter(|due| *due <= at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(at))?;
    let person = todo.reminders.get(id)?.person.clone();
    Some(Event::TodoReminded { reminder: id.clone(), person, due, late: at.duration_since(due) > LATE })
}

/// The reminders that `events` let begin when their moment has passed already: nobody wants to hear of those.
fn passed(state: &TodoState, events: &[Event], at: Timestamp) -> Vec<Event> {
    let rings = |todo: &Todo| -> Vec<_> { todo.reminders.keys().filter_map(|id| Some((id.clone(), todo.rings(id)?))).collect() };
    let before = state.as_ref().map(rings).unwrap_or_default();
    let Some(after) = events.iter().fold(state.clone(), evolve) else { return vec![] };
    let begun = rings(&after).into_iter().filter(|ring| ring.1 <= at && !before.contains(ring));
    begun.map(|(reminder, due)| Event::ReminderPassed { reminder, due }).collect()
}

fn decide_for_person(state: &TodoState, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let by = &envelope.principal;
    match (&envelope.command, state) {
        (Command::Create(draft), None) => {
            may_put(draft.list.unwrap_or_else(|| ListId::inbox(by)), &envelope.access)?;
            create(draft, by)
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
        Command::Change { .. } | Command::Skip | Command::Snooze { .. } if todo.deleted => Err(Refusal::Deleted),
        Command::Change { changes } => {
            for change in changes {
                if let Change::List(to) = change {
                    may_move(todo, *to, envelope)?;
                }
            }
            change_all(todo, changes, envelope)
        }
        Command::Snooze { reminder, until } => snooze(todo, reminder.as_ref(), *until, envelope).map(|snoozed| vec![snoozed]),
        // Decided before.
        Command::Remind { .. } | Command::Erase => Ok(vec![]),
        Command::Skip => skip(todo, envelope).map(|skipped| vec![skipped]),
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

fn create(draft: &Draft, by: &UserId) -> Result<Vec<Event>, Refusal> {
    let recurrence = match (&draft.recurrence, &draft.due) {
        (None, _) => None,
        (Some(repeat), Some(due)) => Some(Recurrence::begin((**repeat).clone(), due.clone())),
        (Some(_), None) => return Err(needs_due().into()),
    };
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
    let reminders = own_reminders(&Reminders::new(), &draft.reminders, by)?;
    let reminders = (!reminders.is_empty()).then_some(Event::RemindersChanged { reminders });
    let recurrence = recurrence.map(|series| Event::RecurrenceChanged { recurrence: Some(series) });
    let subtasks = match evolve(None, &created) {
        Some(todo) => subtask::changes(&todo, &subtask::wanted(&todo, &draft.subtasks)?),
        None => vec![],
    };
    let completed = draft.completed.then(|| Event::TodoCompleted { completed_by: by.clone() });
    Ok(std::iter::once(created).chain(subtasks).chain(recurrence).chain(reminders).chain(completed).collect())
}

fn needs_due() -> Invalid {
    Invalid::new("recurrence", "needs a due time to begin with", "send due as well, or end the series with recurrence: null")
}

/// The next occurrence, if the present one is over.
fn next(todo: &Todo, at: Timestamp) -> Option<(Due, Recurrence)> {
    let series = todo.recurrence.as_ref()?;
    let due = todo.due.as_ref().unwrap_or(&series.at);
    Some((due.clone(), series.next(due, at)?))
}

fn skip(todo: &Todo, envelope: &Envelope<Command>) -> Result<Event, Refusal> {
    let wrong = |problem, remedy: &str| Refusal::from(Invalid::new("recurrence", problem, remedy));
    if todo.recurrence.is_none() {
        return Err(wrong("is not set: there is no occurrence to skip", "complete or delete the todo, or send a recurrence first"));
    }
    if todo.completed {
        return Err(wrong("is over: the todo is completed", "reopen it first"));
    }
    let over = || wrong("has no further occurrence", "complete the todo, or send another recurrence");
    let (due, Recurrence { at: next, number, .. }) = next(todo, envelope.at).ok_or_else(over)?;
    Ok(Event::OccurrenceSkipped { skipped_by: envelope.principal.clone(), due, next, number })
}

/// All reminders, where those of `person` are to be these.
fn own_reminders(all: &Reminders, own: &[RemindAt], person: &UserId) -> Result<Vec<ReminderSpec>, Refusal> {
    let others = specs(all).into_iter().filter(|spec| spec.person != *person).map(|spec| (spec.id.clone(), spec));
    let own: std::collections::BTreeMap<_, _> =
        own.iter().map(|when| ReminderSpec::new(person, when.clone())).map(|spec| (spec.id.clone(), spec)).collect();
    if own.len() > MAX_REMINDERS {
        return Err(Invalid::new("reminders", format!("has {} entries", own.len()), format!("use at most {MAX_REMINDERS}")).into());
    }
    // Sorted by their names, as the state has them.
    Ok(others.chain(own).collect::<std::collections::BTreeMap<_, _>>().into_values().collect())
}

fn snooze(todo: &Todo, id: Option<&ReminderId>, until: Later, envelope: &Envelope<Command>) -> Result<Event, Refusal> {
    let wrong = |field: &str, problem, remedy: &str| Refusal::from(Invalid::new(field, problem, remedy));
    if todo.completed {
        return Err(wrong("reminder", "is cancelled: the todo is completed", "reopen it first"));
    }
    let own = || todo.reminders.iter().filter(|(_, reminder)| reminder.person == envelope.principal);
    let found = match id {
        Some(id) => own().find(|(known, _)| *known == id),
        None => own().max_by_key(|(_, reminder)| reminder.over),
    };
    let (id, _) = found.ok_or_else(|| wrong("reminder", "is none of yours", "use one that the todo's reminders show, or set one first"))?;
    let until = match until {
        Later::Minutes(minutes) => envelope.at.saturating_add(SignedDuration::from_mins(minutes.into())).unwrap_or(Timestamp::MAX),
        Later::At(at) => at,
    };
    // Kept to the microsecond, as timers are.
    let until = Timestamp::from_microsecond(until.as_microsecond()).unwrap_or(until);
    if until <= envelope.at || until.duration_since(envelope.at) > MAX_SNOOZE {
        return Err(wrong("until", "is in the past, or more than a year away", "say a later moment, at most 366 days from now"));
    }
    Ok(Event::ReminderSnoozed { reminder: id.clone(), until })
}

/// What completing `todo` at `at` is: the end, or, if it comes again, the next occurrence.
fn complete(todo: &Todo, by: &UserId, at: Timestamp) -> Event {
    let completed_by = by.clone();
    match next(todo, at) {
        Some((due, Recurrence { at: next, number, .. })) => Event::OccurrenceCompleted { completed_by, due, next, number },
        None => Event::TodoCompleted { completed_by },
    }
}

/// Each change meets the todo as the ones before it left it, so that a request may say "reopen, then retitle".
fn change_all(todo: &Todo, changes: &[Change], envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    let mut state = Some(todo.clone());
    let mut events = Vec::new();
    for change in changes {
        let Some(todo) = &state else { break };
        let moved = events.iter().any(|event| matches!(event, Event::DueChanged { .. }));
        for event in change_one(todo, change, &envelope.principal, envelope.at, moved)? {
            state = evolve(state, &event);
            events.push(event);
        }
    }
    let asked = changes.iter().rev().find_map(|change| match change {
        Change::Recurrence(repeat) => Some(repeat.is_some()),
        Change::Series(series) => Some(series.is_some()),
        _ => None,
    });
    let lacks = |todo: &Todo| (todo.recurrence.is_some() && todo.due.is_none()) || (todo.recurrence.is_none() && asked == Some(true));
    if state.as_ref().is_some_and(lacks) {
        return Err(needs_due().into());
    }
    // There and back again within one request is no change.
    Ok(if state.as_ref() == Some(todo) { vec![] } else { events })
}

/// The events that `change` needs; none where the todo is that way already. `moved` is whether the same request moved the due time.
fn change_one(todo: &Todo, change: &Change, by: &UserId, at: Timestamp, moved: bool) -> Result<Vec<Event>, Refusal> {
    fn when(differs: bool, event: impl FnOnce() -> Event) -> Vec<Event> {
        if differs { vec![event()] } else { vec![] }
    }
    Ok(match change {
        Change::Title(title) => when(todo.title != *title, || Event::TitleChanged { title: title.clone() }),
        Change::Description(description) => {
            when(todo.description != *description, || Event::DescriptionChanged { description: description.clone() })
        }
        Change::Completed(true) => when(!todo.completed, || complete(todo, by, at)),
        Change::Finished => when(!todo.completed, || Event::TodoCompleted { completed_by: by.clone() }),
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
        Change::Recurrence(None) | Change::Series(None) => {
            when(todo.recurrence.is_some(), || Event::RecurrenceChanged { recurrence: None })
        }
        Change::Recurrence(Some(repeat)) => {
            // Without a due time there is nothing to begin with: that is judged when all changes are made.
            let Some(due) = todo.due.as_ref() else { return Ok(vec![]) };
            // Said again with another due time, it means: from here on.
            let same = !moved && todo.recurrence.as_ref().is_some_and(|series| series.repeat() == *repeat);
            let begun = Some(Recurrence::begin(repeat.clone(), due.clone()));
            when(!same && todo.recurrence != begun, || Event::RecurrenceChanged { recurrence: begun })
        }
        Change::Series(Some(series)) => {
            when(todo.recurrence.as_ref() != Some(series), || Event::RecurrenceChanged { recurrence: Some(series.clone()) })
        }
        Change::Subtasks(drafts) => subtask::changes(todo, &subtask::wanted(todo, drafts)?),
        Change::AllSubtasks(all) => subtask::changes(todo, all),
        Change::Reminders(own) => reminders_changed(todo, own_reminders(&todo.reminders, own, by)?),
        Change::AllReminders(all) => reminders_changed(todo, all.clone()),
        Change::List(list) => when(todo.list != *list, || Event::TodoMoved { from: todo.list, to: *list }),
    })
}

fn reminders_changed(todo: &Todo, reminders: Vec<ReminderSpec>) -> Vec<Event> {
    if specs(&todo.reminders) == reminders { vec![] } else { vec![Event::RemindersChanged { reminders }] }
}
