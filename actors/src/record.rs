use std::collections::VecDeque;

use bytes::Bytes;
use domain::EventRecord;
use serde::{Deserialize, Serialize};

use crate::recent::Recent;

/// The version of the stored form. A reader refuses a newer one.
pub const SCHEMA: u32 = 1;

/// All that is kept of an actor: one value under one key, so that one fenced write changes all of it or nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "S: Deserialize<'de>"))]
pub(crate) struct Record<S> {
    /// The version of this form.
    pub schema: u32,
    /// How many events the aggregate has had.
    pub version: u64,
    /// How often this record was written, this write included: the fence.
    pub writes: u64,
    /// The aggregate as it stands.
    pub state: S,
    /// The answers to the latest commands.
    pub recent_commands: Recent<S>,
    /// Committed events that the feed is not known to have.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub outbox: VecDeque<EventRecord>,
}

impl<S: Default> Default for Record<S> {
    /// What an actor is before its first command.
    fn default() -> Self {
        Self { schema: SCHEMA, version: 0, writes: 0, state: S::default(), recent_commands: Recent::default(), outbox: VecDeque::new() }
    }
}

/// Why a stored record cannot be used. Shows no values: they are private.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    #[error("the stored record has schema {0}, but this program reads at most {SCHEMA}: upgrade it")]
    NewerSchema(u32),
    #[error("the stored record is damaged (line {line}, column {column})")]
    Damaged { line: usize, column: usize },
    #[error("the store counts {stored} writes but the record says {recorded}")]
    WrongCount { stored: u64, recorded: u64 },
}

impl<S: Serialize + for<'de> Deserialize<'de>> Record<S> {
    pub(crate) fn read(value: &Bytes, writes: u64) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        struct Head {
            schema: u32,
        }
        let damaged = |error: serde_json::Error| RecordError::Damaged { line: error.line(), column: error.column() };
        let record: Self = serde_json::from_slice(value).map_err(|error| match serde_json::from_slice::<Head>(value) {
            Ok(head) if head.schema > SCHEMA => RecordError::NewerSchema(head.schema),
            _ => damaged(error),
        })?;
        if record.schema > SCHEMA {
            return Err(RecordError::NewerSchema(record.schema));
        }
        if record.writes != writes {
            return Err(RecordError::WrongCount { stored: writes, recorded: record.writes });
        }
        Ok(record)
    }

    pub(crate) fn write(&self) -> Result<Bytes, serde_json::Error> {
        serde_json::to_vec(self).map(Bytes::from)
    }
}
