use axum::{
    extract::State,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LINK},
    },
    response::{IntoResponse, Response},
};
use domain::{NotificationId, TodoId, notification};
use jiff::Timestamp;
use ports::NotificationRow;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    BASE,
    answer::PRIVATE,
    operations::{PageParameters, PageQuery, no_cursor},
    query::shown_cursor,
};
use crate::{
    edge::Edge,
    http::{NotificationPath, Origin, Problem},
    usecase::{self, Caller},
};

/// Which notification.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::NotificationPath reads")]
struct NotificationParameter {
    /// The notification's id.
    #[param(example = "notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", pattern = "^notification-[0-9a-f-]{36}$")]
    id: String,
}

/// That the caller is told something, and how far that has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Notification)]
struct NotificationJson {
    /// Receivers of mail and web hooks know it by this: what comes twice is the same.
    #[schema(value_type = String, example = "notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")]
    id: NotificationId,
    /// What is told: `reminder` or `test`.
    kind: &'static str,
    /// The todo that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    todo: Option<TodoId>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `planning`; `held` until quiet hours are over; `delivering`; at its end `ended`, or `dropped`, so that nobody is told.
    status: &'static str,
    /// Until when it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    held_until: Option<Timestamp>,
    /// Why nobody is told: `moot`, `unwanted` or `unplanned`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    dropped: Option<&'static str>,
    /// When the caller has seen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    read_at: Option<Timestamp>,
    /// By what it is told.
    deliveries: Vec<DeliveryJson>,
}

/// One way by which somebody is told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery)]
struct DeliveryJson {
    /// `page`, `email` or `webhook`.
    by: &'static str,
    /// Which web hook.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    webhook: Option<String>,
    /// `pending`, `delivered`, `skipped` or `given-up`.
    status: &'static str,
    /// The last attempt, from 1.
    attempt: u32,
    /// While it is pending, when it is tried again; else when it was over.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Why the last attempt failed, or why it is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
}

impl From<NotificationRow> for NotificationJson {
    fn from(NotificationRow { id, notification, .. }: NotificationRow) -> Self {
        let delivery = |delivery: notification::Delivery| DeliveryJson {
            by: delivery.target.channel().name(),
            webhook: match delivery.target {
                notification::Target::Webhook { hook } => Some(hook.to_string()),
                _ => None,
            },
            status: delivery.status.name(),
            attempt: delivery.attempt,
            at: delivery.next,
            problem: delivery.problem,
        };
        Self {
            id,
            kind: notification.subject.kind(),
            todo: notification.subject.todo(),
            at: notification.at,
            status: notification.status.name(),
            held_until: (notification.status == notification::Status::Held).then_some(notification.next),
            dropped: notification.dropped.map(|reason| reason.name()),
            read_at: notification.read,
            deliveries: notification.deliveries.into_iter().map(delivery).collect(),
        }
    }
}

fn shown(status: StatusCode, row: NotificationRow) -> Response {
    (status, [(CACHE_CONTROL, PRIVATE)], axum::Json(NotificationJson::from(row))).into_response()
}

/// List what you were told.
///
/// Of the last 30 days, what happened last first. A moment may pass until one that was just begun is among them.
#[utoipa::path(get, path = "/me/notifications", operation_id = "listNotifications", tag = "notifications", params(PageParameters),
    responses((status = 200, description = "What the caller was told.", body = Vec<NotificationJson>, headers(
        ("Link" = Option<String>, description = "The next page, with `rel=\"next\"`.")))))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller, origin: Origin, query: PageQuery) -> Result<Response, Problem> {
    let after = query.cursor.as_deref().map(|text| {
        let (at, id) = text.split_once('/')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
    });
    let after = after.map(|read| read.ok_or_else(no_cursor)).transpose()?;
    let rows = usecase::notifications(&edge, &caller, query.limit, after).await?;
    let next = rows.last().filter(|_| rows.len() == query.limit).map(|row| format!("{}/{}", row.notification.at.as_microsecond(), row.id));
    let shown: Vec<_> = rows.into_iter().map(NotificationJson::from).collect();
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(shown)).into_response();
    let link = |next: String| {
        let cursor = shown_cursor(&next);
        HeaderValue::try_from(format!("<{}{BASE}/me/notifications?limit={}&cursor={cursor}>; rel=\"next\"", origin.0, query.limit))
    };
    response.headers_mut().extend(next.map(link).and_then(Result::ok).map(|link| (LINK, link)));
    Ok(response)
}

/// See how something is told, by each way.
#[utoipa::path(get, path = "/me/notifications/{id}", operation_id = "getNotification", tag = "notifications", params(NotificationParameter),
    responses((status = 200, description = "How it stands.", body = NotificationJson)))]
pub(super) async fn read(State(edge): State<Edge>, caller: Caller, NotificationPath(id): NotificationPath) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, usecase::notification(&edge, &caller, id).await?))
}

/// Say that you have seen it.
#[utoipa::path(post, path = "/me/notifications/{id}/read", operation_id = "readNotification", tag = "notifications", params(NotificationParameter),
    responses((status = 200, description = "As it is now.", body = NotificationJson)))]
pub(super) async fn mark_read(
    State(edge): State<Edge>,
    caller: Caller,
    NotificationPath(id): NotificationPath,
) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, usecase::read_notification(&edge, &caller, id).await?))
}

/// Try again what was given up.
#[utoipa::path(post, path = "/me/notifications/{id}/retry", operation_id = "retryNotification", tag = "notifications", params(NotificationParameter),
    responses((status = 200, description = "As it is now.", body = NotificationJson)))]
pub(super) async fn retry(State(edge): State<Edge>, caller: Caller, NotificationPath(id): NotificationPath) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, usecase::retry_notification(&edge, &caller, id).await?))
}

/// See whether you are told.
///
/// By every channel that you chose, as a reminder would be.
#[utoipa::path(post, path = "/me/notifications/test", operation_id = "testNotification", tag = "notifications",
    responses((status = 202, description = "It is under way.", body = NotificationJson)))]
pub(super) async fn test(State(edge): State<Edge>, caller: Caller) -> Result<Response, Problem> {
    Ok(shown(StatusCode::ACCEPTED, usecase::test_notification(&edge, &caller).await?))
}
