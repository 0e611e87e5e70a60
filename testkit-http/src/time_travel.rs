use serde_json::{Value, json};

use crate::client::{Api, TODOS, text};

/// `?at=`: the todo as it stood at any instant of its life.
pub async fn time_travel(base: &str) {
    let api = Api::at(base);
    let body = json!({ "title": "first", "tags": ["a"], "order": 2.5, "completed": true });
    let mut answers = vec![api.json("POST", TODOS, &[], &body).await.expect(201).value()];
    let url = text(&answers[0], "url").to_owned();
    for patch in [json!({ "title": "second", "tags": [] }), json!({ "completed": false }), json!({ "description": "more" })] {
        answers.push(api.json("PATCH", &url, &[], &patch).await.expect(200).value());
    }
    // Each answer is what is shown of its time, to the microsecond.
    for answer in &answers {
        let then = api.bare("GET", &format!("{url}?at={}", text(answer, "updatedAt")), &[]).await.expect(200);
        assert_eq!(then.value(), *answer);
        assert_eq!(then.header("etag"), format!("\"{}\"", answer["version"]));
        assert_eq!(then.header("data-stale"), "");
    }
    let now = answers.last().expect("the last answer");
    let to_come = format!("{url}?at=2999-01-01T00:00:00%2B01:00");
    assert_eq!(api.bare("GET", &to_come, &[]).await.expect(200).value(), *now);
    for before in ["1999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"] {
        api.bare("GET", &format!("{url}?at={before}"), &[]).await.problem(404, "not-found");
    }

    conditions(&api, &format!("{url}?at={}", text(&answers[0], "createdAt")), &answers[0]).await;
    trash(&api, &url, &to_come, &answers).await;
    wrong(&api, &url).await;
}

async fn conditions(api: &Api, then: &str, first: &Value) {
    let tag = format!("\"{}\"", first["version"]);
    api.bare("GET", then, &[("if-none-match", &tag)]).await.expect(304);
    api.bare("GET", then, &[("if-match", &tag)]).await.expect(200);
    let problem = api.bare("GET", then, &[("if-match", "\"99\"")]).await.problem(412, "precondition-failed");
    assert_eq!(problem["currentVersion"], first["version"]);
    let head = api.bare("HEAD", then, &[]).await.expect(200);
    assert_eq!((head.text.as_str(), head.header("etag")), ("", &*tag));
}

/// While it lay in the trash it was not there; what it was before can be seen all the same.
async fn trash(api: &Api, url: &str, to_come: &str, answers: &[Value]) {
    api.bare("DELETE", url, &[]).await.expect(204);
    let entries = api.bare("GET", &format!("{url}/history"), &[]).await.expect(200).value();
    let deleted = entries.as_array().and_then(|entries| entries.last()).expect("a deletion").clone();
    assert_eq!(deleted["eventType"], "TodoDeleted");
    let while_deleted = format!("{url}?at={}", text(&deleted, "timestamp"));
    for gone in [to_come, &while_deleted] {
        api.bare("GET", gone, &[]).await.problem(404, "not-found");
    }
    for answer in answers {
        assert_eq!(api.bare("GET", &format!("{url}?at={}", text(answer, "updatedAt")), &[]).await.expect(200).value(), *answer);
    }
    let restored = api.bare("POST", &format!("{url}/restore"), &[]).await.expect(200).value();
    assert_eq!(api.bare("GET", to_come, &[]).await.expect(200).value(), restored);
    api.bare("GET", &while_deleted, &[]).await.problem(404, "not-found");
}

async fn wrong(api: &Api, url: &str) {
    for (query, field) in [
        ("at=", "at"),
        ("at=yesterday", "at"),
        ("at=2026-11-24", "at"),
        ("at=2026-11-24T09:00:00", "at"),
        ("at=2026-13-24T09:00:00Z", "at"),
        ("at=2026-11-24T09:00:00Z&at=2026-11-24T09:00:00Z", "at"),
        ("when=2026-11-24T09:00:00Z", "when"),
    ] {
        let problem = api.bare("GET", &format!("{url}?{query}"), &[]).await.problem(400, "invalid-query");
        assert_eq!(problem["errors"][0]["field"], field, "{query}: {problem}");
    }
    let nobody = format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11?at=2026-11-24T09:00:00Z");
    api.bare("GET", &nobody, &[]).await.problem(404, "not-found");
}
