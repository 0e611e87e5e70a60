use std::cmp::Ordering;

use domain::todo::Priority;
use jiff::Timestamp;
use ports::{Sort, TodoRow};

/// What a row is sorted by: one stored column each, all ascending and never null, so that one comparison of tuples
/// finds where a page begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Keys {
    /// The place by hand; beyond all places where there is none.
    pub place: f64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Microseconds before 1970: the last change comes first.
    pub updated_desc: i64,
    /// Its due moment in microseconds since 1970; the end of time where it is never due.
    pub due_at: i64,
    /// 0 for the most urgent.
    pub priority: i16,
    /// The title without case.
    pub title: String,
}

/// The place of a todo without one: beyond every [`domain::todo::Order`], and finite, as JSON needs it.
const NO_PLACE: f64 = 1e300;
/// The due time of a todo without one.
pub(crate) const NEVER: i64 = i64::MAX;
const NO_PRIORITY: i16 = 4;

impl Keys {
    /// The keys of `row`.
    pub(crate) fn of(row: &TodoRow) -> Self {
        let todo = &row.todo;
        Self {
            place: todo.order.map_or(NO_PLACE, |order| order.get()),
            created_at: row.created_at.as_microsecond(),
            updated_desc: -row.updated_at.as_microsecond(),
            due_at: todo.due.as_ref().and_then(|due| due.moment()).map_or(NEVER, Timestamp::as_microsecond),
            priority: todo.priority.map_or(NO_PRIORITY, priority_rank),
            title: todo.title.expose().to_lowercase(),
        }
    }
}

impl Keys {
    /// How a row with these keys stands to another in this order, as long as they differ.
    pub(crate) fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        match sort {
            Sort::Order => self.place.total_cmp(&other.place).then(self.created_at.cmp(&other.created_at)),
            Sort::Created => self.created_at.cmp(&other.created_at),
            Sort::UpdatedDescending => self.updated_desc.cmp(&other.updated_desc),
            Sort::Due => self.due_at.cmp(&other.due_at),
            Sort::PriorityDescending => self.priority.cmp(&other.priority),
            Sort::Title => self.title.cmp(&other.title),
        }
    }
}

/// 0 for the most urgent.
pub(crate) fn priority_rank(priority: Priority) -> i16 {
    match priority {
        Priority::Urgent => 0,
        Priority::High => 1,
        Priority::Medium => 2,
        Priority::Low => 3,
    }
}

/// The instant so many microseconds after 1970; `None` if no calendar has it.
pub(crate) fn instant(microseconds: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(microseconds).ok()
}

/// The columns that `sort` goes by, without the id that always comes last.
pub(crate) fn columns(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Order => &["place", "created_at"],
        Sort::Created => &["created_at"],
        Sort::UpdatedDescending => &["updated_desc"],
        Sort::Due => &["due_at"],
        Sort::PriorityDescending => &["priority"],
        Sort::Title => &["title"],
    }
}

/// A column's value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Key {
    /// Of a whole number.
    Integer(i64),
    /// Of any number.
    Real(f64),
    /// Of text.
    Text(String),
}
