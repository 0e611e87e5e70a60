use std::collections::HashSet;

use async_trait::async_trait;

use super::{MemoryJournal, locked};
use crate::{Fork, Forks, JournalError};

#[async_trait]
impl Forks for MemoryJournal {
    async fn frozen(&self, aggregate_ids: &[String]) -> Result<HashSet<String>, JournalError> {
        let kept = locked(&self.kept);
        let standing = |id: &&String| kept.forks.iter().any(|(fork, released)| !released && fork.aggregate_id == **id);
        Ok(aggregate_ids.iter().filter(standing).cloned().collect())
    }

    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, JournalError> {
        let mut kept = locked(&self.kept);
        let mut standing = vec![];
        for fork in forks {
            let key = |fork: &Fork| (fork.aggregate_id.clone(), fork.version, fork.other);
            let found = kept.forks.iter().find(|(known, _)| key(known) == key(fork)).map(|(_, released)| *released);
            if found.is_none() {
                kept.forks.push((fork.clone(), false));
            }
            if found != Some(true) {
                standing.push(fork.clone());
            }
        }
        Ok(standing)
    }

    async fn forks(&self) -> Result<Vec<Fork>, JournalError> {
        Ok(locked(&self.kept).forks.iter().filter(|(_, released)| !released).map(|(fork, _)| fork.clone()).collect())
    }

    async fn release(&self, aggregate_id: &str) -> Result<bool, JournalError> {
        let mut kept = locked(&self.kept);
        let mut any = false;
        for (_, released) in kept.forks.iter_mut().filter(|(fork, released)| !released && fork.aggregate_id == aggregate_id) {
            *released = true;
            any = true;
        }
        Ok(any)
    }
}
