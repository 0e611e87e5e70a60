//! The edge over the real actor host, with stores and views in memory and a projection that can be held back.
#![allow(dead_code, unreachable_pub, unused_imports, clippy::unwrap_used, reason = "each test file uses its own part")]

mod backend;
mod server;

pub use backend::{Backend, person};
pub use server::Server;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, header::CONTENT_TYPE},
};
use serde_json::Value;
use tower::ServiceExt;

/// A whole answer of a router that is called in process.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Calls `router` once.
pub async fn call(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
        // It has no end.
        return Answer { status, headers, text: String::new() };
    }
    let text = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    Answer { status, headers, text }
}

/// Calls `router` without a body.
pub async fn ask(router: &Router, method: &str, path: &str) -> Answer {
    call(router, Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await
}

/// Calls `router` with JSON.
pub async fn send(router: &Router, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
    call(router, request.body(Body::from(body.to_string())).unwrap()).await
}
