//! Smart lists: what is due today, overdue, upcoming. They follow the viewer's own calendar, whatever zone a todo has.

use domain::{
    Invalid,
    todo::{LocalDay, Zone},
};
use jiff::Timestamp;
use ports::{Completion, TodoQuery};

use super::query::one_of;

const MAX_DAYS: u16 = 366;
const LISTS: [(&str, Smart); 5] =
    [("any", Smart::Any), ("none", Smart::None), ("today", Smart::Today), ("overdue", Smart::Overdue), ("upcoming", Smart::Upcoming)];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Smart {
    #[default]
    Any,
    None,
    Today,
    Overdue,
    Upcoming,
}

/// What `due`, `zone` and `days` say.
#[derive(Debug, Default)]
pub(super) struct SmartList {
    due: Smart,
    zone: Option<Zone>,
    days: Option<u16>,
}

impl SmartList {
    /// Takes one of the three parameters.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), Invalid> {
        match name {
            "due" => self.due = one_of(name, value, &LISTS)?,
            "zone" => self.zone = Some(zone(name, value)?),
            _ => self.days = Some(days(name, value)?),
        }
        Ok(())
    }

    /// Narrows `query` down to what is in the list at `now`.
    pub(super) fn apply(&self, query: &mut TodoQuery, now: Timestamp) -> Result<(), Invalid> {
        if self.days.is_some() && self.due != Smart::Upcoming {
            return Err(Invalid::new("days", "has no meaning without due=upcoming", "leave it out, or add due=upcoming"));
        }
        let today = today(self.zone.as_ref(), now);
        match self.due {
            Smart::Any => {}
            Smart::None => query.undated = true,
            Smart::Today => narrow(query, Some(today.start()), Some(today.end())),
            Smart::Upcoming => narrow(query, Some(today.end()), self.days.map(|days| today.plus(days).end())),
            Smart::Overdue => {
                if matches!(query.completion, Completion::Completed | Completion::Deleted) {
                    return Err(Invalid::new("status", "contradicts due=overdue, which is of open todos", "leave one of them out"));
                }
                query.completion = Completion::Open;
                narrow(query, None, Some(now));
            }
        }
        Ok(())
    }
}

/// The day that it is at `now` in `zone`, in UTC without one.
pub(super) fn today(zone: Option<&Zone>, now: Timestamp) -> LocalDay {
    LocalDay::at(now, zone.unwrap_or(&Zone::utc()))
}

/// The viewer's zone.
pub(super) fn zone(name: &str, value: &str) -> Result<Zone, Invalid> {
    value.parse().map_err(|wrong: Invalid| wrong.at(name))
}

fn days(name: &str, value: &str) -> Result<u16, Invalid> {
    let days = value.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days));
    days.ok_or_else(|| Invalid::new(name, "is out of range", format!("use a whole number from 1 to {MAX_DAYS}")))
}

/// Both these bounds and those that the query has already.
fn narrow(query: &mut TodoQuery, from: Option<Timestamp>, before: Option<Timestamp>) {
    query.due_from = query.due_from.max(from);
    query.due_before = [query.due_before, before].into_iter().flatten().min();
}
