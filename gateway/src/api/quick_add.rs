//! `POST /quick-add`: a typed line, read by the server's one parser.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Invalid, ListId,
    quick_add::{self, Line, QuickAdd, Span, SpanKind},
    todo::{Draft, Order, Priority, Zone},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    TodoJson, collection, draft,
    fields::{Fields, wrong_type},
    representation::{DueJson, PriorityName},
};
use crate::{
    edge::Edge,
    http::{Json, Origin, Problem, kind},
    usecase::{self, Caller, Expected},
};

/// A line as a person types it.
#[derive(ToSchema)]
#[schema(as = QuickAdd, example = json!({ "text": "Call mum tomorrow 5pm #family !high", "zone": "Europe/Berlin" }))]
#[expect(dead_code, reason = "documents what `request` reads")]
pub(super) struct QuickAddJson {
    /// For example `Call mum tomorrow 5pm #family !high`.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// The IANA time zone in which it was typed.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// When it was typed; now if absent. For a client that sends it later.
    #[schema(format = DateTime, nullable = false)]
    now: Option<String>,
    /// Create the todo, and do not only say what was understood.
    #[schema(nullable = false)]
    create: Option<bool>,
    /// With `create`: where it goes; the inbox if absent.
    #[schema(nullable = false)]
    list: Option<String>,
    /// With `create`: its place by hand.
    order: Option<f64>,
}

/// What was understood of a line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Understood {
    /// What is left for the title; `null` if nothing is.
    #[schema(required)]
    title: Option<String>,
    /// When it is due.
    #[schema(required)]
    due: Option<DueJson>,
    /// Its tags, in order.
    tags: Vec<String>,
    /// How much it matters.
    #[schema(value_type = Option<PriorityName>, required)]
    priority: Option<Priority>,
    /// Which parts of the line were understood as what, in order.
    spans: Vec<SpanJson>,
}

/// A part of a line and what it was understood as.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuickAddSpan)]
struct SpanJson {
    /// Where it begins, in UTF-16 code units.
    start: usize,
    /// Where it ends, in UTF-16 code units.
    end: usize,
    /// What it says.
    kind: KindName,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = QuickAddKind)]
enum KindName {
    Day,
    Time,
    Tag,
    Priority,
}

/// Read a typed line as a todo.
///
/// English days (`today`, `next monday`, `in 3 days`, `24 dec`), times (`5pm`, `17:30`), tags (`#home`) and priorities
/// (`!urgent` or `!1`, to `!low` or `!4`) are taken out of the title. Words between quotation marks stay. Only says what
/// was understood, or creates it too.
#[utoipa::path(post, path = "/quick-add", operation_id = "quickAdd", tag = "todos",
    request_body(content = QuickAddJson, content_type = "application/json"),
    responses(
        (status = 200, description = "What was understood.", body = Understood),
        (status = 201, description = "With `create`: created.", body = TodoJson, headers(
            ("Location" = String, description = "The todo's URL."), ("ETag" = String, description = "Its version."),
            ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn quick_add(State(edge): State<Edge>, caller: Caller, origin: Origin, Json(body): Json) -> Result<Response, Problem> {
    let request = request(body)?;
    let now = request.now.unwrap_or_else(|| edge.gateway.clock.now());
    let read = quick_add::parse(&request.line, now, &request.zone).map_err(|wrong| Problem::invalid(&kind::INVALID_FIELDS, vec![wrong]))?;
    if !request.create {
        return Ok((StatusCode::OK, axum::Json(understood(&request.line, read))).into_response());
    }
    let nothing = || Invalid::new("text", "says when, but not what", "add a word that is no day, time, tag or priority");
    let title = read.title.ok_or_else(|| Problem::invalid(&kind::INVALID_FIELDS, vec![nothing()]))?;
    let (list, order) = (request.list, request.order);
    let draft = Draft { due: read.due, tags: read.tags, priority: read.priority, list, order, ..Draft::titled(title) };
    let done = usecase::create(&edge, &caller, draft, &Expected::Any).await?;
    Ok(collection::created(&caller, done, &origin))
}

struct Request {
    line: Line,
    zone: Zone,
    now: Option<Timestamp>,
    create: bool,
    list: Option<ListId>,
    order: Option<Order>,
}

fn request(body: Value) -> Result<Request, Problem> {
    let mut fields = Fields::of(body)?;
    let line = fields.require("text", |field, value| Line::parse(field, draft::text(field, &value)?).map_err(|wrong| vec![wrong]));
    let zone = fields.require("zone", |field, value| draft::text(field, &value)?.parse().map_err(|wrong: Invalid| vec![wrong.at(field)]));
    let now = fields.take("now", instant);
    let create = fields.take("create", |field, value| value.as_bool().ok_or_else(|| vec![wrong_type(field, &value, "true or false")]));
    let list = fields.take("list", draft::list);
    let order = fields.take("order", draft::nullable(draft::order)).flatten();
    fields.finish_body()?;
    // Only what was complained about is missing here.
    let (line, zone) = line.zip(zone).ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    Ok(Request { line, zone, now, create: create.unwrap_or_default(), list, order })
}

fn instant(field: &str, value: Value) -> draft::Read<Timestamp> {
    let wrong = |_| vec![Invalid::new(field, "is no instant", "write an instant such as 2026-11-24T09:00:00Z")];
    draft::text(field, &value)?.parse().map_err(wrong)
}

fn understood(line: &Line, read: QuickAdd) -> Understood {
    Understood {
        title: read.title.map(Into::into),
        due: read.due.as_ref().map(DueJson::new),
        tags: read.tags.as_set().iter().map(|tag| tag.expose().to_owned()).collect(),
        priority: read.priority,
        spans: read.spans.iter().map(|span| shown(line.expose(), span)).collect(),
    }
}

/// Browsers count in UTF-16.
fn shown(text: &str, span: &Span) -> SpanJson {
    let units = |end: usize| text[..end].encode_utf16().count();
    let kind = match span.kind {
        SpanKind::Day => KindName::Day,
        SpanKind::Time => KindName::Time,
        SpanKind::Tag => KindName::Tag,
        SpanKind::Priority => KindName::Priority,
    };
    SpanJson { start: units(span.range.start), end: units(span.range.end), kind }
}
