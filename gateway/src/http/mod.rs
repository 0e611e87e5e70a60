//! What every endpoint shares.

mod body;
mod call;
pub(crate) mod cors;
mod etag;
pub(crate) mod fallback;
mod idempotency;
mod kinds;
mod observe;
mod origin;
mod path;
mod prefer;
mod problem;

pub(crate) use body::{Json, LargeJson, OptionalJson, PatchJson};
pub(crate) use call::is_traceparent;
pub(crate) use etag::{DATA_STALE, IfMatch, IfNoneMatch, etag};
pub(crate) use idempotency::{REPLAYED, parse as request_key};
pub(crate) use origin::Origin;
pub(crate) use path::{ListPath, MemberPath, NamePath, NotificationPath, OperationPath, TodoPath, WebhookPath};
pub(crate) use prefer::RespondAsync;
pub(crate) use problem::Problem;

/// The kinds of problem, for code that answers with one.
pub(crate) mod kind {
    pub(crate) use super::kinds::*;
}

use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;

use crate::edge::Edge;

/// Wraps `router` in what every route needs. From the inside out: a panic becomes a problem, other origins are let in
/// or not, and the outcome is counted, named by a request id, and written out as a problem where it is one.
pub(crate) fn layers(router: Router<Edge>, edge: &Edge) -> Router<Edge> {
    router
        .layer(CatchPanicLayer::custom(fallback::panicked))
        .layer(middleware::from_fn_with_state(edge.clone(), cors::apply))
        .layer(middleware::from_fn_with_state(edge.clone(), observe::observe))
}
