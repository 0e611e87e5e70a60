use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Aggregate, CommandId, Envelope, UserId, event_id};

/// An event as it is stored and published: the public contract of `docs/asyncapi.yaml`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRecord {
    /// Unique; the same for every delivery of this event.
    pub event_id: Uuid,
    /// For example `TodoCreated`.
    pub event_type: String,
    /// The actor that decided, and the key that orders its events.
    pub aggregate_id: String,
    /// The aggregate's version after this event: 1, 2, 3, … without gaps.
    pub version: u64,
    /// What happened, by `event_type` and `schema_version`. May hold private text: never log it.
    pub data: Value,
    /// When the command was taken in.
    pub timestamp: Timestamp,
    /// Who caused it.
    pub principal: UserId,
    /// The command that caused it.
    pub command_id: CommandId,
    /// The conversation that it belongs to.
    pub correlation_id: String,
    /// What led to the command, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// The version of `data`'s schema.
    #[serde(default = "first_schema")]
    pub schema_version: u32,
}

const fn first_schema() -> u32 {
    1
}

/// Debug never shows `data`: it may hold private text.
impl std::fmt::Debug for EventRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}@{} ({})", self.event_type, self.aggregate_id, self.version, self.event_id)
    }
}

impl EventRecord {
    /// The schema version that is written now.
    pub const SCHEMA: u32 = 1;

    /// The records of `events`, which `envelope` caused and which follow version `after`.
    ///
    /// # Panics
    /// If an aggregate's event does not serialise as `{eventType, data}`: a defect that any test of it shows.
    pub fn of<A: Aggregate>(envelope: &Envelope<A::Command>, after: u64, events: &[A::Event]) -> Vec<Self> {
        let record = |(event, version): (&A::Event, u64)| {
            let Ok(Value::Object(mut tagged)) = serde_json::to_value(event) else { panic!("an event of {} is no JSON object", A::TYPE) };
            let Some(Value::String(event_type)) = tagged.remove("eventType") else { panic!("an event of {} has no eventType", A::TYPE) };
            Self {
                event_id: event_id(&envelope.aggregate_id, version, &envelope.command_id, envelope.at),
                event_type,
                aggregate_id: envelope.aggregate_id.clone(),
                version,
                data: tagged.remove("data").unwrap_or_else(|| Value::Object(serde_json::Map::new())),
                timestamp: envelope.at,
                principal: envelope.principal.clone(),
                command_id: envelope.command_id.clone(),
                correlation_id: envelope.trace.correlation_id.clone().unwrap_or_else(|| envelope.command_id.to_string()),
                causation_id: envelope.trace.causation_id.clone(),
                schema_version: Self::SCHEMA,
            }
        };
        events.iter().zip(after + 1..).map(record).collect()
    }
}

/// A stored event that this program cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpcastError {
    /// Nobody here knows such an event: a newer program wrote it, or it is not ours.
    #[error("unknown event type {0}")]
    UnknownType(String),
    /// A newer program wrote it.
    #[error("{event_type} has schema version {found}, but this program reads at most {known}: upgrade it")]
    NewerSchema {
        /// The event's type.
        event_type: String,
        /// What was found.
        found: u32,
        /// What can be read.
        known: u32,
    },
    /// `data` does not have the form that its type and schema version promise. The reason shows no value.
    #[error("{event_type} at version {version} of {aggregate_id} is malformed ({problem})")]
    Malformed {
        /// The event's type.
        event_type: String,
        /// Whose event.
        aggregate_id: String,
        /// Which one.
        version: u64,
        /// The kind of damage and where, without the values.
        problem: String,
    },
}
