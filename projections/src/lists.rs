use domain::{EventRecord, ListId, list::TodoList};
use ports::ListRow;

use crate::{
    Stopped,
    rows::{FoldedRows, Row, fold_rows, id_of},
};

/// The list that `record` is about: `None` if it is about something else, an error if it claims to be about a list but names
/// none.
pub(crate) fn list_id(record: &EventRecord) -> Option<Result<ListId, Stopped>> {
    id_of(ListId::PREFIX, record)
}

/// What `events`, in the order of the feed, make of `rows`. Events about anything but lists are passed over.
pub(crate) fn fold_lists<'a>(rows: Vec<ListRow>, events: impl IntoIterator<Item = &'a EventRecord>) -> FoldedRows<ListRow> {
    let rows = rows.into_iter().map(|ListRow { id, version, list }| Row { id, version, state: Some(list) }).collect();
    let folded = fold_rows::<TodoList, _>(rows, events, list_id, |_, list| list.is_some());
    folded.filter_map(|Row { id, version, state }| Some(ListRow { id, version, list: state? }))
}
