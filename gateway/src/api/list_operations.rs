//! What is done to a list with everything in it, as operations.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::saga::Status;
use utoipa::ToSchema;

use super::{
    answer,
    fields::Fields,
    item::expected,
    lists::{ListJson, changed, flag, name},
    operations::{self, OperationJson, PreferParameter},
};
use crate::{
    edge::Edge,
    http::{ListPath, OptionalJson, Origin, Problem, RespondAsync},
    usecase::{self, Caller, DoneList, Restored},
};

/// Put a list into the trash.
///
/// With every todo in it, as one operation: the list first, which nobody but its owner knows of then. Deleting it twice is fine.
/// With `Prefer: respond-async` the answer comes at once; without, it waits some seconds for the end.
#[utoipa::path(delete, path = "/lists/{id}", operation_id = "deleteList", tag = "lists",
    params(super::schemas::ListIdParameter, PreferParameter),
    responses(
        (status = 204, description = "It lies in the trash."),
        (status = 200, description = "It is over, and was taken back.", body = OperationJson),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = Option<String>, description = "`respond-async` where that was asked for.")))))]
pub(super) async fn delete(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    prefer: RespondAsync,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let Some(begun) = usecase::delete_list(&edge, &caller, id, &expected).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    if prefer.0 {
        return Ok(operations::begun(&caller, begun, &origin));
    }
    let settled = usecase::settled(&edge, &caller, begun).await?;
    usecase::refused(&edge, &caller, id, &expected, &settled.saga).await?;
    if settled.saga.status != Status::Completed {
        return Ok(operations::ended(&caller, settled, &origin));
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, settled.replayed);
    Ok(response)
}

/// Take a list out of the trash.
///
/// With every todo that was deleted with it, and with everybody who was in it: what lay in the trash before stays there. Where
/// there are todos to bring back it is an operation. With `Prefer: respond-async` the answer comes at once; without, it waits
/// some seconds for the end.
#[utoipa::path(post, path = "/lists/{id}/restore", operation_id = "restoreList", tag = "lists",
    params(super::schemas::ListIdParameter, PreferParameter),
    responses(
        (status = 200, description = "It is out of the trash.", body = ListJson, headers(("ETag" = String, description = "Its version."))),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = Option<String>, description = "`respond-async` where that was asked for.")))))]
pub(super) async fn restore(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    prefer: RespondAsync,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let begun = match usecase::restore_list(&edge, &caller, id, &expected(&headers)?).await? {
        Restored::List(done) => return Ok(changed(StatusCode::OK, &caller, done, &origin)),
        Restored::Operation(begun) => begun,
    };
    if prefer.0 {
        return Ok(operations::begun(&caller, begun, &origin));
    }
    let settled = usecase::settled(&edge, &caller, begun).await?;
    if settled.saga.status != Status::Completed {
        return Ok(operations::ended(&caller, settled, &origin));
    }
    let shown = usecase::list(&edge, &caller, id).await?.answer;
    Ok(changed(StatusCode::OK, &caller, DoneList { shown: Some(shown), replayed: settled.replayed }, &origin))
}

/// How to put a list away.
#[derive(ToSchema)]
#[schema(example = json!({ "complete": true }))]
#[expect(dead_code, reason = "documents what this module reads")]
pub(super) struct ArchiveRequest {
    /// Whether to complete what is open in it.
    #[schema(nullable = false, default = false)]
    complete: Option<bool>,
}

/// Put a list away.
///
/// As one operation, and so that what is open in it is completed, if that is wanted: the list first, in which nothing else
/// changes then. Undoing the operation takes the list out again and reopens what it completed. With `Prefer: respond-async` the
/// answer comes at once; without, it waits some seconds for the end.
#[utoipa::path(post, path = "/lists/{id}/archive", operation_id = "archiveList", tag = "lists",
    params(super::schemas::ListIdParameter, PreferParameter),
    request_body(content = Option<ArchiveRequest>, content_type = "application/json"),
    responses(
        (status = 200, description = "It is over.", body = OperationJson),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = Option<String>, description = "`respond-async` where that was asked for.")))))]
pub(super) async fn archive(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    prefer: RespondAsync,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let mut fields = Fields::of(body)?;
    let complete = fields.take("complete", flag).unwrap_or_default();
    fields.finish_body()?;
    let begun = usecase::archive_list(&edge, &caller, id, &expected, complete).await?;
    operations::answer(&edge, &caller, begun, prefer, &origin).await
}

/// How to copy a list.
#[derive(ToSchema)]
#[schema(example = json!({ "name": "Packing, next time", "reset": true }))]
#[expect(dead_code, reason = "documents what this module reads")]
pub(super) struct CopyRequest {
    /// What the copy is called; as the list is, if it is left out.
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Whether to begin anew: what is done is copied, too, as open, and nothing is due at a time.
    #[schema(nullable = false, default = false)]
    reset: Option<bool>,
}

/// Copy a list.
///
/// Makes a list of the caller's own with copies of the todos that are open in this one, as one operation, whose `list` is the new
/// one; nobody else is in it. Undoing the operation deletes the copy. With `Prefer: respond-async` the answer comes at once;
/// without, it waits some seconds for the end.
#[utoipa::path(post, path = "/lists/{id}/copy", operation_id = "copyList", tag = "lists",
    params(super::schemas::ListIdParameter, PreferParameter),
    request_body(content = Option<CopyRequest>, content_type = "application/json"),
    responses(
        (status = 200, description = "It is over.", body = OperationJson),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = Option<String>, description = "`respond-async` where that was asked for.")))))]
pub(super) async fn copy(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    prefer: RespondAsync,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let name = fields.take("name", name);
    let reset = fields.take("reset", flag).unwrap_or_default();
    fields.finish_body()?;
    let begun = usecase::copy_list(&edge, &caller, id, name, reset).await?;
    operations::answer(&edge, &caller, begun, prefer, &origin).await
}
