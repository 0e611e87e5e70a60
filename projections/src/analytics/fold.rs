use std::collections::{BTreeSet, HashMap};

use domain::{Aggregate, EventRecord, TodoId, todo::Todo};
use ports::{Fact, PastOverdue, TodoFacts};

use super::life;
use crate::{
    Obstacle, Stopped,
    fold::{stopped, stored, todo_id},
};

/// What a batch of events makes of the facts.
#[derive(Debug, Default, PartialEq)]
pub struct FoldedFacts {
    /// What changed, each todo as it is after all of its events.
    pub facts: Vec<TodoFacts>,
    /// The times of being overdue that ended.
    pub past: Vec<PastOverdue>,
    /// What there is to tell, in the order in which it happened.
    pub told: Vec<Fact>,
    /// The todos that stopped, each with its first obstacle in this batch.
    pub stopped: Vec<Stopped>,
    /// Every event that could not be taken, counted from 0, in order.
    pub refused: Vec<(usize, Obstacle)>,
    /// How many events were applied.
    pub applied: u64,
    /// How many events were known already.
    pub known: u64,
}

/// What `events`, in the order of the feed, make of `known`, the facts about their todos so far. Events about anything but
/// todos are passed over.
pub fn fold_facts<'a>(known: Vec<TodoFacts>, events: impl IntoIterator<Item = &'a EventRecord>) -> FoldedFacts {
    let mut facts: HashMap<TodoId, TodoFacts> = known.into_iter().map(|facts| (facts.id, facts)).collect();
    let mut changed: BTreeSet<TodoId> = BTreeSet::new();
    let mut stops: HashMap<String, Stopped> = HashMap::new();
    let mut folded = FoldedFacts::default();
    for (nth, record) in events.into_iter().enumerate() {
        let id = match todo_id(record) {
            None => continue,
            Some(Ok(id)) => id,
            Some(Err(obstacle)) => {
                folded.refused.push((nth, obstacle.obstacle.clone()));
                stops.entry(record.aggregate_id.clone()).or_insert(obstacle);
                continue;
            }
        };
        match apply(facts.get(&id), id, record) {
            Ok(None) => folded.known += 1,
            Ok(Some(step)) => {
                folded.applied += 1;
                folded.past.extend(step.past);
                folded.told.extend(step.told);
                facts.insert(id, step.facts);
                changed.insert(id);
            }
            Err(obstacle) => {
                folded.refused.push((nth, obstacle.clone()));
                stops.entry(record.aggregate_id.clone()).or_insert_with(|| stopped(record, obstacle));
            }
        }
    }
    folded.facts = changed.iter().filter_map(|id| facts.remove(id)).collect();
    folded.stopped = stops.into_values().collect();
    folded
}

/// Applies one event: `None` if it is known.
fn apply(before: Option<&TodoFacts>, id: TodoId, record: &EventRecord) -> Result<Option<life::Step>, Obstacle> {
    let reached = before.map_or(0, |facts| facts.version);
    if record.version <= reached {
        return Ok(None);
    }
    if record.version != reached + 1 {
        return Err(Obstacle::Gap { reached });
    }
    let event = Todo::upcast(record)?;
    let step = life::step(before, id, record.version, stored(record.timestamp), &event);
    step.map(Some).ok_or(Obstacle::Impossible)
}
