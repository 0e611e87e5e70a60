use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{TodoId, todo::Change};

use super::{
    TodoJson,
    answer::{self, Condition},
    draft,
    history::AtQuery,
};
use crate::{
    edge::Edge,
    http::{IfMatch, IfNoneMatch, Origin, PatchJson, Problem, TodoPath},
    usecase::{self, Caller, Expected},
};

/// Read a todo, as it is or as it was.
///
/// With `at`, it is read from its history: as it stood at that instant, unless it did not exist yet or lay in the trash. An
/// instant to come gives what is.
#[utoipa::path(get, path = "/todos/{id}", operation_id = "getTodo", tag = "todos",
    params(super::schemas::IdParameter, super::schemas::AtParameter),
    responses(
        (status = 200, description = "The todo.", body = TodoJson, headers(
            ("ETag" = String, description = "Its version."),
            ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing."))),
        (status = 304, description = "It is still at the version of `If-None-Match`.", headers(("ETag" = String, description = "Its version.")))))]
pub(super) async fn read(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    AtQuery(at): AtQuery,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let condition = Condition::of(&headers)?;
    let seen = match at {
        None => usecase::read(&edge, &caller, id).await?,
        Some(instant) => usecase::at(&edge, &caller, id, instant).await?,
    };
    let (version, stale) = (seen.answer.version, seen.stale);
    condition.meet(version, stale, || answer::shown(seen, &origin))
}

/// Change some fields of a todo.
///
/// A JSON merge patch (RFC 7396): what is absent stays, `null` clears. `due` is one value: it is replaced whole. An
/// empty patch changes nothing.
#[utoipa::path(patch, path = "/todos/{id}", operation_id = "changeTodo", tag = "todos", params(super::schemas::IdParameter),
    request_body(content(
        (super::schemas::TodoPatch = "application/merge-patch+json"), (super::schemas::TodoPatch = "application/json"))),
    responses((status = 200, description = "The todo as it is now.", body = TodoJson, headers(
        ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn change(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
    PatchJson(body): PatchJson,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let done = usecase::change(&edge, &caller, id, draft::changes(body)?, &expected).await?;
    Ok(answer::changed(StatusCode::OK, &caller, done, &origin))
}

/// Put a todo into the trash.
///
/// Deleting it twice is fine. It can be restored.
#[utoipa::path(delete, path = "/todos/{id}", operation_id = "deleteTodo", tag = "todos", params(super::schemas::IdParameter),
    responses((status = 204, description = "It lies in the trash.")))]
pub(super) async fn delete(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let replayed = usecase::delete(&edge, &caller, id, &expected(&headers)?).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, replayed);
    Ok(response)
}

/// Complete a todo.
#[utoipa::path(post, path = "/todos/{id}/complete", operation_id = "completeTodo", tag = "todos", params(super::schemas::IdParameter),
    responses((status = 200, description = "It is done, now or since before.", body = TodoJson, headers(("ETag" = String, description = "Its version.")))))]
pub(super) async fn complete(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    set_completed(&edge, &caller, id, true, &headers, &origin).await
}

/// Reopen a todo.
#[utoipa::path(post, path = "/todos/{id}/reopen", operation_id = "reopenTodo", tag = "todos", params(super::schemas::IdParameter),
    responses((status = 200, description = "It is to be done.", body = TodoJson, headers(("ETag" = String, description = "Its version.")))))]
pub(super) async fn reopen(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    set_completed(&edge, &caller, id, false, &headers, &origin).await
}

/// Take a todo out of the trash.
#[utoipa::path(post, path = "/todos/{id}/restore", operation_id = "restoreTodo", tag = "todos", params(super::schemas::IdParameter),
    responses((status = 200, description = "It is out of the trash.", body = TodoJson, headers(("ETag" = String, description = "Its version.")))))]
pub(super) async fn restore(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let done = usecase::restore(&edge, &caller, id, &expected(&headers)?).await?;
    Ok(answer::changed(StatusCode::OK, &caller, done, &origin))
}

async fn set_completed(
    edge: &Edge,
    caller: &Caller,
    id: TodoId,
    completed: bool,
    headers: &HeaderMap,
    origin: &Origin,
) -> Result<Response, Problem> {
    let done = usecase::change(edge, caller, id, vec![Change::Completed(completed)], &expected(headers)?).await?;
    Ok(answer::changed(StatusCode::OK, caller, done, origin))
}

/// Which version a change is meant for.
pub(super) fn expected(headers: &HeaderMap) -> Result<Expected, Problem> {
    IfNoneMatch::of(headers)?.refuse_on_change()?;
    Ok(IfMatch::of(headers)?.expected())
}
