use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::client::{Api, TODOS, fresh_key, text};

/// 25 hours apart: never on the same day.
const EAST: &str = "Pacific/Kiritimati";
const WEST: &str = "Pacific/Pago_Pago";

/// Today, overdue, upcoming: by the calendar of whoever looks.
pub async fn smart_lists(base: &str) {
    let api = Api::at(base);
    for zone in [EAST, WEST] {
        // Where a day ended meanwhile, nothing was shown.
        while !one_day(&api, zone).await {}
    }
}

/// `false` if a day ended meanwhile.
async fn one_day(api: &Api, zone: &str) -> bool {
    let mark = fresh_key();
    let create = async |title: &str, due: Value| {
        let body = json!({ "title": title, "tags": [mark], "due": due });
        text(&api.json("POST", TODOS, &[], &body).await.expect(201).value(), "url").to_owned()
    };
    let titles = async |query: &str| -> Vec<String> {
        let list = api.bare("GET", &format!("{TODOS}?tag={mark}&sort=due&{query}"), &[]).await.expect(200).value();
        list.as_array().expect("an array").iter().map(|todo| text(todo, "title").to_owned()).collect()
    };
    let today = day(zone);
    let on = |days: i64| json!({ "local": today.saturating_add(days.days()).to_string(), "zone": zone });
    create("in a week", on(7)).await;
    create("tomorrow", on(1)).await;
    create("today", on(0)).await;
    create("at its start", json!({ "local": format!("{today}T00:00:00"), "zone": zone })).await;
    let late = create("yesterday", on(-1)).await;
    create("never", Value::Null).await;
    let done = create("done long ago", json!({ "local": "2001-01-01T09:00:00", "zone": "UTC" })).await;
    api.bare("POST", &format!("{done}/complete"), &[]).await.expect(200);

    let mut seen = vec![];
    let all: &[&str] = &["done long ago", "yesterday", "at its start", "today", "tomorrow", "in a week", "never"];
    let cases: [(&str, &[&str]); 8] = [
        ("due=any", all),
        ("due=today", &["at its start", "today"]),
        ("due=overdue", &["yesterday", "at its start"]),
        ("due=upcoming", &["tomorrow", "in a week"]),
        ("due=upcoming&days=6", &["tomorrow"]),
        ("due=upcoming&days=7", &["tomorrow", "in a week"]),
        ("due=none", &["never"]),
        ("due=today&q=start", &["at its start"]),
    ];
    for (query, wanted) in cases {
        seen.push((query, titles(&format!("{query}&zone={zone}")).await, wanted));
    }
    api.bare("POST", &format!("{late}/complete"), &[]).await.expect(200);
    seen.push(("due=overdue", titles("due=overdue").await, &["at its start"]));
    // What starts a day here is a day away for whoever is 25 hours away, but for the hour in which that is two.
    let other = if zone == EAST { WEST } else { EAST };
    let elsewhere = titles(&format!("due=today&zone={other}&q=start")).await;
    let far = day(other);
    if today != day(zone) {
        return false;
    }
    for (query, seen, wanted) in seen {
        assert_eq!(seen, wanted, "{query} in {zone}");
    }
    let start = today.to_zoned_datetime(TimeZone::get(zone).expect("a zone")).expect("an instant");
    let meant = start.with_time_zone(TimeZone::get(other).expect("a zone")).date() == far;
    assert_eq!(!elsewhere.is_empty(), meant, "what starts {today} in {zone}, on {far} in {other}");
    true
}

fn day(zone: &str) -> Date {
    Timestamp::now().to_zoned_datetime(TimeZone::get(zone).expect("a zone")).date()
}
