use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{End, Rule, dates::Dates};
use crate::todo::Due;

/// From when the next occurrence is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// From the occurrence before: a fixed rhythm.
    #[default]
    Due,
    /// From the day on which the one before was done: always so long again.
    Completion,
}

/// How somebody wants a todo to come again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// On which days.
    pub rule: Rule,
    /// Counted from what.
    #[serde(default)]
    pub from: Basis,
}

/// A series of due times, and where in it a todo is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// On which days.
    pub rule: Rule,
    /// Counted from what.
    pub from: Basis,
    /// When the present occurrence is due by the rule. The todo itself may have been put off: the series goes on from here.
    pub at: Due,
    /// Which occurrence this is, from 1.
    pub number: u32,
}

impl Recurrence {
    /// What is left of it, the present occurrence included, as a series of its own.
    pub fn rest(self) -> Repeat {
        let end = match self.rule.end {
            End::Count(count) => End::Count(count.saturating_sub(self.number.saturating_sub(1)).max(1)),
            end => end,
        };
        Repeat { rule: Rule { end, ..self.rule }, from: self.from }
    }
}

impl Rule {
    /// The occurrences of a series that begins at `start`, which is among them if the rule names it. Of the time of day and the
    /// zone of `start`, and none beyond the rule's end.
    pub fn occurrences<'a>(&'a self, start: &'a Due) -> impl Iterator<Item = Due> + 'a {
        let first = start.local.date();
        self.ended(Dates::new(self, first, first).map(|date| start.on(date)), 0).map(|(_, due)| due)
    }

    /// Numbers `occurrences`, of which there were `before` so many, up to the rule's end.
    fn ended<'a>(&'a self, occurrences: impl Iterator<Item = Due> + 'a, before: u32) -> impl Iterator<Item = (u32, Due)> + 'a {
        (1..).map(move |number: u32| before.saturating_add(number)).zip(occurrences).take_while(|(number, due)| match self.end {
            End::Never => true,
            End::Count(count) => *number <= count,
            End::Until(until) => until.allows(due),
        })
    }
}

impl Recurrence {
    /// A series that begins with `due`.
    pub fn begin(repeat: Repeat, due: Due) -> Self {
        Self { rule: repeat.rule, from: repeat.from, at: due, number: 1 }
    }

    /// What was asked for.
    pub fn repeat(&self) -> Repeat {
        Repeat { rule: self.rule.clone(), from: self.from }
    }

    /// The occurrence after this one, if it is done (or skipped) at `now` and was put off until `due`; `None` where the series is over.
    ///
    /// Counted from due times it is the first that is later than this one, than `due` and than `now`: what was missed meanwhile is passed
    /// over, and a rule with COUNT counts it. Counted from the completion it is the first on a later day than `now`.
    #[must_use]
    pub fn next(&self, due: &Due, now: Timestamp) -> Option<Self> {
        let next = |(number, at): (u32, Due)| Self { number, at, ..self.clone() };
        match self.from {
            Basis::Completion => {
                let today = now.to_zoned_datetime(self.at.zone.rules()).date();
                let dates = Dates::new(&self.rule, today, today.tomorrow().ok()?);
                self.rule.ended(dates.map(|date| self.at.on(date)), self.number).next().map(next)
            }
            Basis::Due => {
                let after = self.at.instant()?.max(due.instant().unwrap_or(Timestamp::MIN)).max(now);
                let (start, tomorrow) = (self.at.local.date(), self.at.local.date().tomorrow().ok()?);
                // What is passed over need not be counted where nothing depends on it.
                let from = match self.rule.end {
                    End::Count(_) => tomorrow,
                    _ => tomorrow.max(after.to_zoned_datetime(self.at.zone.rules()).date().yesterday().ok()?),
                };
                let dates = Dates::new(&self.rule, start, from);
                let mut later = self.rule.ended(dates.map(|date| self.at.on(date)), self.number);
                let (number, at) = later.find(|(_, at)| at.instant().is_some_and(|instant| instant > after))?;
                let number = if matches!(self.rule.end, End::Count(_)) { number } else { self.number.saturating_add(1) };
                Some(next((number, at)))
            }
        }
    }
}
