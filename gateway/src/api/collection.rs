use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LINK, LOCATION},
    },
    response::{IntoResponse, Response},
};

use super::{
    BASE, TodoJson,
    answer::{self, PRIVATE},
    draft,
    operations::OperationJson,
    query::ListQuery,
};
use crate::{
    edge::Edge,
    http::{IfNoneMatch, Json, Origin, Problem, RespondAsync},
    usecase::{self, Caller, Done},
};

/// Create a todo.
///
/// With an `Idempotency-Key` it can be sent again without creating a second one: the first answer is given again.
#[utoipa::path(post, path = "/todos", operation_id = "createTodo", tag = "todos",
    request_body(content = super::schemas::NewTodo, content_type = "application/json"),
    responses((status = 201, description = "Created.", body = TodoJson, headers(
        ("Location" = String, description = "The todo's URL."), ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn create(
    State(edge): State<Edge>,
    caller: Caller,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let expected = IfNoneMatch::of(&headers)?.expected_of_create()?;
    let done = usecase::create(&edge, &caller, draft::draft(body)?, &expected).await?;
    Ok(created(&caller, done, &origin))
}

/// A todo that was created, and where it is.
pub(super) fn created(caller: &Caller, done: Done, origin: &Origin) -> Response {
    let mut response = answer::changed(StatusCode::CREATED, caller, done, origin);
    if let Some(answer::Url(url)) = response.extensions_mut().remove() {
        response.headers_mut().insert(LOCATION, url);
    }
    response
}

/// Find todos.
///
/// All conditions must hold. Without `limit` up to 1000 come at once; where there are more, `Link` leads on.
#[utoipa::path(get, path = "/todos", operation_id = "listTodos", tag = "todos", params(super::schemas::ListParameters),
    responses((status = 200, description = "The todos that meet the query, in order.", body = Vec<TodoJson>, headers(
        ("Link" = Option<String>, description = "The next page, with `rel=\"next\"`."),
        ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing.")))))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller, origin: Origin, query: ListQuery) -> Result<Response, Problem> {
    let seen = usecase::todos(&edge, &caller, &query.query).await?;
    let todos: Vec<_> = seen.answer.rows.into_iter().map(|row| TodoJson::new(row.into(), &origin)).collect();
    let mut response = axum::Json(todos).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, PRIVATE);
    if let Some(next) = &seen.answer.next
        && let Ok(link) = HeaderValue::try_from(format!("<{}{BASE}/todos?{}>; rel=\"next\"", origin.0, query.at(next)))
    {
        headers.insert(LINK, link);
    }
    answer::mark_stale(&mut response, seen.stale);
    Ok(response)
}

/// Put all todos into the trash.
///
/// With `Prefer: respond-async` as an operation, which can be followed and undone.
#[utoipa::path(delete, path = "/todos", operation_id = "deleteAllTodos", tag = "todos",
    params(super::operations::PreferParameter),
    responses((status = 204, description = "None is left. After a failure, sending it again goes on where it stopped."),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = String, description = "`respond-async`.")))))]
pub(super) async fn clear(State(edge): State<Edge>, caller: Caller, origin: Origin, prefer: RespondAsync) -> Result<Response, Problem> {
    if prefer.0 {
        let begun = usecase::delete_all_later(&edge, &caller).await?;
        return Ok(super::operations::begun(&caller, begun, &origin));
    }
    usecase::delete_all(&edge, &caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
