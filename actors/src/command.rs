use bytes::Bytes;
use domain::{Aggregate, Envelope};
use ports::{ActorKey, HostError};
use serde::{Deserialize, Serialize};

/// Reads a command for the actor `key`. The error shows places, not values.
pub(crate) fn read<A: Aggregate>(key: &ActorKey, body: &Bytes) -> Result<Envelope<A::Command>, HostError> {
    let envelope: Envelope<A::Command> = read_json(body)?;
    if *envelope.aggregate_id != *key.id {
        return Err(HostError::Malformed(format!("aggregateId is not the id of the actor that was called, {key}")));
    }
    Ok(envelope)
}

/// What the sweeper found set for an actor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wake {
    pub marks: Vec<FoundMark>,
}

/// One mark: the version that it names, and whether it is so old that a commit still on its way can be ruled out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FoundMark {
    pub version: u64,
    pub abandoned: bool,
}

/// Reads the sweeper's call; an empty body asks only to look through the outbox.
pub(crate) fn read_wake(body: &Bytes) -> Result<Wake, HostError> {
    if body.is_empty() { Ok(Wake { marks: vec![] }) } else { read_json(body) }
}

fn read_json<T: for<'de> Deserialize<'de>>(body: &Bytes) -> Result<T, HostError> {
    serde_json::from_slice(body)
        .map_err(|error| HostError::Malformed(format!("{:?} error at line {}, column {}", error.classify(), error.line(), error.column())))
}
