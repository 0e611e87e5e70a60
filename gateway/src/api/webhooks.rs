use axum::{
    extract::State,
    http::{StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use domain::{Invalid, WebhookId, user::WebhookUrl};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{answer::PRIVATE, draft::text, fields::Fields};
use crate::{
    edge::Edge,
    http::{Json, Problem, WebhookPath, kind},
    usecase::{self, Caller, ShownHook},
};

/// Which web hook.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::WebhookPath reads")]
struct WebhookParameter {
    /// The web hook's id.
    #[param(example = "webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11", pattern = "^webhook-[0-9a-f-]{36}$")]
    id: String,
}

/// A program of the caller's that is told things.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook)]
struct WebhookJson {
    #[schema(value_type = String, example = "webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11")]
    id: WebhookId,
    /// Where it is.
    #[schema(format = "uri", example = "https://example.org/hook")]
    url: String,
    /// Whether it failed so often that nothing is sent to it any more, but for a try now and then.
    disabled: bool,
    /// Since when, or when it was last tried since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    disabled_at: Option<Timestamp>,
    /// How many attempts failed since the last that did not.
    failures: u32,
    /// Why the last one failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
    /// What signs what is sent to it. Shown this once: keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

/// Where a program is to be told.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents what `add` reads")]
pub(super) struct NewWebhook {
    /// By HTTPS, in the public Internet.
    #[schema(format = "uri", max_length = 2000, example = "https://example.org/hook")]
    url: String,
}

impl From<ShownHook> for WebhookJson {
    fn from(ShownHook { id, url, hook, secret }: ShownHook) -> Self {
        Self {
            id,
            url: url.into(),
            disabled: hook.disabled,
            disabled_at: hook.disabled_at,
            failures: hook.failures,
            problem: hook.problem,
            secret: secret.map(|secret| secret.0),
        }
    }
}

fn shown(status: StatusCode, hook: ShownHook) -> Response {
    (status, [(CACHE_CONTROL, PRIVATE)], axum::Json(WebhookJson::from(hook))).into_response()
}

/// List your web hooks.
#[utoipa::path(get, path = "/me/webhooks", operation_id = "listWebhooks", tag = "notifications",
    responses((status = 200, description = "The caller's web hooks, and how they stand.", body = Vec<WebhookJson>)))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Result<Response, Problem> {
    let hooks: Vec<_> = usecase::webhooks(&edge, &caller).await?.into_iter().map(WebhookJson::from).collect();
    Ok(([(CACHE_CONTROL, PRIVATE)], axum::Json(hooks)).into_response())
}

/// Add a web hook.
///
/// From now on it is told by `POST`, as JSON. The header `Todo-Signature` is `t=SECONDS,v1=HEX`, HEX being HMAC-SHA256 of `SECONDS.BODY`
/// under the secret of this answer; `Todo-Notification-Id` is the same where something comes twice. Any status of 200 to 299 says that it
/// arrived; anything else, and a redirect as well, is tried again. One that is there already gets another secret.
#[utoipa::path(post, path = "/me/webhooks", operation_id = "addWebhook", tag = "notifications",
    request_body(content = NewWebhook, content_type = "application/json"),
    responses((status = 201, description = "It is told from now on.", body = WebhookJson)))]
pub(super) async fn add(State(edge): State<Edge>, caller: Caller, Json(body): Json) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let url = fields
        .require("url", |field: &str, value: Value| WebhookUrl::parse(field, text(field, &value)?).map_err(|wrong: Invalid| vec![wrong]));
    fields.finish_body()?;
    let url = url.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    Ok(shown(StatusCode::CREATED, usecase::add_webhook(&edge, &caller, url).await?))
}

/// Remove a web hook.
#[utoipa::path(delete, path = "/me/webhooks/{id}", operation_id = "removeWebhook", tag = "notifications", params(WebhookParameter),
    responses((status = 204, description = "It is told nothing any more.")))]
pub(super) async fn remove(State(edge): State<Edge>, caller: Caller, WebhookPath(id): WebhookPath) -> Result<StatusCode, Problem> {
    usecase::remove_webhook(&edge, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a web hook that failed too often.
#[utoipa::path(post, path = "/me/webhooks/{id}/enable", operation_id = "enableWebhook", tag = "notifications", params(WebhookParameter),
    responses((status = 200, description = "As it is now.", body = WebhookJson)))]
pub(super) async fn enable(State(edge): State<Edge>, caller: Caller, WebhookPath(id): WebhookPath) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, usecase::enable_webhook(&edge, &caller, id).await?))
}

/// Give a web hook another secret.
///
/// The old one counts no more.
#[utoipa::path(post, path = "/me/webhooks/{id}/secret", operation_id = "renewWebhookSecret", tag = "notifications", params(WebhookParameter),
    responses((status = 200, description = "As it is now, with the secret.", body = WebhookJson)))]
pub(super) async fn secret(State(edge): State<Edge>, caller: Caller, WebhookPath(id): WebhookPath) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, usecase::renew_webhook(&edge, &caller, id).await?))
}
