use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::{Api, TODOS, text};

/// The fields that a history tells of, with what they are where no todo is yet.
fn blank() -> BTreeMap<&'static str, Value> {
    let nothing = ["title", "description", "list", "priority", "due", "order"].map(|field| (field, Value::Null));
    nothing.into_iter().chain([("tags", json!([])), ("completed", json!(false)), ("deleted", json!(false))]).collect()
}

/// Who, when, what: before and after, each in the answer to the very next question.
pub async fn history(base: &str) {
    let api = Api::at(base);
    let whole = json!({ "title": "Water the plants", "tags": ["b", "a"], "order": 5, "due": { "local": "2026-11-24", "zone": "UTC" } });
    let created = api.json("POST", TODOS, &[], &whole).await.expect(201).value();
    let url = text(&created, "url");
    let past = format!("{url}/history");
    let entries = told(&api, &past, 1).await;
    let expected = [
        ("title", Value::Null, json!("Water the plants")),
        ("list", Value::Null, created["list"].clone()),
        ("tags", json!([]), json!(["a", "b"])),
        ("due", Value::Null, whole["due"].clone()),
        ("order", Value::Null, json!(5)),
    ];
    assert_eq!(entries[0]["changes"], changes(&expected));
    assert_eq!((&entries[0]["eventType"], &entries[0]["timestamp"]), (&json!("TodoCreated"), &created["createdAt"]));
    assert_eq!(entries[0]["correlationId"], entries[0]["commandId"], "a conversation of its own");

    let patch = json!({ "title": "Water all plants", "order": null, "priority": "high" });
    let changed = api.json("PATCH", url, &[], &patch).await.expect(200).value();
    let entries = told(&api, &past, 4).await;
    let together: Vec<_> = entries[1..].iter().map(|entry| &entry["commandId"]).collect();
    assert!(together.iter().all(|id| **id == *together[0] && **id != entries[0]["commandId"]), "{entries:?}");
    let title = entries.iter().find(|entry| entry["eventType"] == "TitleChanged").expect("another title");
    assert_eq!(title["changes"], changes(&[("title", json!("Water the plants"), json!("Water all plants"))]));
    assert_eq!(title["timestamp"], changed["updatedAt"]);
    assert_eq!(fold(&entries), shown(&changed, false));

    // In the trash it has a history, too.
    let mut version = 4;
    for (method, what, deleted) in
        [("POST", "/complete", false), ("DELETE", "", true), ("POST", "/restore", false), ("POST", "/reopen", false)]
    {
        let answer = api.bare(method, &format!("{url}{what}"), &[]).await;
        version += 1;
        let entries = told(&api, &past, version).await;
        assert_eq!(fold(&entries)["deleted"], json!(deleted), "{what}");
        if !deleted {
            assert_eq!(fold(&entries), shown(&answer.expect(200).value(), false), "{what}");
        }
    }
    paging(&api, &past, version).await;
    wrong(&api, &past).await;
}

fn changes(changes: &[(&str, Value, Value)]) -> Value {
    changes.iter().map(|(field, before, after)| json!({ "field": field, "before": before, "after": after })).collect()
}

/// The whole history, which must have exactly `version` entries, each of them whole.
async fn told(api: &Api, past: &str, version: u64) -> Vec<Value> {
    let answer = api.bare("GET", past, &[]).await.expect(200);
    assert_eq!(answer.header("data-stale"), "");
    assert_eq!(answer.header("etag"), format!("\"{version}\""));
    let entries = answer.value().as_array().expect("an array").clone();
    let versions: Vec<_> = entries.iter().map(|entry| entry["version"].as_u64()).collect();
    assert_eq!(versions, (1..=version).map(Some).collect::<Vec<_>>());
    for entry in &entries {
        for member in ["eventId", "eventType", "timestamp", "principal", "commandId", "correlationId"] {
            assert!(!text(entry, member).is_empty(), "{member}: {entry}");
        }
        assert!(entry.get("causationId").is_none() && entry["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{entry}");
    }
    entries
}

/// What the `after`s come to, where each `before` must be what the entries before it came to.
fn fold(entries: &[Value]) -> BTreeMap<&'static str, Value> {
    let mut state = blank();
    for change in entries.iter().flat_map(|entry| entry["changes"].as_array().expect("changes")) {
        let value = state.get_mut(text(change, "field")).unwrap_or_else(|| panic!("no field of a todo: {change}"));
        assert_eq!(*value, change["before"], "{change}");
        assert_ne!(*value, change["after"], "{change}");
        *value = change["after"].clone();
    }
    state
}

/// The same of a todo as it is shown.
fn shown(todo: &Value, deleted: bool) -> BTreeMap<&'static str, Value> {
    blank().into_keys().map(|field| (field, if field == "deleted" { json!(deleted) } else { todo[field].clone() })).collect()
}

async fn paging(api: &Api, past: &str, version: u64) {
    let all = told(api, past, version).await;
    let (mut pages, mut next) = (vec![], format!("{past}?limit=3"));
    loop {
        let page = api.bare("GET", &next, &[]).await.expect(200);
        pages.push(page.value().as_array().expect("an array").clone());
        let Some(link) = page.header("link").strip_suffix(">; rel=\"next\"").and_then(|link| link.strip_prefix('<')) else { break };
        assert!(link.starts_with("http"), "{link}");
        next = link.to_owned();
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 2]);
    assert_eq!(pages.concat(), all);

    let tag = format!("\"{version}\"");
    let same = api.bare("GET", past, &[("if-none-match", &tag)]).await.expect(304);
    assert_eq!((same.text.as_str(), same.header("etag")), ("", &*tag));
    api.bare("GET", past, &[("if-match", "\"1\"")]).await.problem(412, "precondition-failed");
}

async fn wrong(api: &Api, past: &str) {
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=all", "limit"),
        ("cursor=!", "cursor"),
        ("cursor=eA", "cursor"),
        ("limit=1&limit=1", "limit"),
        ("before=3", "before"),
    ] {
        let problem = api.bare("GET", &format!("{past}?{query}"), &[]).await.problem(400, "invalid-query");
        assert_eq!(problem["errors"][0]["field"], field, "{query}: {problem}");
    }
    let nobody = format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11/history");
    api.bare("GET", &nobody, &[]).await.problem(404, "not-found");
    api.bare("GET", &format!("{TODOS}/7/history"), &[]).await.problem(400, "invalid-id");
}
