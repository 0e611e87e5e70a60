use serde::Deserialize;
use serde_json::json;

use super::Event;
use crate::{EventRecord, UpcastError};

/// Reads a stored event. Only schema version 1 was ever written; a change of an event's form gets a step here that
/// turns the old `data` into the new before it is read.
pub(super) fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
    if record.schema_version > EventRecord::SCHEMA {
        return Err(UpcastError::NewerSchema {
            event_type: record.event_type.clone(),
            found: record.schema_version,
            known: EventRecord::SCHEMA,
        });
    }
    if !Event::TYPES.contains(&record.event_type.as_str()) {
        return Err(UpcastError::UnknownType(record.event_type.clone()));
    }
    let tagged = json!({ "eventType": record.event_type, "data": record.data });
    Event::deserialize(tagged).map_err(|error| UpcastError::Malformed {
        event_type: record.event_type.clone(),
        aggregate_id: record.aggregate_id.clone(),
        version: record.version,
        problem: without_values(&error),
    })
}

/// A serde message may quote a value, and that may be private: only what stands outside quotation marks is kept.
fn without_values(error: &serde_json::Error) -> String {
    error.to_string().split('"').step_by(2).collect::<Vec<_>>().join("…")
}
