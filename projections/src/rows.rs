use std::collections::{BTreeMap, BTreeSet};

use domain::{Aggregate, EventRecord};

use crate::{Applied, Obstacle, Stopped, fold::stopped};

/// A row of an aggregate of which nothing but its state is shown.
pub(crate) struct Row<I, S> {
    pub id: I,
    pub version: u64,
    pub state: S,
}

/// What a batch of events makes of such rows.
pub(crate) struct FoldedRows<R> {
    /// The rows that changed.
    pub rows: Vec<R>,
    /// What became of the batch.
    pub applied: Applied,
    /// Every event that could not be taken, counted from 0, in order.
    pub refused: Vec<(usize, Obstacle)>,
}

impl<R> FoldedRows<R> {
    /// The same rows in another dress.
    pub(crate) fn filter_map<T>(self, to: impl FnMut(R) -> Option<T>) -> FoldedRows<T> {
        FoldedRows { rows: self.rows.into_iter().filter_map(to).collect(), applied: self.applied, refused: self.refused }
    }
}

/// What `record` is about, if that is an aggregate whose ids begin with `prefix`; an error if it claims to be and names none.
pub(crate) fn id_of<I: std::str::FromStr>(prefix: &str, record: &EventRecord) -> Option<Result<I, Stopped>> {
    let (found, _) = record.aggregate_id.split_once('-')?;
    (found == prefix).then(|| record.aggregate_id.parse().map_err(|_| stopped(record, Obstacle::Impossible)))
}

/// What `events`, in the order of the feed, make of `rows`. Events about anything else are passed over. `take` is
/// told of each event with the state behind it, and says whether that is something: else no history leads there.
pub(crate) fn fold_rows<'a, A, I>(
    rows: Vec<Row<I, A::State>>,
    events: impl IntoIterator<Item = &'a EventRecord>,
    id_of: impl Fn(&EventRecord) -> Option<Result<I, Stopped>>,
    mut take: impl FnMut(&A::Event, &A::State) -> bool,
) -> FoldedRows<Row<I, A::State>>
where
    A: Aggregate,
    I: Ord + Copy + std::fmt::Display,
{
    let mut rows: BTreeMap<I, Row<I, A::State>> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut obstacles: BTreeMap<String, Stopped> = BTreeMap::new();
    let mut changed: BTreeSet<I> = BTreeSet::new();
    let mut applied = Applied::default();
    let mut refused = vec![];
    for (nth, record) in events.into_iter().enumerate() {
        let outcome = match id_of(record) {
            None => continue,
            Some(Ok(id)) => {
                apply::<A, I>(&mut rows, id, record, &mut take).map(|new| (id, new)).map_err(|obstacle| stopped(record, obstacle))
            }
            Some(Err(stopped)) => Err(stopped),
        };
        match outcome {
            Ok((id, true)) => {
                applied.applied += 1;
                changed.insert(id);
            }
            Ok((_, false)) => applied.known += 1,
            Err(stopped) => {
                refused.push((nth, stopped.obstacle.clone()));
                obstacles.entry(record.aggregate_id.clone()).or_insert(stopped);
            }
        }
    }
    rows.retain(|id, _| changed.contains(id));
    applied.stopped = obstacles.into_values().collect();
    applied.reached = rows.values().map(|row| (row.id.to_string(), row.version)).collect();
    FoldedRows { rows: rows.into_values().collect(), applied, refused }
}

/// Applies one event: `false` if the row has seen it.
fn apply<A: Aggregate, I: Ord + Copy>(
    rows: &mut BTreeMap<I, Row<I, A::State>>,
    id: I,
    record: &EventRecord,
    take: impl FnOnce(&A::Event, &A::State) -> bool,
) -> Result<bool, Obstacle> {
    let row = rows.get(&id);
    let reached = row.map_or(0, |row| row.version);
    if record.version <= reached {
        return Ok(false);
    }
    if record.version != reached + 1 {
        return Err(Obstacle::Gap { reached });
    }
    let before = row.map_or_else(A::State::default, |row| row.state.clone());
    let event = A::upcast(record)?;
    let state = A::evolve(before, &event);
    if !take(&event, &state) {
        return Err(Obstacle::Impossible);
    }
    rows.insert(id, Row { id, version: record.version, state });
    Ok(true)
}
