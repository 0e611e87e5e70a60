use std::collections::{BTreeMap, BTreeSet};

use domain::{Aggregate, EventRecord, PersonId, user::User};
use ports::PersonRow;

use crate::{Applied, Obstacle, Stopped};

/// The person that `record` is about: `None` if it is about something else, an error if it claims to be about a person but
/// names none.
pub(crate) fn person_id(record: &EventRecord) -> Option<Result<PersonId, Stopped>> {
    let (prefix, _) = record.aggregate_id.split_once('-')?;
    (prefix == PersonId::PREFIX).then(|| record.aggregate_id.parse().map_err(|_| stopped(record, Obstacle::Impossible)))
}

/// What a batch of events makes of people's rows.
pub(crate) struct FoldedPeople {
    /// The rows that changed.
    pub rows: Vec<PersonRow>,
    /// What became of the batch.
    pub applied: Applied,
    /// Every event that could not be taken, counted from 0, in order.
    pub refused: Vec<(usize, Obstacle)>,
}

/// What `events`, in the order of the feed, make of `rows`. Events about anything but people are passed over.
pub(crate) fn fold_people<'a>(rows: Vec<PersonRow>, events: impl IntoIterator<Item = &'a EventRecord>) -> FoldedPeople {
    let mut rows: BTreeMap<PersonId, PersonRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut obstacles: BTreeMap<String, Stopped> = BTreeMap::new();
    let mut changed: BTreeSet<PersonId> = BTreeSet::new();
    let mut applied = Applied::default();
    let mut refused = vec![];
    for (nth, record) in events.into_iter().enumerate() {
        let outcome = match person_id(record) {
            None => continue,
            Some(Ok(id)) => apply(&mut rows, id, record).map(|new| (id, new)).map_err(|obstacle| stopped(record, obstacle)),
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
    FoldedPeople { rows: rows.into_values().collect(), applied, refused }
}

fn stopped(record: &EventRecord, obstacle: Obstacle) -> Stopped {
    Stopped { aggregate_id: record.aggregate_id.clone(), version: record.version, obstacle }
}

/// Applies one event: `false` if the row has seen it.
fn apply(rows: &mut BTreeMap<PersonId, PersonRow>, id: PersonId, record: &EventRecord) -> Result<bool, Obstacle> {
    let reached = rows.get(&id).map_or(0, |row| row.version);
    if record.version <= reached {
        return Ok(false);
    }
    if record.version != reached + 1 {
        return Err(Obstacle::Gap { reached });
    }
    let event = User::upcast(record)?;
    let row = rows.entry(id).or_insert_with(|| PersonRow { id, version: 0, user: User::default() });
    row.user = User::evolve(std::mem::take(&mut row.user), &event);
    row.version = record.version;
    Ok(true)
}
