use serde_json::{Value, json};

use crate::client::{Api, TODOS, fresh_key, text};

/// Entity tags, `If-Match`, `If-None-Match`.
pub async fn conditional_requests(base: &str) {
    let api = Api::at(base);
    let created = api.json("POST", TODOS, &[], &json!({ "title": "guarded" })).await.expect(201);
    assert_eq!((created.header("etag"), &created.value()["version"]), ("\"1\"", &json!(1)));
    let todo = created.value();
    let url = text(&todo, "url");
    assert_eq!(created.header("location"), url);

    reading(&api, url).await;
    changing(&api, url).await;
    others(&api, url).await;
}

async fn reading(api: &Api, url: &str) {
    let full = api.bare("GET", url, &[]).await.expect(200);
    assert_eq!(full.header("etag"), "\"1\"");
    for known in ["\"1\"", "W/\"1\"", "\"9\", \"1\"", "*"] {
        let same = api.bare("GET", url, &[("if-none-match", known)]).await.expect(304);
        assert_eq!((same.text.as_str(), same.header("etag")), ("", "\"1\""), "{known}");
    }
    api.bare("GET", url, &[("if-none-match", "\"2\"")]).await.expect(200);
    api.bare("GET", url, &[("if-match", "\"1\"")]).await.expect(200);
    api.bare("GET", url, &[("if-match", "\"2\"")]).await.problem(412, "precondition-failed");
    let head = api.bare("HEAD", url, &[]).await.expect(200);
    assert_eq!((head.text.as_str(), head.header("etag")), ("", "\"1\""));
}

async fn changing(api: &Api, url: &str) {
    let rename = |title: &str| json!({ "title": title });
    let changed = api.json("PATCH", url, &[("if-match", "\"1\"")], &rename("second")).await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    // Whoever decided on what was there before is told, and nothing happens.
    for stale in ["\"1\"", "\"1\", \"7\"", "W/\"2\"", "\"nonsense\"", "\"02\""] {
        let problem = api.json("PATCH", url, &[("if-match", stale)], &rename("lost")).await.problem(412, "precondition-failed");
        assert_eq!(problem["currentVersion"], 2, "{stale}: {problem}");
        api.bare("DELETE", url, &[("if-match", stale)]).await.problem(412, "precondition-failed");
    }
    let shown = api.bare("GET", url, &[]).await.expect(200).value();
    assert_eq!((&shown["title"], &shown["version"]), (&json!("second"), &json!(2)));
    // Any of several will do, and * is whatever is there.
    let third = api.json("PATCH", url, &[("if-match", "\"1\", \"2\"")], &rename("third")).await.expect(200);
    assert_eq!(third.header("etag"), "\"3\"");
    api.json("PATCH", url, &[("if-match", "*")], &rename("fourth")).await.expect(200);
    // An empty patch and one that changes nothing leave the version alone.
    for nothing in [json!({}), rename("fourth")] {
        let same = api.json("PATCH", url, &[("if-match", "\"4\"")], &nothing).await.expect(200);
        assert_eq!((same.header("etag"), &same.value()["version"]), ("\"4\"", &json!(4)));
    }
    api.json("PATCH", url, &[("if-none-match", "*")], &rename("x")).await.problem(400, "invalid-header");
}

async fn others(api: &Api, url: &str) {
    // Of two who change the same version, one is told.
    let (left, right) = (json!({ "title": "left" }), json!({ "title": "right" }));
    let guard = [("if-match", "\"4\"")];
    let both = futures::join!(api.json("PATCH", url, &guard, &left), api.json("PATCH", url, &guard, &right));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);

    api.bare("DELETE", url, &[("if-match", "\"5\"")]).await.expect(204);
    let nobody = format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11");
    api.json("PATCH", &nobody, &[("if-match", "\"1\"")], &json!({})).await.problem(404, "not-found");

    // Create-only: the key names the todo, so that a second one would be the same.
    let key = fresh_key();
    let only = [("idempotency-key", key.as_str()), ("if-none-match", "*")];
    let body: Value = json!({ "title": "only once" });
    api.json("POST", TODOS, &only, &body).await.expect(201);
    api.json("POST", TODOS, &[("if-none-match", "\"1\"")], &body).await.problem(400, "invalid-header");
}
