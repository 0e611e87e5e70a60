//! Who calls: with a token its person, without one whoever is meant, else nobody.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, header::CONTENT_TYPE},
};
use gateway::Auth;
use ports::{
    Principal,
    memory::{MemoryAuthenticator, MemoryOverview},
};
use serde_json::{Value, json};
use support::{Answer, Backend, ask, call};

async fn with(router: &Router, authorization: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request =
        Request::builder().method(method).uri(path).header("authorization", authorization).header(CONTENT_TYPE, "application/json");
    call(router, request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap()).await
}

/// A backend that wants a token of everybody.
fn strict() -> Backend {
    let mut backend = Backend::new();
    backend.gateway.options.auth = Auth::Token;
    backend
}

#[tokio::test]
async fn every_operation_wants_a_token_and_nothing_else_does() {
    let router = strict().router();
    let document = ask(&router, "GET", "/openapi.json").await.json();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let concrete = path.replace("{id}", "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11").replace("{name}", "home").replace("{user}", "ben");
        for method in item.as_object().unwrap().keys().filter(|key| ["get", "put", "post", "patch", "delete"].contains(&key.as_str())) {
            let answer = ask(&router, &method.to_uppercase(), &concrete).await;
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
            assert_eq!(answer.json()["type"], "/problems/unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"todo\"", "{method} {path}");
            assert!(document["paths"][path][method]["responses"]["401"].is_object(), "{method} {path} does not tell of 401");
            operations += 1;
        }
    }
    assert!(operations >= 16, "{operations}");
    for open in ["/livez", "/readyz", "/metrics", "/docs/", "/openapi.json", "/problems", "/problems/unauthorized", "/"] {
        assert_eq!(ask(&router, "GET", open).await.status, 200, "{open}");
    }
}

#[tokio::test]
async fn a_token_counts_and_must_hold_wherever_it_is_given() {
    for auth in [Auth::Token, Auth::LocalPerson(support::person())] {
        let mut backend = Backend::new();
        backend.gateway.options.auth = auth;
        let router = backend.router();
        let body = || Some(json!({ "title": "hers" }));
        assert_eq!(with(&router, "Bearer token-of-ana", "POST", "/api/v1/todos", body()).await.status, 201);
        let all = with(&router, "bearer token-of-ana", "GET", "/api/v1/todos", None).await.json();
        assert_eq!(all[0]["title"], "hers");
        assert_eq!(with(&router, "Bearer token-of-ben", "GET", "/api/v1/todos", None).await.json(), json!([]));
        for wrong in ["Bearer nonsense", "Basic YTpi", "Bearer", "Bearer "] {
            let answer = with(&router, wrong, "GET", "/api/v1/todos", None).await;
            assert_eq!(answer.status, 401, "{wrong}");
            assert!(answer.header("www-authenticate").starts_with("Bearer realm=\"todo\", error=\"invalid_token\""), "{wrong}");
            assert!(!answer.text.contains("nonsense"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_token_that_may_only_look_changes_nothing() {
    let router = strict().router();
    let made = with(&router, "Bearer token-of-ben", "POST", "/api/v1/todos", Some(json!({ "title": "his" }))).await.json();
    let path = format!("/api/v1/todos/{}", made["id"].as_str().unwrap());
    assert_eq!(with(&router, "Bearer token-of-ben-looks", "GET", &path, None).await.status, 200);
    for (method, path) in
        [("DELETE", &*path), ("PATCH", &path), ("POST", "/api/v1/todos"), ("DELETE", "/api/v1/todos"), ("PUT", "/api/v1/filters/x")]
    {
        let answer = with(&router, "Bearer token-of-ben-looks", method, path, Some(json!({}))).await;
        assert_eq!((answer.status, &answer.json()["type"]), (403, &json!("/problems/forbidden")), "{method} {path}");
    }
    assert_eq!(with(&router, "Bearer token-of-ben", "GET", &path, None).await.json()["version"], 1);
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let mut backend = strict();
    let until = backend.gateway.clock.now() + std::time::Duration::from_millis(300);
    let principal = Principal { user: "ana".parse().unwrap(), role: domain::Role::Owner, until: Some(until) };
    backend.gateway.authenticator = Arc::new(MemoryAuthenticator([("short".to_owned(), principal)].into()));
    let server = support::Server::of(backend.router()).await;
    let answer = reqwest::Client::new().get(format!("{}/api/v1/events/stream", server.base)).bearer_auth("short").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    // The end, and not a failure.
    let text = tokio::time::timeout(std::time::Duration::from_secs(20), answer.text()).await.expect("it ends").unwrap();
    assert!(text.contains("event: hello") || text.contains("event:hello"), "{text}");
}

/// A projection that has taken the first so many events of each partition.
struct At(Vec<(i32, i64)>);

#[async_trait::async_trait]
impl ports::FeedPosition for At {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, ports::FeedPositionError> {
        Ok(self.0.clone())
    }
}

/// An outbox that does not say how it is.
struct Silent;

#[async_trait::async_trait]
impl ports::OutboxWatch for Silent {
    async fn outbox(&self) -> Result<ports::OutboxState, ports::Source> {
        Err("secret".into())
    }
}

#[tokio::test]
async fn only_operators_see_how_the_platform_is_doing_and_a_silent_part_hides_no_other() {
    let mut backend = strict();
    backend.gateway.options.operators = ["ana".parse().unwrap()].into();
    // Kafka has forgotten the first ten of partition 1; of partition 2 nothing was taken yet.
    let mut overview = MemoryOverview { ends: vec![(0, 0..100), (1, 10..30), (2, 5..6)] }.whole();
    overview.projections = vec![("late", Arc::new(At(vec![(0, 98), (1, 4)]))), ("done", Arc::new(At(vec![(0, 100), (1, 30), (2, 6)])))];
    overview.outbox = Some(Arc::new(Silent));
    backend.gateway.overview = overview;
    let router = backend.router();
    let overview = with(&router, "Bearer token-of-ana", "GET", "/api/v1/operator/overview", None).await;
    assert_eq!(overview.status, 200, "{}", overview.text);
    let json = overview.json();
    let late = json!([{ "name": "late", "taken": 98, "behind": 23 }, { "name": "done", "taken": 121, "behind": 0 }]);
    assert_eq!((&json["projections"], &json["silent"], &json["outbox"]), (&late, &json!(["outbox"]), &json!(null)));
    assert!(!overview.text.contains("secret"));
    assert_eq!(with(&router, "Bearer token-of-ana", "GET", "/api/v1/me", None).await.json()["operator"], true);
    assert_eq!(with(&router, "Bearer token-of-ben", "GET", "/api/v1/me", None).await.json()["operator"], false);
    let saga = "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
    for (method, path) in [
        ("GET", "overview".to_owned()),
        ("GET", "operations".to_owned()),
        ("POST", format!("operations/{saga}/retry")),
        ("POST", format!("operations/{saga}/abort")),
    ] {
        let refused = with(&router, "Bearer token-of-ben", method, &format!("/api/v1/operator/{path}"), None).await;
        assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("/problems/forbidden")), "{path}");
    }
    let nothing = with(&router, "Bearer token-of-ana", "POST", &format!("/api/v1/operator/operations/{saga}/retry"), None).await;
    assert_eq!((nothing.status, &nothing.json()["type"]), (404, &json!("/problems/no-operation")));
}
