use jiff::{Timestamp, civil::Date};

use super::{Happenings, LeadTime};
use crate::todo::Zone;

/// Consecutive days on the calendar of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    days: Vec<Date>,
    /// When each begins, and when the last one ends.
    bounds: Vec<Timestamp>,
}

/// What happened on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayStats {
    /// Which day.
    pub day: Date,
    /// Todos that came into being.
    pub created: u64,
    /// Completions that stand.
    pub completed: u64,
    /// Todos that were overdue when it ended, or that are overdue now where it has not ended. 0 where it has not begun.
    pub overdue: u64,
    /// How long what was completed had taken; `None` if nothing was, or nothing that has a lead time.
    pub lead_time: Option<LeadTime>,
}

impl Days {
    /// The days from `first` to `last`, both included. `None` if they are the wrong way round, or at the end of the calendar.
    ///
    /// A day begins when the clock first shows its midnight or, where a clock change skips that, at the change.
    pub fn between(zone: &Zone, first: Date, last: Date) -> Option<Self> {
        let (rules, end) = (zone.rules(), last.tomorrow().ok()?);
        let days: Vec<Date> = first.series(jiff::Span::new().days(1)).take_while(|day| *day < end).collect();
        if days.is_empty() {
            return None;
        }
        // A midnight that is skipped counts as if the clock had not changed: that is the change itself. One that comes twice
        // counts the first time.
        let begin = |day: Date| day.at(0, 0, 0, 0).to_zoned_datetime(rules.clone()).ok().map(|zoned| zoned.timestamp());
        let bounds = days.iter().copied().chain([end]).map(begin).collect::<Option<Vec<_>>>()?;
        Some(Self { days, bounds })
    }

    /// When the first day begins.
    pub fn begin(&self) -> Timestamp {
        self.bounds[0]
    }

    /// When the last day has ended.
    pub fn end(&self) -> Timestamp {
        self.bounds[self.days.len()]
    }

    /// What happened on each of the days, as of `now`. What lies outside of them is passed over.
    pub fn stats(&self, happenings: &Happenings, now: Timestamp) -> Vec<DayStats> {
        let count = self.days.len();
        let (mut created, mut completed, mut leads) = (vec![0; count], vec![0; count], vec![vec![]; count]);
        for day in happenings.created.iter().filter_map(|at| self.day_of(*at)) {
            created[day] += 1;
        }
        for completion in &happenings.completed {
            if let Some(day) = self.day_of(completion.at) {
                completed[day] += 1;
                leads[day].extend(completion.lead_time);
            }
        }
        let overdue = self.overdue(happenings, now);
        let day = |(index, leads)| DayStats {
            day: self.days[index],
            created: created[index],
            completed: completed[index],
            overdue: overdue[index],
            lead_time: LeadTime::of(leads),
        };
        leads.into_iter().enumerate().map(day).collect()
    }

    /// Whether `at` is in one of the days.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.begin() <= at && at < self.end()
    }

    /// In which of the days `at` is. A day that a zone skips has no instant.
    fn day_of(&self, at: Timestamp) -> Option<usize> {
        if self.contains(at) { self.bounds.partition_point(|bound| *bound <= at).checked_sub(1) } else { None }
    }

    /// How many todos were overdue at the end of each day.
    fn overdue(&self, happenings: &Happenings, now: Timestamp) -> Vec<u64> {
        let count = self.days.len();
        // The days that have begun. Each is looked at right before its end; the one of `now`, if it is among them, at `now`.
        let begun = self.bounds[..count].partition_point(|begin| *begin <= now);
        let ended = self.bounds[1..].partition_point(|end| *end <= now);
        let mut changes = vec![0_i64; count + 1];
        for overdue in &happenings.overdue {
            let until = |end: Timestamp| overdue.until.is_none_or(|until| until >= end);
            let first = self.bounds[1..].partition_point(|end| *end <= overdue.since).min(ended);
            let last = self.bounds[1..=ended].partition_point(|end| until(*end));
            if first < last {
                changes[first] += 1;
                changes[last] -= 1;
            }
            if ended < begun && overdue.since <= now && overdue.until.is_none_or(|until| until > now) {
                changes[ended] += 1;
                changes[begun] -= 1;
            }
        }
        let sums = changes[..count].iter().scan(0_i64, |sum, change| {
            *sum += change;
            Some(sum.unsigned_abs())
        });
        sums.collect()
    }
}
