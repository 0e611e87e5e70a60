use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TodoId;
use ports::{Sort, TodoRow, ViewsError};
use serde::{Deserialize, Serialize};

use super::{Key, Keys};

/// Where a page ended: the last row's keys, so that the next page begins there even if that row is gone by then.
///
/// As text it is opaque but not secret: sorted by title it holds a title, so it belongs into logs no more than that.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cursor(Place, TodoId);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    Order(f64, i64),
    Created(i64),
    Updated(i64),
    Due(i64),
    Priority(i16),
    Title(String),
}

impl Cursor {
    /// The cursor behind `row`, as text.
    pub(crate) fn behind(sort: Sort, row: &TodoRow) -> String {
        let keys = Keys::of(row);
        let place = match sort {
            Sort::Order => Place::Order(keys.place, keys.created_at),
            Sort::Created => Place::Created(keys.created_at),
            Sort::UpdatedDescending => Place::Updated(keys.updated_desc),
            Sort::Due => Place::Due(keys.due_at),
            Sort::PriorityDescending => Place::Priority(keys.priority),
            Sort::Title => Place::Title(keys.title),
        };
        // Numbers, text and an id always serialise; an empty cursor is refused where it comes back.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Self(place, row.id)).unwrap_or_default())
    }

    /// Reads a cursor of `sort`: the values of its [`columns`](super::columns), and the id.
    ///
    /// # Errors
    /// [`ViewsError::BadCursor`] if it is damaged or of another sort.
    pub(crate) fn parse(sort: Sort, text: &str) -> Result<(Vec<Key>, TodoId), ViewsError> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| ViewsError::BadCursor)?;
        let Self(place, id) = serde_json::from_slice(&json).map_err(|_| ViewsError::BadCursor)?;
        let keys = match (sort, place) {
            (Sort::Order, Place::Order(place, created)) => vec![Key::Real(place), Key::Integer(created)],
            (Sort::Created, Place::Created(at)) | (Sort::UpdatedDescending, Place::Updated(at)) | (Sort::Due, Place::Due(at)) => {
                vec![Key::Integer(at)]
            }
            (Sort::PriorityDescending, Place::Priority(rank)) => vec![Key::Integer(rank.into())],
            // No database text has this character; a title neither.
            (Sort::Title, Place::Title(title)) if !title.contains('\0') => vec![Key::Text(title)],
            _ => return Err(ViewsError::BadCursor),
        };
        Ok((keys, id))
    }
}
