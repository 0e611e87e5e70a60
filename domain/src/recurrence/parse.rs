//! Reads a rule's text. Errors name the part that is wrong and never repeat it.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::DateTime, fmt::strtime};

use super::{ByDay, End, Frequency, MAX_COUNT, MAX_INTERVAL, Rule, Until};
use crate::Invalid;

/// What every error is about.
const FIELD: &str = "recurrence.rule";
/// No sensible rule is longer.
const MAX_LENGTH: usize = 500;
const KNOWN: [&str; 9] = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"];
/// What RFC 5545 knows besides: parts of a day, and days counted through a year.
const REFUSED: [&str; 5] = ["BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO"];

fn wrong(problem: impl Into<String>, remedy: impl Into<String>) -> Invalid {
    Invalid::new(FIELD, problem, remedy)
}

pub(super) fn rule(text: &str) -> Result<Rule, Invalid> {
    if text.len() > MAX_LENGTH {
        return Err(wrong(format!("has more than {MAX_LENGTH} characters"), "name fewer days"));
    }
    let text = text.trim().to_ascii_uppercase();
    let parts = Parts::of(text.strip_prefix("RRULE:").unwrap_or(&text))?;
    let Some(frequency) = parts.get("FREQ") else {
        return Err(wrong("has no FREQ", "begin it with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY"));
    };
    let frequency = Frequency::ALL.iter().find(|(name, _)| *name == frequency).map(|(_, frequency)| *frequency);
    let frequency = frequency.ok_or_else(|| wrong("has a FREQ that is not known", "use DAILY, WEEKLY, MONTHLY or YEARLY"))?;
    let rule = Rule {
        frequency,
        interval: parts.number("INTERVAL", MAX_INTERVAL)?.unwrap_or(1),
        end: end(&parts)?,
        months: parts.list("BYMONTH", "months from 1 to 12", |value| within(value, 12, false))?,
        month_days: parts.list("BYMONTHDAY", "days from 1 to 31 or -31 to -1", |value| within(value, 31, true))?,
        days: parts.list("BYDAY", "days such as MO, or 1MO or -1FR", by_day)?,
        positions: parts.list("BYSETPOS", "positions from 1 to 366 or -366 to -1", |value| within(value, 366, true))?,
        week_start: match parts.get("WKST") {
            None => ByDay::MONDAY,
            Some(day) => {
                by_day(day).filter(|day| day.ordinal.is_none()).ok_or_else(|| wrong("has a WKST that is no day", "use MO to SU"))?
            }
        },
    };
    coherent(rule)
}

/// The parts of a rule by their names, each once.
struct Parts<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Self, Invalid> {
        let mut parts: Vec<(&str, &str)> = vec![];
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(wrong("has a part without =", "write it as RFC 5545 does, for example FREQ=WEEKLY;BYDAY=MO"));
            };
            if let Some(name) = REFUSED.iter().find(|known| **known == name) {
                return Err(wrong(format!("has {name}"), format!("leave it out: of RFC 5545 these are supported: {}", KNOWN.join(", "))));
            }
            let Some(name) = KNOWN.iter().find(|known| **known == name) else {
                return Err(wrong("has a part that is not known", format!("use only {}", KNOWN.join(", "))));
            };
            if parts.iter().any(|(known, _)| known == name) {
                return Err(wrong(format!("has {name} twice"), "send it once"));
            }
            parts.push((name, value));
        }
        Ok(Self(parts))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn number(&self, name: &str, most: u32) -> Result<Option<u32>, Invalid> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = digits(value).and_then(|value| value.parse().ok()).filter(|number| (1..=most).contains(number));
        number.map(Some).ok_or_else(|| wrong(format!("has a wrong {name}"), format!("use a whole number from 1 to {most}")))
    }

    fn list<T: Ord>(&self, name: &str, remedy: &str, read: impl Fn(&str) -> Option<T>) -> Result<BTreeSet<T>, Invalid> {
        let Some(values) = self.get(name) else { return Ok(BTreeSet::new()) };
        let read: Option<BTreeSet<T>> = values.split(',').map(read).collect();
        read.ok_or_else(|| wrong(format!("has a wrong {name}"), format!("use {remedy}, with commas between them")))
    }
}

/// `text` if it is nothing but one to five digits.
fn digits(text: &str) -> Option<&str> {
    ((1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// A number with or without a sign, never 0.
fn within<T: TryFrom<i32>>(text: &str, most: i32, negative: bool) -> Option<T> {
    let (sign, number) = match text.as_bytes().first()? {
        b'-' if negative => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let number: i32 = digits(number)?.parse().ok()?;
    (1..=most).contains(&number).then(|| T::try_from(sign * number).ok()).flatten()
}

fn by_day(text: &str) -> Option<ByDay> {
    let (ordinal, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = ByDay::NAMES.iter().position(|known| *known == name)?;
    let ordinal = if ordinal.is_empty() { None } else { Some(within(ordinal, 53, true)?) };
    Some(ByDay::numbered(ordinal, weekday.try_into().ok()?))
}

fn end(parts: &Parts<'_>) -> Result<End, Invalid> {
    let count = parts.number("COUNT", MAX_COUNT)?;
    let until = parts.get("UNTIL").map(until).transpose()?;
    match (count, until) {
        (Some(_), Some(_)) => Err(wrong("has both COUNT and UNTIL", "leave one of them out")),
        (Some(count), None) => Ok(End::Count(count)),
        (None, Some(until)) => Ok(End::Until(until)),
        (None, None) => Ok(End::Never),
    }
}

fn until(text: &str) -> Result<Until, Invalid> {
    let shape = text.len() == 8 || (text.len() == 15 || text.len() == 16) && text.as_bytes().get(8) == Some(&b'T');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let read = match text.len() {
        8 if digits == 8 => strtime::parse("%Y%m%d", text).and_then(|read| read.to_date()).map(Until::Day),
        15 if shape && digits == 14 => local(text).map(Until::Local),
        16 if shape && digits == 14 && text.ends_with('Z') => local(&text[..15]).and_then(instant).map(Until::Instant),
        _ => return Err(bad_until()),
    };
    read.map_err(|_| bad_until())
}

fn local(text: &str) -> Result<DateTime, jiff::Error> {
    strtime::parse("%Y%m%dT%H%M%S", text).and_then(|read| read.to_datetime())
}

fn instant(utc: DateTime) -> Result<Timestamp, jiff::Error> {
    utc.to_zoned_datetime(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp())
}

fn bad_until() -> Invalid {
    wrong("has a wrong UNTIL", "write a day (20261224), a local time (20261224T090000) or an instant (20261224T080000Z)")
}

/// What RFC 5545 forbids of parts that are right by themselves.
fn coherent(rule: Rule) -> Result<Rule, Invalid> {
    let ordinals = rule.days.iter().any(|day| day.ordinal.is_some());
    if ordinals && matches!(rule.frequency, Frequency::Daily | Frequency::Weekly) {
        return Err(wrong("numbers the days of BYDAY", "leave the numbers out, or use FREQ=MONTHLY or FREQ=YEARLY"));
    }
    if rule.frequency == Frequency::Weekly && !rule.month_days.is_empty() {
        return Err(wrong("has BYMONTHDAY with FREQ=WEEKLY", "use FREQ=DAILY, FREQ=MONTHLY or FREQ=YEARLY"));
    }
    if !rule.positions.is_empty() && rule.months.is_empty() && rule.month_days.is_empty() && rule.days.is_empty() {
        return Err(wrong("has BYSETPOS and nothing to take it from", "add BYDAY, BYMONTHDAY or BYMONTH"));
    }
    Ok(rule)
}
