//! Which days rules name, compared with an implementation that is not ours, and how series go on.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use domain::{
    recurrence::{Basis, Recurrence, Repeat, Rule},
    todo::{Due, LocalTime},
};
use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, sample::select};
use serde::Deserialize;
use testkit::samples::{at, due};

fn rule(text: &str) -> Rule {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The first `most` occurrences of a series, as local times.
fn locals(text: &str, start: &str, most: usize) -> Vec<String> {
    let start = due(start, "Europe/Berlin");
    rule(text).occurrences(&start).take(most).map(|due| due.local.to_string()).collect()
}

/// What `tools/recurrence/vectors` prints of one rule.
#[derive(Deserialize)]
struct Vector {
    rule: String,
    zone: String,
    start: String,
    local: Vec<String>,
    instant: Vec<Timestamp>,
    /// Whether there may be more.
    more: bool,
    /// The last year that was looked at.
    until: i16,
}

#[test]
fn thousands_of_rules_name_the_days_that_dateutil_says() {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tools/recurrence/vectors");
    let output = Command::new(script).stderr(Stdio::inherit()).output().expect("tools/recurrence/vectors runs");
    assert!(output.status.success(), "tools/recurrence/vectors needs Python 3 with venv: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("JSON");
    let vectors: Vec<Vector> = text.lines().map(|line| serde_json::from_str(line).expect("a vector")).collect();
    let mut compared = 0;
    for vector in &vectors {
        let (rule, start) = (rule(&vector.rule), due(&vector.start, &vector.zone));
        let most = if vector.more { vector.local.len() } else { usize::MAX };
        let found: Vec<Due> = rule.occurrences(&start).take_while(|due| due.local.date().year() <= vector.until).take(most).collect();
        let expected: Vec<LocalTime> = vector.local.iter().map(|local| local.parse().expect("a local time")).collect();
        let told = format!("{} from {} in {}", vector.rule, vector.start, vector.zone);
        assert_eq!(found.iter().map(|due| due.local).collect::<Vec<_>>(), expected, "{told}");
        let instants: Vec<_> = found.iter().filter_map(Due::instant).collect();
        assert_eq!(instants, vector.instant, "{told}");
        compared += usize::from(!found.is_empty());
    }
    let zones: std::collections::BTreeSet<_> = vectors.iter().map(|vector| &vector.zone).collect();
    assert!(compared >= 2_000 && zones.len() == 12, "{compared} rules in {} zones", zones.len());
}

/// What is left out there: dateutil wants both at once.
#[test]
fn numbered_and_plain_days_add_up() {
    let found = locals("FREQ=MONTHLY;BYDAY=1MO,SU", "2026-11-01", 8);
    assert_eq!(found, ["2026-11-01", "2026-11-02", "2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29", "2026-12-06", "2026-12-07"]);
}

/// What is left out there: dateutil counts from the start.
#[test]
fn positions_of_a_week_count_from_its_first_day() {
    let found = locals("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2026-11-25", 2);
    assert_eq!(found, ["2026-11-30", "2026-12-07"], "the Monday before the start was the first of its week");
}

#[test]
fn examples_of_the_rfc() {
    assert_eq!(locals("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02T09:00", 2), ["1998-02-13T09:00:00", "1998-03-13T09:00:00"]);
    let elections = locals("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05", 3);
    assert_eq!(elections, ["1996-11-05", "2000-11-07", "2004-11-02"]);
    let week_start = |start| locals(&format!("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={start}"), "1997-08-05", 9);
    assert_eq!(week_start("MO"), ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"]);
    assert_eq!(week_start("SU"), ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"]);
    assert_eq!(locals("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15", 9).last().unwrap(), "2007-03-30");
}

#[test]
fn an_end_may_be_a_day_a_local_time_or_an_instant() {
    let last = |until: &str| locals(&format!("FREQ=DAILY;UNTIL={until}"), "2026-06-01T09:00", 99).len();
    assert_eq!((last("20260603"), last("20260603T090000"), last("20260603T085959")), (3, 3, 2));
    // Nine o'clock in Berlin is seven in UTC.
    assert_eq!((last("20260603T070000Z"), last("20260603T065959Z")), (3, 2));
}

#[test]
fn a_rule_that_names_no_day_ends_without_any() {
    for text in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=WEEKLY;INTERVAL=10000;BYMONTH=2;BYDAY=MO;BYSETPOS=7",
        "FREQ=DAILY;INTERVAL=10000;BYMONTH=2;BYMONTHDAY=30;COUNT=10000",
    ] {
        let start = due("2026-01-31", "UTC");
        let series = Recurrence::begin(Repeat { rule: rule(text), from: Basis::Due }, start.clone());
        assert_eq!(series.next(&start, at(0)), None, "{text}");
        assert_eq!(rule(text).occurrences(&start).count(), 0, "{text}");
    }
    assert_eq!(locals("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2026-01-31", 3), ["2044-02-29", "2072-02-29", "2112-02-29"]);
    assert!(rule("FREQ=DAILY").occurrences(&due("0001-01-01", "UTC")).count() > 3_000_000, "it ends with the calendar");
}

#[test]
fn a_rule_has_one_form_and_words() {
    for (text, form, words) in [
        ("rrule:byday=fr,mo,fr;freq=weekly", "FREQ=WEEKLY;BYDAY=MO,FR", "every week on Monday and Friday"),
        ("FREQ=DAILY;INTERVAL=1;WKST=MO", "FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=2;COUNT=1", "FREQ=DAILY;INTERVAL=2;COUNT=1", "every other day, once"),
        ("FREQ=MONTHLY;BYDAY=-1FR,+2TU", "FREQ=MONTHLY;BYDAY=-1FR,2TU", "every month on the last Friday and the 2nd Tuesday"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "every month on Friday that is the 13th"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=12",
            "FREQ=MONTHLY;COUNT=12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "every month on Monday, Tuesday, Wednesday, Thursday and Friday, only the last of them, 12 times",
        ),
        (
            "FREQ=YEARLY;INTERVAL=3;BYMONTH=2,1;BYMONTHDAY=-3,22;UNTIL=20301224T080000Z",
            "FREQ=YEARLY;INTERVAL=3;UNTIL=20301224T080000Z;BYMONTH=1,2;BYMONTHDAY=-3,22",
            "every 3 years on the 3rd to last day and the 22nd in January and February, until 2030-12-24 08:00 UTC",
        ),
    ] {
        let rule = rule(text);
        assert_eq!((rule.to_string().as_str(), rule.in_words().as_str()), (form, words), "{text}");
        assert_eq!(form.parse::<Rule>(), Ok(rule), "{form}");
    }
}

#[test]
fn what_is_no_rule_is_refused_with_a_remedy_and_not_repeated() {
    for text in [
        "",
        "FREQ",
        "FREQ=",
        "FREQ=HOURLY",
        "FREQ=DAILY;FREQ=DAILY",
        "INTERVAL=2",
        "FREQ=DAILY;",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=10001",
        "FREQ=DAILY;INTERVAL=+1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=99999999999",
        "FREQ=DAILY;COUNT=3;UNTIL=20260101",
        "FREQ=DAILY;UNTIL=2026-01-01",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=DAILY;UNTIL=20260101T250000",
        "FREQ=DAILY;UNTIL=20260101T000000z9",
        "FREQ=DAILY;UNTIL=+2026010",
        "FREQ=DAILY;BYMONTH=0",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYMONTH=-1",
        "FREQ=DAILY;BYMONTHDAY=32",
        "FREQ=DAILY;BYMONTHDAY=",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=-1MO",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=ÄMO",
        "FREQ=MONTHLY;BYDAY=é",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=YEARLY;BYSETPOS=367;BYDAY=MO",
        "FREQ=DAILY;WKST=1MO",
        "FREQ=DAILY;WKST=",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=DAILY;SECRET=1",
        &format!("FREQ=DAILY;BYMONTHDAY={}", "1,".repeat(300)),
    ] {
        let error = text.parse::<Rule>().expect_err(text);
        assert_eq!(error.field, "recurrence.rule", "{text}");
        assert!(!error.remedy.is_empty() && !error.to_string().contains("SECRET"), "{text}: {error}");
    }
}

fn series(text: &str, from: Basis, start: &str) -> Recurrence {
    Recurrence::begin(Repeat { rule: rule(text), from }, due(start, "Europe/Berlin"))
}

fn next(series: &Recurrence, due: &Due, now: &str) -> Option<(String, u32)> {
    series.next(due, now.parse().expect("an instant")).map(|next| (next.at.local.to_string(), next.number))
}

#[test]
fn what_was_missed_is_passed_over_and_counts() {
    let daily = series("FREQ=DAILY;COUNT=5", Basis::Due, "2026-06-01T09:00");
    let due = daily.at.clone();
    assert_eq!(next(&daily, &due, "2026-05-30T00:00:00Z"), Some(("2026-06-02T09:00:00".into(), 2)), "done early");
    assert_eq!(next(&daily, &due, "2026-06-03T07:00:00Z"), Some(("2026-06-04T09:00:00".into(), 4)), "two were missed");
    assert_eq!(next(&daily, &due, "2026-06-05T07:00:01Z"), None, "the last one is missed, too");
    let whole_days = series("FREQ=DAILY", Basis::Due, "2026-06-01");
    assert_eq!(next(&whole_days, &whole_days.at, "2026-06-03T12:00:00Z"), Some(("2026-06-03".into(), 2)), "today is not over");
}

#[test]
fn what_is_put_off_stays_in_its_series() {
    let weekly = series("FREQ=WEEKLY", Basis::Due, "2026-06-01T09:00");
    let next = |until: &str| next(&weekly, &due(until, "Europe/Berlin"), "2026-06-01T00:00:00Z").unwrap().0;
    assert_eq!(next("2026-06-03T18:00"), "2026-06-08T09:00:00");
    assert_eq!(next("2026-05-29T09:00"), "2026-06-08T09:00:00", "brought forward");
    assert_eq!(next("2026-06-10T18:00"), "2026-06-15T09:00:00", "beyond the next one");
}

#[test]
fn from_the_completion_it_is_always_so_long_again() {
    let every_third = series("FREQ=DAILY;INTERVAL=3;COUNT=2", Basis::Completion, "2026-06-01T09:00");
    let after = |now| next(&every_third, &every_third.at, now);
    assert_eq!(after("2026-06-10T21:59:59Z"), Some(("2026-06-13T09:00:00".into(), 2)), "the day before midnight in Berlin");
    assert_eq!(after("2026-06-10T22:00:00Z"), Some(("2026-06-14T09:00:00".into(), 2)), "the day after it");
    let second = every_third.next(&every_third.at, at(0)).expect("a second one");
    assert_eq!(next(&second, &second.at, "2026-06-10T00:00:00Z"), None);
}

/// Whatever the clocks do, nine o'clock stays nine o'clock.
#[test]
fn the_local_time_stays_over_a_change_of_clocks() {
    let start = due("2026-03-28T02:30", "Europe/Berlin");
    let found: Vec<_> = rule("FREQ=DAILY").occurrences(&start).take(3).map(|due| due.instant().unwrap().to_string()).collect();
    assert_eq!(found, ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"], "half past two does not exist on the 29th");
}

fn a_rule() -> impl Strategy<Value = Rule> {
    let frequency = select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let days = select(vec!["", ";BYDAY=MO", ";BYDAY=SA,SU,WE", ";BYMONTH=2,3,10", ";BYMONTH=10;BYDAY=SU"]);
    let end = prop_oneof![Just(String::new()), (1..20_u32).prop_map(|n| format!(";COUNT={n}")), Just(";UNTIL=20301231".to_owned())];
    (frequency, 1..5_u32, days, end)
        .prop_map(|(frequency, interval, days, end)| rule(&format!("FREQ={frequency};INTERVAL={interval}{days}{end}")))
}

fn a_start() -> impl Strategy<Value = Due> {
    let day = (2000..2040_i16, 1..=12_i8, 1..=28_i8);
    let clock = select(vec!["", "T00:00", "T02:30", "T09:00", "T23:59:59"]);
    let zone = select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut", "UTC"]);
    (day, clock, zone).prop_map(|((year, month, day), clock, zone)| due(&format!("{year:04}-{month:02}-{day:02}{clock}"), zone))
}

proptest! {
    /// Done whenever: each occurrence is later than the one before and than the moment it was done, at the same time of day in the
    /// same zone; the numbers rise and keep to COUNT, the days to UNTIL.
    #[test]
    fn a_series_goes_forward_and_keeps_its_time_of_day(rule in a_rule(), start in a_start(), waits in prop::collection::vec(-400_000..4_000_000_i64, 1..20)) {
        let mut series = Recurrence::begin(Repeat { rule: rule.clone(), from: Basis::Due }, start.clone());
        for wait in waits {
            let now = series.at.instant().unwrap() + SignedDuration::from_secs(wait);
            let Some(next) = series.next(&series.at, now) else { break };
            prop_assert!(next.at.instant() > series.at.instant() && next.at.instant() > Some(now), "{next:?}");
            prop_assert!(next.number > series.number);
            prop_assert_eq!(&next.at, &start.on(next.at.local.date()));
            let text = rule.to_string();
            if let Some((_, count)) = text.split_once(";COUNT=") {
                let count: u32 = count.split(';').next().unwrap().parse().unwrap();
                prop_assert!(next.number <= count);
            }
            if text.contains("UNTIL") {
                prop_assert!(next.at.local.date().year() <= 2030);
            }
            series = next;
        }
    }

    /// Done on time, one after the other gives the series itself, and each rule is read as it was written.
    #[test]
    fn step_by_step_is_the_series(rule in a_rule(), start in a_start()) {
        // From a start that the rule names.
        let Some(start) = rule.occurrences(&start).next() else { return Ok(()) };
        let first = Recurrence::begin(Repeat { rule: rule.clone(), from: Basis::Due }, start.clone());
        let steps = std::iter::successors(Some(first), |series| series.next(&series.at, Timestamp::MIN));
        let steps: Vec<_> = steps.take(30).map(|series| series.at).collect();
        let whole: Vec<_> = rule.occurrences(&start).take(30).collect();
        // Where a zone leaves out a whole day, two occurrences fall together, and one of them is passed over.
        prop_assume!(whole.windows(2).all(|pair| pair[0].instant() < pair[1].instant()));
        prop_assert_eq!(steps, whole);
        prop_assert_eq!(rule.to_string().parse::<Rule>(), Ok(rule));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(FREQ=(DAILY|YEARLY|MONTHLY|WEEKLY))?(;(INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYSETPOS|WKST)=[-+0-9MOTUZä,]{0,16}){0,3}") {
        if let Ok(rule) = text.parse::<Rule>() {
            prop_assert_eq!(rule.to_string().parse::<Rule>(), Ok(rule.clone()));
            let start = due("2026-06-01", "UTC");
            prop_assert!(rule.occurrences(&start).take(3).count() <= 3);
        }
    }
}
