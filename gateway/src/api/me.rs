use std::{collections::BTreeSet, str::FromStr};

use axum::{
    extract::State,
    http::{
        HeaderMap,
        header::{CACHE_CONTROL, ETAG},
    },
    response::{IntoResponse, Response},
};
use domain::{
    Invalid, ListId, Role, UserId,
    todo::Zone,
    user::{Channel, ClockTime, DisplayName, Email, QuietHours, SettingChange, WebhookUrl},
};
use ports::PersonRow;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    answer::{self, Condition, PRIVATE},
    draft::{nullable, text},
    fields::{Fields, wrong_type},
    item::expected,
    lists::RoleName,
};
use crate::{
    edge::Edge,
    http::{PatchJson, Problem, etag},
    usecase::{self, Caller},
};

/// Who the caller is, and how they want the platform to be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub(super) struct MeJson {
    /// Names the person.
    #[schema(value_type = String, example = "ana", read_only)]
    id: UserId,
    /// The most that the caller's token may do.
    #[schema(value_type = RoleName, read_only)]
    role: Role,
    /// The list that what they do for themselves is in.
    #[schema(value_type = String, example = "list-5f8b6b1e-7c1d-5a53-8d0e-3c8f0f2a9b11", read_only)]
    inbox: ListId,
    /// Whether the caller may look after the platform itself.
    #[schema(read_only)]
    operator: bool,
    /// What to call them.
    #[schema(required, max_length = 100)]
    display_name: Option<String>,
    /// Where their clock is: an IANA time zone.
    #[schema(required, example = "Europe/Berlin")]
    zone: Option<String>,
    /// When not to disturb them, by that clock.
    #[schema(required)]
    quiet_hours: Option<QuietHoursJson>,
    /// Where they read mail.
    #[schema(required, max_length = 254, example = "ana@example.org")]
    email: Option<String>,
    /// By what they want to be told.
    #[schema(value_type = Vec<ChannelName>)]
    channels: BTreeSet<Channel>,
    /// Where their own programs are told.
    #[schema(max_items = 10)]
    webhooks: Vec<String>,
    /// Counts the changes of what the person keeps; the `ETag`.
    #[schema(read_only)]
    version: u64,
}

/// From one time of the day until another, over midnight where the second comes first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuietHours)]
pub(super) struct QuietHoursJson {
    /// When they begin.
    #[schema(example = "22:00")]
    from: String,
    /// When they are over.
    #[schema(example = "07:00")]
    to: String,
}

/// By what somebody is told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Channel)]
#[expect(dead_code, reason = "documents domain::user::Channel, which knows no OpenAPI")]
pub(super) enum ChannelName {
    Page,
    Email,
    Webhook,
}

/// Shown, but not taken.
const READ_ONLY: [&str; 5] = ["id", "role", "inbox", "operator", "version"];

impl MeJson {
    fn new(edge: &Edge, caller: &Caller, row: PersonRow) -> Self {
        let settings = row.user.settings;
        let hours = |hours: QuietHours| QuietHoursJson { from: hours.begin().into(), to: hours.end().into() };
        Self {
            id: caller.principal.clone(),
            role: caller.role,
            inbox: ListId::inbox(&caller.principal),
            operator: usecase::is_operator(edge, caller),
            display_name: settings.display_name.map(Into::into),
            zone: settings.zone.map(|zone| zone.name().to_owned()),
            quiet_hours: settings.quiet_hours.map(hours),
            email: settings.email.map(Into::into),
            channels: settings.channels,
            webhooks: settings.webhooks.into_iter().map(Into::into).collect(),
            version: row.version,
        }
    }
}

/// Read who you are.
#[utoipa::path(get, path = "/me", operation_id = "getMe", tag = "people",
    responses(
        (status = 200, description = "The caller.", body = MeJson, headers(
            ("ETag" = String, description = "The version."),
            ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing."))),
        (status = 304, description = "It is still at the version of `If-None-Match`.", headers(("ETag" = String, description = "The version.")))))]
pub(super) async fn read(State(edge): State<Edge>, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    let condition = Condition::of(&headers)?;
    let seen = usecase::me(&edge, &caller).await?;
    let version = seen.answer.version;
    condition.meet(version, seen.stale, || {
        let headers = [(ETAG, etag(version)), (CACHE_CONTROL, PRIVATE)];
        let mut response = (headers, axum::Json(MeJson::new(&edge, &caller, seen.answer))).into_response();
        answer::mark_stale(&mut response, seen.stale);
        response
    })
}

/// Change how you want the platform to be.
///
/// A JSON merge patch (RFC 7396): what is absent stays, `null` clears. `channels` and `webhooks` are replaced whole.
#[utoipa::path(patch, path = "/me", operation_id = "changeMe", tag = "people",
    request_body(content(
        (super::schemas::MePatch = "application/merge-patch+json"), (super::schemas::MePatch = "application/json"))),
    responses((status = 200, description = "As it is now.", body = MeJson, headers(
        ("ETag" = String, description = "The version."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` on an answer that was given before.")))))]
pub(super) async fn change(
    State(edge): State<Edge>,
    caller: Caller,
    headers: HeaderMap,
    PatchJson(body): PatchJson,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let mut fields = Fields::of(body)?;
    let changes = [
        fields.take("displayName", nullable(display_name)).map(SettingChange::DisplayName),
        fields.take("zone", nullable(parsed::<Zone>)).map(SettingChange::Zone),
        fields.take("quietHours", nullable(quiet_hours)).map(SettingChange::QuietHours),
        fields.take("email", nullable(email)).map(SettingChange::Email),
        fields.take("webhooks", |field, value| set(field, value, WebhookUrl::parse)).map(SettingChange::Webhooks),
        fields.take("channels", |field, value| set(field, value, channel)).map(SettingChange::Channels),
    ];
    fields.read_only(&READ_ONLY);
    fields.finish_body()?;
    let changes = changes.into_iter().flatten().collect();
    let (row, replayed) = usecase::change_settings(&edge, &caller, changes, &expected).await?;
    let mut response = ([(ETAG, etag(row.version))], axum::Json(MeJson::new(&edge, &caller, row))).into_response();
    answer::mark_replayed(&mut response, &caller, replayed);
    Ok(response)
}

type Read<T> = Result<T, Vec<Invalid>>;

fn display_name(field: &str, value: Value) -> Read<DisplayName> {
    DisplayName::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

fn email(field: &str, value: Value) -> Read<Email> {
    Email::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

fn parsed<T: FromStr<Err = Invalid>>(field: &str, value: Value) -> Read<T> {
    text(field, &value)?.parse().map_err(|wrong: Invalid| vec![wrong.at(field)])
}

fn quiet_hours(field: &str, value: Value) -> Read<QuietHours> {
    let mut fields = Fields::nested(field, value).map_err(|wrong| vec![wrong])?;
    let (from, to) = (fields.require("from", parsed::<ClockTime>), fields.require("to", parsed::<ClockTime>));
    fields.finish()?;
    let (from, to) = from.zip(to).ok_or_else(Vec::new)?;
    QuietHours::new(from, to).map_err(|wrong| vec![wrong.at(field)])
}

fn channel(field: &str, name: &str) -> Result<Channel, Invalid> {
    let found = Channel::ALL.into_iter().find(|channel| channel.name() == name);
    found.ok_or_else(|| Invalid::new(field, "is no channel", "use one of: page, email, webhook"))
}

fn set<T: Ord>(field: &str, value: Value, read: impl Fn(&str, &str) -> Result<T, Invalid>) -> Read<BTreeSet<T>> {
    let entries = match value {
        Value::Null => return Ok(BTreeSet::new()),
        Value::Array(entries) => entries,
        other => return Err(vec![wrong_type(field, &other, "an array of strings")]),
    };
    let (mut set, mut wrong) = (BTreeSet::new(), vec![]);
    for (at, entry) in entries.iter().enumerate() {
        let field = format!("{field}[{at}]");
        match text(&field, entry).and_then(|entry| read(&field, entry).map_err(|wrong| vec![wrong])) {
            Ok(entry) => drop(set.insert(entry)),
            Err(more) => wrong.extend(more),
        }
    }
    if wrong.is_empty() { Ok(set) } else { Err(wrong) }
}
