use domain::{EventRecord, ListId, list::TodoList};
use ports::ListRow;

use crate::{
    Applied, Obstacle, Stopped,
    rows::{Row, fold_rows, id_of},
};

/// The list that `record` is about: `None` if it is about something else, an error if it claims to be about a list but names
/// none.
pub(crate) fn list_id(record: &EventRecord) -> Option<Result<ListId, Stopped>> {
    id_of(ListId::PREFIX, record)
}

/// What `events`, in the order of the feed, make of `rows`: the rows that changed, and what became of the batch. Events
/// about anything but lists are passed over.
pub(crate) fn fold_lists<'a>(rows: Vec<ListRow>, events: impl IntoIterator<Item = &'a EventRecord>) -> (Vec<ListRow>, Applied) {
    let rows = rows.into_iter().map(|ListRow { id, version, list }| Row { id, version, state: Some(list) }).collect();
    let (rows, mut applied) = fold_rows::<TodoList, _>(rows, events, list_id);
    let mut folded = vec![];
    for Row { id, version, state } in rows {
        match state {
            Some(list) => folded.push(ListRow { id, version, list }),
            // Events that follow no creation.
            None => applied.stopped.push(Stopped { aggregate_id: id.to_string(), version, obstacle: Obstacle::Impossible }),
        }
    }
    (folded, applied)
}
