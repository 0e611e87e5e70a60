use std::{fmt, str::FromStr};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// When a todo is due: what the clock on the wall shows, and where that wall stands.
///
/// Stored as local time and zone, not as an instant, because a change of a zone's rules must not move "nine o'clock".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// What the clock shows.
    pub local: LocalTime,
    /// Where.
    pub zone: Zone,
}

impl Due {
    /// Reads both parts, naming `due.local` or `due.zone` where one is wrong.
    ///
    /// # Errors
    /// If one of them is malformed or the zone is unknown.
    pub fn parse(local: &str, zone: &str) -> Result<Self, Invalid> {
        Ok(Self { local: local.parse()?, zone: zone.parse()? })
    }

    /// As it is on another day: at the same time of day, in the same zone.
    #[must_use]
    pub fn on(&self, date: Date) -> Self {
        let local = match self.local {
            LocalTime::Day(_) => LocalTime::Day(date),
            LocalTime::At(at) => LocalTime::At(date.to_datetime(at.time())),
        };
        Self { local, zone: self.zone.clone() }
    }

    /// The instant from which on it is overdue: the due time, or for a whole day the start of the next one.
    ///
    /// A local time that a clock change skips counts as if the clock had not changed, and of one that comes twice the
    /// first counts (RFC 5545, section 3.3.5). `None` only at the far ends of the calendar.
    pub fn instant(&self) -> Option<Timestamp> {
        let local = match self.local {
            LocalTime::At(at) => at,
            LocalTime::Day(day) => day.tomorrow().ok()?.at(0, 0, 0, 0),
        };
        local.to_zoned_datetime(self.zone.rules()).ok().map(|zoned| zoned.timestamp())
    }

    /// The moment that it counts at among others: the due time, or for a whole day its last microsecond, so that it
    /// lies within its own day and not at the start of the next. `None` where [`instant`](Self::instant) is.
    pub fn moment(&self) -> Option<Timestamp> {
        let instant = self.instant()?;
        match self.local {
            LocalTime::At(_) => Some(instant),
            LocalTime::Day(_) => instant.checked_sub(1.microsecond()).ok(),
        }
    }
}

/// A day, or a minute or second of one, without saying where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LocalTime {
    /// Some time that day: `2026-11-24`.
    Day(Date),
    /// Then: `2026-11-24T09:00:00`.
    At(DateTime),
}

impl LocalTime {
    /// Which day it is on.
    pub fn date(self) -> Date {
        self.start().date()
    }

    /// The time itself, or with which a whole day begins.
    pub(crate) fn start(self) -> DateTime {
        match self {
            Self::Day(day) => day.at(0, 0, 0, 0),
            Self::At(at) => at,
        }
    }
}

impl FromStr for LocalTime {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || {
            Invalid::new("due.local", "is no local time", "write 2026-11-24 for a day or 2026-11-24T09:00:00 for a time, without an offset")
        };
        // jiff would silently drop an offset or a zone: a caller who sends one means an instant, and must be told.
        let time_part = text.get(10..).unwrap_or("");
        let days_part_by_hyphens = matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _, ..]);
        if !days_part_by_hyphens || text.ends_with(['Z', 'z']) || time_part.contains(['+', '-', '[']) {
            return Err(wrong());
        }
        if time_part.is_empty() {
            text.parse().map(Self::Day).map_err(|_| wrong())
        } else {
            text.parse().map(Self::At).map_err(|_| wrong())
        }
    }
}

impl TryFrom<String> for LocalTime {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::At(at) => at.fmt(f),
        }
    }
}

/// An IANA time zone by its name, for example `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// The name as the zone database spells it.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The zone's rules.
    ///
    /// # Panics
    /// Never: a `Zone` exists only for a name that the bundled database knows.
    pub fn rules(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl FromStr for Zone {
    type Err = Invalid;
    fn from_str(name: &str) -> Result<Self, Invalid> {
        let unknown = || Invalid::new("due.zone", "is no known time zone", "use an IANA name such as Europe/Berlin or UTC");
        let rules = TimeZone::get(name).map_err(|_| unknown())?;
        rules.iana_name().map(|name| Self(name.to_owned())).ok_or_else(unknown)
    }
}

impl TryFrom<String> for Zone {
    type Error = Invalid;
    fn try_from(name: String) -> Result<Self, Invalid> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}
