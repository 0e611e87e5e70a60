//! What operators and their tools ask.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::join_all;
use serde_json::{Map, Value, json};

use crate::{Probe, edge::Edge, http};

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
    let (needed, told) = tokio::join!(ask(&edge.gateway.readiness), ask(&edge.gateway.dependencies));
    let well = |checks: &Map<String, Value>| checks.values().all(|check| check["state"] == "ok");
    let (status, word) = match (well(&needed), well(&told)) {
        (true, true) => (StatusCode::OK, "ready"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    let checks: Map<String, Value> = told.into_iter().chain(needed).collect();
    (status, Json(json!({ "status": word, "checks": checks }))).into_response()
}

async fn ask(probes: &[(&'static str, Arc<dyn Probe>)]) -> Map<String, Value> {
    let answers = probes.iter().map(async |(name, probe)| {
        let outcome = tokio::time::timeout(PATIENCE, probe.probe()).await;
        let state = match outcome {
            Ok(Ok(())) => json!({ "state": "ok" }),
            Ok(Err(error)) => json!({ "state": "failed", "problem": error.to_string() }),
            Err(_) => json!({ "state": "failed", "problem": format!("no answer within {} s", PATIENCE.as_secs()) }),
        };
        ((*name).to_owned(), state)
    });
    join_all(answers).await.into_iter().collect()
}

async fn metrics(State(edge): State<Edge>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (edge.gateway.metrics)())
}
