//! Days as numbers: the proleptic Gregorian calendar, in plain arithmetic.

use jiff::civil::Date;

/// A day, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub year: i32,
    /// From 1.
    pub month: i8,
    /// From 1.
    pub day: i8,
}

impl Day {
    pub(super) fn of(date: Date) -> Self {
        Self { year: date.year().into(), month: date.month(), day: date.day() }
    }

    /// `None` beyond the calendar's ends.
    pub(super) fn date(self) -> Option<Date> {
        Date::new(self.year.try_into().ok()?, self.month, self.day).ok()
    }

    /// Days since 1970-01-01. (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".)
    pub(super) fn number(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        // Years begin in March, so that the leap day is the last.
        let year = i64::from(self.year) - i64::from(month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day of that number.
    pub(super) fn numbered(number: i64) -> Self {
        let shifted = number + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        // Within the calendar these conversions are exact.
        Self { year: year as i32, month: month as i8, day: day as i8 }
    }

    /// From Monday, 0, to Sunday, 6.
    pub(super) fn weekday(number: i64) -> i8 {
        // 1970-01-01 was a Thursday.
        (number + 3).rem_euclid(7) as i8
    }
}

/// Whether it has a 29th of February.
pub(super) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days that month has.
pub(super) fn days_of_month(year: i32, month: i8) -> i8 {
    match month {
        2 => 28 + i8::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_those_of_the_calendar() {
        let mut date = Date::new(1895, 12, 28).unwrap();
        for number in Day::of(date).number().. {
            let day = Day::of(date);
            assert_eq!((day.number(), Day::numbered(number)), (number, day));
            assert_eq!(Day::weekday(number), date.weekday().to_monday_zero_offset(), "{date}");
            assert_eq!(days_of_month(day.year, day.month), date.days_in_month(), "{date}");
            date = date.tomorrow().unwrap();
            if date.year() == 2105 {
                break;
            }
        }
        assert_eq!(Day::of(Date::new(1970, 1, 1).unwrap()).number(), 0);
        for date in [Date::MIN, Date::MAX, Date::new(0, 2, 29).unwrap(), Date::new(-1, 3, 1).unwrap()] {
            assert_eq!(Day::numbered(Day::of(date).number()).date(), Some(date));
        }
    }
}
