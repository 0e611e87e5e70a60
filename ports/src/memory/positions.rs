use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use domain::UserId;

use super::locked;
use crate::{Positions, PositionsError};

/// Positions in a map: for one gateway. What the views have reached is forgotten, so the map stays small.
#[derive(Debug, Default)]
pub struct MemoryPositions {
    noted: Mutex<HashMap<UserId, HashMap<String, u64>>>,
}

#[async_trait]
impl Positions for MemoryPositions {
    async fn note(&self, user: &UserId, aggregate_id: &str, version: u64) -> Result<(), PositionsError> {
        let mut noted = locked(&self.noted);
        let highest = noted.entry(user.clone()).or_default().entry(aggregate_id.to_owned()).or_default();
        *highest = version.max(*highest);
        Ok(())
    }

    async fn outstanding(&self, user: &UserId) -> Result<Vec<(String, u64)>, PositionsError> {
        Ok(locked(&self.noted).get(user).into_iter().flatten().map(|(id, version)| (id.clone(), *version)).collect())
    }

    async fn settled(&self, user: &UserId, reached: &[(String, u64)]) -> Result<(), PositionsError> {
        if let Some(noted) = locked(&self.noted).get_mut(user) {
            for (id, version) in reached {
                if noted.get(id).is_some_and(|highest| highest <= version) {
                    noted.remove(id);
                }
            }
        }
        Ok(())
    }
}
