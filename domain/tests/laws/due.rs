//! Due times: what is taken, and which instant is meant.

use domain::todo::{Due, LocalDay, LocalTime, Zone};
use jiff::Timestamp;
use proptest::prelude::*;
use testkit::samples::due;

fn instant(local: &str, zone: &str) -> Option<Timestamp> {
    due(local, zone).instant()
}

/// The facts are the zones' own: Berlin skips 02:00 to 03:00 on 2026-03-29 and repeats it on 2026-10-25; New York does
/// so on 2026-03-08 and 2026-11-01; Lord Howe moves by half an hour; Samoa had no 2011-12-30; Kathmandu is 5:45 ahead.
#[test]
fn instants() {
    for (local, zone, expected) in [
        ("2026-07-01T12:00:00", "Europe/Berlin", "2026-07-01T10:00:00Z"),
        ("2026-12-01T12:00:00", "Europe/Berlin", "2026-12-01T11:00:00Z"),
        ("2026-12-01T12:00:00.25", "UTC", "2026-12-01T12:00:00.25Z"),
        ("2026-01-15T00:00", "Asia/Kathmandu", "2026-01-14T18:15:00Z"),
        // Gaps: as if the clock had not changed.
        ("2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59Z"),
        ("2026-03-29T02:00:00", "Europe/Berlin", "2026-03-29T01:00:00Z"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00Z"),
        ("2026-03-29T03:00:00", "Europe/Berlin", "2026-03-29T01:00:00Z"),
        ("2026-03-08T02:30:00", "America/New_York", "2026-03-08T07:30:00Z"),
        ("2026-10-04T02:15:00", "Australia/Lord_Howe", "2026-10-03T15:45:00Z"),
        // Overlaps: the first.
        ("2026-10-25T01:59:59", "Europe/Berlin", "2026-10-24T23:59:59Z"),
        ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("2026-10-25T03:00:00", "Europe/Berlin", "2026-10-25T02:00:00Z"),
        ("2026-11-01T01:30:00", "America/New_York", "2026-11-01T05:30:00Z"),
        ("2026-04-05T01:45:00", "Australia/Lord_Howe", "2026-04-04T14:45:00Z"),
        // A whole day is overdue from the next one on, however long it is.
        ("2026-07-01", "UTC", "2026-07-02T00:00:00Z"),
        ("2026-07-01", "Europe/Berlin", "2026-07-01T22:00:00Z"),
        ("2026-07-01", "America/New_York", "2026-07-02T04:00:00Z"),
        ("2026-03-29", "Europe/Berlin", "2026-03-29T22:00:00Z"),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T23:00:00Z"),
        ("2024-02-29", "UTC", "2024-03-01T00:00:00Z"),
        ("2026-12-31", "UTC", "2027-01-01T00:00:00Z"),
        // The next midnight may itself be skipped: Beirut began 2026-03-29 at 01:00, 22:00Z before it.
        ("2026-03-28", "Asia/Beirut", "2026-03-28T22:00:00Z"),
        ("2011-12-29", "Pacific/Apia", "2011-12-30T10:00:00Z"),
    ] {
        assert_eq!(instant(local, zone), Some(expected.parse().expect("an instant")), "{local} in {zone}");
    }
}

fn zone(name: &str) -> Zone {
    name.parse().expect("a zone")
}

/// Starts and lengths of days, by the facts above; Havana's clocks change at midnight, Apia left out a whole day.
#[test]
fn days_are_as_long_as_their_zone_makes_them() {
    for (now, name, start, hours) in [
        ("2026-11-25T12:00:00Z", "UTC", "2026-11-25T00:00:00Z", 24.0),
        ("2026-11-25T12:00:00Z", "Pacific/Kiritimati", "2026-11-25T10:00:00Z", 24.0),
        ("2026-11-25T12:00:00Z", "Pacific/Pago_Pago", "2026-11-25T11:00:00Z", 24.0),
        ("2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z", 23.0),
        ("2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-24T22:00:00Z", 25.0),
        ("2026-10-25T22:59:59.999999Z", "Europe/Berlin", "2026-10-24T22:00:00Z", 25.0),
        ("2026-10-25T23:00:00Z", "Europe/Berlin", "2026-10-25T23:00:00Z", 24.0),
        ("2026-04-05T00:00:00Z", "Australia/Lord_Howe", "2026-04-04T13:00:00Z", 24.5),
        ("2026-03-08T12:00:00Z", "America/Havana", "2026-03-08T05:00:00Z", 23.0),
        ("2025-11-02T12:00:00Z", "America/Havana", "2025-11-02T04:00:00Z", 25.0),
        ("2026-03-29T12:00:00Z", "Asia/Beirut", "2026-03-28T22:00:00Z", 23.0),
        ("2011-12-30T09:59:59Z", "Pacific/Apia", "2011-12-29T10:00:00Z", 24.0),
        ("2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-30T10:00:00Z", 24.0),
    ] {
        let day = LocalDay::at(now.parse().expect("an instant"), &zone(name));
        assert_eq!(day.start(), start.parse().expect("an instant"), "{now} in {name}");
        assert_eq!((day.end() - day.start()).as_secs_f64() / 3600.0, hours, "{now} in {name}");
        assert_eq!(day.plus(1).start(), day.end(), "{now} in {name}");
    }
}

#[test]
fn a_whole_day_is_due_within_itself_and_a_time_at_its_time() {
    for (local, zone, moment) in [
        ("2026-07-01", "Europe/Berlin", "2026-07-01T21:59:59.999999Z"),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59.999999Z"),
        ("2026-07-01T12:00", "Europe/Berlin", "2026-07-01T10:00:00Z"),
    ] {
        assert_eq!(due(local, zone).moment(), Some(moment.parse().expect("an instant")), "{local} in {zone}");
    }
}

#[test]
fn the_calendar_has_ends() {
    assert_eq!(instant("9999-12-31", "UTC"), None, "there is no next day");
    assert!(instant("9999-12-29", "UTC").is_some());
    assert!(instant("0000-01-01", "UTC").is_some());
    // Whatever lies outside what can be an instant, asking is safe.
    for local in ["9999-12-31T23:59:59.999999999", "9999-12-31", "0000-01-01T00:00", "0001-01-01"] {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"] {
            let _ = (instant(local, zone), due(local, zone).moment());
        }
    }
}

#[test]
fn a_local_time_has_no_offset_and_no_zone() {
    for fine in ["2026-11-24", "2026-11-24T09:00", "2026-11-24T09:00:30", "2026-11-24T09:00:30.5", "2026-11-24 09:00"] {
        assert!(fine.parse::<LocalTime>().is_ok(), "{fine}");
    }
    for wrong in [
        "",
        " ",
        "tomorrow",
        "2026",
        "2026-11",
        "-009999-01-03",
        "+002026-11-24",
        "2026-W48-2",
        "20261124",
        "20261124T0900",
        "20261124+01",
        "20261124T0900+0100",
        "2026-11-31",
        "2026-02-29",
        "2026-13-01",
        "24.11.2026",
        "09:00",
        "T09:00",
        "2026-11-24T",
        "2026-11-24T25:00",
        "2026-11-24T09:60",
        "2026-11-24T09:00Z",
        "2026-11-24T09:00z",
        "2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00+01:00",
        "2026-11-24T09:00:00-05:00",
        "2026-11-24T09:00:00+01",
        "2026-11-24T09:00:00[Europe/Berlin]",
        "2026-11-24T09:00:00+01:00[Europe/Berlin]",
        "2026-11-24[Europe/Berlin]",
        "2026-11-24Z",
        "2026-11-24+01:00",
        "2026-11-24T09:00 Europe/Berlin",
        "2026-11-24T09:00:00[u-ca=hebrew]",
        "2026-11-24\u{0}",
        "ａ2026-11-24",
        "2026-11-2４",
    ] {
        let invalid = wrong.parse::<LocalTime>().expect_err(wrong);
        assert_eq!(invalid.field, "due.local");
        let said = "due.local is no local time: write 2026-11-24 for a day or 2026-11-24T09:00:00 for a time, without an offset";
        assert_eq!(invalid.to_string(), said, "{wrong}");
        assert!(serde_json::from_value::<LocalTime>(wrong.into()).is_err(), "{wrong}");
    }
}

#[test]
fn zones_go_by_the_name_of_the_database() {
    for (given, name) in [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("america/argentina/BUENOS_aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
    ] {
        assert_eq!(given.parse::<Zone>().expect(given).name(), name);
    }
    assert_eq!(due("2026-11-24", "europe/berlin"), due("2026-11-24", "Europe/Berlin"));
    for wrong in [
        "",
        " ",
        "Mars/Olympus",
        "Berlin",
        "Europe",
        "Etc/Unknown",
        "Europe/Berlin ",
        "+01:00",
        "UTC+1",
        "../../etc/passwd",
        "Europe/Berlin\0",
    ] {
        let invalid = wrong.parse::<Zone>().expect_err(wrong);
        assert_eq!(invalid.to_string(), "due.zone is no known time zone: use an IANA name such as Europe/Berlin or UTC", "{wrong}");
        assert!(serde_json::from_value::<Zone>(wrong.into()).is_err(), "{wrong}");
    }
}

#[test]
fn the_wrong_part_is_named() {
    assert_eq!(Due::parse("soon", "Mars/Olympus").expect_err("both are wrong").field, "due.local");
    assert_eq!(Due::parse("2026-11-24", "Mars/Olympus").expect_err("the zone is wrong").field, "due.zone");
    assert_eq!(Due::parse("2026-11-24T09:00Z", "UTC").expect_err("the time is wrong").field, "due.local");
}

#[test]
fn it_is_written_in_one_way() {
    for (given, written) in [
        ("2026-11-24", r#"{"local":"2026-11-24","zone":"Europe/Berlin"}"#),
        ("2026-11-24T09:00", r#"{"local":"2026-11-24T09:00:00","zone":"Europe/Berlin"}"#),
        ("2026-11-24 09:00:00.50", r#"{"local":"2026-11-24T09:00:00.5","zone":"Europe/Berlin"}"#),
    ] {
        let due = due(given, "Europe/berlin");
        assert_eq!(serde_json::to_string(&due).unwrap(), written);
        assert_eq!(serde_json::from_str::<Due>(written).unwrap(), due);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", tail in "[-+TZz0-9:\\[\\]é ]{0,15}") {
        let _ = (Due::parse(&text, "UTC"), Due::parse("2026-11-24", &text), Due::parse(&format!("2026-11-24{tail}"), "UTC"));
    }

    /// Whatever the zone does on that day, what is due on it is in it, and the days follow each other without a hole.
    #[test]
    fn what_is_due_on_a_day_is_in_it(
        year in 1990_i16..2040, of_year in 1_i16..=365, hour in 0_i8..24, minute in 0_i8..60,
        name in prop::sample::select(vec![
            "UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
            "Pacific/Kiritimati", "Africa/Casablanca", "Asia/Kathmandu", "America/Asuncion",
        ]),
    ) {
        let date = jiff::civil::date(year, 1, 1).with().day_of_year(of_year).build().expect("a date");
        let noon = date.at(12, 0, 0, 0).to_zoned_datetime(zone(name).rules()).expect("an instant");
        // A day that the zone left out is nobody's.
        prop_assume!(noon.date() == date);
        let day = LocalDay::at(noon.timestamp(), &zone(name));
        prop_assert_eq!(day.plus(1).start(), day.end());
        prop_assert!(LocalDay::at(day.start(), &zone(name)) == day);
        for local in [date.to_string(), format!("{date}T{hour:02}:{minute:02}")] {
            let moment = due(&local, name).moment().expect("a moment");
            prop_assert!(day.start() <= moment && moment < day.end(), "{} is not in {:?}", moment, day);
        }
    }

    /// What is taken is a plain time to the letter: nothing of what was written was dropped on the way.
    #[test]
    fn nothing_is_dropped(tail in "[T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9])?([zZ]|[+-][01][0-9](:?[0-5][0-9])?)?(\\[[A-Za-z/]{2,13}\\])?") {
        let taken = format!("2026-11-24{tail}").parse::<LocalTime>().is_ok();
        let plain = tail.chars().skip(1).all(|c| c.is_ascii_digit() || c == ':');
        prop_assert!(!taken || plain, "2026-11-24{tail} was taken");
    }
}
