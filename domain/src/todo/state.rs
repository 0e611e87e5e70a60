use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Description, Due, Event, Order, Priority, RemindAt, Reminder, Reminders, Subtask, Tags, Title};
use crate::{ListId, UserId, recurrence::Recurrence};

/// A todo as it stands, or nothing where none was created.
pub type TodoState = Option<Todo>;

/// A todo as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    /// Whose it is.
    pub owner: UserId,
    /// Where it is.
    pub list: ListId,
    /// What is to be done.
    pub title: Title,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// How it comes again, and which occurrence this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// Its steps, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtasks: Vec<Subtask>,
    /// The highest number that a subtask ever had: none is used twice.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub last_subtask: u32,
    /// When whom to remind.
    #[serde(default, skip_serializing_if = "Reminders::is_empty")]
    pub reminders: Reminders,
    /// Its place by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub completed: bool,
    /// Whether it lies in the trash.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// `state` after `event`. Events that follow no creation change nothing: they cannot have happened.
pub(super) fn evolve(state: TodoState, event: &Event) -> TodoState {
    if let Event::TodoCreated { owner, list, title, description, tags, priority, due, order } = event {
        return Some(Todo {
            owner: owner.clone(),
            list: *list,
            title: title.clone(),
            description: description.clone(),
            tags: tags.clone(),
            priority: *priority,
            due: due.clone(),
            recurrence: None,
            subtasks: vec![],
            last_subtask: 0,
            reminders: Reminders::new(),
            order: *order,
            completed: false,
            deleted: false,
        });
    }
    let mut todo = state?;
    todo.evolve_subtasks(event);
    match event {
        Event::TodoCreated { .. } => {}
        Event::TitleChanged { title } => todo.title = title.clone(),
        Event::DescriptionChanged { description } => todo.description = description.clone(),
        Event::TodoCompleted { .. } => todo.completed = true,
        Event::TodoReopened { .. } => todo.completed = false,
        Event::OrderChanged { order } => todo.order = *order,
        Event::TodoTagged { tag } => todo.tags = changed(todo.tags, |tags| tags.insert(tag.clone())),
        Event::TodoUntagged { tag } => todo.tags = changed(todo.tags, |tags| tags.remove(tag)),
        Event::PriorityChanged { priority } => todo.priority = *priority,
        Event::DueChanged { due } => {
            todo.due = due.clone();
            not_put_off(&mut todo.reminders);
        }
        Event::TodoMoved { to, .. } => todo.list = *to,
        Event::RecurrenceChanged { recurrence } => todo.recurrence = recurrence.clone(),
        Event::OccurrenceCompleted { next, number, .. } | Event::OccurrenceSkipped { next, number, .. } => {
            todo.due = Some(next.clone());
            not_put_off(&mut todo.reminders);
            todo.recurrence = todo.recurrence.map(|series| Recurrence { at: next.clone(), number: *number, ..series });
        }
        Event::RemindersChanged { reminders } => {
            let mut old = std::mem::take(&mut todo.reminders);
            let kept = |spec: &super::ReminderSpec| {
                let new = || Reminder { person: spec.person.clone(), when: spec.when.clone(), over: None, snoozed: None };
                (spec.id.clone(), old.remove(&spec.id).unwrap_or_else(new))
            };
            todo.reminders = reminders.iter().map(kept).collect();
        }
        Event::TodoReminded { reminder, due, .. } | Event::ReminderPassed { reminder, due } => {
            if let Some(reminder) = todo.reminders.get_mut(reminder) {
                // One that was put off was over before.
                if reminder.snoozed.take().is_none() {
                    reminder.over = Some(*due);
                }
            }
        }
        Event::ReminderSnoozed { reminder, until } => {
            if let Some(reminder) = todo.reminders.get_mut(reminder) {
                reminder.over = reminder.when.moment(todo.due.as_ref()).or(reminder.over);
                reminder.snoozed = Some(*until);
            }
        }
        Event::SubtaskAdded { .. }
        | Event::SubtaskRetitled { .. }
        | Event::SubtaskCompleted { .. }
        | Event::SubtaskReopened { .. }
        | Event::SubtaskRemoved { .. }
        | Event::SubtasksOrdered { .. } => {}
        Event::TodoDeleted { .. } => todo.deleted = true,
        Event::TodoRestored { .. } => todo.deleted = false,
        Event::TodoErased {} => return Some(Todo::erased()),
        Event::TodoLeft { person } => todo.leave(person),
    }
    Some(todo)
}

/// Another due time is a new beginning for what depends on it.
fn not_put_off(reminders: &mut Reminders) {
    let depending = |reminder: &&mut Reminder| matches!(reminder.when, RemindAt::Due { .. });
    reminders.values_mut().filter(depending).for_each(|reminder| reminder.snoozed = None);
}

/// `tags` after `change`; as they were if that would be too many, which no decision allows.
fn changed(tags: Tags, change: impl FnOnce(&mut BTreeSet<super::Tag>) -> bool) -> Tags {
    let mut set = BTreeSet::from(tags.clone());
    change(&mut set);
    Tags::try_from(set).unwrap_or(tags)
}
