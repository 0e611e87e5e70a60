use std::collections::{HashMap, HashSet, hash_map::Entry};

use domain::{Aggregate, EventRecord, TodoId, todo::Todo};
use jiff::Timestamp;
use ports::TodoRow;

use crate::{Obstacle, Stopped};

/// What a batch of events makes of the views.
#[derive(Debug, Default, PartialEq)]
pub struct Folded {
    /// The rows that changed, each as it is after all of its events.
    pub rows: Vec<TodoRow>,
    /// The todos whose views stopped, each with its first obstacle in this batch.
    pub stopped: Vec<Stopped>,
    /// Every event that could not be taken, counted from 0, in order.
    pub refused: Vec<(usize, Obstacle)>,
    /// How many events were applied.
    pub applied: u64,
    /// How many events were known already.
    pub known: u64,
}

/// The todo that `record` is about: `None` if it is about something else, an error if it claims to be about a todo but
/// names none.
pub(crate) fn todo_id(record: &EventRecord) -> Option<Result<TodoId, Stopped>> {
    let (prefix, _) = record.aggregate_id.split_once('-')?;
    (prefix == TodoId::PREFIX).then(|| record.aggregate_id.parse().map_err(|_| stopped(record, Obstacle::Impossible)))
}

/// What `events`, in the order of the feed, make of `rows`, the rows that their todos have so far. Events about
/// anything but todos are passed over.
pub fn fold<'a>(rows: Vec<TodoRow>, events: impl IntoIterator<Item = &'a EventRecord>) -> Folded {
    let mut rows: HashMap<TodoId, TodoRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut stopped: HashMap<String, Stopped> = HashMap::new();
    let mut changed: HashSet<TodoId> = HashSet::new();
    let mut folded = Folded::default();
    for (nth, record) in events.into_iter().enumerate() {
        let id = match todo_id(record) {
            None => continue,
            Some(Ok(id)) => id,
            Some(Err(obstacle)) => {
                folded.refused.push((nth, obstacle.obstacle.clone()));
                stopped.entry(record.aggregate_id.clone()).or_insert(obstacle);
                continue;
            }
        };
        match apply(&mut rows, id, record) {
            Ok(true) => {
                folded.applied += 1;
                changed.insert(id);
            }
            Ok(false) => folded.known += 1,
            Err(obstacle) => {
                folded.refused.push((nth, obstacle.clone()));
                stopped.entry(record.aggregate_id.clone()).or_insert_with(|| self::stopped(record, obstacle));
            }
        }
    }
    folded.rows = changed.iter().filter_map(|id| rows.remove(id)).collect();
    folded.stopped = stopped.into_values().collect();
    folded
}

pub(crate) fn stopped(record: &EventRecord, obstacle: Obstacle) -> Stopped {
    Stopped { aggregate_id: record.aggregate_id.clone(), version: record.version, obstacle }
}

/// Applies one event: `false` if the row has seen it.
fn apply(rows: &mut HashMap<TodoId, TodoRow>, id: TodoId, record: &EventRecord) -> Result<bool, Obstacle> {
    let entry = rows.entry(id);
    let reached = match &entry {
        Entry::Occupied(row) => row.get().version,
        Entry::Vacant(_) => 0,
    };
    if record.version <= reached {
        return Ok(false);
    }
    if record.version != reached + 1 {
        return Err(Obstacle::Gap { reached });
    }
    let event = Todo::upcast(record)?;
    let at = stored(record.timestamp);
    match entry {
        Entry::Vacant(vacant) => {
            let todo = Todo::evolve(None, &event).ok_or(Obstacle::Impossible)?;
            let completed_at = todo.completed.then_some(at);
            vacant.insert(TodoRow { id, version: record.version, todo, created_at: at, updated_at: at, completed_at });
        }
        Entry::Occupied(mut row) => {
            let row = row.get_mut();
            let before = row.todo.completed;
            row.todo = Todo::evolve(Some(row.todo.clone()), &event).ok_or(Obstacle::Impossible)?;
            row.completed_at = if row.todo.completed { if before { row.completed_at } else { Some(at) } } else { None };
            row.version = record.version;
            row.updated_at = at;
        }
    }
    Ok(true)
}

/// To the microsecond, as the stores keep it, so that a row is the same before and after it was stored.
pub(crate) fn stored(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
