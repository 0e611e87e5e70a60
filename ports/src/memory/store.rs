use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;

use super::locked;
use crate::{ActorKey, AggregateStore, CommitError, LoadError, NewRecord, RecordStore, RecordStoreError, Stored};

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

#[async_trait]
impl RecordStore for MemoryStore {
    async fn present(&self, keys: &[ActorKey]) -> Result<Vec<Option<Stored>>, RecordStoreError> {
        let records = locked(&self.records);
        Ok(keys.iter().map(|key| records.get(key).cloned()).collect())
    }

    async fn create_all(&self, new: &[(ActorKey, Stored)]) -> Result<Vec<Option<Stored>>, RecordStoreError> {
        let mut records = locked(&self.records);
        let create = |(key, record): &(ActorKey, Stored)| {
            let present = records.get(key).cloned();
            if present.is_none() {
                records.insert(key.clone(), record.clone());
            }
            present
        };
        Ok(new.iter().map(create).collect())
    }
}
