use std::collections::{BTreeMap, BTreeSet};

use domain::{Aggregate, EventRecord};

use crate::{Applied, Obstacle, Stopped};

/// A row of an aggregate of which nothing but its state is shown.
pub(crate) struct Row<I, S> {
    pub id: I,
    pub version: u64,
    pub state: S,
}

/// What `record` is about, if that is an aggregate whose ids begin with `prefix`; an error if it claims to be and names none.
pub(crate) fn id_of<I: std::str::FromStr>(prefix: &str, record: &EventRecord) -> Option<Result<I, Stopped>> {
    let (found, _) = record.aggregate_id.split_once('-')?;
    (found == prefix).then(|| record.aggregate_id.parse().map_err(|_| stopped(record, Obstacle::Impossible)))
}

/// What `events`, in the order of the feed, make of `rows`: the rows that changed, and what became of the batch. Events about
/// anything else are passed over.
pub(crate) fn fold_rows<'a, A, I>(
    rows: Vec<Row<I, A::State>>,
    events: impl IntoIterator<Item = &'a EventRecord>,
    id_of: impl Fn(&EventRecord) -> Option<Result<I, Stopped>>,
) -> (Vec<Row<I, A::State>>, Applied)
where
    A: Aggregate,
    I: Ord + Copy + std::fmt::Display,
{
    let mut rows: BTreeMap<I, Row<I, A::State>> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut obstacles: BTreeMap<String, Stopped> = BTreeMap::new();
    let mut changed: BTreeSet<I> = BTreeSet::new();
    let mut applied = Applied::default();
    for record in events {
        let outcome = match id_of(record) {
            None => continue,
            Some(Ok(id)) => apply::<A, I>(&mut rows, id, record).map(|new| (id, new)).map_err(|obstacle| stopped(record, obstacle)),
            Some(Err(stopped)) => Err(stopped),
        };
        match outcome {
            Ok((id, true)) => {
                applied.applied += 1;
                changed.insert(id);
            }
            Ok((_, false)) => applied.known += 1,
            Err(stopped) => drop(obstacles.entry(record.aggregate_id.clone()).or_insert(stopped)),
        }
    }
    rows.retain(|id, _| changed.contains(id));
    applied.stopped = obstacles.into_values().collect();
    applied.reached = rows.values().map(|row| (row.id.to_string(), row.version)).collect();
    (rows.into_values().collect(), applied)
}

fn stopped(record: &EventRecord, obstacle: Obstacle) -> Stopped {
    Stopped { aggregate_id: record.aggregate_id.clone(), version: record.version, obstacle }
}

/// Applies one event: `false` if the row has seen it.
fn apply<A: Aggregate, I: Ord + Copy>(rows: &mut BTreeMap<I, Row<I, A::State>>, id: I, record: &EventRecord) -> Result<bool, Obstacle> {
    let reached = rows.get(&id).map_or(0, |row| row.version);
    if record.version <= reached {
        return Ok(false);
    }
    if record.version != reached + 1 {
        return Err(Obstacle::Gap { reached });
    }
    let event = A::upcast(record)?;
    let row = rows.entry(id).or_insert_with(|| Row { id, version: 0, state: A::State::default() });
    row.state = A::evolve(std::mem::take(&mut row.state), &event);
    row.version = record.version;
    Ok(true)
}
