use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use domain::{SagaId, saga::Status};

use super::locked;
use crate::{FeedPosition, FeedPositionError, OperationQuery, OperationReader, OperationRow, OperationStore, OperationsError};

/// Operations in a map.
#[derive(Debug, Default)]
pub struct MemoryOperations {
    kept: Mutex<(BTreeMap<SagaId, OperationRow>, BTreeMap<i32, i64>)>,
}

#[async_trait]
impl FeedPosition for MemoryOperations {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        Ok(locked(&self.kept).1.iter().map(|(partition, next)| (*partition, *next)).collect())
    }
}

#[async_trait]
impl OperationReader for MemoryOperations {
    async fn operations(&self, query: &OperationQuery) -> Result<Vec<OperationRow>, OperationsError> {
        let place = |row: &OperationRow| (row.saga.started_at, row.id);
        let kept = locked(&self.kept);
        let mut rows: Vec<_> = kept.0.values().filter(|row| query.owner.as_ref().is_none_or(|owner| row.saga.owner == *owner)).collect();
        rows.retain(|row| query.statuses.is_empty() || query.statuses.contains(&row.saga.status));
        rows.retain(|row| query.after.is_none_or(|after| place(row) < after));
        rows.sort_by_key(|row| std::cmp::Reverse(place(row)));
        Ok(rows.into_iter().take(query.limit).cloned().collect())
    }
}

#[async_trait]
impl OperationStore for MemoryOperations {
    async fn rows(&self, ids: &[SagaId]) -> Result<Vec<OperationRow>, OperationsError> {
        let kept = locked(&self.kept);
        Ok(ids.iter().filter_map(|id| kept.0.get(id).cloned()).collect())
    }

    async fn store(&self, rows: &[OperationRow], offsets: &[(i32, i64)]) -> Result<(), OperationsError> {
        let mut kept = locked(&self.kept);
        for row in rows {
            if kept.0.get(&row.id).is_none_or(|known| known.version < row.version) {
                kept.0.insert(row.id, row.clone());
            }
        }
        kept.1.extend(offsets.iter().copied());
        Ok(())
    }

    async fn count(&self, status: Status) -> Result<u64, OperationsError> {
        Ok(locked(&self.kept).0.values().filter(|row| row.saga.status == status).count() as u64)
    }
}
