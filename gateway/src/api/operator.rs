//! What operators see and do: how the platform's parts are doing, and everybody's operations. Nothing here holds what people wrote.

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, State},
    http::header::CACHE_CONTROL,
    response::{IntoResponse, Response},
};
use domain::{
    Invalid, UserId,
    saga::{Command, Status},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::PRIVATE,
    fields::shortened,
    operations::{OperationJson, OperationParameter},
};
use crate::{
    edge::Edge,
    http::{OperationPath, Origin, Problem, kind},
    usecase::{self, Caller, Overview},
};

/// How the platform is doing. A part that this installation does not have is `null`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Overview)]
pub(super) struct OverviewJson {
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How far each projection is.
    projections: Vec<ProjectionJson>,
    /// Commits whose events may not have been published yet.
    #[schema(required)]
    outbox: Option<WaitingJson>,
    /// Who hosts actors.
    hosts: Vec<HostJson>,
    /// Messages that were put aside and not settled since, by the group that could not take them.
    #[schema(required)]
    dead_letters: Option<Vec<LettersJson>>,
    /// Views that are made anew.
    #[schema(required)]
    replays: Option<Vec<ReplayJson>>,
    /// The parts that did not say how they are, by the names that they have here.
    silent: Vec<&'static str>,
}

/// How one projection stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectionProgress)]
struct ProjectionJson {
    /// Which.
    #[schema(example = "views")]
    name: &'static str,
    /// How many of the events that the feed holds it has taken.
    taken: u64,
    /// How many there are that it has not taken yet.
    behind: u64,
}

/// What waits, and since when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Waiting)]
struct WaitingJson {
    /// How many.
    waiting: u64,
    /// Since when the oldest of them waits.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    oldest: Option<Timestamp>,
}

/// A process that hosts actors.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActorHost)]
struct HostJson {
    /// Names the process for as long as it runs.
    name: String,
    /// How many actors it has in memory, by type.
    actors: BTreeMap<String, u64>,
}

/// Messages that a group of readers could not take.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetters)]
struct LettersJson {
    /// Which group.
    #[schema(example = "todo-views")]
    group: String,
    #[serde(flatten)]
    letters: WaitingJson,
}

/// A view that is made anew beside the one that is read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replay)]
struct ReplayJson {
    /// Which view.
    #[schema(example = "views")]
    view: String,
    /// How many events it has taken.
    done: u64,
    /// How many there are to take.
    total: u64,
}

impl OverviewJson {
    fn new(at: Timestamp, overview: Overview) -> Self {
        let projection = |one: &_| {
            let usecase::Progress { name, taken, behind } = *one;
            ProjectionJson { name, taken, behind }
        };
        let letters =
            |one: ports::LettersState| LettersJson { group: one.group, letters: WaitingJson { waiting: one.waiting, oldest: one.oldest } };
        let replay = |one: ports::ReplayState| ReplayJson { view: one.view, done: one.done, total: one.total };
        Self {
            at,
            projections: overview.projections.iter().map(projection).collect(),
            outbox: overview.outbox.map(|outbox| WaitingJson { waiting: outbox.waiting, oldest: outbox.oldest }),
            hosts: overview.hosts.into_iter().map(|host| HostJson { name: host.name, actors: host.actors }).collect(),
            dead_letters: overview.letters.map(|all| all.into_iter().map(letters).collect()),
            replays: overview.replays.map(|all| all.into_iter().map(replay).collect()),
            silent: overview.silent,
        }
    }
}

/// Somebody's operation, as an operator sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnybodysOperation)]
pub(super) struct AnybodysJson {
    /// Whose it is.
    #[schema(value_type = String, example = "ana")]
    owner: UserId,
    #[serde(flatten)]
    operation: OperationJson,
}

fn operator(edge: &Edge, caller: &Caller) -> Result<(), Problem> {
    if usecase::is_operator(edge, caller) {
        return Ok(());
    }
    Err(Problem::of(&kind::FORBIDDEN).detail("only operators may look after the platform: those whom TODO_OPERATORS names"))
}

/// See how the platform is doing.
///
/// For operators. Figures only: nothing of what people wrote.
#[utoipa::path(get, path = "/operator/overview", operation_id = "getOverview", tag = "operator",
    responses((status = 200, description = "How its parts are doing.", body = OverviewJson)))]
pub(super) async fn overview(State(edge): State<Edge>, caller: Caller) -> Result<Response, Problem> {
    operator(&edge, &caller)?;
    let overview = OverviewJson::new(edge.gateway.clock.now(), usecase::overview(&edge).await);
    Ok(([(CACHE_CONTROL, PRIVATE)], axum::Json(overview)).into_response())
}

/// Which operations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what `statuses` reads")]
struct StatusParameter {
    /// Only those in this state: `open`, `parked` or `ended`.
    #[param(example = "parked")]
    status: Option<String>,
}

fn statuses(query: &str) -> Result<Vec<Status>, Problem> {
    let mut statuses = vec![];
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let wrong = match (&*name, &*value) {
            ("status", "open") => {
                statuses.extend([Status::Acting, Status::Waiting]);
                continue;
            }
            ("status", "parked") => {
                statuses.push(Status::Parked);
                continue;
            }
            ("status", "ended") => {
                statuses.extend([Status::Completed, Status::Compensated]);
                continue;
            }
            ("status", _) => Invalid::new("status", "is unknown", "use one of: open, parked, ended"),
            (other, _) => Invalid::new(shortened(other), "is unknown", "leave it out, or use: status"),
        };
        return Err(Problem::invalid(&kind::INVALID_QUERY, vec![wrong]));
    }
    Ok(statuses)
}

/// List everybody's operations.
///
/// For operators: up to 200, those that began last first.
#[utoipa::path(get, path = "/operator/operations", operation_id = "listAllOperations", tag = "operator", params(StatusParameter),
    responses((status = 200, description = "The operations.", body = Vec<AnybodysJson>)))]
pub(super) async fn operations(
    State(edge): State<Edge>,
    caller: Caller,
    origin: Origin,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    operator(&edge, &caller)?;
    let rows = usecase::everybodys_operations(&edge, statuses(query.as_deref().unwrap_or_default())?).await?;
    let shown = |row: &ports::OperationRow| AnybodysJson {
        owner: row.saga.owner.clone(),
        operation: OperationJson::new(row.id, &row.saga, &origin),
    };
    Ok(([(CACHE_CONTROL, PRIVATE)], axum::Json(rows.iter().map(shown).collect::<Vec<_>>())).into_response())
}

/// Let anybody's parked operation go on.
#[utoipa::path(post, path = "/operator/operations/{id}/retry", operation_id = "retryAnyOperation", tag = "operator", params(OperationParameter),
    responses((status = 200, description = "How it stands.", body = OperationJson)))]
pub(super) async fn retry(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    origin: Origin,
) -> Result<Response, Problem> {
    operator(&edge, &caller)?;
    let saga = usecase::operate(&edge, &caller, id, Command::Retry).await?;
    Ok(axum::Json(OperationJson::new(id, &saga, &origin)).into_response())
}

/// Have anybody's operation take back what it did so far.
#[utoipa::path(post, path = "/operator/operations/{id}/abort", operation_id = "abortAnyOperation", tag = "operator", params(OperationParameter),
    responses((status = 200, description = "How it stands.", body = OperationJson)))]
pub(super) async fn abort(
    State(edge): State<Edge>,
    caller: Caller,
    OperationPath(id): OperationPath,
    origin: Origin,
) -> Result<Response, Problem> {
    operator(&edge, &caller)?;
    let saga = usecase::operate(&edge, &caller, id, Command::Abort).await?;
    Ok(axum::Json(OperationJson::new(id, &saga, &origin)).into_response())
}
