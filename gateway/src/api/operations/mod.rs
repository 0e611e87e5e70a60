//! What takes longer: followed, undone, aborted, let go on.

mod json;
mod pages;

use axum::{
    extract::State,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{IntoResponse, Response},
};
use domain::{SagaId, saga::Saga};
use utoipa::IntoParams;

pub(super) use self::json::OperationJson;
pub(super) use self::pages::{__path_items, __path_list, PageParameters, PageQuery, items, list, no_cursor};
use super::{
    BASE,
    answer::{self, PRIVATE},
};
use crate::{
    edge::Edge,
    http::{OperationPath, Origin, Problem, RespondAsync},
    usecase::{self, Begun, Caller},
};

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Whether the answer may come before the end.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents what http::RespondAsync reads")]
pub(super) struct PreferParameter {
    /// `respond-async`: answer at once, and let me follow the operation.
    #[param(rename = "Prefer", example = "respond-async")]
    prefer: Option<String>,
}

/// Which operation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::OperationPath reads")]
pub(super) struct OperationParameter {
    /// The operation's id.
    #[param(example = "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", pattern = "^saga-[0-9a-f-]{36}$")]
    id: String,
}

pub(super) fn url(id: SagaId, origin: &Origin) -> String {
    format!("{}{BASE}/operations/{id}", origin.0)
}

/// An operation that was begun and is not waited for.
pub(super) fn begun(caller: &Caller, begun: Begun, origin: &Origin) -> Response {
    let mut response = shown(StatusCode::ACCEPTED, begun.id, &begun.saga, origin);
    response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static("respond-async"));
    answer::mark_replayed(&mut response, caller, begun.replayed);
    response
}

/// An operation that nobody waits for, whatever they prefer.
pub(super) fn accepted(caller: &Caller, begun: Begun, origin: &Origin) -> Response {
    let mut response = shown(StatusCode::ACCEPTED, begun.id, &begun.saga, origin);
    answer::mark_replayed(&mut response, caller, begun.replayed);
    response
}

/// An operation that was begun: waited for, unless the client would rather not.
pub(super) async fn answer(edge: &Edge, caller: &Caller, begun: Begun, prefer: RespondAsync, origin: &Origin) -> Result<Response, Problem> {
    if prefer.0 {
        return Ok(self::begun(caller, begun, origin));
    }
    let settled = usecase::settled(edge, caller, begun).await?;
    Ok(ended(caller, settled, origin))
}

/// An operation that was waited for.
pub(super) fn ended(caller: &Caller, settled: Begun, origin: &Origin) -> Response {
    let status = if settled.saga.is_open() { StatusCode::ACCEPTED } else { StatusCode::OK };
    let mut response = shown(status, settled.id, &settled.saga, origin);
    answer::mark_replayed(&mut response, caller, settled.replayed);
    response
}

fn shown(status: StatusCode, id: SagaId, saga: &Saga, origin: &Origin) -> Response {
    let json = OperationJson::new(id, saga, origin);
    let location = HeaderValue::try_from(json.url.as_str());
    let mut response = (status, [(CACHE_CONTROL, PRIVATE)], axum::Json(json)).into_response();
    if let Ok(location) = location
        && status == StatusCode::ACCEPTED
    {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// See how an operation stands.
#[utoipa::path(get, path = "/operations/{id}", operation_id = "getOperation", tag = "operations", params(OperationParameter),
    responses((status = 200, description = "How it stands.", body = OperationJson)))]
pub(super) async fn read(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    origin: Origin,
) -> Result<Response, Problem> {
    let (saga, _) = usecase::operation(&edge, &caller, id).await?;
    Ok(shown(StatusCode::OK, id, &saga, &origin))
}

/// Take back what an operation did.
///
/// Of an operation that is completed. It is an operation of its own; asked twice, it is the same one. What was changed since
/// is left as it is, and told.
#[utoipa::path(post, path = "/operations/{id}/undo", operation_id = "undoOperation", tag = "operations", params(OperationParameter, PreferParameter),
    responses(
        (status = 200, description = "It is over.", body = OperationJson),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL.")))))]
pub(super) async fn undo(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    prefer: RespondAsync,
    origin: Origin,
) -> Result<Response, Problem> {
    let begun = usecase::undo_operation(&edge, &caller, id).await?;
    answer(&edge, &caller, begun, prefer, &origin).await
}

/// Abort an operation.
///
/// Once the present step is over, what was done is taken back, the last first.
#[utoipa::path(post, path = "/operations/{id}/abort", operation_id = "abortOperation", tag = "operations", params(OperationParameter),
    responses((status = 200, description = "How it stands.", body = OperationJson)))]
pub(super) async fn abort(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    origin: Origin,
) -> Result<Response, Problem> {
    let saga = usecase::abort(&edge, &caller, id).await?;
    Ok(shown(StatusCode::OK, id, &saga, &origin))
}

/// Let a parked operation go on.
#[utoipa::path(post, path = "/operations/{id}/retry", operation_id = "retryOperation", tag = "operations", params(OperationParameter),
    responses((status = 200, description = "How it stands.", body = OperationJson)))]
pub(super) async fn retry(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    origin: Origin,
) -> Result<Response, Problem> {
    let saga = usecase::retry(&edge, &caller, id).await?;
    Ok(shown(StatusCode::OK, id, &saga, &origin))
}
