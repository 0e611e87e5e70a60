//! What a client is told when something behind the edge does not work, or when two requests meet.

mod support;

use std::{sync::Arc, time::Duration};

use axum::{body::Body, http::Request};
use domain::{ListId, TodoId, UserId};
use ports::{
    Counts, DispatchError, DueBounds, ListRow, Page, PersonRow, Positions, PositionsError, TodoQuery, TodoRow, ViewReader, ViewsError,
};
use serde_json::json;
use support::{Backend, ask, call, send};

const TODOS: &str = "/api/v1/todos";

#[tokio::test]
async fn an_actor_that_does_not_answer_is_a_503_that_may_be_tried_again() {
    let backend = Backend::new();
    let router = backend.router();
    for fault in [DispatchError::Unavailable("secret address".into()), DispatchError::Failed("secret reason".into())] {
        backend.faults.lock().unwrap().push(fault);
        let answer = send(&router, "POST", TODOS, &json!({ "title": "x" })).await;
        assert_eq!((answer.status, answer.header("retry-after"), answer.header("content-type")), (503, "1", "application/problem+json"));
        assert!(!answer.text.contains("secret"), "{}", answer.text);
    }
    backend.faults.lock().unwrap().push(DispatchError::Malformed("secret".into()));
    let answer = send(&router, "POST", TODOS, &json!({ "title": "x" })).await;
    assert_eq!((answer.status, &answer.json()["type"]), (500, &json!("/problems/internal")));
    assert!(!answer.text.contains("secret"), "{}", answer.text);
}

#[tokio::test]
async fn deleting_all_goes_on_where_it_stopped() {
    let backend = Backend::new();
    let router = backend.router();
    for n in 0..40 {
        send(&router, "POST", TODOS, &json!({ "title": n.to_string() })).await;
    }
    assert_eq!(ask(&router, "GET", TODOS).await.json().as_array().map(Vec::len), Some(40));
    backend.faults.lock().unwrap().push(DispatchError::Unavailable("once".into()));
    assert_eq!(ask(&router, "DELETE", TODOS).await.status, 503);
    assert_eq!(ask(&router, "GET", TODOS).await.json().as_array().map(Vec::len), Some(1));
    assert_eq!(ask(&router, "DELETE", TODOS).await.status, 204);
    assert_eq!(ask(&router, "GET", TODOS).await.json(), json!([]));
}

/// Views that are down, and one question that makes them panic.
struct Broken;

#[async_trait::async_trait]
impl ViewReader for Broken {
    async fn todo(&self, _: &UserId, _: TodoId) -> Result<Option<TodoRow>, ViewsError> {
        panic!("secret")
    }
    async fn todos(&self, _: &UserId, _: &TodoQuery) -> Result<Page, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn person(&self, _: &UserId) -> Result<PersonRow, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn lists(&self, _: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn invitations(&self, _: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn list_size(&self, _: ListId) -> Result<u64, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn sees(&self, _: &UserId, _: TodoId) -> Result<Option<bool>, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn naming(&self, _: &UserId) -> Result<ports::Named, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn counts(&self, _: &UserId, _: &DueBounds) -> Result<Counts, ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
    async fn wait_for(&self, _: &[(String, u64)], _: Duration) -> Result<bool, ViewsError> {
        Ok(true)
    }
    async fn ready(&self) -> Result<(), ViewsError> {
        Err(ViewsError::Unavailable("secret".into()))
    }
}

#[tokio::test]
async fn views_that_are_down_or_panic_tell_no_details() {
    let mut backend = Backend::new();
    backend.gateway.views = Arc::new(Broken);
    backend.gateway.readiness = vec![("views", Arc::new(gateway::ViewsProbe(Arc::new(Broken))))];
    let router = backend.router();
    let list = ask(&router, "GET", TODOS).await;
    assert_eq!((list.status, list.header("retry-after"), &list.json()["type"]), (503, "1", &json!("/problems/unavailable")));
    let panicked = ask(&router, "GET", &format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")).await;
    assert_eq!((panicked.status, &panicked.json()["type"]), (500, &json!("/problems/internal")));
    for answer in [&list, &panicked] {
        assert!(!answer.text.contains("secret") && !answer.header("x-request-id").is_empty(), "{}", answer.text);
    }
    // Commands do not depend on views.
    assert_eq!(send(&router, "POST", TODOS, &json!({ "title": "x" })).await.status, 201);
    let ready = ask(&router, "GET", "/readyz").await;
    assert_eq!((ready.status, &ready.json()["checks"]["views"]["state"]), (503, &json!("failed")));
    // What takes commands all the same stays in service, and says what it lacks.
    backend.gateway.dependencies = std::mem::take(&mut backend.gateway.readiness);
    let ready = ask(&backend.router(), "GET", "/readyz").await;
    assert_eq!((ready.status, &ready.json()["status"]), (200, &json!("degraded")));
    assert_eq!(ready.json()["checks"]["views"]["problem"], "the views cannot be read now");
    assert_eq!(ask(&router, "GET", "/livez").await.status, 200);
}

/// Positions that are down.
struct Amnesia;

#[async_trait::async_trait]
impl Positions for Amnesia {
    async fn note(&self, _: &UserId, _: &str, _: u64) -> Result<(), PositionsError> {
        Err(PositionsError("down".into()))
    }
    async fn outstanding(&self, _: &UserId) -> Result<Vec<(String, u64)>, PositionsError> {
        Err(PositionsError("down".into()))
    }
    async fn settled(&self, _: &UserId, _: &[(String, u64)]) -> Result<(), PositionsError> {
        Err(PositionsError("down".into()))
    }
}

#[tokio::test]
async fn without_positions_commands_work_and_queries_admit_their_doubt() {
    let mut backend = Backend::new();
    backend.gateway.positions = Arc::new(Amnesia);
    let router = backend.router();
    assert_eq!(send(&router, "POST", TODOS, &json!({ "title": "x" })).await.status, 201);
    let list = ask(&router, "GET", TODOS).await;
    assert_eq!((list.status, list.header("data-stale")), (200, "?1"));
}

#[tokio::test]
async fn a_request_whose_twin_is_being_answered_is_sent_away() {
    let backend = Backend::new();
    let router = backend.router();
    backend.calls_held.send_replace(true);
    let request = || {
        let request = Request::post(TODOS).header("content-type", "application/json").header("idempotency-key", "twin");
        request.body(Body::from(r#"{"title": "x"}"#)).unwrap()
    };
    let first = tokio::spawn({
        let (router, request) = (router.clone(), request());
        async move { call(&router, request).await }
    });
    let called = testkit::poll_until(Duration::from_secs(5), async || (!backend.traces.lock().unwrap().is_empty()).then_some(()));
    called.await.unwrap();
    let second = call(&router, request()).await;
    assert_eq!((second.status, second.header("retry-after"), &second.json()["type"]), (409, "1", &json!("/problems/request-in-flight")));
    backend.calls_held.send_replace(false);
    let first = first.await.unwrap();
    assert_eq!(first.status, 201);
    let third = call(&router, request()).await;
    assert_eq!((third.status, third.header("idempotency-replayed"), third.json()), (201, "true", first.json()));
}
