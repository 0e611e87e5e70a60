use serde_json::{Value, json};

use crate::client::{Api, Reply, TODOS, text};

/// Another site, as the public runner of the contract is.
const ORIGIN: (&str, &str) = ("origin", "https://specs.example");

/// The public Todo-Backend contract: its 16 behaviours, in its order and by its own means. Deletes everything that the
/// caller has.
pub async fn todo_backend_contract(base: &str) {
    let api = Api::at(base);
    prerequisites(&api).await;
    storing(&api).await;
    working_with_one(&api).await;
    tracking_order(&api).await;
}

async fn prerequisites(api: &Api) {
    // 1. The root answers to a GET, and pages of other origins may read it.
    cors(&get(api, TODOS).await.expect(200));
    for method in ["POST", "PATCH", "DELETE"] {
        let asked = [ORIGIN, ("access-control-request-method", method), ("access-control-request-headers", "content-type")];
        let preflight = api.bare("OPTIONS", TODOS, &asked).await;
        assert!((200..300).contains(&preflight.status), "preflight for {method}: {}", preflight.status);
        cors(&preflight);
        let (methods, headers) = (preflight.header("access-control-allow-methods"), preflight.header("access-control-allow-headers"));
        assert!(methods.contains(method) && headers.contains("content-type"), "{methods} {headers}");
    }
    // 2. It answers to a POST with the todo that was posted.
    assert_eq!(post(api, json!({ "title": "a todo" })).await["title"], "a todo");
    put_lists_away(api).await;
    // 3. It answers to a DELETE. 4. After that it shows an empty array.
    clear(api).await;
    assert_eq!(get(api, TODOS).await.expect(200).value(), json!([]));
}

async fn storing(api: &Api) {
    // 5. A posted todo is in the list.
    clear(api).await;
    post(api, json!({ "title": "walk the dog" })).await;
    let list = list(api).await;
    assert_eq!((list.len(), &list[0]["title"]), (1, &json!("walk the dog")));
    // 6. It is not completed at first.
    clear(api).await;
    post(api, json!({ "title": "blah" })).await;
    let first = &self::list(api).await[0];
    assert_eq!(first["completed"], false);
    // 7. It has a URL. 8. That URL gives the todo.
    assert!(text(first, "url").starts_with("http"), "{first}");
    let created = post(api, json!({ "title": "my todo" })).await;
    assert_eq!(get(api, text(&created, "url")).await.expect(200).value()["title"], "my todo");
}

async fn working_with_one(api: &Api) {
    // 9. One gets from the list to each todo by its URL.
    clear(api).await;
    for title in ["todo the first", "todo the second"] {
        post(api, json!({ "title": title })).await;
    }
    let list = list(api).await;
    assert_eq!(list.len(), 2);
    assert_eq!(get(api, text(&list[0], "url")).await.expect(200).value()["title"], list[0]["title"]);
    // 10. The title can be changed by PATCH.
    let url = text(&post(api, json!({ "title": "initial title" })).await, "url").to_owned();
    assert_eq!(patch(api, &url, json!({ "title": "bathe the cat" })).await["title"], "bathe the cat");
    // 11. So can whether it is completed.
    assert_eq!(patch(api, &url, json!({ "completed": true })).await["completed"], true);
    // 12. Changes last: in the todo and in the list.
    patch(api, &url, json!({ "title": "changed title", "completed": true })).await;
    let in_list = self::list(api).await.into_iter().find(|todo| todo["url"] == url).expect("the todo in the list");
    for shown in [get(api, &url).await.expect(200).value(), in_list] {
        assert_eq!((&shown["title"], &shown["completed"]), (&json!("changed title"), &json!(true)));
    }
    // 13. It can be deleted by DELETE at its URL.
    clear(api).await;
    let url = text(&post(api, json!({ "title": "short-lived" })).await, "url").to_owned();
    let deleted = api.bare("DELETE", &url, &[ORIGIN]).await.expect(204);
    cors(&deleted);
    assert_eq!(self::list(api).await, Vec::<Value>::new());
    get(api, &url).await.problem(404, "not-found");
}

async fn tracking_order(api: &Api) {
    // 14. A todo can be created with an order, and shows the number as it was sent.
    let created = post(api, json!({ "title": "blah", "order": 523 })).await;
    assert_eq!(created["order"].to_string(), "523");
    // 15. PATCH changes the order. 16. That lasts.
    let created = post(api, json!({ "title": "blah", "order": 10 })).await;
    let url = text(&created, "url");
    assert_eq!(patch(api, url, json!({ "order": 95 })).await["order"].to_string(), "95");
    assert_eq!(get(api, url).await.expect(200).value()["order"].to_string(), "95");
}

fn cors(reply: &Reply) {
    let allowed = reply.header("access-control-allow-origin");
    assert!(allowed == "*" || allowed == ORIGIN.1, "another origin is not let in: {allowed:?}");
}

async fn get(api: &Api, url: &str) -> Reply {
    api.bare("GET", url, &[ORIGIN]).await
}

async fn list(api: &Api) -> Vec<Value> {
    get(api, TODOS).await.expect(200).value().as_array().expect("an array").clone()
}

async fn post(api: &Api, body: Value) -> Value {
    let created = api.json("POST", TODOS, &[ORIGIN], &body).await.expect(201);
    cors(&created);
    created.value()
}

async fn patch(api: &Api, url: &str, body: Value) -> Value {
    let changed = api.json("PATCH", url, &[ORIGIN], &body).await.expect(200);
    cors(&changed);
    changed.value()
}

/// Lists that other scenarios left: what is in a list with members is not one person's alone to clear.
async fn put_lists_away(api: &Api) {
    let lists = get(api, "/api/v1/lists").await.expect(200).value();
    for list in lists.as_array().expect("an array").iter().filter(|list| list["role"] == "owner") {
        let path = format!("/api/v1/lists/{}", list["id"].as_str().expect("an id"));
        api.bare("DELETE", &path, &[]).await.expect(204);
    }
}

async fn clear(api: &Api) {
    api.bare("DELETE", TODOS, &[ORIGIN]).await.expect(204);
}
