//! The days that a rule names, period by period.

use std::collections::{BTreeSet, VecDeque};

use jiff::civil::Date;

use super::{
    ByDay, Frequency, Rule,
    civil::{Day, days_of_month, is_leap},
};

/// The calendar, weekdays included, is the same again after so many days.
const CYCLE: i64 = 146_097;

/// The days of a series, in order, each later than the one before. Ends where the rule names no day any more: looked for through
/// one whole cycle of the calendar, after which everything comes again, and at most to the calendar's end.
pub(super) struct Dates<'a> {
    days: Days<'a>,
    start: i64,
    interval: i64,
    /// Which period comes next, counted from that of the start.
    next: i64,
    found: VecDeque<i64>,
}

impl<'a> Dates<'a> {
    /// Those of the series of `rule` that begins at `start` which are not before `from`, without regard to the rule's end.
    pub(super) fn new(rule: &'a Rule, start: Date, from: Date) -> Self {
        let days = Days::new(rule, start);
        let (start, from) = (Day::of(start).number(), Day::of(from.max(start)).number());
        let interval = i64::from(rule.interval);
        let passed = days.period_of(from) - days.period_of(start);
        let mut dates = Self { days, start: from, interval, next: passed / interval, found: VecDeque::new() };
        dates.days.first = dates.days.period_of(start);
        dates
    }
}

impl Iterator for Dates<'_> {
    type Item = Date;
    fn next(&mut self) -> Option<Date> {
        let last = self.next + self.days.cycle();
        while self.found.is_empty() {
            let range = self.days.range(self.days.first + self.next.checked_mul(self.interval)?);
            if self.next > last || Day::numbered(range.start).date().is_none() {
                return None;
            }
            self.next += 1;
            let start = self.start;
            self.found.extend(self.days.of(range).into_iter().filter(|day| *day >= start));
        }
        Day::numbered(self.found.pop_front()?).date()
    }
}

/// Which days of a period a rule names.
struct Days<'a> {
    rule: &'a Rule,
    /// The rule's own, or what the start implies where the rule names no day.
    months: BTreeSet<i8>,
    month_days: BTreeSet<i8>,
    days: BTreeSet<ByDay>,
    /// The start's period.
    first: i64,
}

impl<'a> Days<'a> {
    fn new(rule: &'a Rule, start: Date) -> Self {
        let day = Day::of(start);
        let (mut months, mut month_days, mut days) = (rule.months.clone(), rule.month_days.clone(), rule.days.clone());
        if days.is_empty() && month_days.is_empty() {
            match rule.frequency {
                Frequency::Daily => {}
                Frequency::Weekly => drop(days.insert(ByDay::numbered(None, Day::weekday(day.number())))),
                Frequency::Monthly => drop(month_days.insert(day.day)),
                Frequency::Yearly => {
                    month_days.insert(day.day);
                    if months.is_empty() {
                        months.insert(day.month);
                    }
                }
            }
        }
        Self { rule, months, month_days, days, first: 0 }
    }

    /// After how many periods the calendar is the same again.
    fn cycle(&self) -> i64 {
        match self.rule.frequency {
            Frequency::Daily => CYCLE,
            Frequency::Weekly => CYCLE / 7,
            Frequency::Monthly => 4_800,
            Frequency::Yearly => 400,
        }
    }

    /// The period that a day is in, by its number.
    fn period_of(&self, number: i64) -> i64 {
        let day = Day::numbered(number);
        match self.rule.frequency {
            Frequency::Daily => number,
            Frequency::Weekly => (number + self.to_week_start()).div_euclid(7),
            Frequency::Monthly => i64::from(day.year) * 12 + i64::from(day.month) - 1,
            Frequency::Yearly => day.year.into(),
        }
    }

    /// Weeks are counted from the one that 1970-01-01, a Thursday, is in.
    fn to_week_start(&self) -> i64 {
        (3 - i64::from(self.rule.week_start.weekday())).rem_euclid(7)
    }

    /// The days of a period.
    fn range(&self, period: i64) -> std::ops::Range<i64> {
        let first_of = |month: i64| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
            // No calendar has more years: whatever is cut lies beyond its end.
            Day { year: i32::try_from(year).unwrap_or(i32::MAX / 2), month: month as i8 + 1, day: 1 }.number()
        };
        match self.rule.frequency {
            Frequency::Daily => period..period + 1,
            Frequency::Weekly => {
                let start = period * 7 - self.to_week_start();
                start..start + 7
            }
            Frequency::Monthly => first_of(period)..first_of(period + 1),
            Frequency::Yearly => first_of(period * 12)..first_of(period * 12 + 12),
        }
    }

    /// Those of a period's days that the rule names, in order.
    fn of(&self, period: std::ops::Range<i64>) -> Vec<i64> {
        let named: Vec<i64> = period.filter(|number| self.names(*number)).collect();
        if self.rule.positions.is_empty() {
            return named;
        }
        let at = |position: &i16| {
            let position = isize::from(*position);
            let index = if position > 0 { position - 1 } else { isize::try_from(named.len()).ok()? + position };
            named.get(usize::try_from(index).ok()?).copied()
        };
        self.rule.positions.iter().filter_map(at).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn names(&self, number: i64) -> bool {
        let day = Day::numbered(number);
        let length = days_of_month(day.year, day.month);
        (self.months.is_empty() || self.months.contains(&day.month))
            && (self.month_days.is_empty() || self.month_days.contains(&day.day) || self.month_days.contains(&(day.day - length - 1)))
            && (self.days.is_empty() || self.names_weekday(number, day, length))
    }

    fn names_weekday(&self, number: i64, day: Day, length: i8) -> bool {
        let weekday = Day::weekday(number);
        // Numbers count within the month, but within the year where only the year is said.
        let within_year = self.rule.frequency == Frequency::Yearly && self.rule.months.is_empty();
        let (before, behind) = if within_year {
            let of_year = number - Day { year: day.year, month: 1, day: 1 }.number();
            (of_year, 364 + i64::from(is_leap(day.year)) - of_year)
        } else {
            (i64::from(day.day) - 1, i64::from(length - day.day))
        };
        self.days.iter().filter(|by| by.weekday() == weekday).any(|by| match by.ordinal.map(i64::from) {
            None => true,
            Some(ordinal) => ordinal == before / 7 + 1 || -ordinal == behind / 7 + 1,
        })
    }
}
