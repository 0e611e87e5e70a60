//! Operations, and what became of their items, page by page.

use axum::{
    extract::{FromRequestParts, State},
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, LINK},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use ports::OperationQuery;
use utoipa::IntoParams;

use super::{
    OperationParameter,
    json::{ItemJson, OperationJson, items_json},
    url,
};
use crate::{
    api::{
        BASE,
        answer::PRIVATE,
        parameters::{each, parameters, unknown},
        query::{MAX_LIMIT, bad_cursor, bad_limit, cursor, limited, shown_cursor},
    },
    edge::Edge,
    http::{OperationPath, Origin, Problem, kind},
    usecase::{self, Caller},
};

/// Which page.
pub(in crate::api) struct PageQuery {
    pub limit: usize,
    pub cursor: Option<String>,
}

/// Which operations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what PageQuery reads")]
pub(in crate::api) struct PageParameters {
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

pub(in crate::api) fn no_cursor() -> Problem {
    Problem::invalid(&kind::INVALID_QUERY, vec![bad_cursor("cursor")])
}

/// List operations.
///
/// The caller's, those that began last first. A moment may pass until one that was just begun is among them.
#[utoipa::path(get, path = "/operations", operation_id = "listOperations", tag = "operations", params(PageParameters),
    responses((status = 200, description = "The caller's operations.", body = Vec<OperationJson>, headers(
        ("Link" = Option<String>, description = "The next page, with `rel=\"next\"`.")))))]
pub(in crate::api) async fn list(State(edge): State<Edge>, caller: Caller, origin: Origin, query: PageQuery) -> Result<Response, Problem> {
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
pub(in crate::api) async fn items(
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
    let more = batch.is_some() && page + 1 < saga.steps;
    link(&mut response, more.then(|| format!("{}/items?cursor={}", url(id, &origin), shown_cursor(&(page + 1).to_string()))));
    Ok(response)
}
