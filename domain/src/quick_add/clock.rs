//! Times of day.

use jiff::civil::Time;

use super::words::{Word, phrase};

/// The time that `words` begin with, and how many words it takes: `5pm`, `5:30 pm`, `17:30`, `at noon`.
///
/// A bare hour (`at 5`) is left alone: it may be the morning or the afternoon.
pub(super) fn at(words: &[Word<'_>]) -> Option<(Time, usize)> {
    let words = phrase(words);
    let lead = usize::from(matches!(words.first()?.lower.as_str(), "at" | "@" | "by" | "until" | "from"));
    let first = words.get(lead)?;
    let text = first.lower.as_str();
    match text {
        "noon" | "midday" => return Some((Time::constant(12, 0, 0, 0), lead + 1)),
        "midnight" => return Some((Time::midnight(), lead + 1)),
        _ => {}
    }
    if let Some((clock, half)) = split_half(text) {
        return twelve(clock, half).map(|time| (time, lead + 1));
    }
    if !first.ended
        && let Some(half) = words.get(lead + 1).and_then(|word| half(&word.lower))
    {
        return twelve(text, half).map(|time| (time, lead + 2));
    }
    let (hour, minute) = text.split_once(':')?;
    time(digits(hour, 1..=2)?, digits(minute, 2..=2)?).map(|time| (time, lead + 1))
}

/// Before or after noon.
#[derive(Clone, Copy)]
enum Half {
    Am,
    Pm,
}

fn half(word: &str) -> Option<Half> {
    match word {
        "am" | "a.m" | "a.m." => Some(Half::Am),
        "pm" | "p.m" | "p.m." => Some(Half::Pm),
        _ => None,
    }
}

/// `5pm` as `5` and the afternoon.
fn split_half(text: &str) -> Option<(&str, Half)> {
    let at = text.find(['a', 'p'])?;
    let (clock, rest) = text.split_at(at);
    if clock.is_empty() { None } else { half(rest).map(|half| (clock, half)) }
}

/// A time on a clock with twelve hours, where 12 comes before 1.
fn twelve(clock: &str, half: Half) -> Option<Time> {
    let (hour, minute) = clock.split_once([':', '.']).unwrap_or((clock, "00"));
    let (hour, minute) = (digits(hour, 1..=2)?, digits(minute, 2..=2)?);
    if !(1..=12).contains(&hour) {
        return None;
    }
    time(hour % 12 + if matches!(half, Half::Pm) { 12 } else { 0 }, minute)
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i8> {
    if lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn time(hour: i8, minute: i8) -> Option<Time> {
    Time::new(hour, minute, 0, 0).ok()
}
