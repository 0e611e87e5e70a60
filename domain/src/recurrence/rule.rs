use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
};
use serde::{Deserialize, Serialize};

use super::parse;
use crate::{Invalid, todo::Due};

/// The largest `INTERVAL`.
pub const MAX_INTERVAL: u32 = 10_000;
/// The largest `COUNT`.
pub const MAX_COUNT: u32 = 10_000;

/// A recurrence rule: RFC 5545's `RRULE`, as far as it speaks of days. Stored and shown as its text, in one form only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    /// How long a period is.
    pub frequency: Frequency,
    /// Every how-manieth period counts: 1 to [`MAX_INTERVAL`].
    pub interval: u32,
    /// When it is over.
    pub end: End,
    /// Only in these months, from 1; empty for all.
    pub months: BTreeSet<i8>,
    /// Only on these days of the month, from 1; from the end, from -1. Empty for all.
    pub month_days: BTreeSet<i8>,
    /// Only on these days of the week; empty for all.
    pub days: BTreeSet<ByDay>,
    /// Of what a period has then only these, from 1; from the end, from -1. Empty for all.
    pub positions: BTreeSet<i16>,
    /// With which day a week begins.
    pub week_start: ByDay,
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// A day.
    Daily,
    /// A week.
    Weekly,
    /// A month.
    Monthly,
    /// A year.
    Yearly,
}

/// When a series is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With the calendar.
    Never,
    /// After so many occurrences, the first included: 1 to [`MAX_COUNT`].
    Count(u32),
    /// With the last one that is not later.
    Until(Until),
}

/// The last moment of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All of that day, wherever the series is.
    Day(Date),
    /// What the clock shows there.
    Local(DateTime),
    /// An instant.
    Instant(Timestamp),
}

impl Until {
    /// Whether `occurrence` is not later. A whole day counts from its start.
    pub(super) fn allows(self, occurrence: &Due) -> bool {
        let local = occurrence.local.start();
        match self {
            Self::Day(last) => local.date() <= last,
            Self::Local(last) => local <= last,
            Self::Instant(last) => local.to_zoned_datetime(occurrence.zone.rules()).is_ok_and(|zoned| zoned.timestamp() <= last),
        }
    }
}

/// A day of the week, and which of them where it is not each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByDay {
    /// Which one of the month or year, from 1; from its end, from -1. `None`: each.
    pub ordinal: Option<i8>,
    /// From Monday, 0, to Sunday, 6.
    weekday: i8,
}

impl ByDay {
    /// Monday, which begins a week where nothing else is said.
    pub(super) const MONDAY: Self = Self { ordinal: None, weekday: 0 };
    pub(super) const NAMES: [&'static str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// Each day of that name, or the one of that number.
    pub fn new(ordinal: Option<i8>, weekday: Weekday) -> Self {
        Self { ordinal, weekday: weekday.to_monday_zero_offset() }
    }

    pub(super) fn numbered(ordinal: Option<i8>, weekday: i8) -> Self {
        Self { ordinal, weekday }
    }

    /// From Monday, 0, to Sunday, 6.
    pub(super) fn weekday(self) -> i8 {
        self.weekday
    }

    fn name(self) -> &'static str {
        usize::try_from(self.weekday).ok().and_then(|at| Self::NAMES.get(at)).copied().unwrap_or("MO")
    }
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ordinal) = self.ordinal {
            write!(f, "{ordinal}")?;
        }
        f.write_str(self.name())
    }
}

impl Frequency {
    pub(super) const ALL: [(&'static str, Self); 4] =
        [("DAILY", Self::Daily), ("WEEKLY", Self::Weekly), ("MONTHLY", Self::Monthly), ("YEARLY", Self::Yearly)];
}

impl FromStr for Rule {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        parse::rule(text)
    }
}

impl TryFrom<String> for Rule {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, values: &BTreeSet<T>) -> fmt::Result {
            for (at, value) in values.iter().enumerate() {
                if at == 0 { write!(f, ";{name}={value}")? } else { write!(f, ",{value}")? }
            }
            Ok(())
        }
        let frequency = Frequency::ALL.iter().find(|(_, frequency)| *frequency == self.frequency).map_or("DAILY", |(name, _)| name);
        write!(f, "FREQ={frequency}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::Count(count) => write!(f, ";COUNT={count}")?,
            End::Until(Until::Day(day)) => write!(f, ";UNTIL={}", day.strftime("%Y%m%d"))?,
            End::Until(Until::Local(at)) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%S"))?,
            End::Until(Until::Instant(at)) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%SZ"))?,
        }
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", &self.days)?;
        list(f, "BYSETPOS", &self.positions)?;
        if self.week_start != ByDay::MONDAY {
            write!(f, ";WKST={}", self.week_start)?;
        }
        Ok(())
    }
}
