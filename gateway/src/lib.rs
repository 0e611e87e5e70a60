//! The HTTP edge: what a request asks becomes a command for an actor or a query of the views.
//!
//! `usecase` says what can be done and knows no HTTP; `http` is what every endpoint shares (who calls, bodies, entity
//! tags, problems); `api` is the public API and its OpenAPI document; `live` follows the journal for whoever wants to be
//! told; `service` is what other apps call through Dapr; `intake` takes the commands that other systems send as messages.

mod api;
mod docs;
mod edge;
mod gateway;
mod http;
pub mod intake;
mod live;
mod operations;
mod page;
mod probe;
mod service;
mod unsubscribe;
mod usecase;

pub use api::document as openapi;
pub use gateway::{Auth, Cors, Gateway, LiveOptions, Options};
pub use probe::{PositionsProbe, Probe, ViewsProbe};

use axum::Router;
use edge::Edge;

/// The whole edge: API, its documentation, `GET /`, health and metrics. Sets the fallback for unknown routes.
pub fn router(gateway: Gateway) -> Router {
    let edge = Edge::new(gateway);
    let (api, document) = api::routes();
    let public = api
        .merge(docs::routes(document))
        .merge(page::routes())
        .merge(unsubscribe::routes())
        .fallback(http::fallback::unknown_route)
        .method_not_allowed_fallback(http::fallback::other_method);
    http::layers(public, &edge).with_state(edge.clone()).merge(operations::routes(&edge))
}

/// What other apps call through Dapr service invocation: `POST /create-todo`, `/get-todo`, `/complete-todo`,
/// `/list-todos`. Without a fallback, so that it can be merged into another router. Meant for the port that only the
/// sidecar reaches.
pub fn service_routes(gateway: Gateway) -> Router {
    service::routes(&Edge::new(gateway))
}

/// `/livez`, `/readyz` and `/metrics` alone, for a process without the edge. Without a fallback, so that it can be
/// merged into another router; [`router`] has them already.
pub fn operations_routes(gateway: Gateway) -> Router {
    operations::routes(&Edge::new(gateway))
}
