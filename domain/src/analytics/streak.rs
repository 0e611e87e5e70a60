use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};

use crate::todo::Zone;

/// Days in a row on which something was completed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Streak {
    /// So many up to today, or up to yesterday where today has none yet.
    pub current: u64,
    /// The most that there ever were.
    pub longest: u64,
}

impl Streak {
    /// The streaks of somebody in `zone` who completed something at these instants, as of `now`.
    pub fn of(zone: &Zone, completed: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Self {
        let rules = zone.rules();
        let date = |at: Timestamp| rules.to_datetime(at).date();
        let days: BTreeSet<Date> = completed.into_iter().map(date).collect();
        // A zone that moves across the date line skips a day: then the day before is not yesterday's date.
        let before = |day: Date| {
            let begin = day.at(0, 0, 0, 0).to_zoned_datetime(rules.clone()).ok()?.timestamp();
            begin.as_nanosecond().checked_sub(1).and_then(|last| Timestamp::from_nanosecond(last).ok()).map(date)
        };
        let (mut run, mut last, mut longest) = (0, None, 0);
        for day in &days {
            run = if last.is_some() && before(*day) == last { run + 1 } else { 1 };
            last = Some(*day);
            longest = longest.max(run);
        }
        let today = date(now);
        let mut current = 0;
        let mut day = if days.contains(&today) { Some(today) } else { before(today) };
        while let Some(done) = day.filter(|day| days.contains(day)) {
            current += 1;
            day = before(done);
        }
        Self { current, longest }
    }
}
