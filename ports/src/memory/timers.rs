use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use jiff::Timestamp;

use super::locked;
use crate::{ActorKey, ArmedTimer, Timers, TimersError};

/// Timers in a map. Whoever has it makes them ring.
#[derive(Debug, Default)]
pub struct MemoryTimers {
    armed: Mutex<BTreeMap<(ActorKey, String), Timestamp>>,
}

#[async_trait]
impl Timers for MemoryTimers {
    async fn arm(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        locked(&self.armed).insert((timer.actor.clone(), timer.name.clone()), timer.due);
        Ok(())
    }

    async fn cancel(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        let key = (timer.actor.clone(), timer.name.clone());
        let mut armed = locked(&self.armed);
        if armed.get(&key) == Some(&timer.due) {
            armed.remove(&key);
        }
        Ok(())
    }

    async fn due_before(&self, before: Timestamp, limit: usize) -> Result<Vec<ArmedTimer>, TimersError> {
        let armed = locked(&self.armed);
        let due = armed.iter().filter(|(_, due)| **due < before);
        let mut due: Vec<_> = due.map(|((actor, name), due)| ArmedTimer { actor: actor.clone(), name: name.clone(), due: *due }).collect();
        due.sort_by_key(|timer| timer.due);
        due.truncate(limit);
        Ok(due)
    }
}
