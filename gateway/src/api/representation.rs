use domain::{
    ListId, TodoId,
    todo::{Due, Order, Priority, Subtask, Tags},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::{BASE, recurrence::RecurrenceJson, reminders::ReminderJson};
use crate::{http::Origin, usecase::Shown};

/// A todo.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Todo)]
pub(crate) struct TodoJson {
    /// Names it for good.
    #[schema(value_type = String, example = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", read_only)]
    id: TodoId,
    /// Where it is, absolutely.
    #[schema(format = "uri", example = "http://127.0.0.1:8080/api/v1/todos/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", read_only)]
    pub(crate) url: String,
    /// What is to be done.
    #[schema(min_length = 1, max_length = 500, example = "Water the plants")]
    title: String,
    /// Whether it is done.
    completed: bool,
    /// Its place by hand: lower comes first.
    #[schema(value_type = Option<f64>, required, example = 10)]
    order: Option<Number>,
    /// Counts its changes; the `ETag`.
    #[schema(minimum = 1, example = 1, read_only)]
    version: u64,
    /// More about it, in Markdown.
    #[schema(required, max_length = 20_000)]
    description: Option<String>,
    /// Where it is.
    #[schema(value_type = String, example = "list-5f8b6b1e-7c1d-5a53-8d0e-3c8f0f2a9b11")]
    list: ListId,
    /// Words to find it by, in order.
    #[schema(max_items = 50, example = json!(["home"]))]
    tags: Vec<String>,
    /// How much it matters.
    #[schema(value_type = Option<PriorityName>, required)]
    priority: Option<Priority>,
    /// When it is due.
    #[schema(required)]
    due: Option<DueJson>,
    /// How it comes again.
    #[schema(required)]
    recurrence: Option<RecurrenceJson>,
    /// Its steps, in order.
    #[schema(max_items = 200)]
    subtasks: Vec<SubtaskJson>,
    /// How many of them are done; `null` where there are none.
    #[schema(required, read_only)]
    progress: Option<ProgressJson>,
    /// When whom to remind.
    reminders: Vec<ReminderJson>,
    /// When it was created. Left out of the answer to a change where it cannot be told in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-11-24T09:00:00Z", read_only)]
    created_at: Option<Timestamp>,
    /// When it last changed. Left out like `createdAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-11-24T09:00:00Z", read_only)]
    updated_at: Option<Timestamp>,
    /// When it was completed; `null` while it is not. Left out like `createdAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, read_only)]
    completed_at: Option<Option<Timestamp>>,
}

/// A local time and where it holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Due)]
pub(crate) struct DueJson {
    /// What the clock on the wall shows: a day (`2026-11-24`) or a time (`2026-11-24T09:00:00`), without an offset.
    #[schema(example = "2026-11-24T09:00:00")]
    local: String,
    /// The IANA time zone of that clock.
    #[schema(example = "Europe/Berlin")]
    zone: String,
}

impl DueJson {
    pub(super) fn new(due: &Due) -> Self {
        Self { local: due.local.to_string(), zone: due.zone.name().to_owned() }
    }
}

/// A step of a todo.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subtask)]
pub(crate) struct SubtaskJson {
    /// Names it within the todo, for good.
    #[schema(minimum = 1, example = 1)]
    id: u32,
    /// What is to be done.
    #[schema(min_length = 1, max_length = 500, example = "Fill the can")]
    title: String,
    /// Whether it is done.
    completed: bool,
}

impl SubtaskJson {
    pub(super) fn new(subtask: &Subtask) -> Self {
        Self { id: subtask.id, title: subtask.title.expose().to_owned(), completed: subtask.completed }
    }
}

/// How far a todo's steps are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Progress)]
pub(crate) struct ProgressJson {
    /// How many are done.
    #[schema(example = 1)]
    completed: usize,
    /// How many there are.
    #[schema(minimum = 1, maximum = 200, example = 3)]
    total: usize,
}

/// How much it matters.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Priority)]
#[expect(dead_code, reason = "documents domain::todo::Priority, which knows no OpenAPI")]
pub(crate) enum PriorityName {
    Low,
    Medium,
    High,
    Urgent,
}

impl TodoJson {
    pub(crate) fn new(shown: Shown, origin: &Origin) -> Self {
        let Shown { id, version, todo, times } = shown;
        let reminders = ReminderJson::all(&todo);
        let subtasks: Vec<_> = todo.subtasks.iter().map(SubtaskJson::new).collect();
        let done = subtasks.iter().filter(|subtask| subtask.completed).count();
        let progress = (!subtasks.is_empty()).then_some(ProgressJson { completed: done, total: subtasks.len() });
        Self {
            id,
            url: url(id, origin),
            title: todo.title.into(),
            completed: todo.completed,
            order: todo.order.and_then(number),
            version,
            description: todo.description.map(Into::into),
            list: todo.list,
            tags: words(&todo.tags),
            priority: todo.priority,
            due: todo.due.as_ref().map(DueJson::new),
            recurrence: todo.recurrence.as_ref().map(RecurrenceJson::new),
            subtasks,
            progress,
            reminders,
            created_at: times.map(|times| times.created),
            updated_at: times.map(|times| times.updated),
            completed_at: times.map(|times| times.completed),
        }
    }
}

/// A todo's own URL.
pub(super) fn url(id: TodoId, origin: &Origin) -> String {
    format!("{}{BASE}/todos/{id}", origin.0)
}

/// A whole number is shown as one: clients send `95` and compare with `95`.
pub(super) fn number(order: Order) -> Option<Number> {
    let order = order.get();
    // Orders lie within 2^53, where this conversion is exact.
    if order.fract() == 0.0 { Some(Number::from(order as i64)) } else { Number::from_f64(order) }
}

/// Tags as they are shown.
pub(super) fn words(tags: &Tags) -> Vec<String> {
    tags.as_set().iter().map(|tag| tag.expose().to_owned()).collect()
}
