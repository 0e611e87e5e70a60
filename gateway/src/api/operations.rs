use axum::{
    extract::{FromRequestParts, State},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LINK, LOCATION},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use domain::{
    SagaId,
    saga::{Batch, Direction, Outcome, Saga, Status, Tally, Work},
};
use jiff::Timestamp;
use ports::OperationQuery;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    BASE,
    answer::{self, PRIVATE},
    parameters::{each, parameters, unknown},
    query::{MAX_LIMIT, bad_cursor, bad_limit, cursor, limited, shown_cursor},
};
use crate::{
    edge::Edge,
    http::{OperationPath, Origin, Problem, RespondAsync, kind},
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

/// Something that takes longer, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operation)]
pub(super) struct OperationJson {
    #[schema(value_type = String, example = "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")]
    id: SagaId,
    /// Where it is.
    #[schema(format = "uri")]
    url: String,
    /// What sort of operation it is: `bulk`, `delete-all`, `import` or `undo`.
    kind: &'static str,
    /// What it does to each todo.
    r#do: &'static str,
    /// `running`; `waiting` to try a step again; `parked`, so that somebody must look; `compensating`, as it takes back what it
    /// did; at its end `completed` or `compensated`.
    status: &'static str,
    /// Why the present step is tried again, or why it is parked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
    /// Why what it did is taken back: `aborted` or `overdue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stopping: Option<&'static str>,
    /// The operation that it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    undoes: Option<SagaId>,
    /// How many todos it works on.
    items: u32,
    /// What became of those that it has worked on.
    outcomes: TallyJson,
    /// What became of those that it has taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undone: Option<TallyJson>,
    /// Its steps.
    steps: StepsJson,
    /// What became of each todo.
    #[schema(format = "uri")]
    items_url: String,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    ended_at: Option<Timestamp>,
    /// When it takes itself back if it is not over.
    #[schema(value_type = String, format = DateTime)]
    deadline: Timestamp,
}

/// What became of todos.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationOutcomes)]
struct TallyJson {
    /// Changed.
    done: u32,
    /// That way already.
    unchanged: u32,
    /// They could not be.
    refused: u32,
}

impl TallyJson {
    fn of(Tally { done, unchanged, refused }: Tally) -> Self {
        Self { done, unchanged, refused }
    }
}

/// How far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OperationSteps)]
struct StepsJson {
    /// How many there are.
    total: u32,
    /// How many were taken.
    taken: u32,
    /// How many of these were taken back.
    taken_back: u32,
    /// The attempt at the present one.
    attempt: u32,
}

/// What became of one todo.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OperationItem)]
pub(super) struct ItemJson {
    /// Which todo.
    id: String,
    /// `pending`, `done`, `unchanged` or `refused`.
    outcome: &'static str,
    /// The todo's version after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<u64>,
    /// Of what is refused: the kind of problem, as in `/problems/…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
    /// Whether it was taken back, of what was to be: as `outcome`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undone: Option<&'static str>,
}

pub(super) fn url(id: SagaId, origin: &Origin) -> String {
    format!("{}{BASE}/operations/{id}", origin.0)
}

fn word(work: &Work) -> &'static str {
    match work {
        Work::Complete => "complete",
        Work::Reopen => "reopen",
        Work::Delete => "delete",
        Work::Restore => "restore",
        Work::Tag { .. } => "tag",
        Work::Untag { .. } => "untag",
        Work::Priority { .. } => "priority",
        Work::Create => "create",
        Work::Undo => "undo",
    }
}

impl OperationJson {
    pub(super) fn new(id: SagaId, saga: &Saga, origin: &Origin) -> Self {
        let back = saga.direction == Direction::Back;
        let status = match saga.status {
            Status::Acting | Status::Waiting if back => "compensating",
            Status::Acting => "running",
            Status::Waiting => "waiting",
            Status::Parked => "parked",
            Status::Completed => "completed",
            Status::Compensated => "compensated",
        };
        let url = url(id, origin);
        Self {
            id,
            items_url: format!("{url}/items"),
            url,
            kind: saga.kind.name(),
            r#do: word(&saga.work),
            status,
            problem: saga.problem.clone(),
            stopping: saga.stopping.map(|reason| reason.name()),
            undoes: saga.undoes,
            items: saga.items,
            outcomes: TallyJson::of(saga.tally),
            undone: back.then(|| TallyJson::of(saga.undone)),
            steps: StepsJson { total: saga.steps, taken: saga.taken, taken_back: saga.taken_back, attempt: saga.attempt },
            started_at: saga.started_at,
            ended_at: saga.ended_at,
            deadline: saga.deadline,
        }
    }
}

fn items_json(batch: &Batch) -> Vec<ItemJson> {
    let told = |outcome: Option<&Outcome>| match outcome {
        None => "pending",
        Some(Outcome::Done { events: 0, .. }) => "unchanged",
        Some(Outcome::Done { .. }) => "done",
        Some(Outcome::Refused { .. }) => "refused",
    };
    let item = |(at, item): (u32, &domain::saga::Item)| {
        let outcome = batch.outcomes.get(&at);
        let (version, problem) = match outcome {
            Some(Outcome::Done { version, .. }) => (Some(*version), None),
            Some(Outcome::Refused { refused }) => (None, Some(refused.clone())),
            None => (None, None),
        };
        let undone = batch.undone.get(&at).map(|outcome| told(Some(outcome)));
        ItemJson { id: item.todo().to_string(), outcome: told(outcome), version, problem, undone }
    };
    (0..).zip(&batch.items).map(item).collect()
}

/// An operation that was begun and is not waited for.
pub(super) fn begun(caller: &Caller, begun: Begun, origin: &Origin) -> Response {
    let mut response = shown(StatusCode::ACCEPTED, begun.id, &begun.saga, origin);
    response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static("respond-async"));
    answer::mark_replayed(&mut response, caller, begun.replayed);
    response
}

/// An operation that was begun: waited for, unless the client would rather not.
pub(super) async fn answer(edge: &Edge, caller: &Caller, begun: Begun, prefer: RespondAsync, origin: &Origin) -> Result<Response, Problem> {
    if prefer.0 {
        return Ok(self::begun(caller, begun, origin));
    }
    let settled = usecase::settled(edge, caller, begun).await?;
    let status = if settled.saga.is_open() { StatusCode::ACCEPTED } else { StatusCode::OK };
    let mut response = shown(status, settled.id, &settled.saga, origin);
    answer::mark_replayed(&mut response, caller, settled.replayed);
    Ok(response)
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

/// Which page.
pub(super) struct PageQuery {
    limit: usize,
    cursor: Option<String>,
}

/// Which operations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what PageQuery reads")]
struct PageParameters {
    /// At most so many.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Where the page before ended: follow its `Link`.
    cursor: Option<String>,
}

/// Which items.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what PageQuery reads")]
struct ItemParameters {
    /// Where the page before ended: follow its `Link`.
    cursor: Option<String>,
}

impl FromRequestParts<Edge> for PageQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
        let mut query = Self { limit: MAX_LIMIT, cursor: None };
        let read = each(&parameters(parts)?, "", |name, value| {
            match name {
                "limit" => query.limit = value.parse().map_err(|_| bad_limit()).and_then(limited)?,
                "cursor" => query.cursor = Some(cursor(name, value)?),
                other => return Err(unknown(other, "limit, cursor")),
            }
            Ok(())
        });
        read.map(|()| query).map_err(|wrong| Problem::invalid(&kind::INVALID_QUERY, wrong))
    }
}

fn no_cursor() -> Problem {
    Problem::invalid(&kind::INVALID_QUERY, vec![bad_cursor("cursor")])
}

/// List operations.
///
/// The caller's, those that began last first. A moment may pass until one that was just begun is among them.
#[utoipa::path(get, path = "/operations", operation_id = "listOperations", tag = "operations", params(PageParameters),
    responses((status = 200, description = "The caller's operations.", body = Vec<OperationJson>, headers(
        ("Link" = Option<String>, description = "The next page, with `rel=\"next\"`.")))))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller, origin: Origin, query: PageQuery) -> Result<Response, Problem> {
    let after = query.cursor.as_deref().map(|text| {
        let (at, id) = text.split_once('/')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
    });
    let after = after.map(|read| read.ok_or_else(no_cursor)).transpose()?;
    let asked = OperationQuery { limit: query.limit, after, ..OperationQuery::default() };
    let rows = usecase::operations(&edge, &caller, asked).await?;
    let next = rows.last().filter(|_| rows.len() == query.limit).map(|row| format!("{}/{}", row.saga.started_at.as_microsecond(), row.id));
    let operations: Vec<_> = rows.iter().map(|row| OperationJson::new(row.id, &row.saga, &origin)).collect();
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(operations)).into_response();
    let own = format!("{}{BASE}/operations?limit={}", origin.0, query.limit);
    link(&mut response, next.map(|next| format!("{own}&cursor={}", shown_cursor(&next))));
    Ok(response)
}

fn link(response: &mut Response, next: Option<String>) {
    if let Some(Ok(link)) = next.map(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\""))) {
        response.headers_mut().insert(LINK, link);
    }
}

/// See what became of each todo of an operation.
///
/// In the order in which they were given, some hundred on a page; where there are more, `Link` leads on.
#[utoipa::path(get, path = "/operations/{id}/items", operation_id = "listOperationItems", tag = "operations",
    params(OperationParameter, ItemParameters),
    responses((status = 200, description = "What became of each.", body = Vec<ItemJson>, headers(
        ("Link" = Option<String>, description = "The next page, with `rel=\"next\"`.")))))]
pub(super) async fn items(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    origin: Origin,
    query: PageQuery,
) -> Result<Response, Problem> {
    let page: u32 = query.cursor.as_deref().map_or(Ok(0), str::parse).map_err(|_| no_cursor())?;
    let (saga, batch) = usecase::items(&edge, &caller, id, page).await?;
    let items = batch.as_ref().map(items_json).unwrap_or_default();
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(items)).into_response();
    let more = page + 1 < saga.steps;
    link(&mut response, more.then(|| format!("{}/items?cursor={}", url(id, &origin), shown_cursor(&(page + 1).to_string()))));
    Ok(response)
}
