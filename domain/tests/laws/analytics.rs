//! Days, as the calendars of people's zones have them. The instants come from another implementation of the zone database
//! (Python's zoneinfo).

use std::time::Duration;

use domain::{
    analytics::{Completion, Days, Happenings, LeadTime, Overdue, Streak},
    todo::Zone,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use proptest::prelude::*;

fn zone(name: &str) -> Zone {
    name.parse().expect("a zone")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn days(name: &str, from: &str, to: &str) -> Days {
    Days::between(&zone(name), day(from), day(to)).expect("days")
}

/// Right before each midnight is the day before; at midnight begins the next one.
#[test]
fn days_begin_at_the_midnights_of_their_zone() {
    let vectors: [(&str, &str, &[&str]); 6] = [
        ("Europe/Berlin", "2026-03-28", &["2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"]),
        ("Europe/Berlin", "2026-10-24", &["2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z"]),
        ("America/New_York", "2026-03-07", &["2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"]),
        ("America/New_York", "2026-10-31", &["2026-10-31T04:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"]),
        ("Asia/Kolkata", "2026-06-01", &["2026-05-31T18:30:00Z", "2026-06-01T18:30:00Z"]),
        // Midnight is skipped there: the day begins at one o'clock.
        ("Africa/Cairo", "2026-04-24", &["2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"]),
    ];
    for (name, first, begins) in vectors {
        let last = day(first).checked_add(jiff::Span::new().days(begins.len() as i64 - 1)).expect("a day");
        let days = Days::between(&zone(name), day(first), last).expect("days");
        assert_eq!(days.begin(), at(begins[0]), "{name}");
        for (index, begin) in begins.iter().enumerate() {
            let created = vec![at(begin), at(begin) - SignedDuration::from_nanos(1)];
            let stats = days.stats(&Happenings { created, ..Happenings::default() }, at(begin));
            let counts: Vec<_> = stats.iter().map(|day| day.created).collect();
            let expected: Vec<u64> = (0..begins.len()).map(|day| u64::from(day == index || day + 1 == index)).collect();
            assert_eq!(counts, expected, "{name}: {begin}");
        }
    }
}

/// Samoa had no 30 December 2011.
#[test]
fn a_day_that_a_zone_skips_is_empty_and_breaks_no_streak() {
    let days = days("Pacific/Apia", "2011-12-29", "2011-12-31");
    assert_eq!((days.begin(), days.end()), (at("2011-12-29T10:00:00Z"), at("2011-12-31T10:00:00Z")));
    let around = [at("2011-12-30T09:59:59.999Z"), at("2011-12-30T10:00:00Z")];
    let stats = days.stats(&Happenings { created: around.to_vec(), ..Happenings::default() }, around[1]);
    assert_eq!(stats.iter().map(|day| day.created).collect::<Vec<_>>(), [1, 0, 1]);
    let streak = Streak::of(&zone("Pacific/Apia"), around, around[1]);
    assert_eq!(streak, Streak { current: 2, longest: 2 });
}

#[test]
fn percentiles_are_values_by_nearest_rank() {
    let of = |seconds: &[u64]| {
        let found = LeadTime::of(seconds.iter().copied().map(Duration::from_secs).collect());
        found.map(|found| (found.median.as_secs(), found.p95.as_secs()))
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[7]), Some((7, 7)));
    assert_eq!(of(&[9, 1]), Some((1, 9)), "the lower of the middle two");
    assert_eq!(of(&[5, 1, 3]), Some((3, 5)));
    assert_eq!(of(&(1..=19).collect::<Vec<_>>()), Some((10, 19)));
    assert_eq!(of(&(1..=20).rev().collect::<Vec<_>>()), Some((10, 19)), "95 in 100 of 20 are 19");
    assert_eq!(of(&(1..=100).collect::<Vec<_>>()), Some((50, 95)));
}

#[test]
fn overdue_is_what_is_late_when_a_day_ends() {
    let june = days("UTC", "2026-06-01", "2026-06-04");
    let over = |since: &str, until: Option<&str>| Overdue { since: at(since), until: until.map(at) };
    let count = |overdue: Overdue, now: &str| {
        let stats = june.stats(&Happenings { overdue: vec![overdue], ..Happenings::default() }, at(now));
        stats.iter().map(|day| day.overdue).collect::<Vec<_>>()
    };
    let later = "2026-07-01T00:00:00Z";
    assert_eq!(count(over("2026-06-02T12:00:00Z", None), later), [0, 1, 1, 1]);
    assert_eq!(count(over("2026-05-02T12:00:00Z", None), later), [1, 1, 1, 1]);
    assert_eq!(count(over("2026-06-02T12:00:00Z", Some("2026-06-02T13:00:00Z")), later), [0, 0, 0, 0], "done before the day ended");
    assert_eq!(count(over("2026-06-02T12:00:00Z", Some("2026-06-03T13:00:00Z")), later), [0, 1, 0, 0]);
    assert_eq!(count(over("2026-06-02T00:00:00Z", Some("2026-06-03T00:00:00Z")), later), [0, 1, 0, 0], "done the moment that it ended");
    assert_eq!(count(over("2026-06-03T00:00:00Z", None), later), [0, 0, 1, 1], "not the day that ends when it becomes late");
    // The day that has not ended is looked at now, and those to come not at all.
    assert_eq!(count(over("2026-06-02T12:00:00Z", None), "2026-06-03T08:00:00Z"), [0, 1, 1, 0]);
    assert_eq!(count(over("2026-06-03T12:00:00Z", None), "2026-06-03T08:00:00Z"), [0, 0, 0, 0], "not late yet");
    assert_eq!(count(over("2026-06-03T08:00:00Z", None), "2026-06-03T08:00:00Z"), [0, 0, 1, 0]);
    assert_eq!(count(over("2026-06-01T12:00:00Z", Some("2026-06-03T07:00:00Z")), "2026-06-03T08:00:00Z"), [1, 1, 0, 0]);
    assert_eq!(count(over("2026-05-01T12:00:00Z", None), "2026-05-20T08:00:00Z"), [0, 0, 0, 0]);
}

#[test]
fn streaks_are_days_in_a_row() {
    let streak = |name: &str, completed: &[&str], now: &str| {
        let found = Streak::of(&zone(name), completed.iter().map(|text| at(text)), at(now));
        (found.current, found.longest)
    };
    let three = ["2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z", "2026-06-02T11:00:00Z", "2026-06-03T23:30:00Z"];
    assert_eq!(streak("UTC", &[], "2026-06-03T10:00:00Z"), (0, 0));
    assert_eq!(streak("UTC", &three, "2026-06-03T23:45:00Z"), (3, 3), "today has one");
    assert_eq!(streak("UTC", &three, "2026-06-04T23:00:00Z"), (3, 3), "today may still get one");
    assert_eq!(streak("UTC", &three, "2026-06-05T00:00:00Z"), (0, 3), "a day without one ends it");
    // There it is the 4th already, and the 3rd has none.
    assert_eq!(streak("Asia/Kolkata", &three, "2026-06-03T23:45:00Z"), (1, 2));
    // The clock change makes a day of 25 hours, and still one day.
    assert_eq!(
        streak("Europe/Berlin", &["2026-10-24T21:59:00Z", "2026-10-25T22:59:00Z", "2026-10-26T22:59:00Z"], "2026-10-26T22:59:30Z"),
        (3, 3)
    );
}

proptest! {
    /// Whatever happened, and wherever somebody is: each instant is on the one day that the zone says, and nothing is lost.
    #[test]
    fn every_instant_is_on_its_own_day(
        offsets in prop::collection::vec(0..20 * 86_400_i64, 0..40),
        name in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kolkata", "Africa/Cairo", "UTC"]),
        begin in prop::sample::select(vec!["2026-03-20", "2026-10-20", "2011-12-20", "2026-04-20"]),
    ) {
        let days = Days::between(&zone(name), day(begin), day(begin).checked_add(jiff::Span::new().days(40)).expect("a day")).expect("days");
        let instants: Vec<_> = offsets.iter().map(|seconds| days.begin() + SignedDuration::from_secs(*seconds)).collect();
        let completed = instants.iter().map(|at| Completion { at: *at, lead_time: None }).collect();
        let stats = days.stats(&Happenings { created: instants.clone(), completed, overdue: vec![] }, days.end());
        for stats in &stats {
            let expected = instants.iter().filter(|at| zone(name).rules().to_datetime(**at).date() == stats.day).count() as u64;
            prop_assert_eq!((stats.created, stats.completed), (expected, expected), "{}", stats.day);
        }
        prop_assert_eq!(stats.iter().map(|day| day.created).sum::<u64>(), instants.len() as u64);
    }
}
