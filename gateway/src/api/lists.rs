use axum::{
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, ETAG, LOCATION},
    },
    response::{IntoResponse, Response},
};
use domain::{
    Invalid, ListId, Role, UserId,
    list::{Change, Command, ListDescription, ListName},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    BASE,
    answer::{self, Condition, PRIVATE},
    draft::{nullable, text},
    fields::{Fields, shortened, wrong_type},
    item::expected,
};
use crate::{
    edge::Edge,
    http::{IfNoneMatch, Json, ListPath, Origin, PatchJson, Problem, etag, kind},
    usecase::{self, Caller, DoneList, ShownList},
};

/// A list that several people may share.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = List)]
pub(super) struct ListJson {
    /// Names it for good.
    #[schema(value_type = String, example = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11", read_only)]
    id: ListId,
    /// Where it is, absolutely.
    #[schema(format = "uri", read_only)]
    url: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200, example = "Garden")]
    name: String,
    /// More about it.
    #[schema(required, max_length = 2_000)]
    description: Option<String>,
    /// Whose it is.
    #[schema(value_type = String, example = "ana")]
    owner: UserId,
    /// What the caller may do in it.
    #[schema(value_type = RoleName, read_only)]
    role: Role,
    /// How many people are in it, its owner included.
    #[schema(minimum = 1, read_only)]
    people: usize,
    /// Whether it is put away: nothing in it changes.
    archived: bool,
    /// Whether it lies in the trash, with all that is in it.
    #[schema(read_only)]
    deleted: bool,
    /// Counts its changes; the `ETag`.
    #[schema(minimum = 1, example = 1, read_only)]
    version: u64,
}

/// What somebody may do: look, change what is in it, or everything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Role)]
#[expect(dead_code, reason = "documents domain::Role, which knows no OpenAPI")]
pub(super) enum RoleName {
    Viewer,
    Editor,
    Owner,
}

impl ListJson {
    fn new(shown: ShownList, origin: &Origin) -> Self {
        let ShownList { id, version, list, role } = shown;
        Self {
            id,
            url: url(id, origin),
            people: list.everybody().count(),
            name: list.name.into(),
            description: list.description.map(Into::into),
            owner: list.owner,
            role,
            archived: list.archived,
            deleted: list.deleted,
            version,
        }
    }
}

fn url(id: ListId, origin: &Origin) -> String {
    format!("{}{BASE}/lists/{id}", origin.0)
}

/// Shown, but not taken.
const READ_ONLY: [&str; 6] = ["id", "url", "role", "people", "deleted", "version"];

/// Make a list.
///
/// With an `Idempotency-Key` it can be sent again without making a second one. Whoever makes it owns it.
#[utoipa::path(post, path = "/lists", operation_id = "createList", tag = "lists",
    request_body(content = super::schemas::NewList, content_type = "application/json"),
    responses((status = 201, description = "Made.", body = ListJson, headers(
        ("Location" = String, description = "The list's URL."), ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn create(
    State(edge): State<Edge>,
    caller: Caller,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let expected = IfNoneMatch::of(&headers)?.expected_of_create()?;
    let mut fields = Fields::of(body)?;
    let name = fields.require("name", name);
    let description = fields.take("description", nullable(description)).flatten();
    fields.read_only(&READ_ONLY);
    fields.read_only(&["owner", "archived"]);
    fields.finish_body()?;
    let name = name.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    let done = usecase::create_list(&edge, &caller, Command::Create { name, description }, &expected).await?;
    let location = done.shown.as_ref().and_then(|shown| HeaderValue::try_from(url(shown.id, &origin)).ok());
    let mut response = changed(StatusCode::CREATED, &caller, done, &origin);
    response.headers_mut().extend(location.map(|location| (LOCATION, location)));
    Ok(response)
}

/// List the lists.
///
/// Those that the caller is in, by name; with `deleted=true` those of the caller's own that lie in the trash.
#[utoipa::path(get, path = "/lists", operation_id = "listLists", tag = "lists", params(super::schemas::ListsParameters),
    responses((status = 200, description = "The lists.", body = Vec<ListJson>, headers(
        ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing.")))))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller, origin: Origin, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let seen = usecase::lists(&edge, &caller, deleted(query.as_deref().unwrap_or_default())?).await?;
    let lists: Vec<_> = seen.answer.into_iter().map(|shown| ListJson::new(shown, &origin)).collect();
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(lists)).into_response();
    answer::mark_stale(&mut response, seen.stale);
    Ok(response)
}

/// Read a list.
#[utoipa::path(get, path = "/lists/{id}", operation_id = "getList", tag = "lists", params(super::schemas::ListIdParameter),
    responses(
        (status = 200, description = "The list.", body = ListJson, headers(
            ("ETag" = String, description = "Its version."),
            ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing."))),
        (status = 304, description = "It is still at the version of `If-None-Match`.", headers(("ETag" = String, description = "Its version.")))))]
pub(super) async fn read(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let condition = Condition::of(&headers)?;
    let seen = usecase::list(&edge, &caller, id).await?;
    let (version, stale) = (seen.answer.version, seen.stale);
    condition.meet(version, stale, || {
        let headers = [(ETAG, etag(version)), (CACHE_CONTROL, PRIVATE)];
        let mut response = (headers, axum::Json(ListJson::new(seen.answer, &origin))).into_response();
        answer::mark_stale(&mut response, stale);
        response
    })
}

/// Change a list.
///
/// A JSON merge patch (RFC 7396). An editor may change name and description; its owner may archive it, and give it to another
/// member by `owner`, which stands alone.
#[utoipa::path(patch, path = "/lists/{id}", operation_id = "changeList", tag = "lists", params(super::schemas::ListIdParameter),
    request_body(content(
        (super::schemas::ListPatch = "application/merge-patch+json"), (super::schemas::ListPatch = "application/json"))),
    responses((status = 200, description = "The list as it is now.", body = ListJson, headers(
        ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn change(
    State(edge): State<Edge>,
    caller: Caller,
    ListPath(id): ListPath,
    origin: Origin,
    headers: HeaderMap,
    PatchJson(body): PatchJson,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let mut fields = Fields::of(body)?;
    let changes = [
        // First: what comes after may need it.
        fields.take("archived", flag).map(Change::Archived),
        fields.take("name", name).map(Change::Name),
        fields.take("description", nullable(description)).map(Change::Description),
    ];
    // Put away last, taken out first.
    let [archived, rest @ ..] = changes;
    let (first, last) = if archived == Some(Change::Archived(true)) { (None, archived) } else { (archived, None) };
    let changes: Vec<_> = first.into_iter().chain(rest.into_iter().flatten()).chain(last).collect();
    let owner = fields.take("owner", user);
    fields.read_only(&READ_ONLY);
    fields.finish_body()?;
    let command = match owner {
        None => Command::Change { changes },
        Some(to) if changes.is_empty() => Command::TransferOwnership { to },
        Some(_) => {
            let alone = Invalid::new("owner", "comes with other fields", "send it alone");
            return Err(Problem::invalid(&kind::INVALID_FIELDS, vec![alone]));
        }
    };
    let done = usecase::change_list(&edge, &caller, id, &expected, command).await?;
    Ok(changed(StatusCode::OK, &caller, done, &origin))
}

/// A list after a command; nothing where the caller may know of it no longer.
pub(super) fn changed(status: StatusCode, caller: &Caller, done: DoneList, origin: &Origin) -> Response {
    let mut response = match done.shown {
        Some(shown) => (status, [(ETAG, etag(shown.version))], axum::Json(ListJson::new(shown, origin))).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    answer::mark_replayed(&mut response, caller, done.replayed);
    response
}

fn deleted(query: &str) -> Result<bool, Problem> {
    let mut deleted = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let wrong = match (&*name, &*value) {
            ("deleted", "true" | "false") if deleted.is_none() => {
                deleted = Some(value == "true");
                continue;
            }
            ("deleted", _) => Invalid::new("deleted", "is neither true nor false, once", "send deleted=true, or leave it out"),
            (other, _) => Invalid::new(shortened(other), "is unknown", "leave it out, or use: deleted"),
        };
        return Err(Problem::invalid(&kind::INVALID_QUERY, vec![wrong]));
    }
    Ok(deleted.unwrap_or_default())
}

pub(super) fn name(field: &str, value: Value) -> Result<ListName, Vec<Invalid>> {
    ListName::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

fn description(field: &str, value: Value) -> Result<ListDescription, Vec<Invalid>> {
    ListDescription::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

pub(super) fn flag(field: &str, value: Value) -> Result<bool, Vec<Invalid>> {
    value.as_bool().ok_or_else(|| vec![wrong_type(field, &value, "true or false")])
}

pub(super) fn user(field: &str, value: Value) -> Result<UserId, Vec<Invalid>> {
    text(field, &value)?.parse().map_err(|error| vec![Invalid::new(field, "is no person's id", format!("{error}"))])
}
