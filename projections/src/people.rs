use domain::{EventRecord, PersonId, user::User};
use ports::PersonRow;

use crate::{
    Stopped,
    rows::{FoldedRows, Row, fold_rows, id_of},
};

/// The person that `record` is about: `None` if it is about something else, an error if it claims to be about a person but
/// names none.
pub(crate) fn person_id(record: &EventRecord) -> Option<Result<PersonId, Stopped>> {
    id_of(PersonId::PREFIX, record)
}

/// What `events`, in the order of the feed, make of `rows`. Events about anything but people are passed over.
pub(crate) fn fold_people<'a>(rows: Vec<PersonRow>, events: impl IntoIterator<Item = &'a EventRecord>) -> FoldedRows<PersonRow> {
    let rows = rows.into_iter().map(|PersonRow { id, version, user }| Row { id, version, state: user }).collect();
    let folded = fold_rows::<User, _>(rows, events, person_id, |_, _| true);
    folded.filter_map(|Row { id, version, state }| Some(PersonRow { id, version, user: state }))
}
