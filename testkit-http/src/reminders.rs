use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    client::{Api, TODOS, text},
    poll::poll_until,
};

/// Reminders: how they are set, shown, put off and undone.
pub async fn reminders(base: &str) {
    let api = Api::at(base);
    set_and_shown(&api).await;
    what_is_wrong(&api).await;
}

/// Reminders ring, once, in a shape whose timers run.
pub async fn reminders_ring(base: &str) {
    let api = Api::at(base);
    rings_once_and_again_when_put_off(&api).await;
    cancelled_by_completion(&api).await;
}

async fn set_and_shown(api: &Api) {
    let new = json!({
        "title": "call", "due": { "local": "2090-01-02T09:00:00", "zone": "Europe/Berlin" },
        "reminders": [{ "minutesBefore": 30 }, { "at": { "local": "2090-01-01T18:00:00", "zone": "Europe/Berlin" } }],
    });
    let todo = api.json("POST", TODOS, &[], &new).await.expect(201).value();
    let url = text(&todo, "url");
    let rings = |todo: &Value| {
        let mut rings: Vec<_> = todo["reminders"].as_array().expect("reminders").iter().map(|one| one["rings"].clone()).collect();
        rings.sort_by_key(ToString::to_string);
        rings
    };
    assert_eq!(rings(&todo), ["2090-01-01T17:00:00Z", "2090-01-02T07:30:00Z"]);
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value()["reminders"], todo["reminders"]);
    // With the due time goes what depends on it.
    let moved = api.json("PATCH", url, &[], &json!({ "due": { "local": "2090-02-02", "zone": "UTC" } })).await.expect(200).value();
    assert_eq!(rings(&moved), ["2090-01-01T17:00:00Z", "2090-02-01T23:30:00Z"]);
    let one = json!({ "reminders": [{ "at": "2090-03-01T00:00:00Z" }] });
    let replaced = api.json("PATCH", url, &[], &one).await.expect(200).value();
    assert_eq!((rings(&replaced).len(), &replaced["reminders"][0]["at"]), (1, &json!("2090-03-01T00:00:00Z")));
    let undone = api.bare("POST", &format!("{url}/undo"), &[]).await.expect(200).value();
    assert_eq!(undone["reminders"], moved["reminders"]);
    let snoozed = api.json("POST", &format!("{url}/snooze"), &[], &json!({ "until": "2026-12-30T00:00:00Z" })).await;
    if Timestamp::now() < "2026-12-29T00:00:00Z".parse().expect("an instant") {
        assert!(rings(&snoozed.expect(200).value()).contains(&json!("2026-12-30T00:00:00Z")));
    }
    // What is over when it is set does not ring.
    let over = api.json("PATCH", url, &[], &json!({ "reminders": [{ "at": "2020-01-01T00:00:00Z" }] })).await.expect(200).value();
    assert_eq!(rings(&over), [Value::Null]);
    let done = api.bare("POST", &format!("{url}/complete"), &[]).await.expect(200).value();
    assert_eq!(rings(&done), [Value::Null]);
    api.json("POST", &format!("{url}/snooze"), &[], &json!({ "minutes": 5 })).await.problem(422, "invalid-fields");
}

async fn what_is_wrong(api: &Api) {
    let todo = api.create("x").await;
    let url = text(&todo, "url");
    let wrong = |reminders: Value| async move {
        let problem = api.json("PATCH", url, &[], &json!({ "reminders": reminders })).await.problem(422, "invalid-fields");
        problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(wrong(json!("soon")).await, "reminders");
    assert_eq!(wrong(json!([{}])).await, "reminders[0]");
    assert_eq!(wrong(json!([{ "minutesBefore": 5, "at": "2090-01-01T00:00:00Z" }])).await, "reminders[0]");
    assert_eq!(wrong(json!([{ "minutesBefore": 1_000_000 }])).await, "reminders[0].minutesBefore");
    assert_eq!(wrong(json!([{ "minutesBefore": 5 }, { "at": "soon" }])).await, "reminders[1].at");
    assert_eq!(wrong(json!([{ "at": { "local": "2090-01-01", "zone": "UTC" } }])).await, "reminders[0].at.local");
    assert_eq!(wrong(Value::Array((0..11).map(|n| json!({ "minutesBefore": n })).collect())).await, "reminders");
    for body in [
        json!({}),
        json!({ "minutes": 0 }),
        json!({ "minutes": 5, "until": "2090-01-01T00:00:00Z" }),
        json!({ "minutes": 5, "reminder": "first" }),
    ] {
        api.json("POST", &format!("{url}/snooze"), &[], &body).await.problem(422, "invalid-fields");
    }
    api.json("POST", &format!("{url}/snooze"), &[], &json!({ "minutes": 5 })).await.problem(422, "invalid-fields");
}

/// The history's `TodoReminded` once there are `count` of them.
async fn reminded(api: &Api, url: &str, count: usize) -> Vec<Value> {
    let rung = poll_until(Duration::from_secs(30), async || {
        let history = api.bare("GET", &format!("{url}/history"), &[]).await.expect(200).value();
        let entries = history.as_array().expect("entries").iter();
        let rung: Vec<_> = entries.filter(|entry| entry["eventType"] == "TodoReminded").cloned().collect();
        if rung.len() >= count { Ok(rung) } else { Err(format!("{} rings instead of {count}: {history}", rung.len())) }
    });
    rung.await.unwrap_or_else(|lacking| panic!("{lacking}"))
}

fn in_seconds(seconds: i64) -> String {
    (Timestamp::now() + SignedDuration::from_secs(seconds)).to_string()
}

async fn rings_once_and_again_when_put_off(api: &Api) {
    let todo = api.create("ring").await;
    let url = text(&todo, "url");
    api.json("PATCH", url, &[], &json!({ "reminders": [{ "at": in_seconds(2) }] })).await.expect(200);
    let rung = reminded(api, url, 1).await;
    assert_eq!(rung.len(), 1);
    let after = api.bare("GET", url, &[]).await.expect(200).value();
    assert_eq!(after["reminders"][0]["rings"], Value::Null);
    api.json("POST", &format!("{url}/snooze"), &[], &json!({ "until": in_seconds(1) })).await.expect(200);
    let rung = reminded(api, url, 2).await;
    assert_eq!(rung.len(), 2, "each once");
    assert!(rung[0]["timestamp"].as_str() < rung[1]["timestamp"].as_str());
    // That it rang is nothing to undo: putting it off is.
    api.bare("POST", &format!("{url}/undo"), &[]).await.expect(200);
}

async fn cancelled_by_completion(api: &Api) {
    let (done, other) = (api.create("done in time").await, api.create("not done").await);
    let at = in_seconds(2);
    for todo in [&done, &other] {
        api.json("PATCH", text(todo, "url"), &[], &json!({ "reminders": [{ "at": at }] })).await.expect(200);
    }
    api.bare("POST", &format!("{}/complete", text(&done, "url")), &[]).await.expect(200);
    reminded(api, text(&other, "url"), 1).await;
    assert_eq!(reminded(api, text(&done, "url"), 0).await.len(), 0);
}
