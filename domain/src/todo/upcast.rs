use serde::de::DeserializeOwned;
use serde_json::json;

use super::Event;
use crate::{EventRecord, UpcastError};

/// Reads a stored event. Only schema version 1 was ever written; a change of an event's form gets a step here that
/// turns the old `data` into the new before it is read.
pub(super) fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
    read(record, &Event::TYPES)
}

/// Reads an event of the schema version that is written now, if it is one of `types`.
pub(crate) fn read<E: DeserializeOwned>(record: &EventRecord, types: &[&str]) -> Result<E, UpcastError> {
    if record.schema_version > EventRecord::SCHEMA {
        return Err(UpcastError::NewerSchema {
            event_type: record.event_type.clone(),
            found: record.schema_version,
            known: EventRecord::SCHEMA,
        });
    }
    if !types.contains(&record.event_type.as_str()) {
        return Err(UpcastError::UnknownType(record.event_type.clone()));
    }
    let tagged = json!({ "eventType": record.event_type, "data": record.data });
    E::deserialize(tagged).map_err(|error| UpcastError::Malformed {
        event_type: record.event_type.clone(),
        aggregate_id: record.aggregate_id.clone(),
        version: record.version,
        problem: without_values(&error),
    })
}

/// What is wrong and what would be right, but not what was found, which may be private: serde's own messages quote it,
/// in more than one way, between their kind and what was expected. The messages of the domain's values never do.
fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let quoting = ["invalid type", "invalid value", "invalid length", "unknown variant", "unknown field"];
    match quoting.into_iter().find(|kind| message.starts_with(kind)) {
        // The last one: what was found may itself say so.
        Some(kind) => message.rsplit_once(", expected ").map_or(kind.to_owned(), |(_, expected)| format!("{kind}, expected {expected}")),
        None => message,
    }
}
