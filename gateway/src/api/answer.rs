//! The responses that several operations give.

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, ETAG},
    },
    response::{IntoResponse, Response},
};

use super::TodoJson;
use crate::{
    http::{DATA_STALE, IfMatch, IfNoneMatch, Origin, Problem, REPLAYED, etag},
    usecase::{Caller, Done, Seen, Shown},
};

/// One person's, and to be asked for again each time.
pub(super) const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Where the todo of an answer is, for those who need it apart from the body.
#[derive(Clone)]
pub(super) struct Url(pub HeaderValue);

/// A todo after a command.
pub(crate) fn changed(status: StatusCode, caller: &Caller, done: Done, origin: &Origin) -> Response {
    let version = done.shown.version;
    let todo = TodoJson::new(done.shown, origin);
    let url = HeaderValue::try_from(todo.url.as_str());
    let mut response = (status, [(ETAG, etag(version))], axum::Json(todo)).into_response();
    if let Ok(url) = url {
        response.extensions_mut().insert(Url(url));
    }
    mark_replayed(&mut response, caller, done.replayed);
    response
}

/// A todo that is read.
pub(crate) fn shown(seen: Seen<Shown>, origin: &Origin) -> Response {
    let headers = [(ETAG, etag(seen.answer.version)), (CACHE_CONTROL, PRIVATE)];
    let mut response = (headers, axum::Json(TodoJson::new(seen.answer, origin))).into_response();
    mark_stale(&mut response, seen.stale);
    response
}

/// On which version of what is read an answer depends.
pub(super) struct Condition {
    wanted: IfMatch,
    known: IfNoneMatch,
}

impl Condition {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        Ok(Self { wanted: IfMatch::of(headers)?, known: IfNoneMatch::of(headers)? })
    }

    /// The answer for what is at `version`, which is `whole` only where the client wants that version and has another.
    pub(super) fn meet(self, version: u64, stale: bool, whole: impl FnOnce() -> Response) -> Result<Response, Problem> {
        if !self.wanted.holds(version) {
            return Err(Problem::not_at_version(version));
        }
        if self.known.holds(version) {
            return Ok(whole());
        }
        let mut response = (StatusCode::NOT_MODIFIED, [(ETAG, etag(version)), (CACHE_CONTROL, PRIVATE)]).into_response();
        mark_stale(&mut response, stale);
        Ok(response)
    }
}

/// Only a client that chose a key asked whether it is a replay: the platform's own retries are nobody's business.
pub(super) fn mark_replayed(response: &mut Response, caller: &Caller, replayed: bool) {
    if replayed && caller.key.is_some() {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
}

/// Says that the caller's last changes may be missing.
pub(super) fn mark_stale(response: &mut Response, stale: bool) {
    if stale {
        response.headers_mut().insert(DATA_STALE, HeaderValue::from_static("?1"));
    }
}
