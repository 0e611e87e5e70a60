use serde_json::{Value, json};

use crate::client::{Api, TODOS, fresh_key, text};

/// Queries that are kept under a name: seen at once, asked by their name, combined, replaced and removed.
pub async fn saved_filters(base: &str) {
    let api = Api::at(base);
    let (tag, name) = (fresh_key(), format!("Ä filter/{}", fresh_key()));
    let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let url = format!("/api/v1/filters/{encoded}");
    let saved = async || -> Option<Value> {
        let list = api.bare("GET", "/api/v1/filters", &[]).await.expect(200).value();
        list.as_array().expect("an array").iter().find(|filter| filter["name"] == name).cloned()
    };
    let titles = async |query: &str| -> Vec<String> {
        let list = api.bare("GET", &format!("{TODOS}?{query}"), &[]).await.expect(200).value();
        list.as_array().expect("an array").iter().map(|todo| text(todo, "title").to_owned()).collect()
    };
    for (title, completed) in [("b open", false), ("a open", false), ("c done", true)] {
        api.json("POST", TODOS, &[], &json!({ "title": title, "completed": completed, "tags": [tag] })).await.expect(201);
    }
    assert_eq!(saved().await, None);
    for round in 0..10 {
        let query = format!("tag={tag}&status=open&sort=title&limit={}", 100 + round);
        let answer = api.json("PUT", &url, &[], &json!({ "query": query })).await.expect(200).value();
        assert_eq!(answer, json!({ "name": name, "query": query }));
        assert_eq!(saved().await, Some(answer), "{round}: what was saved is seen at once");
    }
    let filter = format!("filter={encoded}");
    assert_eq!(titles(&filter).await, ["a open", "b open"]);
    assert_eq!(titles(&format!("{filter}&status=any&sort=title")).await, ["a open", "b open", "c done"], "what is given goes first");
    assert_eq!(titles(&format!("{filter}&tag={}", fresh_key())).await, Vec::<String>::new(), "tags add up");
    let page = api.bare("GET", &format!("{TODOS}?{filter}&limit=1"), &[]).await.expect(200);
    let next = page.header("link").strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a next page").to_owned();
    assert_eq!(api.bare("GET", &next, &[]).await.expect(200).value()[0]["title"], "b open");

    for (body, field) in [
        (json!({}), "query"),
        (json!({ "query": 7 }), "query"),
        (json!({ "query": " " }), "query"),
        (json!({ "query": "status=Zanzibar" }), "query.status"),
        (json!({ "query": "filter=x" }), "query.filter"),
        (json!({ "query": "cursor=eA" }), "query.cursor"),
        (json!({ "query": "status=open", "other": 1 }), "other"),
    ] {
        let problem = api.json("PUT", &url, &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    api.json("PUT", &format!("/api/v1/filters/{}", "x".repeat(101)), &[], &json!({ "query": "q=x" })).await.problem(400, "invalid-id");

    for _ in 0..2 {
        api.bare("DELETE", &url, &[]).await.expect(204);
        assert_eq!(saved().await, None, "what was removed is gone at once");
    }
    for wrong in [filter.as_str(), "filter=", "filter=a&filter=b"] {
        let problem = api.bare("GET", &format!("{TODOS}?{wrong}"), &[]).await.problem(400, "invalid-query");
        assert_eq!(problem["errors"][0]["field"], "filter", "{wrong}: {problem}");
    }
}
