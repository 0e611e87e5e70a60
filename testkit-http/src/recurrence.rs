use serde_json::{Value, json};

use crate::client::{Api, TODOS, fresh_key, text};

/// Todos that come again.
pub async fn recurrence(base: &str) {
    let api = Api::at(base);
    from_occurrence_to_occurrence(&api).await;
    skipped_moved_and_ended(&api).await;
    undone(&api).await;
    previewed(&api).await;
    what_is_wrong(&api).await;
}

/// Far enough away that nothing is passed over.
fn monday() -> Value {
    json!({ "local": "2090-01-02T09:00:00", "zone": "Europe/Berlin" })
}

fn due(local: &str) -> Value {
    json!({ "local": local, "zone": "Europe/Berlin" })
}

async fn weekly(api: &Api, rule: &str) -> Value {
    let new = json!({ "title": "water the plants", "due": monday(), "recurrence": { "rule": rule } });
    api.json("POST", TODOS, &[], &new).await.expect(201).value()
}

async fn from_occurrence_to_occurrence(api: &Api) {
    let todo = weekly(api, "freq=weekly;count=3").await;
    let url = text(&todo, "url");
    let described = "every week, 3 times";
    let series =
        |occurrence: u32| json!({ "rule": "FREQ=WEEKLY;COUNT=3", "from": "due", "occurrence": occurrence, "description": described });
    assert_eq!(todo["recurrence"], series(1));
    let key = fresh_key();
    // The answer says when it is due next, and says it again to who asks again.
    for _ in 0..2 {
        let second = api.bare("POST", &format!("{url}/complete"), &[("Idempotency-Key", &key)]).await.expect(200).value();
        assert_eq!((&second["due"], &second["completed"], &second["recurrence"]), (&due("2090-01-09T09:00:00"), &json!(false), &series(2)));
    }
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value()["due"], due("2090-01-09T09:00:00"));
    let third = api.json("PATCH", url, &[], &json!({ "completed": true })).await.expect(200).value();
    assert_eq!((&third["due"], &third["recurrence"]), (&due("2090-01-16T09:00:00"), &series(3)));
    let done = api.bare("POST", &format!("{url}/complete"), &[]).await.expect(200).value();
    assert_eq!((&done["completed"], &done["due"]), (&json!(true), &third["due"]), "the last one ends it");
    let history = api.bare("GET", &format!("{url}/history"), &[]).await.expect(200).value();
    let happened: Vec<_> = history.as_array().expect("entries").iter().map(|entry| text(entry, "eventType")).collect();
    assert_eq!(happened, ["TodoCreated", "RecurrenceChanged", "OccurrenceCompleted", "OccurrenceCompleted", "TodoCompleted"]);
}

async fn skipped_moved_and_ended(api: &Api) {
    let todo = weekly(api, "FREQ=WEEKLY").await;
    let url = text(&todo, "url");
    let skipped = api.bare("POST", &format!("{url}/skip"), &[]).await.expect(200).value();
    assert_eq!(skipped["due"], due("2090-01-09T09:00:00"));
    // This one only…
    api.json("PATCH", url, &[], &json!({ "due": due("2090-01-10T18:00:00") })).await.expect(200);
    let next = api.bare("POST", &format!("{url}/complete"), &[]).await.expect(200).value();
    assert_eq!(next["due"], due("2090-01-16T09:00:00"));
    // … or all from here on.
    let changed = json!({ "due": due("2090-01-17T18:00:00"), "recurrence": { "rule": "FREQ=WEEKLY" } });
    api.json("PATCH", url, &[], &changed).await.expect(200);
    let next = api.bare("POST", &format!("{url}/complete"), &[]).await.expect(200).value();
    assert_eq!(next["due"], due("2090-01-24T18:00:00"));
    let ended = api.json("PATCH", url, &[], &json!({ "recurrence": null })).await.expect(200).value();
    assert_eq!((&ended["recurrence"], &ended["due"]), (&Value::Null, &next["due"]));
    let done = api.bare("POST", &format!("{url}/complete"), &[]).await.expect(200).value();
    assert_eq!(done["completed"], true);
    api.bare("POST", &format!("{url}/skip"), &[]).await.problem(422, "invalid-fields");
}

async fn undone(api: &Api) {
    let todo = weekly(api, "FREQ=WEEKLY;COUNT=5").await;
    let url = text(&todo, "url");
    api.bare("POST", &format!("{url}/complete"), &[]).await.expect(200);
    let undone = api.bare("POST", &format!("{url}/undo"), &[]).await.expect(200).value();
    assert_eq!((&undone["due"], &undone["recurrence"]), (&todo["due"], &todo["recurrence"]));
}

async fn previewed(api: &Api) {
    let preview = |rule: &str, from: &str| {
        let body =
            json!({ "due": { "local": "2026-03-28T02:30:00", "zone": "Europe/Berlin" }, "recurrence": { "rule": rule, "from": from } });
        async move { api.json("POST", "/api/v1/recurrence/preview", &[], &body).await.expect(200).value() }
    };
    let daily = preview("FREQ=DAILY;COUNT=3", "due").await;
    assert_eq!(
        daily,
        json!({
            "rule": "FREQ=DAILY;COUNT=3", "description": "every day, 3 times", "ends": true,
            "next": [
                // Half past two does not exist that night.
                { "due": due("2026-03-29T02:30:00"), "overdue": "2026-03-29T01:30:00Z" },
                { "due": due("2026-03-30T02:30:00"), "overdue": "2026-03-30T00:30:00Z" },
            ],
        })
    );
    let monthly = preview("FREQ=MONTHLY;BYDAY=-1FR", "completion").await;
    assert_eq!((monthly["next"].as_array().map(Vec::len), &monthly["ends"]), (Some(5), &json!(false)));
    assert_eq!(monthly["next"][4]["due"], due("2026-08-28T02:30:00"));
}

async fn what_is_wrong(api: &Api) {
    let field = |problem: Value| problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
    let create = |recurrence: Value| async move {
        let new = json!({ "title": "x", "due": monday(), "recurrence": recurrence });
        field(api.json("POST", TODOS, &[], &new).await.problem(422, "invalid-fields"))
    };
    assert_eq!(create(json!({ "rule": "FREQ=HOURLY" })).await, "recurrence.rule");
    assert_eq!(create(json!({ "rule": 5 })).await, "recurrence.rule");
    assert_eq!(create(json!({})).await, "recurrence.rule");
    assert_eq!(create(json!({ "rule": "FREQ=DAILY", "from": "today" })).await, "recurrence.from");
    assert_eq!(create(json!({ "rule": "FREQ=DAILY", "occurrence": 3 })).await, "recurrence.occurrence");
    assert_eq!(create(json!("FREQ=DAILY")).await, "recurrence");
    let without_due = json!({ "title": "x", "recurrence": { "rule": "FREQ=DAILY" } });
    assert_eq!(field(api.json("POST", TODOS, &[], &without_due).await.problem(422, "invalid-fields")), "recurrence");
    let todo = weekly(api, "FREQ=DAILY").await;
    assert_eq!(
        field(api.json("PATCH", text(&todo, "url"), &[], &json!({ "due": null })).await.problem(422, "invalid-fields")),
        "recurrence"
    );
}
