//! What a person got done, day by day.
//!
//! A day is a day on the calendar of whoever looks: it begins and ends by the rules of that person's zone. So nothing is
//! counted by day before somebody asks; what is kept is what happened at which instant.
//!
//! - *Created* on a day: so many todos came into being. That they were put into the trash later does not undo it.
//! - *Completed* on a day: so many completions of that day still stand. Reopening a todo withdraws its completion.
//! - *Overdue* on a day: so many todos were open and past their due time when the day ended; today: now.
//! - *Lead time*: from a todo's creation to the completion that stands. A todo that was created done has none.
//! - *Streak*: days in a row, each with a completion that stands.
//!
//! Each is of the list in which the todo was when it happened.

mod days;
mod lead_time;
mod streak;

pub use days::{DayStats, Days};
pub use lead_time::LeadTime;
pub use streak::Streak;

use std::time::Duration;

use jiff::Timestamp;

/// What happened to somebody's todos in some span of time, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Happenings {
    /// When todos came into being.
    pub created: Vec<Timestamp>,
    /// The completions that stand.
    pub completed: Vec<Completion>,
    /// While which todos were overdue. One todo has several of them that follow each other.
    pub overdue: Vec<Overdue>,
}

/// A completion that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    /// When.
    pub at: Timestamp,
    /// How long after the todo's creation; `None` if it was created done.
    pub lead_time: Option<Duration>,
}

/// A time during which a todo was open and past its due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overdue {
    /// From this instant on. May lie in the future: that is when it will be, if nothing happens.
    pub since: Timestamp,
    /// Until right before this instant; `None` while nothing has ended it.
    pub until: Option<Timestamp>,
}
