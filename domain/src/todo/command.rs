use serde::{Deserialize, Serialize};

use jiff::Timestamp;

use super::{
    Description, Due, Order, Priority, RemindAt, Reminder, ReminderId, ReminderSpec, Subtask, SubtaskDraft, Tag, Tags, Title, Todo,
};
use crate::{
    ListId, UserId,
    recurrence::{Recurrence, Repeat},
};

/// What somebody asks of a todo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Command {
    /// Bring it into being.
    Create(Draft),
    /// Change some of it: all of these or none, in this order. An empty list is allowed and does nothing.
    Change {
        /// What to change.
        changes: Vec<Change>,
    },
    /// Put it into the trash, from which it can be restored.
    Delete,
    /// Take it out of the trash.
    Restore,
    /// Pass over the present occurrence of one that comes again: on to the next.
    Skip,
    /// Let a reminder ring again later.
    Snooze {
        /// Which; the caller's one that rang last if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reminder: Option<ReminderId>,
        /// When.
        until: Later,
    },
    /// Take from it all that is of whoever asks, for good: a step of their erasure. Asked by the platform itself.
    Erase,
    /// It is time for a reminder to ring. Asked by the platform itself; does nothing before that time.
    Remind {
        /// Which.
        reminder: ReminderId,
    },
}

/// A moment to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Later {
    /// So many minutes after the command was taken in.
    Minutes(u32),
    /// This one.
    At(Timestamp),
}

/// A todo that does not exist yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// What is to be done.
    pub title: Title,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Where it goes; the person's inbox if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListId>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// How it comes again. Needs a due time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Box<Repeat>>,
    /// Its steps, all of them new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtasks: Vec<SubtaskDraft>,
    /// When to remind the caller.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<RemindAt>,
    /// Its place by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Done already, as when it is imported.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub completed: bool,
}

impl Draft {
    /// The least that a todo needs.
    pub fn titled(title: Title) -> Self {
        Self {
            title,
            description: None,
            list: None,
            tags: Tags::default(),
            priority: None,
            due: None,
            recurrence: None,
            subtasks: vec![],
            reminders: vec![],
            order: None,
            completed: false,
        }
    }

    /// Another of `todo` for `person`, of which nothing is done yet. It is due when `todo` is, comes again as that will, and
    /// reminds of what that would still remind them of; `timeless`, it does none of this.
    pub fn copying(todo: Todo, person: &UserId, timeless: bool) -> Self {
        let mut draft = Self {
            description: todo.description,
            tags: todo.tags,
            priority: todo.priority,
            order: todo.order,
            subtasks: todo.subtasks.into_iter().map(|Subtask { title, .. }| SubtaskDraft { id: None, title, completed: false }).collect(),
            ..Self::titled(todo.title)
        };
        if !timeless {
            let rings = |reminder: &Reminder| reminder.person == *person && reminder.next(todo.due.as_ref()).is_some();
            draft.reminders = todo.reminders.into_values().filter(rings).map(|reminder| reminder.when).collect();
            draft.recurrence = todo.recurrence.map(|series| Box::new(series.rest()));
            draft.due = todo.due;
        }
        draft
    }
}

/// One change of one field. `None` clears it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "set", content = "to", rename_all = "camelCase")]
pub enum Change {
    /// Call it something else.
    Title(Title),
    /// Say more, or no more, about it.
    Description(Option<Description>),
    /// Complete it (`true`) or reopen it (`false`). One that comes again is not completed but goes on to its next occurrence, as long as
    /// there is one.
    Completed(bool),
    /// Give it a place by hand, or none.
    Order(Option<Order>),
    /// Replace all tags.
    Tags(Tags),
    /// Add one tag.
    Tag(Tag),
    /// Remove one tag.
    Untag(Tag),
    /// Say how much it matters.
    Priority(Option<Priority>),
    /// Say when it is due.
    Due(Option<Due>),
    /// Say how it comes again, from its present due time on, or that it does not.
    Recurrence(Option<Repeat>),
    /// Put it to just this place of a series: to undo a change.
    Series(Option<Recurrence>),
    /// Replace the subtasks: those whose id is said stay, in this order; the others go.
    Subtasks(Vec<SubtaskDraft>),
    /// Make the subtasks just these: to undo a change.
    AllSubtasks(Vec<Subtask>),
    /// Replace the caller's own reminders.
    Reminders(Vec<RemindAt>),
    /// Replace everybody's reminders: to undo a change.
    AllReminders(Vec<ReminderSpec>),
    /// Complete it although it may come again: to undo that it was reopened.
    Finished,
    /// Put it into another list.
    List(ListId),
}
