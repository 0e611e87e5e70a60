use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    client::{Api, TODOS, fresh_key, text},
    poll::poll_until,
};

const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const ASYNC: (&str, &str) = ("Prefer", "respond-async");

/// The operation at `url` once it is over.
pub(crate) async fn ended(api: &Api, url: &str) -> Value {
    let operation = poll_until(PATIENCE, async || {
        let operation = api.bare("GET", url, &[]).await.expect(200).value();
        if ["completed", "compensated", "parked"].contains(&text(&operation, "status")) { Ok(operation) } else { Err(operation) }
    });
    operation.await.unwrap_or_else(|operation| panic!("it does not end: {operation}"))
}

/// What became of each item, all pages.
pub(crate) async fn items(api: &Api, operation: &Value) -> Vec<Value> {
    let (mut items, mut next) = (vec![], Some(text(operation, "itemsUrl").to_owned()));
    while let Some(url) = next {
        let page = api.bare("GET", &url, &[]).await.expect(200);
        items.extend(page.value().as_array().expect("an array").clone());
        next = page.header("link").strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).map(str::to_owned);
    }
    items
}

/// Many todos at once: imported, changed, with an outcome for each; followed, listed, undone; and what cannot be taken.
pub async fn operations(base: &str) {
    let api = Api::at(base);
    let tag = fresh_key();
    let tagged = async || -> Vec<Value> {
        let list = api.bare("GET", &format!("{TODOS}?tag={tag}&limit=1000"), &[]).await.expect(200).value();
        list.as_array().expect("an array").clone()
    };

    // Import: everything that is wrong is told, and nothing is created; then each draft is a todo.
    let wrong = json!([{ "title": "fine" }, { "title": "" }, 7, { "title": "x", "colour": "red" }]);
    let problem = api.json("POST", &format!("{TODOS}/import"), &[], &wrong).await.problem(422, "invalid-fields");
    let fields: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|error| text(error, "field")).collect();
    assert_eq!(fields, ["[1].title", "[2]", "[3].colour"], "{problem}");
    for body in [json!({}), json!([])] {
        api.json("POST", &format!("{TODOS}/import"), &[], &body).await.problem(422, "invalid-fields");
    }
    let drafts: Vec<_> = (0..130).map(|n| json!({ "title": format!("imported {n}"), "tags": [tag], "completed": n == 7 })).collect();
    let key = fresh_key();
    let headers = [ASYNC, ("Idempotency-Key", key.as_str())];
    let begun = api.json("POST", &format!("{TODOS}/import"), &headers, &json!(drafts)).await.expect(202);
    let (location, id) = (begun.header("location").to_owned(), text(&begun.value(), "id").to_owned());
    assert_eq!((begun.header("preference-applied"), location.as_str()), ("respond-async", text(&begun.value(), "url")));
    let again = api.json("POST", &format!("{TODOS}/import"), &headers, &json!(drafts)).await.expect(202);
    assert_eq!((text(&again.value(), "id"), again.header("idempotency-replayed")), (id.as_str(), "true"), "one key, one operation");
    let import = ended(&api, &location).await;
    assert_eq!((&import["status"], &import["kind"], &import["items"]), (&json!("completed"), &json!("import"), &json!(130)), "{import}");
    assert_eq!(import["outcomes"], json!({ "done": 130, "unchanged": 0, "refused": 0 }));
    assert!(import["endedAt"].is_string() && import["steps"]["taken"] == import["steps"]["total"], "{import}");
    let todos = tagged().await;
    assert_eq!(todos.len(), 130, "what was told to be done is seen");
    assert_eq!(todos.iter().filter(|todo| todo["completed"] == true).count(), 1);

    // Bulk: one outcome for each, in the order in which they were given.
    let mut ids: Vec<_> = items(&api, &import).await.iter().map(|item| text(item, "id").to_owned()).collect();
    assert_eq!(ids.len(), 130);
    ids.insert(3, "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".to_owned());
    let bulk = api.json("POST", &format!("{TODOS}/bulk"), &[ASYNC], &json!({ "do": "complete", "todos": ids })).await.expect(202);
    let bulk = ended(&api, bulk.header("location")).await;
    assert_eq!((&bulk["status"], &bulk["outcomes"]), (&json!("completed"), &json!({ "done": 129, "unchanged": 1, "refused": 1 })));
    let outcomes = items(&api, &bulk).await;
    assert_eq!(outcomes.iter().map(|item| text(item, "id")).collect::<Vec<_>>(), ids);
    assert_eq!((&outcomes[3]["outcome"], &outcomes[3]["problem"]), (&json!("refused"), &json!("not-found")));
    assert_eq!((&outcomes[0]["outcome"], &outcomes[0]["version"]), (&json!("done"), &json!(2)));
    assert_eq!(outcomes[8]["outcome"], "unchanged");
    assert!(tagged().await.iter().all(|todo| todo["completed"] == true));
    let listed = poll_until(PATIENCE, async || {
        let listed = api.bare("GET", "/api/v1/operations?limit=1000", &[]).await.expect(200).value();
        let there = listed.as_array().expect("an array").iter().any(|one| one["id"] == bulk["id"] && one["status"] == "completed");
        if there { Ok(()) } else { Err(listed) }
    });
    listed.await.unwrap_or_else(|listed| panic!("never listed: {listed}"));

    // Undo: what it changed is as it was, but for what was changed since; asked twice, it is one operation.
    api.json("PATCH", &format!("{TODOS}/{}", ids[0]), &[], &json!({ "completed": false })).await.expect(200);
    let undo = api.bare("POST", &format!("{}/undo", text(&bulk, "url")), &[ASYNC]).await.expect(202);
    let undo = ended(&api, undo.header("location")).await;
    assert_eq!((&undo["kind"], &undo["undoes"], &undo["items"]), (&json!("undo"), &bulk["id"], &json!(129)), "{undo}");
    assert_eq!(undo["outcomes"]["done"].as_u64().zip(undo["outcomes"]["unchanged"].as_u64()), Some((128, 1)), "{undo}");
    assert_eq!(tagged().await.iter().filter(|todo| todo["completed"] == true).count(), 1);
    let twice = api.bare("POST", &format!("{}/undo", text(&bulk, "url")), &[ASYNC]).await.expect(202);
    assert_eq!(twice.value()["id"], undo["id"]);

    // Without the preference, the end is waited for.
    let some = &ids[4..7];
    for (body, done) in [
        (json!({ "do": "tag", "tag": "bulk", "todos": some }), 3),
        (json!({ "do": "untag", "tag": "bulk", "todos": some }), 3),
        (json!({ "do": "priority", "priority": "high", "todos": some }), 3),
        (json!({ "do": "priority", "priority": null, "todos": some }), 3),
        (json!({ "do": "reopen", "todos": some }), 0),
    ] {
        let answer = api.json("POST", &format!("{TODOS}/bulk"), &[], &body).await.expect(200).value();
        assert_eq!((&answer["status"], &answer["outcomes"]["done"]), (&json!("completed"), &json!(done)), "{body}: {answer}");
    }
    for (body, field) in [
        (json!({ "do": "complete" }), "todos"),
        (json!({ "do": "complete", "todos": [] }), "todos"),
        (json!({ "do": "complete", "todos": ["x"] }), "todos[0]"),
        (json!({ "do": "complete", "todos": [ids[0], ids[0]] }), "todos[1]"),
        (json!({ "do": "explode", "todos": [ids[0]] }), "do"),
        (json!({ "do": "tag", "todos": [ids[0]] }), "tag"),
        (json!({ "do": "complete", "tag": "x", "todos": [ids[0]] }), "tag"),
        (json!({ "do": "priority", "todos": [ids[0]] }), "priority"),
    ] {
        let problem = api.json("POST", &format!("{TODOS}/bulk"), &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }

    // An operation that is not there, or is over.
    let nobodys = "/api/v1/operations/saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
    for path in [nobodys.to_owned(), format!("{nobodys}/items")] {
        api.bare("GET", &path, &[]).await.problem(404, "no-operation");
    }
    for action in ["undo", "abort", "retry"] {
        api.bare("POST", &format!("{nobodys}/{action}"), &[]).await.problem(404, "no-operation");
    }
    api.bare("GET", "/api/v1/operations/todo-1", &[]).await.problem(400, "invalid-id");
    for action in ["abort", "retry"] {
        api.bare("POST", &format!("{}/{action}", text(&bulk, "url")), &[]).await.problem(422, "invalid-fields");
    }

    // Delete by bulk, and back again.
    let delete = api.json("POST", &format!("{TODOS}/bulk"), &[], &json!({ "do": "delete", "todos": some })).await.expect(200).value();
    assert_eq!(tagged().await.len(), 127);
    let undone = api.bare("POST", &format!("{}/undo", text(&delete, "url")), &[]).await.expect(200).value();
    assert_eq!((&undone["outcomes"]["done"], tagged().await.len()), (&json!(3), 130), "{undone}");
}
