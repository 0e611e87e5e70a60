use serde_json::{Value, json};

use crate::client::{Api, TODOS, fresh_key, text};

/// Counts follow each change at once, in the caller's lists and tags and over all.
pub async fn counts(base: &str) {
    let api = Api::at(base);
    let (tag, list) = (fresh_key(), format!("list-{}", fresh_key()));
    let read = async || api.bare("GET", "/api/v1/counts?zone=Europe/Berlin", &[]).await.expect(200).value();
    let of = |counts: &Value, kind: &str, member: &str, name: &str| -> Value {
        let entries = counts[kind].as_array().expect("an array");
        let entry = entries.iter().find(|entry| entry[member] == name).cloned().unwrap_or(json!({ "open": 0, "completed": 0 }));
        json!([entry["open"], entry["completed"]])
    };
    let expect = async |what: &str, wanted: Value| {
        let counts = read().await;
        assert_eq!(of(&counts, "tags", "tag", &tag), wanted, "{what}: {counts}");
        assert_eq!(of(&counts, "lists", "list", &list), wanted, "{what}: {counts}");
        counts
    };
    let before = expect("at first", json!([0, 0])).await;
    let mut urls = vec![];
    for due in [json!({ "local": "2001-01-01", "zone": "UTC" }), json!({ "local": "9000-01-01", "zone": "UTC" }), Value::Null] {
        let body = json!({ "title": "counted", "tags": [tag], "list": list, "due": due });
        urls.push(text(&api.json("POST", TODOS, &[], &body).await.expect(201).value(), "url").to_owned());
    }
    let after = expect("created", json!([3, 0])).await;
    for (member, more) in [("open", 3), ("overdue", 1), ("upcoming", 1), ("today", 0), ("completed", 0), ("deleted", 0)] {
        let number = |counts: &Value| counts[member].as_u64().unwrap_or_else(|| panic!("{member} is no number: {counts}"));
        assert_eq!(number(&after), number(&before) + more, "{member}: {before} and then {after}");
    }
    api.bare("POST", &format!("{}/complete", urls[0]), &[]).await.expect(200);
    expect("completed", json!([2, 1])).await;
    api.json("PATCH", &urls[1], &[], &json!({ "tags": [] })).await.expect(200);
    assert_eq!(of(&read().await, "tags", "tag", &tag), json!([1, 1]), "untagged");
    api.json("PATCH", &urls[1], &[], &json!({ "tags": [tag] })).await.expect(200);
    api.bare("DELETE", &urls[1], &[]).await.expect(204);
    let last = expect("deleted", json!([1, 1])).await;
    assert_eq!(last["deleted"].as_u64(), before["deleted"].as_u64().map(|deleted| deleted + 1), "{last}");

    for (query, field) in [("zone=Zanzibar", "zone"), ("zone=UTC&zone=UTC", "zone"), ("nosuch=1", "nosuch")] {
        let problem = api.bare("GET", &format!("/api/v1/counts?{query}"), &[]).await.problem(400, "invalid-query");
        assert_eq!(problem["errors"][0]["field"], field, "{query}: {problem}");
    }
}
