use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use domain::UserId;

use super::locked;
use crate::{Positions, PositionsBounds, PositionsError};

/// Positions in a map: for one gateway.
#[derive(Debug)]
pub struct MemoryPositions {
    bounds: PositionsBounds,
    people: Mutex<People>,
}

#[derive(Debug, Default)]
struct People {
    noted: HashMap<UserId, HashMap<String, Noted>>,
    /// Counts what is noted, so that there is an order among what is noted at the same moment.
    turn: u64,
    tidied: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Noted {
    version: u64,
    at: Instant,
    turn: u64,
}

impl Default for MemoryPositions {
    fn default() -> Self {
        Self::new(PositionsBounds::default())
    }
}

impl MemoryPositions {
    /// Positions that remember as much of each person as `bounds` say.
    pub fn new(bounds: PositionsBounds) -> Self {
        Self { bounds, people: Mutex::default() }
    }
}

impl People {
    /// Forgets those who wrote and never came back, now and then.
    fn tidy(&mut self, now: Instant, lifetime: Duration) {
        if self.tidied.is_some_and(|last| now.duration_since(last) < lifetime) {
            return;
        }
        self.tidied = Some(now);
        self.noted.retain(|_, noted| {
            drop_aged(noted, now, lifetime);
            !noted.is_empty()
        });
    }
}

fn drop_aged(noted: &mut HashMap<String, Noted>, now: Instant, lifetime: Duration) {
    noted.retain(|_, noted| now.duration_since(noted.at) < lifetime);
}

#[async_trait]
impl Positions for MemoryPositions {
    async fn note(&self, user: &UserId, aggregate_id: &str, version: u64) -> Result<(), PositionsError> {
        let mut people = locked(&self.people);
        let now = Instant::now();
        people.tidy(now, self.bounds.lifetime);
        people.turn += 1;
        let turn = people.turn;
        let noted = people.noted.entry(user.clone()).or_default();
        drop_aged(noted, now, self.bounds.lifetime);
        if noted.get(aggregate_id).is_none_or(|known| known.version < version) {
            noted.insert(aggregate_id.to_owned(), Noted { version, at: now, turn });
        }
        if noted.len() > self.bounds.most {
            let oldest = noted.iter().min_by_key(|(_, noted)| noted.turn).map(|(id, _)| id.clone());
            oldest.map(|id| noted.remove(&id));
        }
        Ok(())
    }

    async fn outstanding(&self, user: &UserId) -> Result<Vec<(String, u64)>, PositionsError> {
        let mut people = locked(&self.people);
        let Some(noted) = people.noted.get_mut(user) else { return Ok(vec![]) };
        drop_aged(noted, Instant::now(), self.bounds.lifetime);
        Ok(noted.iter().map(|(id, noted)| (id.clone(), noted.version)).collect())
    }

    async fn settled(&self, user: &UserId, reached: &[(String, u64)]) -> Result<(), PositionsError> {
        if let Some(noted) = locked(&self.people).noted.get_mut(user) {
            for (id, version) in reached {
                if noted.get(id).is_some_and(|noted| noted.version <= *version) {
                    noted.remove(id);
                }
            }
        }
        Ok(())
    }
}
