use serde::{Deserialize, Serialize};

use jiff::Timestamp;

use super::{Description, Due, Order, Priority, ReminderId, ReminderSpec, Tag, Tags, Title};
use crate::{ListId, UserId, recurrence::Recurrence};

/// What happened to a todo. The names are the storage format: they never change, and what they mean never changes.
///
/// A field that is absent was not given; a change event whose value is `null` cleared it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// It came into being.
    TodoCreated {
        /// Whose it is.
        owner: UserId,
        /// Where it is.
        list: ListId,
        /// What is to be done.
        title: Title,
        /// More about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Description>,
        /// Words to find it by.
        #[serde(default, skip_serializing_if = "Tags::is_empty")]
        tags: Tags,
        /// How much it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<Priority>,
        /// When it is due.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Due>,
        /// Its place by hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<Order>,
    },
    /// It is called something else.
    TitleChanged {
        /// The new title.
        title: Title,
    },
    /// More, or nothing more, is said about it.
    DescriptionChanged {
        /// The new description.
        description: Option<Description>,
    },
    /// It is done.
    TodoCompleted {
        /// Who did it.
        completed_by: UserId,
    },
    /// It is not done after all.
    TodoReopened {
        /// Who says so.
        reopened_by: UserId,
    },
    /// It has another place by hand.
    OrderChanged {
        /// The new place.
        order: Option<Order>,
    },
    /// It can be found by one more word.
    TodoTagged {
        /// That word.
        tag: Tag,
    },
    /// It can be found by one word less.
    TodoUntagged {
        /// That word.
        tag: Tag,
    },
    /// It matters more or less.
    PriorityChanged {
        /// How much now.
        priority: Option<Priority>,
    },
    /// It is due at another time, or no longer at any.
    DueChanged {
        /// The new time.
        due: Option<Due>,
    },
    /// It is in another list.
    TodoMoved {
        /// Where it was.
        from: ListId,
        /// Where it is.
        to: ListId,
    },
    /// It comes again in another way, or no longer.
    RecurrenceChanged {
        /// The new series, and where in it the todo is.
        recurrence: Option<Recurrence>,
    },
    /// One occurrence is done, and it goes on to the next: it is to be done again.
    OccurrenceCompleted {
        /// Who did it.
        completed_by: UserId,
        /// When the occurrence was due.
        due: Due,
        /// When it is due next.
        next: Due,
        /// Which occurrence that is, from 1.
        number: u32,
    },
    /// One occurrence is passed over, and it goes on to the next.
    OccurrenceSkipped {
        /// Who says so.
        skipped_by: UserId,
        /// When the occurrence was due.
        due: Due,
        /// When it is due next.
        next: Due,
        /// Which occurrence that is, from 1.
        number: u32,
    },
    /// There are other reminders than before.
    RemindersChanged {
        /// All that there are now, everybody's.
        reminders: Vec<ReminderSpec>,
    },
    /// It is time: `person` is reminded. Once for each reminder and due time of its, however often its timer rings; the event's principal is
    /// the person, too. Whether and how that person is told is not the todo's matter.
    TodoReminded {
        /// Which reminder.
        reminder: ReminderId,
        /// Who is reminded.
        person: UserId,
        /// For when it was set, or put off.
        due: Timestamp,
        /// Whether it rings more than a minute after that: the platform was not there to ring it.
        late: bool,
    },
    /// A reminder's moment had passed already when it came to be: it does not ring.
    ReminderPassed {
        /// Which reminder.
        reminder: ReminderId,
        /// When it would have rung.
        due: Timestamp,
    },
    /// A reminder rings again later.
    ReminderSnoozed {
        /// Which reminder.
        reminder: ReminderId,
        /// When it rings.
        until: Timestamp,
    },
    /// It has one more subtask, the last.
    SubtaskAdded {
        /// Its number in the todo, which no other had before.
        subtask: u32,
        /// What is to be done.
        title: Title,
    },
    /// A subtask is called something else.
    SubtaskRetitled {
        /// Which.
        subtask: u32,
        /// The new title.
        title: Title,
    },
    /// A subtask is done.
    SubtaskCompleted {
        /// Which.
        subtask: u32,
    },
    /// A subtask is not done after all.
    SubtaskReopened {
        /// Which.
        subtask: u32,
    },
    /// It has one subtask less.
    SubtaskRemoved {
        /// Which.
        subtask: u32,
    },
    /// The subtasks are in another order.
    SubtasksOrdered {
        /// All of them, in this one.
        order: Vec<u32>,
    },
    /// It lies in the trash.
    TodoDeleted {
        /// Who put it there.
        deleted_by: UserId,
    },
    /// It is out of the trash.
    TodoRestored {
        /// Who took it out.
        restored_by: UserId,
    },
    /// Whoever had it is erased, and it with them: nothing of it is left but its id.
    TodoErased {},
    /// Somebody is erased who made it, or is reminded of it. It stays, in somebody else's list, without them.
    TodoLeft {
        /// Who.
        person: UserId,
    },
}

impl Event {
    /// Every event type that a todo may have had, for readers of the feed.
    pub const TYPES: [&str; 28] = [
        "TodoCreated",
        "TitleChanged",
        "DescriptionChanged",
        "TodoCompleted",
        "TodoReopened",
        "OrderChanged",
        "TodoTagged",
        "TodoUntagged",
        "PriorityChanged",
        "DueChanged",
        "TodoMoved",
        "TodoDeleted",
        "TodoRestored",
        "RecurrenceChanged",
        "OccurrenceCompleted",
        "OccurrenceSkipped",
        "RemindersChanged",
        "TodoReminded",
        "ReminderPassed",
        "ReminderSnoozed",
        "SubtaskAdded",
        "SubtaskRetitled",
        "SubtaskCompleted",
        "SubtaskReopened",
        "SubtaskRemoved",
        "SubtasksOrdered",
        "TodoErased",
        "TodoLeft",
    ];
}
