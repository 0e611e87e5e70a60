use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::client::{Api, Reply, TODOS, fresh_key, text};

const PATH: &str = "/api/v1/analytics";
/// East and west of everybody else: they are never on the same day at the ends of the scale.
const ZONES: [&str; 3] = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"];

/// What a person does is counted on the days of each zone, in the very next answer, and what is wrong with a question is said.
pub async fn analytics(base: &str) {
    let api = Api::at(base);
    ready(&api).await;
    counting(&api).await;
    lists(&api).await;
    questions(&api).await;
}

/// A shape that has just started may still join its consumer group, and says so. Each such answer waits for a while itself.
async fn ready(api: &Api) {
    create(api, &fresh_list(), json!({})).await;
    for _ in 0..30 {
        if api.bare("GET", PATH, &[]).await.expect(200).header("data-stale").is_empty() {
            return;
        }
    }
    panic!("the facts never hold what was created");
}

/// A list that nobody used.
fn fresh_list() -> String {
    format!("list-{}", fresh_key())
}

async fn create(api: &Api, list: &str, more: Value) -> Value {
    let mut body = json!({ "title": "to be counted", "list": list });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    api.json("POST", TODOS, &[], &body).await.expect(201).value()
}

async fn patch(api: &Api, todo: &Value, body: Value) -> Value {
    api.json("PATCH", text(todo, "url"), &[], &body).await.expect(200).value()
}

/// The answer, which must not be stale.
async fn ask(api: &Api, query: &str) -> Value {
    let reply = api.bare("GET", &format!("{PATH}?{query}"), &[]).await.expect(200);
    assert_eq!(reply.header("data-stale"), "", "the caller's own writes are missing");
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    reply.value()
}

/// The day of `instant` in `zone`.
fn day_in(zone: &str, instant: &Value) -> Date {
    let instant: Timestamp = instant.as_str().expect("an instant").parse().expect("an instant");
    TimeZone::get(zone).expect("a zone").to_datetime(instant).date()
}

fn sum(answer: &Value, what: &str) -> u64 {
    answer["days"].as_array().expect("days").iter().map(|day| day[what].as_u64().expect("a count")).sum()
}

fn day(answer: &Value, date: Date) -> &Value {
    let days = answer["days"].as_array().expect("days");
    days.iter().find(|day| day["day"] == date.to_string()).unwrap_or_else(|| panic!("no {date}: {answer}"))
}

async fn counting(api: &Api) {
    let list = fresh_list();
    let query = |zone: &str| format!("zone={zone}&list={list}");
    let empty = ask(api, &query("UTC")).await;
    assert_eq!(empty["days"].as_array().expect("days").len(), 30);
    assert_eq!(empty["totals"], json!({ "created": 0, "completed": 0, "leadTime": null }));
    assert_eq!(empty["streak"], json!({ "current": 0, "longest": 0 }));

    let first = create(api, &list, json!({})).await;
    let second = create(api, &list, json!({ "due": { "local": "2026-01-01T09:00:00", "zone": "Europe/Berlin" } })).await;
    let done = patch(api, &first, json!({ "completed": true })).await;
    for zone in ZONES {
        let answer = ask(api, &query(zone)).await;
        assert_eq!(answer["zone"], zone);
        let (created, completed) = (day_in(zone, &first["createdAt"]), day_in(zone, &done["completedAt"]));
        assert_eq!((sum(&answer, "created"), sum(&answer, "completed")), (2, 1), "{zone}: {answer}");
        assert!(day(&answer, created)["created"].as_u64() >= Some(1), "{zone}: {answer}");
        let on = day(&answer, completed);
        assert_eq!((&on["completed"], &on["overdue"]), (&json!(1), &json!(1)), "{zone}: {answer}");
        let took = on["leadTime"]["medianSeconds"].as_u64().expect("a lead time");
        assert!(took < 600, "{answer}");
        assert_eq!(answer["totals"], json!({ "created": 2, "completed": 1, "leadTime": on["leadTime"] }), "{zone}");
        assert_eq!(answer["streak"], json!({ "current": 1, "longest": 1 }), "{zone}");
        let last = answer["days"].as_array().expect("days").last().expect("a day")["day"].clone();
        assert_eq!(answer["to"], last, "today is the last day where nothing is said");
    }
    // Reopened, it does not count any more; done again, it counts once. What is overdue ends with it.
    patch(api, &first, json!({ "completed": false })).await;
    assert_eq!(ask(api, &query("UTC")).await["totals"], json!({ "created": 2, "completed": 0, "leadTime": null }));
    patch(api, &first, json!({ "completed": true })).await;
    patch(api, &second, json!({ "completed": true })).await;
    let answer = ask(api, &query("UTC")).await;
    assert_eq!((&answer["totals"]["completed"], &answer["streak"]["current"]), (&json!(2), &json!(1)));
    let today = answer["days"].as_array().expect("days").last().expect("a day").clone();
    assert_eq!(today["overdue"], 0, "{answer}");
    // What was created done took no time that anybody knows of; what is deleted was there all the same.
    let imported = create(api, &list, json!({ "completed": true })).await;
    api.bare("DELETE", text(&imported, "url"), &[]).await.expect(204);
    let answer = ask(api, &query("UTC")).await;
    assert_eq!((&answer["totals"]["created"], &answer["totals"]["completed"]), (&json!(3), &json!(3)));
}

/// What happened in a list stays there, wherever the todo goes.
async fn lists(api: &Api) {
    let (one, two) = (fresh_list(), fresh_list());
    let overdue = json!({ "due": { "local": "2026-01-01", "zone": "UTC" } });
    let todo = create(api, &one, overdue).await;
    let today = async |list: &str| {
        let answer = ask(api, &format!("list={list}")).await;
        let last = answer["days"].as_array().expect("days").last().expect("a day").clone();
        [sum(&answer, "created"), sum(&answer, "completed"), last["overdue"].as_u64().expect("a count")]
    };
    assert_eq!((today(&one).await, today(&two).await), ([1, 0, 1], [0, 0, 0]));
    patch(api, &todo, json!({ "list": two })).await;
    assert_eq!((today(&one).await, today(&two).await), ([1, 0, 0], [0, 0, 1]));
    patch(api, &todo, json!({ "completed": true })).await;
    assert_eq!((today(&one).await, today(&two).await), ([1, 0, 0], [0, 1, 0]));
}

async fn questions(api: &Api) {
    let long_ago = ask(api, "from=2024-01-01&to=2024-12-31").await;
    assert_eq!(long_ago["days"].as_array().expect("days").len(), 366);
    assert_eq!(long_ago["totals"]["created"], 0);
    assert_eq!(ask(api, "zone=europe/berlin").await["zone"], "Europe/Berlin");
    let future = (Timestamp::now() + SignedDuration::from_hours(24 * 400)).strftime("%Y-%m-%d").to_string();
    let wrong = [
        ("from=2024-01-01&to=2025-01-01".to_owned(), "from"),
        ("from=2024-01-02&to=2024-01-01".to_owned(), "from"),
        (format!("from={future}"), "from"),
        ("from=yesterday".to_owned(), "from"),
        ("from=2024-02-30".to_owned(), "from"),
        ("to=2024-01-01T00:00".to_owned(), "to"),
        ("to=20240101".to_owned(), "to"),
        ("to=".to_owned(), "to"),
        ("to=9999-12-31".to_owned(), "to"),
        ("zone=Mars/Olympus".to_owned(), "zone"),
        ("list=inbox".to_owned(), "list"),
        ("list=todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".to_owned(), "list"),
        ("zone=UTC&zone=UTC".to_owned(), "zone"),
        ("day=2024-01-01".to_owned(), "day"),
    ];
    for (query, field) in wrong {
        let reply: Reply = api.bare("GET", &format!("{PATH}?{query}"), &[]).await;
        let problem = reply.problem(400, "invalid-query");
        let fields: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, [field], "{query}: {problem}");
    }
}
