//! When to remind somebody of a todo: its JSON, and putting a reminder off.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    Invalid, UserId,
    todo::{Due, Later, RemindAt, ReminderId, ReminderSpec, Todo},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    TodoJson, answer,
    draft::{self, Read, text},
    fields::{Fields, wrong_type},
    item::expected,
    representation::DueJson,
};
use crate::{
    edge::Edge,
    http::{Json, Origin, Problem, TodoPath, kind},
    usecase::{self, Caller},
};

/// When to remind somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reminder)]
pub(super) struct ReminderJson {
    /// Names it within the todo.
    #[schema(value_type = String, example = "9f86d081884c7d65", read_only)]
    id: ReminderId,
    /// Who is reminded: who set it.
    #[schema(value_type = String, example = "local", read_only)]
    person: UserId,
    /// So many minutes before the todo is due; less than 0: after. A whole day counts from its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = -10_080, maximum = 527_040, example = 30)]
    minutes_before: Option<i32>,
    /// Or then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    at: Option<MomentJson>,
    /// When it rings next; `null` if it rang, or does not ring.
    #[schema(value_type = Option<String>, required, format = DateTime, example = "2026-11-24T07:30:00Z", read_only)]
    rings: Option<Timestamp>,
}

/// A moment: an instant, or what a clock shows somewhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Moment)]
enum MomentJson {
    /// An instant.
    Instant(String),
    /// What a clock shows.
    Local(DueJson),
}

impl ReminderJson {
    pub(super) fn all(todo: &Todo) -> Vec<Self> {
        let shown = |(id, reminder): (&ReminderId, &domain::todo::Reminder)| {
            let (minutes_before, at) = said(&reminder.when);
            Self { id: id.clone(), person: reminder.person.clone(), minutes_before, at, rings: todo.rings(id) }
        };
        todo.reminders.iter().map(shown).collect()
    }
}

fn said(when: &RemindAt) -> (Option<i32>, Option<MomentJson>) {
    match when {
        RemindAt::Due { minutes_before } => (Some(*minutes_before), None),
        RemindAt::Local { at } => (None, Some(MomentJson::Local(DueJson::new(at)))),
        RemindAt::Instant { at } => (None, Some(MomentJson::Instant(at.to_string()))),
    }
}

/// What a history tells of a reminder.
pub(super) fn told(spec: &ReminderSpec) -> Value {
    match said(&spec.when) {
        (Some(minutes), _) => json!({ "id": spec.id, "person": spec.person, "minutesBefore": minutes }),
        (None, at) => json!({ "id": spec.id, "person": spec.person, "at": at }),
    }
}

/// A reminder to be set: one of the two.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({ "minutesBefore": 30 }))]
#[expect(dead_code, reason = "documents what `reminders` reads")]
pub(super) struct NewReminder {
    /// So many minutes before the todo is due; less than 0: after. A whole day counts from its start.
    #[schema(nullable = false, minimum = -10_080, maximum = 527_040)]
    minutes_before: Option<i32>,
    /// Then.
    #[schema(nullable = false)]
    at: Option<MomentJson>,
}

/// Reads the caller's reminders.
pub(super) fn reminders(field: &str, value: Value) -> Read<Vec<RemindAt>> {
    let entries = match value {
        Value::Null => return Ok(vec![]),
        Value::Array(entries) => entries,
        other => return Err(vec![wrong_type(field, &other, "an array of reminders, for example [{\"minutesBefore\": 30}]")]),
    };
    let (mut read, mut wrong) = (vec![], vec![]);
    for (at, entry) in entries.into_iter().enumerate() {
        match reminder(&format!("{field}[{at}]"), entry) {
            Ok(reminder) => read.push(reminder),
            Err(more) => wrong.extend(more),
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

fn reminder(field: &str, value: Value) -> Read<RemindAt> {
    let mut fields = Fields::nested(field, value).map_err(|wrong| vec![wrong])?;
    let before = fields.take("minutesBefore", |field, value| {
        let minutes = value.as_i64().ok_or_else(|| vec![wrong_type(field, &value, "a whole number of minutes")])?;
        RemindAt::before(minutes).map_err(|wrong| vec![wrong.at(field)])
    });
    let at = fields.take("at", moment);
    fields.read_only(&["id", "person", "rings"]);
    fields.finish()?;
    match (before, at) {
        (Some(when), None) | (None, Some(when)) => Ok(when),
        _ => Err(vec![Invalid::new(
            field,
            "needs one of minutesBefore and at",
            "send {\"minutesBefore\": 30} or {\"at\": \"2026-11-24T09:00:00Z\"}",
        )]),
    }
}

fn moment(field: &str, value: Value) -> Read<RemindAt> {
    match value {
        Value::Object(_) => {
            let at: Due = draft::due(field, value)?;
            RemindAt::local(at).map_err(|wrong| vec![wrong.at(format!("{field}.local"))])
        }
        value => instant(field, &value).map(|at| RemindAt::Instant { at }),
    }
}

fn instant(field: &str, value: &Value) -> Read<Timestamp> {
    let wrong =
        |_| vec![Invalid::new(field, "is no instant", "write an instant such as 2026-11-24T09:00:00Z, or a local time and its zone")];
    text(field, value)?.parse().map_err(wrong)
}

/// Until when to put a reminder off: one of the two.
#[derive(ToSchema)]
#[schema(example = json!({ "minutes": 10 }))]
#[expect(dead_code, reason = "documents what `snooze` reads")]
pub(super) struct Snooze {
    /// Which; the caller's one that rang last if absent.
    #[schema(nullable = false, example = "9f86d081884c7d65")]
    reminder: Option<String>,
    /// So many minutes from now.
    #[schema(nullable = false, minimum = 1, maximum = 527_040)]
    minutes: Option<u32>,
    /// Until this instant.
    #[schema(nullable = false, format = DateTime)]
    until: Option<String>,
}

/// Put a reminder off.
///
/// It rings again then, whether it rang already or not, unless the todo is done before that.
#[utoipa::path(post, path = "/todos/{id}/snooze", operation_id = "snoozeReminder", tag = "todos", params(super::schemas::IdParameter),
    request_body(content = Snooze, content_type = "application/json"),
    responses((status = 200, description = "The todo.", body = TodoJson, headers(
        ("ETag" = String, description = "Its version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn snooze(
    State(edge): State<Edge>,
    caller: Caller,
    TodoPath(id): TodoPath,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let (reminder, until) = put_off(body)?;
    let done = usecase::snooze(&edge, &caller, id, reminder, until, &expected(&headers)?).await?;
    Ok(answer::changed(StatusCode::OK, &caller, done, &origin))
}

fn put_off(body: Value) -> Result<(Option<ReminderId>, Later), Problem> {
    let mut fields = Fields::of(body)?;
    let reminder = fields.take("reminder", |field, value| text(field, &value)?.parse().map_err(|wrong: Invalid| vec![wrong.at(field)]));
    let minutes = fields.take("minutes", |field, value| {
        let minutes = value.as_u64().and_then(|minutes| u32::try_from(minutes).ok()).filter(|minutes| (1..=527_040).contains(minutes));
        let wrong = || vec![Invalid::new(field, "is no number of minutes", "send a whole number from 1 to 527040")];
        minutes.map(Later::Minutes).ok_or_else(wrong)
    });
    let until = fields.take("until", |field, value| instant(field, &value).map(Later::At));
    fields.finish_body()?;
    match (minutes, until) {
        (Some(until), None) | (None, Some(until)) => Ok((reminder, until)),
        _ => {
            let wrong = Invalid::new("until", "or minutes is needed, one of them", "send {\"minutes\": 10}");
            Err(Problem::invalid(&kind::INVALID_FIELDS, vec![wrong]))
        }
    }
}
