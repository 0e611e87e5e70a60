use jiff::{Timestamp, ToSpan, civil::Date};

use super::Zone;

/// A day as a calendar on the wall in some zone shows it: 23, 24 or 25 hours, whatever the zone's clocks do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalDay {
    date: Date,
    zone: Zone,
}

impl LocalDay {
    /// The day that it is in `zone` at `now`.
    pub fn at(now: Timestamp, zone: &Zone) -> Self {
        Self { date: now.to_zoned_datetime(zone.rules()).date(), zone: zone.clone() }
    }

    /// So many days later, at most the calendar's last.
    #[must_use]
    pub fn plus(&self, days: u16) -> Self {
        Self { date: self.date.saturating_add(i32::from(days).days()), zone: self.zone.clone() }
    }

    /// Its first instant. Of a day that the zone left out, the first instant after it.
    pub fn start(&self) -> Timestamp {
        let first = self.date.to_zoned_datetime(self.zone.rules()).and_then(|midnight| midnight.start_of_day());
        first.map_or(Timestamp::MAX, |first| first.timestamp())
    }

    /// The first instant after it: where the next day starts.
    pub fn end(&self) -> Timestamp {
        self.date.tomorrow().map_or(Timestamp::MAX, |date| Self { date, zone: self.zone.clone() }.start())
    }
}
