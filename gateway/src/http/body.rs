use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{ACCEPT, CONTENT_TYPE},
    },
};
use bytes::BytesMut;
use futures::StreamExt;
use serde_json::Value;

use super::{Problem, kind};
use crate::edge::Edge;

const JSON: &str = "application/json";
/// RFC 7396.
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// How much of a body that is too large is read and thrown away. Whoever is still sending does not read the answer, and
/// closing on them would take it away.
const PATIENCE: usize = 16 * 1024 * 1024;

/// A JSON body.
pub(crate) struct Json(pub Value);

/// A JSON body that says what to change: the media type of RFC 7396, or plain JSON, which the Todo-Backend contract sends.
pub(crate) struct PatchJson(pub Value);

/// A JSON body that may be left out, which is as good as `{}`.
pub(crate) struct OptionalJson(pub Value);

impl FromRequest<Edge> for OptionalJson {
    type Rejection = Problem;
    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        // Whoever says what kind of body it is has one, if only by mistake.
        if request.headers().get(CONTENT_TYPE).is_none() && request.body().is_end_stream() {
            return Ok(Self(Value::Object(serde_json::Map::new())));
        }
        read(request, edge, &[JSON], ACCEPT_POST).await.map(Self)
    }
}

impl FromRequest<Edge> for Json {
    type Rejection = Problem;
    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        read(request, edge, &[JSON], ACCEPT_POST).await.map(Self)
    }
}

/// A JSON body that holds many things at once: so many times larger than others.
pub(crate) struct LargeJson(pub Value);

const LARGER: usize = 32;

impl FromRequest<Edge> for LargeJson {
    type Rejection = Problem;
    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        read_up_to(request, edge.gateway.options.max_body * LARGER, &[JSON], ACCEPT_POST).await.map(Self)
    }
}

impl FromRequest<Edge> for PatchJson {
    type Rejection = Problem;
    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        read(request, edge, &[MERGE_PATCH, JSON], ACCEPT_PATCH).await.map(Self)
    }
}

const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

async fn read(request: Request, edge: &Edge, types: &[&str], accept: HeaderName) -> Result<Value, Problem> {
    read_up_to(request, edge.gateway.options.max_body, types, accept).await
}

async fn read_up_to(request: Request, max: usize, types: &[&str], accept: HeaderName) -> Result<Value, Problem> {
    if !is_one_of(request.headers(), types) {
        let list = types.join(", ");
        let problem = Problem::of(&kind::UNSUPPORTED_MEDIA_TYPE).detail(format!("Content-Type must be one of: {list}"));
        let value = HeaderValue::try_from(list).unwrap_or_else(|_| HeaderValue::from_static(JSON));
        return Err(problem.header(accept, value.clone()).header(ACCEPT, value));
    }
    let bytes = all(request.into_body(), max).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what =
            if bytes.is_empty() { "the body is empty".to_owned() } else { format!("the body breaks at line {line}, column {column}") };
        Problem::of(&kind::MALFORMED_JSON).detail(format!("{what}: send one JSON value")).with("line", line).with("column", column)
    })
}

/// Whether the body is of one of `types`, in UTF-8.
fn is_one_of(headers: &HeaderMap, types: &[&str]) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| types.iter().any(|known| name.eq_ignore_ascii_case(known)));
    let utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
            charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    named && parts.all(utf8)
}

async fn all(body: Body, max: usize) -> Result<BytesMut, Problem> {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Problem::of(&kind::MALFORMED_JSON).detail("the body ended before it was complete"))?;
        length += chunk.len();
        if length <= max {
            bytes.extend_from_slice(&chunk);
        } else if length > PATIENCE {
            break;
        }
    }
    if length > max {
        return Err(Problem::of(&kind::BODY_TOO_LARGE).detail(format!("at most {max} bytes are read")).with("maxBytes", max));
    }
    Ok(bytes)
}
