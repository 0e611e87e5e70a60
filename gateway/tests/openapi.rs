//! The OpenAPI document and the routes say the same.

mod support;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::{Backend, ask, send};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

async fn document() -> (axum::Router, Value) {
    let router = Backend::new().router();
    let answer = ask(&router, "GET", "/openapi.json").await;
    assert_eq!(answer.status, 200);
    (router, answer.json())
}

#[tokio::test]
async fn it_is_of_version_3_1_and_names_every_path() {
    let (_, document) = document().await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let paths: BTreeSet<_> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let actions = ["/complete", "/reopen", "/restore", "/history", "/undo"].map(|action| format!("/api/v1/todos/{{id}}{action}"));
    let others = [
        "/api/v1/todos",
        "/api/v1/todos/{id}",
        "/api/v1/counts",
        "/api/v1/quick-add",
        "/api/v1/events/stream",
        "/api/v1/analytics",
        "/api/v1/filters",
        "/api/v1/filters/{name}",
        "/api/v1/lists",
        "/api/v1/me",
        "/api/v1/me/notifications",
        "/api/v1/me/notifications/test",
        "/api/v1/me/notifications/{id}",
        "/api/v1/me/notifications/{id}/read",
        "/api/v1/me/notifications/{id}/retry",
        "/api/v1/me/webhooks",
        "/api/v1/me/webhooks/{id}",
        "/api/v1/me/webhooks/{id}/enable",
        "/api/v1/me/webhooks/{id}/secret",
        "/api/v1/lists/{id}",
        "/api/v1/lists/{id}/restore",
        "/api/v1/lists/{id}/members",
        "/api/v1/lists/{id}/members/{user}",
        "/api/v1/todos/bulk",
        "/api/v1/todos/import",
        "/api/v1/operations",
        "/api/v1/operations/{id}",
        "/api/v1/operations/{id}/items",
        "/api/v1/operations/{id}/undo",
        "/api/v1/operations/{id}/abort",
        "/api/v1/operations/{id}/retry",
    ];
    assert_eq!(paths, actions.iter().map(String::as_str).chain(others).collect());
}

#[tokio::test]
async fn each_operation_is_routed_and_no_other() {
    let (router, document) = document().await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let id = if path.contains("/lists/") {
            "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11"
        } else if path.contains("/operations") {
            "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11"
        } else {
            "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11"
        };
        let concrete = path.replace("{id}", id).replace("{name}", "home").replace("{user}", "ben");
        let mut allowed = BTreeSet::new();
        for method in METHODS {
            let answer = ask(&router, method, &concrete).await;
            let documented = item.get(method.to_lowercase()).is_some();
            assert_eq!(answer.status != 405, documented, "{method} {path}: {}", answer.status);
            if documented {
                allowed.insert(method);
                assert!(!answer.text.contains("unknown-route"), "{method} {path} is not routed");
            }
        }
        if allowed.contains("GET") {
            allowed.insert("HEAD");
        }
        let refused = ask(&router, "TRACE", &concrete).await;
        assert_eq!(refused.header("allow").split(',').collect::<BTreeSet<_>>(), allowed, "{path}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_operation_is_whole() {
    let (_, document) = document().await;
    let mut references = vec![];
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for member in ["operationId", "summary"] {
                assert!(operation[member].is_string(), "{method} {path} has no {member}");
            }
            for status in ["400", "500", "503"] {
                assert!(operation["responses"][status].is_object(), "{method} {path} does not tell of {status}");
            }
        }
    }
    let problem = &document["components"]["responses"]["Problem422"]["content"]["application/problem+json"];
    assert!(problem["schema"]["$ref"].is_string() && problem["example"].is_object(), "{problem}");
}

#[tokio::test]
async fn a_todo_has_exactly_the_members_that_are_promised() {
    let (router, document) = document().await;
    let schema = &document["components"]["schemas"]["Todo"];
    let promised: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().collect();
    let body = json!({ "title": "x" });
    let todo = send(&router, "POST", "/api/v1/todos", &body).await.json();
    let shown: BTreeSet<_> = todo.as_object().unwrap().keys().collect();
    assert_eq!(shown, promised);
    for required in schema["required"].as_array().unwrap() {
        assert!(todo.get(required.as_str().unwrap()).is_some(), "{required} is required");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
