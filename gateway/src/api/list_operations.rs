use axum::{extract::State, http::HeaderMap, response::Response};
use utoipa::ToSchema;

use super::{
    fields::Fields,
    item::expected,
    lists::{flag, name},
    operations::{self, OperationJson, PreferParameter},
};
use crate::{
    edge::Edge,
    http::{ListPath, OptionalJson, Origin, Problem, RespondAsync},
    usecase::{self, Caller},
};

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
