use std::any::Any;

use axum::{
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};

use super::{Problem, kind};

/// No route has the path.
pub(crate) async fn unknown_route() -> Problem {
    Problem::of(&kind::UNKNOWN_ROUTE)
}

/// The path has no such method. The router adds `Allow`; for OPTIONS that is the answer.
pub(crate) async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS { StatusCode::NO_CONTENT.into_response() } else { Problem::of(&kind::METHOD_NOT_ALLOWED).into_response() }
}

/// A handler panicked. What it said went to the process's panic hook; the client learns nothing of it.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    metrics::counter!("todo_http_panics_total").increment(1);
    tracing::error!("a handler panicked");
    Problem::of(&kind::INTERNAL).into_response()
}
