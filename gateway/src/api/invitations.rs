use axum::{
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, ETAG},
    },
    response::{IntoResponse, Response},
};
use domain::{
    Invalid, ListId, Refusal, Role, UserId,
    list::{Command, Invitation},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    BASE,
    answer::{self, Condition, PRIVATE},
    draft::{nullable, text},
    fields::Fields,
    item::expected,
    lists::{self, ListJson, RoleName},
    parameters::instant,
};
use crate::{
    edge::Edge,
    http::{Json, ListPath, MemberPath, Origin, Problem, etag, kind},
    usecase::{self, Caller, Received},
};

/// That somebody may come into a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invitation)]
pub(super) struct InvitationJson {
    /// Who.
    #[schema(value_type = String, example = "ben")]
    user: UserId,
    /// What the person may do once they are in it.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Who asked them.
    #[schema(value_type = String, example = "ana")]
    invited_by: UserId,
    /// From when on it is as if it had never been.
    #[schema(value_type = String, format = DateTime)]
    expires: Timestamp,
}

/// That the caller may come into a list: what is told of it before they are in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReceivedInvitation)]
pub(super) struct ReceivedJson {
    /// Into which list; names the invitation, too.
    #[schema(value_type = String, example = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11")]
    id: ListId,
    /// Where the invitation is, absolutely: `/accept` and `/decline` below it.
    #[schema(format = "uri")]
    url: String,
    /// What the list is called.
    #[schema(example = "Garden")]
    name: String,
    /// What the caller may do once they are in it.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Who asked.
    #[schema(value_type = String, example = "ana")]
    invited_by: UserId,
    /// From when on it is as if it had never been.
    #[schema(value_type = String, format = DateTime)]
    expires: Timestamp,
}

impl InvitationJson {
    fn new(user: &UserId, invitation: &Invitation) -> Self {
        let Invitation { role, invited_by, expires } = invitation.clone();
        Self { user: user.clone(), role, invited_by, expires }
    }
}

impl ReceivedJson {
    fn new(received: Received, origin: &Origin) -> Self {
        let Received { id, name, invitation: Invitation { role, invited_by, expires } } = received;
        let url = format!("{}{BASE}/me/invitations/{id}", origin.0);
        Self { id, url, name: name.into(), role, invited_by, expires }
    }
}

/// List the invitations into a list.
///
/// Those that stand, by person; for its owner.
#[utoipa::path(get, path = "/lists/{id}/invitations", operation_id = "listInvitations", tag = "lists", params(super::schemas::ListIdParameter),
    responses(
        (status = 200, description = "Who is invited.", body = Vec<InvitationJson>, headers(
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
    let standing = seen.answer.list.invitations_for(&caller.principal, edge.gateway.clock.now()).map_err(Problem::from)?;
    let standing: Vec<_> = standing.map(|(user, invitation)| InvitationJson::new(user, invitation)).collect();
    let version = seen.answer.version;
    condition.meet(version, seen.stale, || {
        let headers = [(ETAG, etag(version)), (CACHE_CONTROL, PRIVATE)];
        let mut response = (headers, axum::Json(standing)).into_response();
        answer::mark_stale(&mut response, seen.stale);
        response
    })
}

/// Invite somebody into a list.
///
/// As a viewer or an editor, for a week unless `expires` says otherwise: 30 days at most. Who is invited already gets this
/// invitation instead. Its owner may.
#[utoipa::path(put, path = "/lists/{id}/invitations/{user}", operation_id = "invite", tag = "lists", params(super::schemas::MemberParameters),
    request_body(content = super::schemas::NewInvitation, content_type = "application/json"),
    responses((status = 200, description = "The invitation.", body = InvitationJson, headers(
        ("ETag" = String, description = "The list's version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
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
    let expires = fields.take("expires", nullable(moment)).flatten();
    fields.read_only(&["user", "invitedBy"]);
    fields.finish_body()?;
    let role: Role = role.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    let done = usecase::change_list(&edge, &caller, id, &expected, Command::Invite { user: user.clone(), role, expires }).await?;
    let shown = done.shown.as_ref().and_then(|shown| Some((shown.version, shown.list.invitations.get(&user)?)));
    let (version, invitation) = shown.ok_or_else(|| Problem::from(Refusal::NotFound))?;
    let mut response = ([(ETAG, etag(version))], axum::Json(InvitationJson::new(&user, invitation))).into_response();
    answer::mark_replayed(&mut response, &caller, done.replayed);
    Ok(response)
}

/// Withdraw an invitation into a list.
///
/// Its owner may. Doing it twice is fine; who came in meanwhile stays.
#[utoipa::path(delete, path = "/lists/{id}/invitations/{user}", operation_id = "withdrawInvitation", tag = "lists", params(super::schemas::MemberParameters),
    responses((status = 204, description = "Nobody of this id is invited.")))]
pub(super) async fn withdraw(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    MemberPath(user): MemberPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let done = usecase::change_list(&edge, &caller, id, &expected(&headers)?, Command::WithdrawInvitation { user }).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, done.replayed);
    Ok(response)
}

/// List the invitations that you have.
///
/// Those that stand, the one that is over first at the top.
#[utoipa::path(get, path = "/me/invitations", operation_id = "listMyInvitations", tag = "people",
    responses((status = 200, description = "The invitations.", body = Vec<ReceivedJson>, headers(
        ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing.")))))]
pub(super) async fn received(State(edge): State<Edge>, caller: Caller, origin: Origin) -> Result<Response, Problem> {
    let seen = usecase::invitations(&edge, &caller).await?;
    let received: Vec<_> = seen.answer.into_iter().map(|received| ReceivedJson::new(received, &origin)).collect();
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(received)).into_response();
    answer::mark_stale(&mut response, seen.stale);
    Ok(response)
}

/// Accept an invitation.
///
/// From then on you are in the list. Doing it twice is fine.
#[utoipa::path(post, path = "/me/invitations/{id}/accept", operation_id = "acceptInvitation", tag = "people", params(super::schemas::ListIdParameter),
    responses((status = 200, description = "The list, with you in it.", body = ListJson, headers(
        ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn accept(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let done = usecase::change_list(&edge, &caller, id, &expected(&headers)?, Command::AcceptInvitation).await?;
    Ok(lists::changed(StatusCode::OK, &caller, done, &origin))
}

/// Decline an invitation.
#[utoipa::path(post, path = "/me/invitations/{id}/decline", operation_id = "declineInvitation", tag = "people", params(super::schemas::ListIdParameter),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn decline(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let done = usecase::change_list(&edge, &caller, id, &expected(&headers)?, Command::DeclineInvitation).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, done.replayed);
    Ok(response)
}

fn moment(field: &str, value: Value) -> Result<Timestamp, Vec<Invalid>> {
    instant(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}
