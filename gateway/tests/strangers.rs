//! Nothing of one person is visible to another.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use gateway::Auth;
use serde_json::{Value, json};
use support::{Backend, Server};
use testkit_http::{Api, Events};

async fn server() -> (Server, Backend) {
    let mut backend = Backend::new();
    backend.gateway.options.auth = Auth::Token;
    (Server::of(backend.router()).await, backend)
}

async fn create(server: &Server, user: &str, key: Option<&str>) -> Value {
    let api = Api::at(&server.base).with_token(&format!("token-of-{user}"));
    let headers: Vec<_> = key.into_iter().map(|key| ("idempotency-key", key)).collect();
    api.json("POST", "/api/v1/todos", &headers, &json!({ "title": format!("{user}'s") })).await.expect(201).value()
}

#[tokio::test]
async fn every_operation_keeps_what_is_anas_from_ben() {
    let (server, _backend) = server().await;
    testkit_http::strangers(&server.base, ["token-of-ana", "token-of-ben"]).await;
}

#[tokio::test]
async fn a_stream_tells_only_of_what_is_ones_own() {
    let (server, _backend) = server().await;
    let todo = create(&server, "ana", None).await;
    // From the beginning of the journal on.
    let mut events = Events::open_as(&server.base, Some(0), "token-of-ben").await;
    assert_eq!(events.event().await.event, "hello");
    let path = format!("/api/v1/todos/{}/complete", todo["id"].as_str().unwrap());
    Api::at(&server.base).with_token("token-of-ana").bare("POST", &path, &[]).await.expect(200);
    create(&server, "ben", None).await;
    // His own comes first, though hers came before: nothing else does.
    let event = events.event().await;
    assert_eq!((event.json()["principal"].clone(), event.json()["eventType"].clone()), (json!("ben"), json!("TodoCreated")), "{event:?}");
}

#[tokio::test]
async fn an_idempotency_key_of_anas_finds_nothing_for_ben() {
    let (server, _backend) = server().await;
    let (hers, his) = (create(&server, "ana", Some("the-same")).await, create(&server, "ben", Some("the-same")).await);
    assert_eq!(his["title"], "ben's");
    assert_ne!(hers["id"], his["id"]);
}
