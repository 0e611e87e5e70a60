use axum::{
    extract::State,
    http::{StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use domain::{
    Invalid,
    user::{FilterName, FilterQuery},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    answer::{self, PRIVATE},
    fields::{Fields, wrong_type},
    query::text_parameters,
};
use crate::{
    edge::Edge,
    http::{Json, NamePath, Problem, kind},
    usecase::{self, Caller},
};

/// A query that is kept under a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Filter)]
pub(super) struct FilterJson {
    /// Its name.
    #[schema(min_length = 1, max_length = 100, example = "Garden, soon")]
    name: String,
    /// The parameters of `GET /api/v1/todos` that it stands for.
    #[schema(min_length = 1, max_length = 2000, example = "tag=garden&status=open&sort=due")]
    query: String,
}

/// List the saved filters.
///
/// By name. `GET /api/v1/todos?filter=NAME` asks one.
#[utoipa::path(get, path = "/filters", operation_id = "listFilters", tag = "filters",
    responses((status = 200, description = "What the caller keeps.", body = Vec<FilterJson>, headers(
        ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing.")))))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Result<Response, Problem> {
    let seen = usecase::user(&edge, &caller).await?;
    let filters = seen.answer.filters.iter();
    let filters: Vec<_> =
        filters.map(|(name, query)| FilterJson { name: name.expose().to_owned(), query: query.expose().to_owned() }).collect();
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(filters)).into_response();
    answer::mark_stale(&mut response, seen.stale);
    Ok(response)
}

/// Save a filter.
///
/// What had that name is replaced. A person keeps at most 100.
#[utoipa::path(put, path = "/filters/{name}", operation_id = "saveFilter", tag = "filters", params(super::schemas::NameParameter),
    request_body(content = super::schemas::NewFilter, content_type = "application/json"),
    responses((status = 200, description = "It is kept.", body = FilterJson)))]
pub(super) async fn save(
    State(edge): State<Edge>,
    caller: Caller,
    NamePath(name): NamePath,
    Json(body): Json,
) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let now = edge.gateway.clock.now();
    let query = fields.require("query", |field, value| query(field, value, now));
    fields.finish_body()?;
    let query = query.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    let json = FilterJson { name: name.expose().to_owned(), query: query.expose().to_owned() };
    let replayed = usecase::save_filter(&edge, &caller, name, query).await?;
    let mut response = axum::Json(json).into_response();
    answer::mark_replayed(&mut response, &caller, replayed);
    Ok(response)
}

/// Remove a saved filter.
///
/// Removing it twice is fine.
#[utoipa::path(delete, path = "/filters/{name}", operation_id = "removeFilter", tag = "filters", params(super::schemas::NameParameter),
    responses((status = 204, description = "There is none of this name.")))]
pub(super) async fn remove(State(edge): State<Edge>, caller: Caller, NamePath(name): NamePath) -> Result<Response, Problem> {
    let replayed = usecase::remove_filter(&edge, &caller, name).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    answer::mark_replayed(&mut response, &caller, replayed);
    Ok(response)
}

/// A query that could be asked as it is, any page of it.
fn query(field: &str, value: Value, now: Timestamp) -> Result<FilterQuery, Vec<Invalid>> {
    let text = value.as_str().ok_or_else(|| vec![wrong_type(field, &value, "a string")])?;
    let query = FilterQuery::parse(field, text).map_err(|wrong| vec![wrong])?;
    let parameters = parameters(&query);
    let mut wrong = text_parameters(&parameters, now).err().unwrap_or_default();
    if parameters.iter().any(|(name, _)| name == "cursor") {
        wrong.push(Invalid::new("cursor", "belongs to one page", "leave it out"));
    }
    if wrong.is_empty() {
        Ok(query)
    } else {
        Err(wrong
            .into_iter()
            .map(|one| {
                let at = format!("{field}.{}", one.field);
                one.at(at)
            })
            .collect())
    }
}

fn parameters(query: &FilterQuery) -> Vec<(String, String)> {
    form_urlencoded::parse(query.expose().trim_start_matches('?').as_bytes()).into_owned().collect()
}

/// `given` with the parameters of the saved filter that it names, if it names one. What is given besides goes before what
/// the filter says; tags add up.
pub(super) async fn expanded(edge: &Edge, caller: &Caller, given: &[(String, String)]) -> Result<Vec<(String, String)>, Problem> {
    let wrong = |problem: &str, remedy: &str| Problem::invalid(&kind::INVALID_QUERY, vec![Invalid::new("filter", problem, remedy)]);
    let (named, others): (Vec<_>, Vec<_>) = given.iter().cloned().partition(|(name, _)| name == "filter");
    let [(_, name)] = &named[..] else {
        return if named.is_empty() { Ok(others) } else { Err(wrong("is given twice", "give it once")) };
    };
    let name = FilterName::parse("filter", name).map_err(|invalid| Problem::invalid(&kind::INVALID_QUERY, vec![invalid]))?;
    let seen = usecase::user(edge, caller).await?;
    let Some(saved) = seen.answer.filters.get(&name) else {
        let unknown = wrong("is none of your saved filters", "use a name that GET /api/v1/filters shows, or leave it out");
        return Err(if seen.stale { usecase::Failure::Behind.into() } else { unknown });
    };
    let says = |name: &str| others.iter().any(|(given, _)| given == name);
    let kept = parameters(saved).into_iter().filter(|(name, _)| match name.as_str() {
        "tag" => true,
        // It belongs to the filter's own smart list.
        "days" => !says("days") && !says("due"),
        name => !says(name),
    });
    Ok(kept.chain(others.iter().cloned()).collect())
}
