//! Days: by name, by distance and by date.

use jiff::{
    Span, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
};

use super::words::{Word, number, phrase};

/// What a phrase says about the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Day(Date),
    /// With a time of its own: `in two hours`, `tonight`.
    At(DateTime),
}

/// The hour that `tonight` means.
const EVENING: Time = Time::constant(20, 0, 0, 0);

/// The day that `words` begin with, as seen at `here`, and how many words it takes.
pub(super) fn at(words: &[Word<'_>], here: DateTime) -> Option<(Found, usize)> {
    let words = phrase(words);
    let lead = lead(words);
    let (found, length) = bare(words.get(lead..)?, lead > 0, here)?;
    Some((found, lead + length))
}

/// How many words only lead to a day: `on`, `due by`.
fn lead(words: &[Word<'_>]) -> usize {
    let is = |at: usize, known: &[&str]| words.get(at).is_some_and(|word| known.contains(&word.lower.as_str()));
    let due = usize::from(is(0, &["due"]));
    due + usize::from(is(due, &["on", "by", "until", "till"]))
}

fn bare(words: &[Word<'_>], led: bool, here: DateTime) -> Option<(Found, usize)> {
    let today = here.date();
    let word = |at: usize| words.get(at).map(|word| word.lower.as_str());
    let day = |date: Option<Date>, length: usize| date.map(|date| (Found::Day(date), length));
    match word(0)? {
        "today" => return day(Some(today), 1),
        "tonight" => return Some((Found::At(today.to_datetime(EVENING)), 1)),
        "tomorrow" | "tmrw" | "tmr" => return day(today.tomorrow().ok(), 1),
        "day" if (word(1), word(2)) == (Some("after"), Some("tomorrow")) => return day(today.checked_add(2.days()).ok(), 3),
        "in" => return distance(words, here),
        "next" => return day(next(word(1)?, today), 2),
        "this" => return day(this(word(1)?, today), 2),
        _ => {}
    }
    // `sun` and `sat` are words of their own: only `on sun` or `next sun` is a day.
    if let Some(weekday) = weekday(word(0)?).filter(|_| led || word(0).is_some_and(|word| word.ends_with("day"))) {
        return day(coming(weekday, today), 1);
    }
    date(words, today)
}

/// `in 3 days`, `in an hour`.
fn distance(words: &[Word<'_>], here: DateTime) -> Option<(Found, usize)> {
    let count = number(&words.get(1)?.lower)?;
    let unit = words.get(2)?.lower.as_str();
    let far = |span: Span| here.date().checked_add(span).ok().map(Found::Day);
    let soon = |span: Span| here.round(jiff::Unit::Minute).ok()?.checked_add(span).ok().map(Found::At);
    let found = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" | "min" => soon(count.minutes()),
        "hour" | "h" => soon(count.hours()),
        "day" => far(count.days()),
        "week" => far(count.weeks()),
        "month" => far(count.months()),
        "year" => far(count.years()),
        _ => None,
    };
    found.map(|found| (found, 3))
}

/// `next monday` is the Monday of next week; weeks begin on Mondays.
fn next(word: &str, today: Date) -> Option<Date> {
    let monday = coming(Weekday::Monday, today)?;
    match word {
        "week" => Some(monday),
        "weekend" => monday.checked_add(5.days()).ok(),
        "month" => today.first_of_month().checked_add(1.month()).ok(),
        "year" => today.first_of_year().checked_add(1.year()).ok(),
        name => monday.checked_add(i64::from(weekday(name)?.to_monday_zero_offset()).days()).ok(),
    }
}

/// `this friday` is today if today is one.
fn this(word: &str, today: Date) -> Option<Date> {
    let weekday = if word == "weekend" { Weekday::Saturday } else { weekday(word)? };
    if today.weekday() == weekday { Some(today) } else { coming(weekday, today) }
}

/// The first such day after today.
fn coming(weekday: Weekday, today: Date) -> Option<Date> {
    today.nth_weekday(1, weekday).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" => Weekday::Monday,
        "tuesday" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wed" => Weekday::Wednesday,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thursday,
        "friday" | "fri" => Weekday::Friday,
        "saturday" | "sat" => Weekday::Saturday,
        "sunday" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// `2026-12-24`, `24.12.2026`, `24.12.`, `24 dec`, `december 24th 2026`. Without a year: the next one.
fn date(words: &[Word<'_>], today: Date) -> Option<(Found, usize)> {
    let first = words.first()?;
    if let Some(date) = iso(&first.lower).or_else(|| dotted(first, today)) {
        return Some((Found::Day(date), 1));
    }
    let second = words.get(1).filter(|_| !first.ended || first.stopped)?;
    let (month, day) = match (month(&first.lower), month(&second.lower)) {
        (Some(month), _) => (month, ordinal(&second.lower)?),
        (None, Some(month)) => (month, ordinal(&first.lower)?),
        (None, None) => return None,
    };
    let year = words.get(2).filter(|_| !second.ended || second.stopped).and_then(|word| year(&word.lower));
    match year {
        Some(year) => Date::new(year, month, day).ok().map(|date| (Found::Day(date), 3)),
        None => upcoming(month, day, today).map(|date| (Found::Day(date), 2)),
    }
}

fn iso(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if plain { text.parse().ok() } else { None }
}

/// A day before a month, as in much of Europe. `24.12` alone may be any number.
fn dotted(word: &Word<'_>, today: Date) -> Option<Date> {
    let mut parts = word.lower.split('.');
    let small = |part: &str| if (1..=2).contains(&part.len()) { part.parse::<i8>().ok() } else { None };
    let (day, month) = (small(parts.next()?)?, small(parts.next()?)?);
    match (parts.next(), parts.next()) {
        (Some(last), None) => Date::new(year(last)?, month, day).ok(),
        (None, _) if word.stopped => upcoming(month, day, today),
        _ => None,
    }
}

/// That day this year, or next year if it is over. The 29th of February waits for its year.
fn upcoming(month: i8, day: i8, today: Date) -> Option<Date> {
    (0..=8).filter_map(|ahead| Date::new(today.year() + ahead, month, day).ok()).find(|date| *date >= today)
}

fn year(text: &str) -> Option<i16> {
    if text.len() == 4 { text.parse().ok().filter(|year| (1900..=9000).contains(year)) } else { None }
}

fn ordinal(text: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    if (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let at = MONTHS
        .iter()
        .position(|name| *name == word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && *name == "september"));
    at.and_then(|at| i8::try_from(at + 1).ok())
}
