use axum::{
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, ETAG},
    },
    response::{IntoResponse, Response},
};
use domain::{Invalid, Refusal, Role, UserId, list::Command};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::{self, Condition, PRIVATE},
    draft::text,
    fields::Fields,
    item::expected,
    lists::RoleName,
};
use crate::{
    edge::Edge,
    http::{Json, ListPath, MemberPath, Problem, etag, kind},
    usecase::{self, Caller, ShownList},
};

/// Somebody in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberJson {
    /// Who.
    #[schema(value_type = String, example = "ben")]
    user: UserId,
    /// What the person may do.
    #[schema(value_type = RoleName)]
    role: Role,
}

fn members(shown: &ShownList) -> Vec<MemberJson> {
    shown.list.everybody().map(|(user, role)| MemberJson { user: user.clone(), role }).collect()
}

/// List the people of a list.
///
/// Its owner first, then by id.
#[utoipa::path(get, path = "/lists/{id}/members", operation_id = "listMembers", tag = "lists", params(super::schemas::ListIdParameter),
    responses(
        (status = 200, description = "Who is in it.", body = Vec<MemberJson>, headers(
            ("ETag" = String, description = "The list's version."),
            ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing."))),
        (status = 304, description = "The list is still at the version of `If-None-Match`.", headers(("ETag" = String, description = "The list's version.")))))]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let condition = Condition::of(&headers)?;
    let seen = usecase::list(&edge, &caller, id).await?;
    let version = seen.answer.version;
    condition.meet(version, seen.stale, || {
        let headers = [(ETAG, etag(version)), (CACHE_CONTROL, PRIVATE)];
        let mut response = (headers, axum::Json(members(&seen.answer))).into_response();
        answer::mark_stale(&mut response, seen.stale);
        response
    })
}

/// Read what somebody is in a list.
#[utoipa::path(get, path = "/lists/{id}/members/{user}", operation_id = "getMember", tag = "lists", params(super::schemas::MemberParameters),
    responses(
        (status = 200, description = "The member.", body = MemberJson, headers(("ETag" = String, description = "The list's version."))),
        (status = 304, description = "The list is still at the version of `If-None-Match`.", headers(("ETag" = String, description = "The list's version.")))))]
pub(super) async fn read(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    MemberPath(user): MemberPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let condition = Condition::of(&headers)?;
    let seen = usecase::list(&edge, &caller, id).await?;
    let role = seen.answer.list.role_of(&user).ok_or(Refusal::NotFound)?;
    condition.meet(seen.answer.version, seen.stale, || {
        let headers = [(ETAG, etag(seen.answer.version)), (CACHE_CONTROL, PRIVATE)];
        let mut response = (headers, axum::Json(MemberJson { user, role })).into_response();
        answer::mark_stale(&mut response, seen.stale);
        response
    })
}

/// Have somebody in a list.
///
/// As a viewer or an editor, from now on. Doing it twice is fine.
#[utoipa::path(put, path = "/lists/{id}/members/{user}", operation_id = "putMember", tag = "lists", params(super::schemas::MemberParameters),
    request_body(content = super::schemas::NewMember, content_type = "application/json"),
    responses((status = 200, description = "The member.", body = MemberJson, headers(("ETag" = String, description = "The list's version.")))))]
pub(super) async fn put(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    MemberPath(user): MemberPath,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let mut fields = Fields::of(body)?;
    let role = fields.require("role", |field, value| text(field, &value)?.parse().map_err(|wrong: Invalid| vec![wrong.at(field)]));
    fields.read_only(&["user"]);
    fields.finish_body()?;
    let role: Role = role.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    let done = usecase::change_list(&edge, &caller, id, &expected, Command::PutMember { user: user.clone(), role }).await?;
    let version = done.shown.as_ref().map(|shown| shown.version).unwrap_or_default();
    let mut response = ([(ETAG, etag(version))], axum::Json(MemberJson { user, role })).into_response();
    answer::mark_replayed(&mut response, &caller, done.replayed);
    Ok(response)
}

/// Have somebody in a list no longer.
///
/// Whoever names themselves leaves. Doing it twice is fine.
#[utoipa::path(delete, path = "/lists/{id}/members/{user}", operation_id = "removeMember", tag = "lists", params(super::schemas::MemberParameters),
    responses((status = 204, description = "Nobody of this id is in it.")))]
pub(super) async fn remove(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    MemberPath(user): MemberPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let done = usecase::change_list(&edge, &caller, id, &expected(&headers)?, Command::RemoveMember { user }).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, done.replayed);
    Ok(response)
}
