use std::{borrow::Cow, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::{call, problem};
use crate::edge::Edge;

/// Names one request in logs and to whoever sent it.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Counts and times the request, names it, and writes a problem out. Paths and queries are not logged: a query may
/// hold what a person searched for.
pub(crate) async fn observe(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = known(request.method());
    let uri = request.uri().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = request_id(&edge, request.headers().get(&REQUEST_ID));
    let named = route.as_ref().map_or("unknown", MatchedPath::as_str);
    let span = tracing::info_span!("http", otel.kind = "server", method, route = named, request_id = id.to_str().unwrap_or_default());

    // Whatever is called for this request hangs below this span.
    if let Some(parent) = call::traceparent(request.headers()) {
        ports::trace::adopt(&span, &parent);
    }
    if let Some(place) = ports::trace::place(&span).and_then(|place| HeaderValue::try_from(place).ok()) {
        request.headers_mut().insert(call::TRACEPARENT, place);
    }
    let response = next.run(request).instrument(span).await;
    let mut response = problem::write_out(response, uri.path());
    response.headers_mut().insert(REQUEST_ID, id);

    let route: Cow<'static, str> = route.map_or(Cow::Borrowed("unknown"), |route| Cow::Owned(route.as_str().to_owned()));
    let status = response.status().as_str().to_owned();
    metrics::counter!("todo_http_requests_total", "route" => route.clone(), "method" => method, "status" => status).increment(1);
    metrics::histogram!("todo_http_request_duration_seconds", "route" => route, "method" => method).record(begun.elapsed().as_secs_f64());
    response
}

/// The client's own name for the request if it is plain, else a new one.
fn request_id(edge: &Edge, given: Option<&HeaderValue>) -> HeaderValue {
    let plain = |value: &&HeaderValue| {
        (1..=128).contains(&value.len()) && value.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(b))
    };
    given.filter(plain).cloned().unwrap_or_else(|| {
        let id = edge.gateway.ids.uuid().to_string();
        HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    })
}

/// A label must not be a client's choice.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
