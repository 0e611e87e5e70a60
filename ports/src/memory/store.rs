use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;

use super::locked;
use crate::{ActorKey, AggregateStore, CommitError, LoadError, NewRecord, Stored};

/// Aggregates in a map.
#[derive(Debug, Default)]
pub struct MemoryStore {
    records: Mutex<HashMap<ActorKey, Stored>>,
}

#[async_trait]
impl AggregateStore for MemoryStore {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        Ok(locked(&self.records).get(key).cloned())
    }

    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        let mut records = locked(&self.records);
        if records.get(key).map_or(0, |stored| stored.writes) != expected {
            return Err(CommitError::LostRace);
        }
        records.insert(key.clone(), Stored { writes: expected + 1, value: record.value });
        Ok(())
    }
}
