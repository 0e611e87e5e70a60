use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    todo::Zone,
    user::{ClockTime, QuietHours},
};

/// Minutes that are looked at: quiet hours are shorter than a day, and no change of a clock is longer than another.
const MINUTES: u32 = 2 * 24 * 60;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// When the quiet hours are over that `at` is in; `None` if it is in none.
///
/// The first whole minute at which the clock of `zone` (UTC if there is none) is outside of them: so it is right too where the clock is
/// changed within them, whichever way, without a rule for each way.
pub fn quiet_until(hours: Option<QuietHours>, zone: Option<&Zone>, at: Timestamp) -> Option<Timestamp> {
    let hours = hours?;
    let rules = zone.map_or(TimeZone::UTC, Zone::rules);
    let quiet = |at: Timestamp| hours.contains(ClockTime::of(rules.to_datetime(at).time()));
    if !quiet(at) {
        return None;
    }
    let minute = Timestamp::from_second(at.as_second() - at.as_second().rem_euclid(60)).ok()?;
    (1..=MINUTES).map_while(|minutes| minute.checked_add(MINUTE * i32::try_from(minutes).ok()?).ok()).find(|at| !quiet(*at))
}
