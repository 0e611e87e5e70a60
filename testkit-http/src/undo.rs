use serde_json::{Value, json};

use crate::client::{Api, Reply, TODOS, fresh_key, text};

/// Undo: a new change that compensates for an old one.
pub async fn undo(base: &str) {
    let api = Api::at(base);
    the_last_change_and_its_undoing(&api).await;
    creation_and_deletion(&api).await;
    an_older_change(&api).await;
    what_cannot_be_undone(&api).await;
    with_conditions(&api).await;
    with_a_key(&api).await;
    racing(&api).await;
}

/// Undoes the last change.
async fn last(api: &Api, url: &str) -> Reply {
    api.bare("POST", &format!("{url}/undo"), &[]).await
}

/// Undoes the change that `version` is part of.
async fn named(api: &Api, url: &str, version: u64) -> Reply {
    api.json("POST", &format!("{url}/undo"), &[], &json!({ "version": version })).await
}

async fn history(api: &Api, url: &str) -> Vec<Value> {
    api.bare("GET", &format!("{url}/history"), &[]).await.expect(200).value().as_array().expect("an array").clone()
}

/// `todo` but for its version and its times.
fn told(mut todo: Value) -> Value {
    for passing in ["version", "updatedAt", "completedAt"] {
        todo.as_object_mut().expect("a todo").remove(passing);
    }
    todo
}

async fn the_last_change_and_its_undoing(api: &Api) {
    let whole = json!({ "title": "one", "description": "text", "tags": ["a", "b"], "priority": "low", "order": 1,
        "due": { "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" } });
    let before = api.json("POST", TODOS, &[], &whole).await.expect(201).value();
    let url = text(&before, "url");
    // One request is one change, however many events it makes.
    let patch = json!({ "title": "two", "description": null, "tags": ["b", "c"], "priority": "high", "order": null, "due": null,
        "completed": true, "list": "list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11" });
    let after = api.json("PATCH", url, &[], &patch).await.expect(200).value();
    for round in 0..2 {
        let undone = last(api, url).await.expect(200);
        assert_eq!(undone.header("etag"), format!("\"{}\"", undone.value()["version"]));
        let undone = undone.value();
        assert_eq!(told(undone.clone()), told(before.clone()), "round {round}");
        assert_eq!(undone["completedAt"], Value::Null, "round {round}");
        assert_eq!(api.bare("GET", url, &[]).await.expect(200).value(), undone, "round {round}");
        let redone = last(api, url).await.expect(200).value();
        assert_eq!(told(redone.clone()), told(after.clone()), "round {round}");
        assert_eq!(redone["completedAt"], redone["updatedAt"], "round {round}");
    }
    // Nothing is gone, and it is told what was undone.
    let entries = history(api, url).await;
    let undoing = after["version"].as_u64().and_then(|version| entries.iter().find(|entry| entry["version"] == version + 1));
    let (change, undoing) = (&entries[1], undoing.expect("the first undoing"));
    let undone = entries.iter().rev().find(|entry| entry["commandId"] == change["commandId"]).expect("the change");
    assert_eq!((&undoing["causationId"], &undoing["correlationId"]), (&undone["eventId"], &change["correlationId"]));
    assert!(change.get("causationId").is_none() && undoing["commandId"] != change["commandId"], "{entries:?}");
}

async fn creation_and_deletion(api: &Api) {
    let created = api.create("short-lived").await;
    let url = text(&created, "url");
    let gone = last(api, url).await.expect(204);
    assert_eq!(gone.text, "");
    api.bare("GET", url, &[]).await.problem(404, "not-found");
    assert_eq!(told(last(api, url).await.expect(200).value()), told(created.clone()));
    api.bare("DELETE", url, &[]).await.expect(204);
    assert_eq!(told(last(api, url).await.expect(200).value()), told(created.clone()));
    // The creation, too, by its version, whatever came after it.
    api.json("PATCH", url, &[], &json!({ "title": "renamed" })).await.expect(200);
    named(api, url, 1).await.expect(204);
    let types: Vec<_> = history(api, url).await.iter().map(|entry| text(entry, "eventType").to_owned()).collect();
    let expected = ["TodoCreated", "TodoDeleted", "TodoRestored", "TodoDeleted", "TodoRestored", "TitleChanged", "TodoDeleted"];
    assert_eq!(types, expected);
}

async fn an_older_change(api: &Api) {
    let url = &*text(&api.json("POST", TODOS, &[], &json!({ "title": "one", "tags": ["a"] })).await.expect(201).value(), "url").to_owned();
    for patch in [json!({ "title": "two", "tags": ["b"] }), json!({ "priority": "high", "tags": ["b", "c"] })] {
        api.json("PATCH", url, &[], &patch).await.expect(200);
    }
    // Versions 2, 3 and 4 are one change; what came after it stays.
    let undone = named(api, url, 3).await.expect(200).value();
    assert_eq!(undone["title"], "one");
    assert_eq!((&undone["tags"], &undone["priority"]), (&json!(["a", "c"]), &json!("high")));
    // Once more there is nothing left to do.
    let again = named(api, url, 2).await.expect(200).value();
    assert_eq!(again, undone);
}

async fn what_cannot_be_undone(api: &Api) {
    let created = api.create("one").await;
    let url = text(&created, "url");
    for patch in [json!({ "title": "two", "order": 1, "priority": "low" }), json!({ "title": "Zanzibar", "order": 2 })] {
        api.json("PATCH", url, &[], &patch).await.expect(200);
    }
    let refused = named(api, url, 2).await;
    let problem = refused.problem(409, "changed-since");
    let fields: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|error| text(error, "field")).collect();
    assert_eq!(fields, ["title", "order"], "{problem}");
    assert!(!refused.text.contains("Zanzibar"), "{problem}");
    let shown = api.bare("GET", url, &[]).await.expect(200).value();
    assert_eq!((&shown["title"], &shown["priority"]), (&json!("Zanzibar"), &json!("low")), "half of it was done");

    let undo = format!("{url}/undo");
    for wrong in [json!(0), json!(99), json!(-1), json!(1.5), json!("2"), Value::Null, json!([])] {
        let problem = api.json("POST", &undo, &[], &json!({ "version": wrong })).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], "version", "{wrong}: {problem}");
    }
    let problem = api.json("POST", &undo, &[], &json!({ "nosuch": 1 })).await.problem(422, "invalid-fields");
    assert_eq!(problem["errors"][0]["field"], "nosuch", "{problem}");
    api.send("POST", &undo, &[], Some("{}".into())).await.problem(415, "unsupported-media-type");
    api.send("POST", &undo, &[("content-type", "application/json")], Some("{".into())).await.problem(400, "malformed-json");
    last(api, &format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")).await.problem(404, "not-found");

    api.bare("DELETE", url, &[]).await.expect(204);
    named(api, url, 5).await.problem(409, "deleted");
}

async fn with_conditions(api: &Api) {
    let created = api.create("one").await;
    let url = text(&created, "url");
    api.json("PATCH", url, &[], &json!({ "title": "two" })).await.expect(200);
    let undo = format!("{url}/undo");
    for stale in ["\"1\"", "W/\"2\"", "\"nonsense\""] {
        let problem = api.bare("POST", &undo, &[("if-match", stale)]).await.problem(412, "precondition-failed");
        assert_eq!(problem["currentVersion"], 2, "{stale}: {problem}");
    }
    api.bare("POST", &undo, &[("if-none-match", "*")]).await.problem(400, "invalid-header");
    assert_eq!(api.bare("POST", &undo, &[("if-match", "\"1\", \"2\"")]).await.expect(200).value()["title"], "one");
}

async fn with_a_key(api: &Api) {
    let created = api.create("one").await;
    let url = text(&created, "url");
    api.json("PATCH", url, &[], &json!({ "title": "two" })).await.expect(200);
    let undo = format!("{url}/undo");
    let key = fresh_key();
    let keyed = [("idempotency-key", key.as_str()), ("if-match", "\"2\"")];
    let first = api.bare("POST", &undo, &keyed).await.expect(200);
    assert_eq!((&first.value()["title"], first.header("idempotency-replayed")), (&json!("one"), ""));
    api.json("PATCH", url, &[], &json!({ "title": "three", "completed": true })).await.expect(200);
    for same in [json!({}), json!({ "version": 2 })] {
        let again = api.json("POST", &undo, &keyed, &same).await.expect(200);
        assert_eq!((again.header("idempotency-replayed"), again.header("etag")), ("true", first.header("etag")));
        assert_eq!(again.value(), first.value(), "the first answer is given again");
    }
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value()["title"], "three");
    api.json("POST", &undo, &keyed, &json!({ "version": 1 })).await.problem(422, "idempotency-key-reused");
    api.json("PATCH", url, &keyed, &json!({ "title": "five" })).await.problem(422, "idempotency-key-reused");

    // A key of another operation.
    let key = fresh_key();
    let keyed = [("idempotency-key", key.as_str())];
    api.json("PATCH", url, &keyed, &json!({ "title": "four" })).await.expect(200);
    api.bare("POST", &undo, &keyed).await.problem(422, "idempotency-key-reused");

    let key = fresh_key();
    let keyed = [("idempotency-key", key.as_str())];
    let other = api.create("short-lived").await;
    let undo = format!("{}/undo", text(&other, "url"));
    api.bare("POST", &undo, &keyed).await.expect(204);
    assert_eq!(api.bare("POST", &undo, &keyed).await.expect(204).header("idempotency-replayed"), "true");
}

/// Of many who undo the same change, one does it; the others find it done.
async fn racing(api: &Api) {
    let created = api.create("one").await;
    let url = text(&created, "url");
    api.json("PATCH", url, &[], &json!({ "title": "two" })).await.expect(200);
    for reply in futures::future::join_all((0..8).map(|_| named(api, url, 2))).await {
        assert_eq!(reply.expect(200).value()["title"], "one");
    }
    assert_eq!(history(api, url).await.len(), 3);
}
