use axum::{
    extract::{Query, State},
    http::{Uri, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use domain::{Invalid, ListId};
use ports::{Count, Counts, DueBounds};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::{self, PRIVATE},
    fields::shortened,
    smart,
};
use crate::{
    edge::Edge,
    http::{Problem, kind},
    usecase::{self, Caller},
};

/// How many todos there are of each kind. What lies in the trash counts as `deleted` only.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Counts)]
pub(super) struct CountsJson {
    /// Still to be done.
    #[schema(example = 12)]
    open: u64,
    /// Done.
    completed: u64,
    /// In the trash.
    deleted: u64,
    /// Open and due within the caller's day.
    today: u64,
    /// Open and overdue, earlier today included.
    overdue: u64,
    /// Open and due after the caller's day.
    upcoming: u64,
    /// By list, where there is any; those with most open first.
    #[schema(max_items = 1000)]
    lists: Vec<ListCountJson>,
    /// By tag, in the same way.
    #[schema(max_items = 1000)]
    tags: Vec<TagCountJson>,
}

/// How many todos a list has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListCount)]
struct ListCountJson {
    /// Which list.
    #[schema(value_type = String, example = "list-5f8b6b1e-7c1d-5a53-8d0e-3c8f0f2a9b11")]
    list: ListId,
    /// Still to be done.
    open: u64,
    /// Done.
    completed: u64,
}

/// How many todos have a tag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagCount)]
struct TagCountJson {
    /// Which tag.
    #[schema(example = "home")]
    tag: String,
    /// Still to be done.
    open: u64,
    /// Done.
    completed: u64,
}

impl From<Counts> for CountsJson {
    fn from(counts: Counts) -> Self {
        let Counts { all: Count { open, completed }, deleted, today, overdue, upcoming, lists, tags } = counts;
        let list = |(list, Count { open, completed })| ListCountJson { list, open, completed };
        let tag = |(tag, Count { open, completed }): (domain::todo::Tag, _)| TagCountJson { tag: tag.expose().to_owned(), open, completed };
        Self {
            open,
            completed,
            deleted,
            today,
            overdue,
            upcoming,
            lists: lists.into_iter().map(list).collect(),
            tags: tags.into_iter().map(tag).collect(),
        }
    }
}

/// Count todos.
///
/// By state, by smart list, by list and by tag, all of one moment.
#[utoipa::path(get, path = "/counts", operation_id = "countTodos", tag = "todos", params(super::schemas::CountParameters),
    responses((status = 200, description = "How many there are.", body = CountsJson, headers(
        ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing.")))))]
pub(super) async fn counts(State(edge): State<Edge>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let due = bounds(&edge, &uri)?;
    let seen = usecase::counts(&edge, &caller, &due).await?;
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(CountsJson::from(seen.answer))).into_response();
    answer::mark_stale(&mut response, seen.stale);
    Ok(response)
}

fn bounds(edge: &Edge, uri: &Uri) -> Result<DueBounds, Problem> {
    let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Problem::of(&kind::INVALID_QUERY))?;
    let (mut zone, mut wrong) = (None, vec![]);
    for (name, value) in &parameters {
        match name.as_str() {
            "zone" if zone.is_some() => wrong.push(Invalid::new("zone", "is given twice", "give it once")),
            "zone" => zone = smart::zone(name, value).map_err(|invalid| wrong.push(invalid)).ok(),
            other => wrong.push(Invalid::new(shortened(other), "is unknown", "leave it out, or use: zone")),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(&kind::INVALID_QUERY, wrong));
    }
    let now = edge.gateway.clock.now();
    let today = smart::today(zone.as_ref(), now);
    Ok(DueBounds { now, today: today.start(), tomorrow: today.end() })
}
