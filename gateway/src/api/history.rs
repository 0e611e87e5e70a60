//! What happened to a todo, and undoing it.

use axum::{
    extract::{FromRequestParts, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, ETAG, LINK},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use domain::Invalid;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    answer::{self, Condition, PRIVATE},
    fields::{Fields, wrong_type},
    happened::EntryJson,
    item::expected,
    parameters::{each, instant, parameters, unknown},
    query::{MAX_LIMIT, bad_cursor, bad_limit, cursor, limited, shown_cursor},
    representation::{TodoJson, url},
};
use crate::{
    edge::Edge,
    http::{OptionalJson, Origin, Problem, TodoPath, etag, kind},
    usecase::{self, Caller},
};

/// When a todo is to be shown.
pub(super) struct AtQuery(pub Option<Timestamp>);

impl FromRequestParts<Edge> for AtQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
        let mut at = None;
        let read = each(&parameters(parts)?, "", |name, value| match name {
            "at" => instant(name, value).map(|instant| at = Some(instant)),
            other => Err(unknown(other, "at")),
        });
        read.map(|()| Self(at)).map_err(|wrong| Problem::invalid(&kind::INVALID_QUERY, wrong))
    }
}

/// Which part of a history.
pub(super) struct HistoryQuery {
    after: u64,
    limit: usize,
}

impl FromRequestParts<Edge> for HistoryQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
        let mut query = Self { after: 0, limit: MAX_LIMIT };
        let read = each(&parameters(parts)?, "", |name, value| {
            match name {
                "limit" => query.limit = value.parse().map_err(|_| bad_limit()).and_then(limited)?,
                "cursor" => query.after = cursor(name, value)?.parse().map_err(|_| bad_cursor(name))?,
                other => return Err(unknown(other, "limit, cursor")),
            }
            Ok(())
        });
        read.map(|()| query).map_err(|wrong| Problem::invalid(&kind::INVALID_QUERY, wrong))
    }
}

/// See what happened to a todo.
///
/// Who did what when, the oldest first, and each field before and after. Also of a todo in the trash. Without `limit` up to
/// 1000 events come at once; where there are more, `Link` leads on.
#[utoipa::path(get, path = "/todos/{id}/history", operation_id = "getTodoHistory", tag = "todos",
    params(super::schemas::IdParameter, super::schemas::HistoryParameters),
    responses(
        (status = 200, description = "What happened, in order.", body = Vec<EntryJson>, headers(
            ("ETag" = String, description = "The todo's version."),
            ("Link" = Option<String>, description = "The next page, with `rel=\"next\"`."),
            ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing."))),
        (status = 304, description = "Nothing happened since the version of `If-None-Match`.", headers(("ETag" = String, description = "The todo's version.")))))]
pub(super) async fn history(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    query: HistoryQuery,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let condition = Condition::of(&headers)?;
    let HistoryQuery { after, limit } = query;
    let seen = usecase::history(&edge, &caller, id, after, limit as u64).await?;
    let (version, stale, next) = (seen.answer.version, seen.stale, seen.answer.next);
    condition.meet(version, stale, || {
        let entries: Vec<_> = seen.answer.entries.into_iter().map(EntryJson::new).collect();
        let mut response = ([(ETAG, etag(version)), (CACHE_CONTROL, PRIVATE)], axum::Json(entries)).into_response();
        let link = next.map(|next| {
            let (own, cursor) = (url(id, &origin), shown_cursor(&next.to_string()));
            HeaderValue::try_from(format!("<{own}/history?limit={limit}&cursor={cursor}>; rel=\"next\""))
        });
        if let Some(Ok(link)) = link {
            response.headers_mut().insert(LINK, link);
        }
        answer::mark_stale(&mut response, stale);
        response
    })
}

/// Undo a change of a todo.
///
/// Undoes the last change, or the one that `version` is part of: all that one request did. Nothing is deleted from the
/// history: a new change compensates for the old one, and can be undone like any. Undoing a creation puts the todo into the
/// trash, undoing a deletion takes it out. Where a field holds something newer by now, it is said which, and nothing is done.
#[utoipa::path(post, path = "/todos/{id}/undo", operation_id = "undoTodo", tag = "todos", params(super::schemas::IdParameter),
    request_body(content = Option<super::schemas::Undo>, content_type = "application/json"),
    responses(
        (status = 200, description = "The todo as it is now.", body = TodoJson, headers(
            ("ETag" = String, description = "Its version."),
            ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before."))),
        (status = 204, description = "It lies in the trash now.", headers(
            ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn undo(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let mut fields = Fields::of(body)?;
    let version = fields.take("version", |field, value| match value {
        Value::Number(number) => {
            number.as_u64().ok_or_else(|| vec![Invalid::new(field, "is no version", "send a number that the history shows")])
        }
        other => Err(vec![wrong_type(field, &other, "the number of a version, or leave it out")]),
    });
    fields.finish_body()?;
    let done = usecase::undo(&edge, &caller, id, version, &expected).await?;
    if !done.shown.todo.deleted {
        return Ok(answer::changed(StatusCode::OK, &caller, done, &origin));
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, done.replayed);
    Ok(response)
}
