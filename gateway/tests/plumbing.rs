//! What is around the API: addresses, other origins, traces, health, documentation.

mod support;

use axum::{body::Body, http::Request};
use gateway::Cors;
use serde_json::json;
use support::{Backend, ask, call, send};

const TODOS: &str = "/api/v1/todos";

fn post(headers: &[(&str, &str)]) -> Request<Body> {
    let request = Request::post(TODOS).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(r#"{"title": "x"}"#)).expect("a request")
}

#[tokio::test]
async fn urls_are_absolute_wherever_the_edge_is() {
    let mut backend = Backend::new();
    let router = backend.router();
    let proxied =
        call(&router, post(&[("host", "10.0.0.7:8080"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "todo.example")])).await;
    assert!(proxied.json()["url"].as_str().unwrap().starts_with("https://todo.example/api/v1/todos/todo-"), "{}", proxied.text);
    assert_eq!(proxied.header("location"), proxied.json()["url"]);
    backend.gateway.options.public_url = Some("https://public.example/".to_owned());
    let configured = call(&backend.router(), post(&[("host", "evil.example")])).await;
    assert!(configured.json()["url"].as_str().unwrap().starts_with("https://public.example/api/v1/todos/todo-"), "{}", configured.text);
}

#[tokio::test]
async fn a_trace_goes_along_and_a_request_keeps_its_name() {
    let backend = Backend::new();
    let router = backend.router();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let named = call(&router, post(&[("traceparent", trace), ("x-request-id", "abc-1")])).await;
    assert_eq!(named.header("x-request-id"), "abc-1");
    assert_eq!(backend.traces.lock().unwrap().last().unwrap().as_deref(), Some(trace));
    let unnamed = call(&router, post(&[("traceparent", "nonsense"), ("x-request-id", "a b")])).await;
    assert_eq!(unnamed.header("x-request-id").len(), 36);
    assert_eq!(backend.traces.lock().unwrap().last().unwrap().as_deref(), None);
}

#[tokio::test]
async fn options_says_what_a_path_can_do() {
    let backend = Backend::new();
    let options = ask(&backend.router(), "OPTIONS", TODOS).await;
    let all = ["GET", "HEAD", "POST", "DELETE"].iter().all(|method| options.header("allow").contains(method));
    assert_eq!((options.status, all), (204, true), "{:?}", options.headers);
}

#[tokio::test]
async fn other_origins_get_in_only_where_they_may() {
    let mut backend = Backend::new();
    let origin = [("origin", "https://a.example")];
    backend.gateway.options.cors = Cors::Nobody;
    assert_eq!(call(&backend.router(), post(&origin)).await.header("access-control-allow-origin"), "");
    backend.gateway.options.cors = Cors::Origins(vec!["https://a.example".parse().unwrap()]);
    assert_eq!(call(&backend.router(), post(&origin)).await.header("access-control-allow-origin"), "https://a.example");
    let stranger = call(&backend.router(), post(&[("origin", "https://b.example")])).await;
    assert_eq!(stranger.header("access-control-allow-origin"), "");
    backend.gateway.options.cors = Cors::Anyone;
    let anyone = call(&backend.router(), post(&origin)).await;
    assert_eq!(anyone.header("access-control-allow-origin"), "*");
    for exposed in ["etag", "location", "link", "idempotency-replayed", "data-stale"] {
        assert!(anyone.header("access-control-expose-headers").contains(exposed), "{exposed} is hidden from pages");
    }
}

#[tokio::test]
async fn operators_and_readers_find_what_they_look_for() {
    let backend = Backend::new();
    let router = backend.router();
    for (path, kind, part) in [
        ("/", "text/html", "/docs"),
        ("/docs/", "text/html", "swagger"),
        ("/docs/swagger-ui-bundle.js", "text/javascript", "function"),
        ("/problems", "text/html", "/problems/invalid-fields"),
        ("/problems/precondition-failed", "text/html", "currentVersion"),
        ("/livez", "text/plain", "ok"),
        ("/readyz", "application/json", "\"ready\""),
        ("/metrics", "text/plain", "todo_test 1"),
    ] {
        let answer = ask(&router, "GET", path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with(kind) && answer.text.contains(part), "{path}: {:?}", answer.headers);
        assert!(!answer.text.contains("//cdn.") && !answer.text.contains("unpkg.com"), "{path} loads from elsewhere");
    }
    for path in ["/nothing", "/problems/nothing", "/docs/nothing"] {
        assert_eq!(ask(&router, "GET", path).await.status, 404, "{path}");
    }
    let alone = gateway::operations_routes(backend.gateway.clone());
    assert_eq!(ask(&alone, "GET", "/livez").await.status, 200);
    assert_eq!(ask(&alone, "GET", TODOS).await.status, 404);
    assert_eq!(ask(&alone, "POST", "/livez").await.json()["type"], "/problems/method-not-allowed");
}

#[tokio::test]
async fn other_apps_call_methods() {
    let backend = Backend::new();
    // Next to the edge, as in one process on one sidecar.
    let router = backend.router().merge(gateway::service_routes(backend.gateway.clone()));
    let create = json!({ "title": "by another app", "tags": ["app"], "idempotencyKey": "job-7" });
    let created = send(&router, "POST", "/create-todo", &create).await;
    assert_eq!((created.status, &created.json()["title"]), (200, &json!("by another app")), "{}", created.text);
    let again = send(&router, "POST", "/create-todo", &create).await;
    assert_eq!((again.json(), again.header("idempotency-replayed")), (created.json(), "true"));
    let id = json!({ "id": created.json()["id"] });
    let stale = json!({ "id": created.json()["id"], "version": 7 });
    assert_eq!(send(&router, "POST", "/complete-todo", &stale).await.json()["type"], "/problems/precondition-failed");
    let done = send(&router, "POST", "/complete-todo", &id).await;
    assert_eq!((done.status, &done.json()["completed"]), (200, &json!(true)));
    assert_eq!(send(&router, "POST", "/get-todo", &id).await.json(), done.json());
    let list = send(&router, "POST", "/list-todos", &json!({ "status": "completed", "tags": ["app"], "limit": 1 })).await;
    assert_eq!(list.json(), json!([done.json()]));

    for (method, body, field) in [
        ("/create-todo", json!({}), "title"),
        ("/create-todo", json!({ "title": "x", "idempotencyKey": 7 }), "idempotencyKey"),
        ("/get-todo", json!({ "id": "7" }), "id"),
        ("/get-todo", json!({ "id": created.json()["id"], "nosuch": 1 }), "nosuch"),
        ("/complete-todo", json!({ "id": created.json()["id"], "version": "1" }), "version"),
        ("/list-todos", json!([]), "body"),
        ("/list-todos", json!({ "status": "done" }), "status"),
        ("/list-todos", json!({ "nosuch": true }), "nosuch"),
    ] {
        let answer = send(&router, "POST", method, &body).await;
        assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"), "{method}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{method}");
    }
    let nobody = json!({ "id": "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11" });
    assert_eq!(send(&router, "POST", "/get-todo", &nobody).await.status, 404);
}
