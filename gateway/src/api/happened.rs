use domain::{
    CommandId, UserId,
    todo::{FieldChange, FieldValue},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    recurrence::RecurrenceJson,
    reminders,
    representation::{DueJson, SubtaskJson, number, words},
};
use crate::usecase::Happened;

/// Something that happened to a todo.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HistoryEntry)]
pub(super) struct EntryJson {
    /// The todo's version after it.
    #[schema(minimum = 1, example = 2)]
    version: u64,
    /// Names the event for good.
    #[schema(value_type = String, format = "uuid", example = "01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")]
    event_id: Uuid,
    /// What kind of thing happened.
    #[schema(example = "TitleChanged")]
    event_type: String,
    /// When.
    #[schema(value_type = String, format = DateTime, example = "2026-11-24T09:00:00Z")]
    timestamp: Timestamp,
    /// Who did it.
    #[schema(value_type = String, example = "local")]
    principal: UserId,
    /// The request that did it. Events of one request are one change, and are undone together.
    #[schema(value_type = String, example = "01932c07-5a3e-7cc0-9a55-0f2b8d0c7f12")]
    command_id: CommandId,
    /// The conversation that it belongs to.
    #[schema(example = "01932c07-5a3e-7cc0-9a55-0f2b8d0c7f12")]
    correlation_id: String,
    /// What led to it, if that is known: of an undo, the last event of the change that it undid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    causation_id: Option<String>,
    /// What it changed.
    changes: Vec<ChangeJson>,
}

/// A field that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldChange)]
struct ChangeJson {
    /// Its name: one of a todo's own, or `deleted`, which is whether it lies in the trash.
    #[schema(example = "title")]
    field: &'static str,
    /// Its value before, as a todo has it.
    #[schema(example = "Water the plants")]
    before: Value,
    /// Its value after, as a todo has it.
    #[schema(example = "Water all plants")]
    after: Value,
}

impl EntryJson {
    pub(super) fn new(happened: Happened) -> Self {
        let record = happened.record;
        Self {
            version: record.version,
            event_id: record.event_id,
            event_type: record.event_type,
            timestamp: record.timestamp,
            principal: record.principal,
            command_id: record.command_id,
            correlation_id: record.correlation_id,
            causation_id: record.causation_id,
            changes: happened.changes.into_iter().map(ChangeJson::new).collect(),
        }
    }
}

impl ChangeJson {
    fn new(change: FieldChange) -> Self {
        Self { field: change.field.name(), before: value(change.before), after: value(change.after) }
    }
}

/// A field's value as a todo has it.
fn value(value: FieldValue) -> Value {
    match value {
        FieldValue::Nothing => Value::Null,
        FieldValue::Title(title) => String::from(title).into(),
        FieldValue::Description(description) => String::from(description).into(),
        FieldValue::List(list) => json!(list),
        FieldValue::Tags(tags) => words(&tags).into(),
        FieldValue::Priority(priority) => json!(priority),
        FieldValue::Due(due) => json!(DueJson::new(&due)),
        FieldValue::Recurrence(series) => json!(RecurrenceJson::new(&series)),
        FieldValue::Subtasks(subtasks) => subtasks.iter().map(|subtask| json!(SubtaskJson::new(subtask))).collect(),
        FieldValue::Reminders(specs) => specs.iter().map(reminders::told).collect(),
        FieldValue::Order(order) => number(order).map_or(Value::Null, Value::Number),
        FieldValue::Flag(flag) => flag.into(),
    }
}
