//! A rule in plain English.

use super::{ByDay, End, Frequency, Rule, Until};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Rule {
    /// What it says, for example "every 2 weeks on Monday and Friday, 10 times".
    pub fn in_words(&self) -> String {
        let unit = match self.frequency {
            Frequency::Daily => "day",
            Frequency::Weekly => "week",
            Frequency::Monthly => "month",
            Frequency::Yearly => "year",
        };
        let mut words = match self.interval {
            1 => format!("every {unit}"),
            2 => format!("every other {unit}"),
            interval => format!("every {interval} {unit}s"),
        };
        if !self.days.is_empty() {
            words += &format!(" on {}", and(self.days.iter().map(|day| weekday(*day))));
        }
        if !self.month_days.is_empty() {
            let joined = if self.days.is_empty() { "on" } else { "that is" };
            words += &format!(" {joined} {}", and(self.month_days.iter().map(|day| month_day(*day))));
        }
        if !self.months.is_empty() {
            let name = |month: &i8| name(&MONTHS, month - 1);
            words += &format!(" in {}", and(self.months.iter().map(name)));
        }
        if !self.positions.is_empty() {
            words += &format!(", only the {} of them", and(self.positions.iter().map(|position| ordinal(*position))));
        }
        match self.end {
            End::Never => {}
            End::Count(1) => words += ", once",
            End::Count(count) => words += &format!(", {count} times"),
            End::Until(Until::Day(day)) => words += &format!(", until {day}"),
            End::Until(Until::Local(at)) => words += &format!(", until {}", at.strftime("%Y-%m-%d %H:%M")),
            End::Until(Until::Instant(at)) => words += &format!(", until {}", at.strftime("%Y-%m-%d %H:%M UTC")),
        }
        words
    }
}

fn name(names: &[&str], at: i8) -> String {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default().to_owned()
}

fn weekday(day: ByDay) -> String {
    let name = name(&WEEKDAYS, day.weekday());
    day.ordinal.map_or(name.clone(), |number| format!("the {} {name}", ordinal(number.into())))
}

fn month_day(day: i8) -> String {
    if day > 0 { format!("the {}", ordinal(day.into())) } else { format!("the {} day", ordinal(day.into())) }
}

/// "first" is "1st"; from the end, "last", "2nd to last", and so on.
fn ordinal(number: i16) -> String {
    let size = number.unsigned_abs();
    let ending = match (size % 10, size % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    match number {
        -1 => "last".to_owned(),
        ..0 => format!("{size}{ending} to last"),
        0.. => format!("{size}{ending}"),
    }
}

/// "a", "a and b", "a, b and c".
fn and(words: impl Iterator<Item = String>) -> String {
    let words: Vec<_> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
