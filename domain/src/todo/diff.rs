use super::{Description, Due, Order, Priority, ReminderSpec, Subtask, Tags, Title, Todo, TodoState, reminder::specs};
use crate::{ListId, recurrence::Recurrence};

/// A field of a todo that can differ from one version to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What is to be done.
    Title,
    /// More about it.
    Description,
    /// Where it is.
    List,
    /// Words to find it by.
    Tags,
    /// How much it matters.
    Priority,
    /// When it is due.
    Due,
    /// How it comes again.
    Recurrence,
    /// Its steps.
    Subtasks,
    /// When whom to remind. Whether a reminder rang is no difference.
    Reminders,
    /// Its place by hand.
    Order,
    /// Whether it is done.
    Completed,
    /// Whether it lies in the trash.
    Deleted,
}

impl Field {
    /// All of them, in the order in which differences are told.
    pub const ALL: [Self; 12] = [
        Self::Title,
        Self::Description,
        Self::List,
        Self::Tags,
        Self::Priority,
        Self::Due,
        Self::Recurrence,
        Self::Subtasks,
        Self::Reminders,
        Self::Order,
        Self::Completed,
        Self::Deleted,
    ];

    /// Its name, as in a todo's JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::List => "list",
            Self::Tags => "tags",
            Self::Priority => "priority",
            Self::Due => "due",
            Self::Recurrence => "recurrence",
            Self::Subtasks => "subtasks",
            Self::Reminders => "reminders",
            Self::Order => "order",
            Self::Completed => "completed",
            Self::Deleted => "deleted",
        }
    }

    /// What it holds in `state`. Where no todo exists yet, that is nothing, no tags, not done, not deleted.
    pub fn of(self, state: &TodoState) -> FieldValue {
        fn held<T: Clone>(value: Option<&T>, known: impl FnOnce(T) -> FieldValue) -> FieldValue {
            value.cloned().map_or(FieldValue::Nothing, known)
        }
        let todo = state.as_ref();
        let flag = |of: fn(&Todo) -> bool| FieldValue::Flag(todo.is_some_and(of));
        match self {
            Self::Title => held(todo.map(|todo| &todo.title), FieldValue::Title),
            Self::Description => held(todo.and_then(|todo| todo.description.as_ref()), FieldValue::Description),
            Self::List => held(todo.map(|todo| &todo.list), FieldValue::List),
            Self::Tags => FieldValue::Tags(todo.map(|todo| todo.tags.clone()).unwrap_or_default()),
            Self::Priority => held(todo.and_then(|todo| todo.priority.as_ref()), FieldValue::Priority),
            Self::Due => held(todo.and_then(|todo| todo.due.as_ref()), FieldValue::Due),
            Self::Recurrence => held(todo.and_then(|todo| todo.recurrence.as_ref()), FieldValue::Recurrence),
            Self::Subtasks => FieldValue::Subtasks(todo.map(|todo| todo.subtasks.clone()).unwrap_or_default()),
            Self::Reminders => FieldValue::Reminders(todo.map(|todo| specs(&todo.reminders)).unwrap_or_default()),
            Self::Order => held(todo.and_then(|todo| todo.order.as_ref()), FieldValue::Order),
            Self::Completed => flag(|todo| todo.completed),
            Self::Deleted => flag(|todo| todo.deleted),
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// Nothing: it was cleared, never given, or there is no todo yet.
    Nothing,
    /// A title.
    Title(Title),
    /// A description.
    Description(Description),
    /// A list.
    List(ListId),
    /// All tags.
    Tags(Tags),
    /// A priority.
    Priority(Priority),
    /// A due time.
    Due(Due),
    /// A series, and a place in it.
    Recurrence(Recurrence),
    /// All steps.
    Subtasks(Vec<Subtask>),
    /// All reminders.
    Reminders(Vec<ReminderSpec>),
    /// A place by hand.
    Order(Order),
    /// Yes or no.
    Flag(bool),
}

/// One field that differs between two states.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Which one.
    pub field: Field,
    /// What it held before.
    pub before: FieldValue,
    /// What it held after.
    pub after: FieldValue,
}

/// Every field in which `after` differs from `before`.
pub fn diff(before: &TodoState, after: &TodoState) -> Vec<FieldChange> {
    let change = |field: Field| FieldChange { field, before: field.of(before), after: field.of(after) };
    Field::ALL.into_iter().map(change).filter(|change| change.before != change.after).collect()
}
