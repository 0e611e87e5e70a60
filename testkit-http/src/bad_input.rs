use serde_json::{Value, json};

use crate::client::{Api, Reply, TODOS, text};

/// What must never come back in an answer about bad input.
const SECRET: &str = "Zanzibar";

/// Bad input of every sort, by POST and PATCH: each is a problem that names the field and the remedy, none is a 500, none
/// repeats what a person wrote, and nothing is half done.
pub async fn bad_input_matrix(base: &str) {
    let api = Api::at(base);
    let todo = api.create("stays as it is").await;
    let url = text(&todo, "url").to_owned();
    let before = api.bare("GET", &url, &[]).await.expect(200);

    for (body, field) in wrong_fields() {
        for (method, path) in [("POST", TODOS), ("PATCH", url.as_str())] {
            let mut body = body.clone();
            if method == "POST" && body.get("title").is_none() {
                body["title"] = json!("a good title");
            }
            refused(&api.json(method, path, &[], &body).await, &[field], &format!("{method} {field}"));
        }
    }
    let missing = api.json("POST", TODOS, &[], &json!({})).await;
    refused(&missing, &["title"], "a create without a title");
    // Everything that is wrong is told at once, and what is right beside it has no effect.
    let several = json!({ "title": "", "completed": "yes", "order": "first", "nosuch": SECRET, "priority": "high" });
    refused(&api.json("PATCH", &url, &[], &several).await, &["title", "completed", "order", "nosuch"], "several at once");

    bodies(&api, &url).await;
    paths_and_parameters(&api).await;

    let after = api.bare("GET", &url, &[]).await.expect(200);
    assert_eq!(before.text, after.text, "a refused request changed something");
    let titles: Vec<_> = api.all().await.iter().map(|todo| todo["title"].clone()).collect();
    assert!(!titles.contains(&json!("a good title")), "a refused create left a todo");
}

fn wrong_fields() -> Vec<(Value, &'static str)> {
    let long = SECRET.repeat(1250);
    let due = |local: &str, zone: &str| json!({ "due": { "local": local, "zone": zone } });
    vec![
        (json!({ "title": "" }), "title"),
        (json!({ "title": "   " }), "title"),
        (json!({ "title": long }), "title"),
        (json!({ "title": format!("{SECRET}\u{0}") }), "title"),
        (json!({ "title": null }), "title"),
        (json!({ "title": 7 }), "title"),
        (json!({ "title": [SECRET] }), "title"),
        (json!({ "titel": SECRET }), "titel"),
        (json!({ "description": SECRET.repeat(3000) }), "description"),
        (json!({ "description": {} }), "description"),
        (json!({ "completed": SECRET }), "completed"),
        (json!({ "completed": null }), "completed"),
        (json!({ "completed": 1 }), "completed"),
        (json!({ "order": SECRET }), "order"),
        (json!({ "order": 1e300 }), "order"),
        (json!({ "order": [1] }), "order"),
        (json!({ "priority": SECRET }), "priority"),
        (json!({ "priority": 1 }), "priority"),
        (json!({ "list": SECRET }), "list"),
        (json!({ "list": null }), "list"),
        (json!({ "tags": SECRET }), "tags"),
        (json!({ "tags": ["good", 3] }), "tags[1]"),
        (json!({ "tags": [SECRET.repeat(7)] }), "tags[0]"),
        (json!({ "tags": (0..51).map(|n| n.to_string()).collect::<Vec<_>>() }), "tags"),
        (json!({ "due": SECRET }), "due"),
        (json!({ "due": { "local": "2026-11-24" } }), "due.zone"),
        (json!({ "due": { "local": "2026-11-24", "zone": null } }), "due.zone"),
        (json!({ "due": { "local": "2026-11-24", "zone": "UTC", "offset": 1 } }), "due.offset"),
        (due("2026-11-24", "Mars/Olympus"), "due.zone"),
        (due("2026-11-24T09:00:00Z", "UTC"), "due.local"),
        (due("2026-02-30", "UTC"), "due.local"),
        (due(SECRET, "UTC"), "due.local"),
        (json!({ "version": 1 }), "version"),
        (json!({ "createdAt": "2026-11-24T09:00:00Z" }), "createdAt"),
    ]
}

/// A refusal that names each of `fields` with a problem and a remedy, and no others.
fn refused(reply: &Reply, fields: &[&str], what: &str) {
    let problem = reply.problem(422, "invalid-fields");
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{what}: no errors in {problem}"));
    let mut named: Vec<_> = errors.iter().map(|error| text(error, "field")).collect();
    let mut wanted = fields.to_vec();
    named.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(named, wanted, "{what}: {problem}");
    for error in errors {
        assert!(!text(error, "problem").is_empty() && !text(error, "remedy").is_empty(), "{what}: {error}");
    }
    assert!(!reply.text.contains(SECRET), "{what}: the answer repeats what a person wrote");
}

async fn bodies(api: &Api, url: &str) {
    let json = [("content-type", "application/json")];
    for (method, path) in [("POST", TODOS), ("PATCH", url)] {
        for broken in ["", "{", "{\"title\": \"Zanzibar", "[1,", "{\"title\": \"\\ud800\"}", "\u{feff}{}", "nonsense"] {
            let reply = api.send(method, path, &json, Some(broken.into())).await;
            let problem = reply.problem(400, "malformed-json");
            assert!(problem["line"].is_u64() && problem["column"].is_u64(), "{problem}");
            assert!(!reply.text.contains(SECRET), "{problem}");
        }
        api.send(method, path, &json, Some(b"{\"title\": \"\xff\xfe\"}".to_vec())).await.problem(400, "malformed-json");
        let deep = "[".repeat(50_000);
        api.send(method, path, &json, Some(deep.into_bytes())).await.problem(400, "malformed-json");
        for no_object in ["null", "[]", "\"Zanzibar\"", "7"] {
            refused(&api.send(method, path, &json, Some(no_object.into())).await, &["body"], no_object);
        }
        for wrong in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "nonsense"] {
            let reply = api.send(method, path, &[("content-type", wrong)], Some("{}".into())).await;
            reply.problem(415, "unsupported-media-type");
            let accepted = if method == "PATCH" { "accept-patch" } else { "accept-post" };
            assert!(reply.header(accepted).contains("application/json"), "{method} {wrong}: {:?}", reply.headers);
        }
        api.bare(method, path, &[]).await.problem(415, "unsupported-media-type");
        let huge = json!({ "title": "a good title", "description": "x".repeat(2 << 20) });
        api.json(method, path, &[], &huge).await.problem(413, "body-too-large");
    }
    api.send("POST", TODOS, &[("content-type", "application/merge-patch+json")], Some("{}".into()))
        .await
        .problem(415, "unsupported-media-type");
}

async fn paths_and_parameters(api: &Api) {
    let upper = "todo-01932C07-5A3E-7CC0-9A55-0F2B8D0C7F11";
    for id in ["7", "todo-7", upper, "list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", "%00", "%ff", "todo-%2e%2e"] {
        for method in ["GET", "DELETE"] {
            let problem = api.bare(method, &format!("{TODOS}/{id}"), &[]).await.problem(400, "invalid-id");
            assert_eq!(problem["errors"][0]["field"], "id", "{problem}");
        }
    }
    let nobody = format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11");
    for method in ["GET", "DELETE"] {
        api.bare(method, &nobody, &[]).await.problem(404, "not-found");
    }
    api.json("PATCH", &nobody, &[], &json!({ "title": "x" })).await.problem(404, "not-found");
    api.bare("POST", &format!("{nobody}/complete"), &[]).await.problem(404, "not-found");

    let queries = [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("status=done", "status"),
        ("sort=Zanzibar", "sort"),
        ("priority=Zanzibar", "priority"),
        ("list=inbox", "list"),
        ("tag=", "tag"),
        ("dueFrom=tomorrow", "dueFrom"),
        ("dueBefore=2026-11-24", "dueBefore"),
        ("due=Zanzibar", "due"),
        ("due=today&zone=Zanzibar/Town", "zone"),
        ("zone=", "zone"),
        ("due=upcoming&days=0", "days"),
        ("due=upcoming&days=367", "days"),
        ("due=today&days=3", "days"),
        ("due=overdue&status=completed", "status"),
        ("q=", "q"),
        ("cursor=Zanzibar", "cursor"),
        ("cursor=!", "cursor"),
        ("nosuch=1", "nosuch"),
        ("limit=1&limit=2", "limit"),
    ];
    for (query, field) in queries {
        let reply = api.bare("GET", &format!("{TODOS}?{query}"), &[]).await;
        let problem = reply.problem(400, "invalid-query");
        assert_eq!(problem["errors"][0]["field"], field, "{query}: {problem}");
        assert!(!reply.text.contains(SECRET), "{query}: {problem}");
    }
    api.bare("GET", "/api/v1/nothing", &[]).await.problem(404, "unknown-route");
    let put = api.bare("PUT", TODOS, &[]).await;
    put.problem(405, "method-not-allowed");
    let allowed = put.header("allow");
    assert!(["GET", "HEAD", "POST", "DELETE"].iter().all(|method| allowed.contains(method)), "Allow: {allowed}");
    for (header, value) in [("idempotency-key", ""), ("idempotency-key", "\"open"), ("if-none-match", "W/3")] {
        let problem = api.json("POST", TODOS, &[(header, value)], &json!({ "title": "a good title" })).await.problem(400, "invalid-header");
        assert_eq!(problem["errors"][0]["field"], header);
    }
    let unquoted = api.bare("DELETE", &nobody, &[("if-match", "3")]).await.problem(400, "invalid-header");
    assert_eq!(unquoted["errors"][0]["field"], "if-match");
}
