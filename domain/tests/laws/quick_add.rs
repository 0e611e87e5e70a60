//! What a typed line is understood as.

use domain::{
    quick_add::{Line, QuickAdd, SpanKind, parse},
    todo::{Priority, Zone},
};
use jiff::Timestamp;
use proptest::prelude::*;

/// A Wednesday, 10:15 in Berlin.
const NOW: &str = "2026-11-25T09:15:20Z";

fn read_at(text: &str, now: &str, zone: &str) -> QuickAdd {
    let zone: Zone = zone.parse().expect("a zone");
    parse(&Line::parse("text", text).expect("a line"), now.parse().expect("an instant"), &zone).expect("a title that fits")
}

fn read(text: &str) -> QuickAdd {
    read_at(text, NOW, "Europe/Berlin")
}

fn due_of(read: &QuickAdd) -> String {
    read.due.as_ref().map(|due| due.local.to_string()).unwrap_or_default()
}

#[test]
fn days_and_times() {
    for (text, title, due) in [
        ("call mum", "call mum", ""),
        ("call mum today", "call mum", "2026-11-25"),
        ("Today: call mum", "call mum", "2026-11-25"),
        ("call mum tomorrow", "call mum", "2026-11-26"),
        ("tomorrow call mum", "call mum", "2026-11-26"),
        ("call mum Tomorrow 5pm", "call mum", "2026-11-26T17:00:00"),
        ("call mum at 5:30 PM tomorrow", "call mum", "2026-11-26T17:30:00"),
        ("call mum tonight", "call mum", "2026-11-25T20:00:00"),
        ("call mum tonight at 9pm", "call mum", "2026-11-25T21:00:00"),
        ("call mum day after tomorrow", "call mum", "2026-11-27"),
        // A time alone is its next one.
        ("stand up 17:30", "stand up", "2026-11-25T17:30:00"),
        ("stand up at 9:00", "stand up", "2026-11-26T09:00:00"),
        ("lunch at noon", "lunch", "2026-11-25T12:00:00"),
        ("sleep by midnight", "sleep", "2026-11-26T00:00:00"),
        ("12am check, then 12pm", "12am check, then", "2026-11-25T12:00:00"),
        // Weekdays: the first one after today; `next`: next week's.
        ("gym friday", "gym", "2026-11-27"),
        ("gym on wednesday", "gym", "2026-12-02"),
        ("gym this wednesday", "gym", "2026-11-25"),
        ("gym next monday", "gym", "2026-11-30"),
        ("gym next friday at 7 am", "gym", "2026-12-04T07:00:00"),
        ("gym on sun", "gym", "2026-11-29"),
        ("gym next week", "gym", "2026-11-30"),
        ("gym this weekend", "gym", "2026-11-28"),
        ("gym next weekend", "gym", "2026-12-05"),
        ("pay rent next month", "pay rent", "2026-12-01"),
        // Distances.
        ("tea in 3 minutes", "tea", "2026-11-25T10:18:00"),
        ("tea in an hour", "tea", "2026-11-25T11:15:00"),
        ("tea in 3 days", "tea", "2026-11-28"),
        ("tea in two weeks", "tea", "2026-12-09"),
        ("tea in 3 months", "tea", "2027-02-25"),
        ("tea in 1 year at 8:00", "tea", "2027-11-25T08:00:00"),
        // Dates: without a year the next one.
        ("gifts 24 dec", "gifts", "2026-12-24"),
        ("gifts due by 24th December", "gifts", "2026-12-24"),
        ("gifts dec 24th, 17:00", "gifts", "2026-12-24T17:00:00"),
        ("gifts december 24 2027", "gifts", "2027-12-24"),
        ("gifts 24. dec", "gifts", "2026-12-24"),
        ("gifts 24.12.", "gifts", "2026-12-24"),
        ("gifts 24.12.2027", "gifts", "2027-12-24"),
        ("gifts 2026-12-24", "gifts", "2026-12-24"),
        ("plan 24 nov", "plan", "2027-11-24"),
        ("leap 29 feb", "leap", "2028-02-29"),
        // The last one counts, the others are title.
        ("plan friday party tomorrow", "plan friday party", "2026-11-26"),
    ] {
        let read = read(text);
        assert_eq!(read.title.as_ref().map(|title| title.expose()), Some(title), "{text}");
        assert_eq!(due_of(&read), due, "{text}");
    }
}

#[test]
fn what_may_mean_something_else_stays_title() {
    for text in [
        "upgrade to 3.12",
        "sat down in the sun",
        "run 5 k at 5",
        "in time",
        "in 3 boxes",
        "next door",
        "this one",
        "version 2026-13-40",
        "30 feb",
        "at 25:00",
        "13pm",
        "issue #12",
        "what!",
        "c# !!",
        "!important",
        "may I",
        "read \"tomorrow never dies\"",
        "email a@b.example",
        "mp3 24",
        "24, december",
    ] {
        let read = read(text);
        assert_eq!(read.title.as_ref().map(|title| title.expose()), Some(text));
        assert_eq!((read.due, read.priority, read.spans), (None, None, vec![]), "{text}");
    }
}

#[test]
fn tags_and_priorities() {
    let read = read("Pay #home bills !high #Über-Geld, now");
    assert_eq!(read.title.as_ref().map(|title| title.expose()), Some("Pay bills now"));
    assert_eq!(read.tags.as_set().iter().map(|tag| tag.expose()).collect::<Vec<_>>(), ["home", "Über-Geld"]);
    assert_eq!(read.priority, Some(Priority::High));
    let kinds: Vec<_> = read.spans.iter().map(|span| span.kind).collect();
    assert_eq!(kinds, [SpanKind::Tag, SpanKind::Priority, SpanKind::Tag]);
    for (text, priority) in
        [("x !1", Priority::Urgent), ("x !2 ", Priority::High), ("x !MEDIUM", Priority::Medium), ("!4 x", Priority::Low)]
    {
        assert_eq!(self::read(text).priority, Some(priority), "{text}");
    }
}

#[test]
fn a_line_may_have_no_title() {
    let read = read("tomorrow #home");
    assert_eq!(read.title, None);
    assert_eq!(due_of(&read), "2026-11-26");
}

#[test]
fn a_title_that_is_too_long_is_refused() {
    let line = Line::parse("text", &"x".repeat(501)).expect("a line");
    let wrong = parse(&line, Timestamp::UNIX_EPOCH, &"UTC".parse().expect("a zone")).expect_err("a title has at most 500");
    assert_eq!(wrong.field, "text");
}

#[test]
fn today_is_where_the_person_is() {
    assert_eq!(due_of(&read_at("x today", "2026-11-25T23:30:00Z", "Pacific/Auckland")), "2026-11-26");
    assert_eq!(due_of(&read_at("x today", "2026-11-25T23:30:00Z", "America/New_York")), "2026-11-25");
}

proptest! {
    /// Whatever is typed: spans lie apart, in order, on whole characters, and no letter outside them is missing in the title.
    #[test]
    fn every_line_can_be_read(text in "([a-z!#.:, \"]|[0-9]|today |in |next |mon |24 |dec |pm |ü|🎄){1,60}", seconds in -62_000_000_000i64..250_000_000_000) {
        let Ok(line) = Line::parse("text", &text) else { return Ok(()) };
        let now = Timestamp::from_second(seconds).expect("within what can be");
        let read = parse(&line, now, &"Asia/Kathmandu".parse().expect("a zone")).expect("short enough");
        let mut end = 0;
        for span in &read.spans {
            prop_assert!(span.range.start >= end && span.range.end > span.range.start);
            prop_assert!(line.expose().get(span.range.clone()).is_some());
            end = span.range.end;
        }
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let taken: usize = read.spans.iter().map(|span| letters(&line.expose()[span.range.clone()])).sum();
        let title = read.title.as_ref().map_or(0, |title| letters(title.expose()));
        prop_assert_eq!(title + taken, letters(line.expose()));
    }
}
