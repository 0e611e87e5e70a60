use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{Invalid, ListId, NotificationId, SagaId, TodoId, UserId, WebhookId, user::FilterName};

use super::{Problem, kind};
use crate::edge::Edge;

/// The todo that the path names by `{id}`.
pub(crate) struct TodoPath(pub TodoId);

impl FromRequestParts<Edge> for TodoPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, edge).await;
        let id = params.ok().and_then(|params| params.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.parse()));
        id.unwrap_or_else(|| "".parse()).map(Self).map_err(|error| {
            let remedy = format!("{error}, for example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11");
            Problem::invalid(&kind::INVALID_ID, vec![Invalid::new("id", "is no todo's id", remedy)])
        })
    }
}

/// The operation that the path names by `{id}`.
pub(crate) struct OperationPath(pub SagaId);

impl FromRequestParts<Edge> for OperationPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, edge).await;
        let id = params.ok().and_then(|params| params.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.parse()));
        id.unwrap_or_else(|| "".parse()).map(Self).map_err(|error| {
            let remedy = format!("{error}, as the API gave it");
            Problem::invalid(&kind::INVALID_ID, vec![Invalid::new("id", "is no operation's id", remedy)])
        })
    }
}

/// The saved filter that the path names by `{name}`.
pub(crate) struct NamePath(pub FilterName);

impl FromRequestParts<Edge> for NamePath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, edge).await;
        let name = params.ok().and_then(|params| params.iter().find(|(name, _)| *name == "name").map(|(_, name)| name.to_owned()));
        let name = FilterName::parse("name", &name.unwrap_or_default());
        name.map(Self).map_err(|invalid| Problem::invalid(&kind::INVALID_ID, vec![invalid]))
    }
}

/// The list with members that the path names by `{id}`. Of any other list there is nothing to know but what is in it.
pub(crate) struct ListPath(pub ListId);

impl FromRequestParts<Edge> for ListPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let id = named(parts, edge, "id").await.parse().ok().filter(|id: &ListId| id.has_members());
        id.map(Self).ok_or_else(|| {
            let remedy = "use a list's `id` or `url` as GET /api/v1/lists gave it";
            Problem::invalid(&kind::INVALID_ID, vec![Invalid::new("id", "is no id of a list with members", remedy)])
        })
    }
}

/// The person that the path names by `{user}`.
pub(crate) struct MemberPath(pub UserId);

impl FromRequestParts<Edge> for MemberPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let user = named(parts, edge, "user").await.parse();
        user.map(Self)
            .map_err(|error| Problem::invalid(&kind::INVALID_ID, vec![Invalid::new("user", "is no person's id", format!("{error}"))]))
    }
}

/// The notification that the path names by `{id}`.
pub(crate) struct NotificationPath(pub NotificationId);

impl FromRequestParts<Edge> for NotificationPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let id = named(parts, edge, "id").await.parse();
        let remedy = "use an `id` as GET /api/v1/me/notifications gave it";
        id.map(Self).map_err(|_| Problem::invalid(&kind::INVALID_ID, vec![Invalid::new("id", "is no notification's id", remedy)]))
    }
}

/// The web hook that the path names by `{id}`.
pub(crate) struct WebhookPath(pub WebhookId);

impl FromRequestParts<Edge> for WebhookPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let id = named(parts, edge, "id").await.parse();
        let remedy = "use an `id` as GET /api/v1/me/webhooks gave it";
        id.map(Self).map_err(|_| Problem::invalid(&kind::INVALID_ID, vec![Invalid::new("id", "is no web hook's id", remedy)]))
    }
}

/// A part of the path; empty if there is none of this name.
async fn named(parts: &mut Parts, edge: &Edge, wanted: &str) -> String {
    let params = RawPathParams::from_request_parts(parts, edge).await;
    let found = params.ok().and_then(|params| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned()));
    found.unwrap_or_default()
}
