//! What operators and their tools ask.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::join_all;
use serde_json::{Map, Value, json};

use crate::{edge::Edge, http};

/// How long a probe may take.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn routes(edge: &Edge) -> Router {
    let routes = Router::new()
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(http::fallback::other_method);
    http::layers(routes, edge).with_state(edge.clone())
}

/// Whether the process can do its work: each probe by name.
async fn ready(State(edge): State<Edge>) -> Response {
    let probes = edge.gateway.readiness.iter().map(async |(name, probe)| {
        let outcome = tokio::time::timeout(PATIENCE, probe.probe()).await;
        let state = match outcome {
            Ok(Ok(())) => json!({ "state": "ok" }),
            Ok(Err(error)) => json!({ "state": "failed", "problem": error.to_string() }),
            Err(_) => json!({ "state": "failed", "problem": format!("no answer within {} s", PATIENCE.as_secs()) }),
        };
        ((*name).to_owned(), state)
    });
    let checks: Map<String, Value> = join_all(probes).await.into_iter().collect();
    let ready = checks.values().all(|check| check["state"] == "ok");
    let (status, word) = if ready { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    (status, Json(json!({ "status": word, "checks": checks }))).into_response()
}

async fn metrics(State(edge): State<Edge>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (edge.gateway.metrics)())
}
