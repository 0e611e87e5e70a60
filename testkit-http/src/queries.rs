use serde_json::{Value, json};

use crate::client::{Api, TODOS, fresh_key, text};

/// Filters, sorting and paging, among whatever else the caller has: a tag of its own marks the scenario's todos.
pub async fn queries(base: &str) {
    let api = Api::at(base);
    let mark = fresh_key();
    let create = async |title: &str, more: Value| {
        let mut body = json!({ "title": title, "tags": [mark] });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        api.json("POST", TODOS, &[], &body).await.expect(201).value()
    };
    create("cherries & cream", json!({ "order": 1, "priority": "low", "tags": [mark, "shop"] })).await;
    create("Apples", json!({ "order": 3, "priority": "urgent", "due": { "local": "2026-11-24T09:00:00", "zone": "Asia/Tokyo" } })).await;
    create("bananas", json!({ "order": 2, "completed": true, "due": { "local": "2026-11-25", "zone": "UTC" } })).await;
    let gone = create("dates", json!({})).await;
    api.bare("DELETE", text(&gone, "url"), &[]).await.expect(204);

    let titles = async |query: &str| -> Vec<String> {
        let list = api.bare("GET", &format!("{TODOS}?tag={mark}&{query}"), &[]).await.expect(200).value();
        list.as_array().expect("an array").iter().map(|todo| text(todo, "title").to_owned()).collect()
    };
    let cases: [(&str, &[&str]); 13] = [
        ("", &["cherries & cream", "bananas", "Apples"]),
        ("status=open", &["cherries & cream", "Apples"]),
        ("status=completed", &["bananas"]),
        ("status=deleted", &["dates"]),
        ("sort=title", &["Apples", "bananas", "cherries & cream"]),
        ("sort=created", &["cherries & cream", "Apples", "bananas"]),
        ("sort=-updated", &["bananas", "Apples", "cherries & cream"]),
        ("sort=due", &["Apples", "bananas", "cherries & cream"]),
        ("sort=-priority&status=open", &["Apples", "cherries & cream"]),
        ("priority=urgent", &["Apples"]),
        ("tag=shop", &["cherries & cream"]),
        ("dueFrom=2026-11-24T00:00:00Z&dueBefore=2026-11-24T00:00:01Z", &["Apples"]),
        ("q=cherr+%26", &["cherries & cream"]),
    ];
    for (query, wanted) in cases {
        assert_eq!(titles(query).await, wanted, "{query}");
    }
    paging(&api, &mark).await;
}

async fn paging(api: &Api, mark: &str) {
    let mut next = format!("{TODOS}?tag={mark}&sort=title&limit=1");
    let mut seen = vec![];
    for page in 0.. {
        assert!(page < 5, "the pages do not end");
        let reply = api.bare("GET", &next, &[]).await.expect(200);
        let list = reply.value();
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
        seen.push(text(&list[0], "title").to_owned());
        let link = reply.header("link");
        if link.is_empty() {
            break;
        }
        next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a link to the next page").to_owned();
        assert!(next.starts_with("http"), "{next}");
    }
    assert_eq!(seen, ["Apples", "bananas", "cherries & cream"]);
    // A cursor belongs to its order.
    let other = next.replace("sort=title", "sort=created");
    api.bare("GET", &other, &[]).await.problem(400, "invalid-query");
}
