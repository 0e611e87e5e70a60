//! How a todo comes again: its JSON, skipping an occurrence, and what a rule would give.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{
    recurrence::{Basis, Recurrence, Repeat},
    todo::Due,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{TodoJson, answer, draft, fields::Fields, item::expected, representation::DueJson};
use crate::{
    edge::Edge,
    http::{Json, Origin, Problem, TodoPath, kind},
    usecase::{self, Caller},
};

/// How many occurrences a preview shows.
const PREVIEWED: usize = 5;

/// How a todo comes again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recurrence)]
pub(crate) struct RecurrenceJson {
    /// On which days: an `RRULE` of RFC 5545 with FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), INTERVAL, COUNT or UNTIL, BYMONTH, BYMONTHDAY,
    /// BYDAY, BYSETPOS and WKST.
    #[schema(max_length = 500, example = "FREQ=WEEKLY;BYDAY=MO,FR")]
    rule: String,
    /// Counted from what.
    #[schema(value_type = BasisName)]
    from: Basis,
    /// Which occurrence this is.
    #[schema(minimum = 1, example = 3, read_only)]
    occurrence: u32,
    /// The rule in plain English.
    #[schema(example = "every week on Monday and Friday", read_only)]
    description: String,
}

impl RecurrenceJson {
    pub(super) fn new(series: &Recurrence) -> Self {
        let (rule, description) = (series.rule.to_string(), series.rule.in_words());
        Self { rule, from: series.from, occurrence: series.number, description }
    }
}

/// From when the next occurrence is counted: `due`, from the one before, for a fixed rhythm; `completion`, from the day on which that was
/// done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RecurrenceBasis)]
#[expect(dead_code, reason = "documents domain::recurrence::Basis, which knows no OpenAPI")]
pub(super) enum BasisName {
    Due,
    Completion,
}

/// How a todo is to come again.
#[derive(ToSchema)]
#[schema(example = json!({ "rule": "FREQ=WEEKLY;BYDAY=MO,FR" }))]
#[expect(dead_code, reason = "documents what api::draft reads")]
pub(super) struct NewRecurrence {
    /// On which days: an `RRULE` of RFC 5545.
    #[schema(max_length = 500)]
    rule: String,
    /// Counted from what; `due` if absent.
    #[schema(nullable = false)]
    from: Option<BasisName>,
}

/// A series to try out.
#[derive(ToSchema)]
#[schema(example = json!({ "due": { "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" }, "recurrence": { "rule": "FREQ=MONTHLY;BYDAY=-1FR" } }))]
#[expect(dead_code, reason = "documents what `preview` reads")]
pub(super) struct NewPreview {
    /// The first occurrence.
    due: DueJson,
    /// How it comes again.
    recurrence: NewRecurrence,
}

/// What a series gives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecurrencePreview)]
pub(super) struct PreviewJson {
    /// The rule, in its one form.
    #[schema(example = "FREQ=MONTHLY;BYDAY=-1FR")]
    rule: String,
    /// The rule in plain English.
    #[schema(example = "every month on the last Friday")]
    description: String,
    /// What follows the first occurrence, in order, if each is done when it is due: at most five.
    #[schema(max_items = 5)]
    next: Vec<OccurrenceJson>,
    /// Whether there is nothing after these.
    ends: bool,
}

/// An occurrence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Occurrence)]
struct OccurrenceJson {
    /// When it is due.
    due: DueJson,
    /// The instant from which on it is overdue then.
    #[schema(value_type = String, format = DateTime, example = "2026-11-27T08:00:00Z")]
    overdue: Timestamp,
}

/// See what a recurrence would give.
///
/// Says in plain words what the rule says, and when the todo would be due next. Changes nothing.
#[utoipa::path(post, path = "/recurrence/preview", operation_id = "previewRecurrence", tag = "todos",
    request_body(content = NewPreview, content_type = "application/json"),
    responses((status = 200, description = "What the series gives.", body = PreviewJson)))]
pub(super) async fn preview(_: Caller, Json(body): Json) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let (due, repeat) = (fields.require("due", draft::due), fields.require("recurrence", draft::recurrence));
    fields.finish_body()?;
    let (due, repeat) = due.zip(repeat).ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    Ok((StatusCode::OK, axum::Json(previewed(due, repeat))).into_response())
}

fn previewed(due: Due, repeat: Repeat) -> PreviewJson {
    let (rule, description) = (repeat.rule.to_string(), repeat.rule.in_words());
    let first = Recurrence::begin(repeat, due);
    let after = |series: &Recurrence| series.next(&series.at, series.at.moment()?);
    let mut following = std::iter::successors(after(&first), after).map_while(|series| {
        let overdue = series.at.instant()?;
        Some(OccurrenceJson { due: DueJson::new(&series.at), overdue })
    });
    let next: Vec<_> = following.by_ref().take(PREVIEWED).collect();
    PreviewJson { rule, description, next, ends: following.next().is_none() }
}

/// Pass over an occurrence.
///
/// A todo that comes again goes on to its next occurrence without being done.
#[utoipa::path(post, path = "/todos/{id}/skip", operation_id = "skipOccurrence", tag = "todos", params(super::schemas::IdParameter),
    responses((status = 200, description = "The todo, at its next occurrence.", body = TodoJson, headers(
        ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn skip(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let done = usecase::skip(&edge, &caller, id, &expected(&headers)?).await?;
    Ok(answer::changed(StatusCode::OK, &caller, done, &origin))
}
