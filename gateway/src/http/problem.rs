use axum::{
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use domain::{Invalid, Refusal};
use ports::{DispatchError, ViewsError};
use serde_json::{Map, Value, json};
use tracing::{error, warn};

use super::kinds::{self, Kind};
use crate::usecase::Failure;

/// A problem as RFC 9457 has it. As a response it is only a note; [`write_out`] makes the body once the path is known.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    kind: &'static Kind,
    detail: String,
    errors: Vec<Invalid>,
    members: Map<String, Value>,
    headers: HeaderMap,
}

impl Problem {
    /// A problem whose detail is what its kind means.
    pub(crate) fn of(kind: &'static Kind) -> Self {
        Self { kind, detail: kind.meaning.to_owned(), errors: vec![], members: Map::new(), headers: HeaderMap::new() }
    }

    /// Says what is wrong with each of `errors`.
    pub(crate) fn invalid(kind: &'static Kind, errors: Vec<Invalid>) -> Self {
        let detail = errors.iter().map(Invalid::to_string).collect::<Vec<_>>().join("; ");
        Self { detail, errors, ..Self::of(kind) }
    }

    /// Says it in other words. They may not repeat what a person wrote.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(crate) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    fn json(&self, instance: &str) -> Value {
        let mut problem = json!({
            "type": format!("/problems/{}", self.kind.slug),
            "title": self.kind.title,
            "status": self.kind.status.as_u16(),
            "detail": self.detail,
            "instance": instance,
            "remedy": self.kind.remedy,
        });
        if let Value::Object(object) = &mut problem {
            if !self.errors.is_empty() {
                object.insert("errors".to_owned(), json!(self.errors));
            }
            object.extend(self.members.clone());
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.kind.status, self.headers.clone()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// If `response` is a problem, gives it the body that tells of it.
pub(crate) fn write_out(response: Response, path: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Some(problem) = parts.extensions.remove::<Problem>() else { return Response::from_parts(parts, body) };
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, problem.json(path).to_string().into())
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let soon = |kind| Self::of(kind).header(RETRY_AFTER, HeaderValue::from_static("1"));
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Views(ViewsError::BadCursor) => Self::invalid(
                &kinds::INVALID_QUERY,
                vec![Invalid::new(
                    "cursor",
                    "does not belong to this query",
                    "follow the link of the page before, or leave it out to begin anew",
                )],
            ),
            Failure::InFlight => soon(&kinds::IN_FLIGHT),
            Failure::Behind => soon(&kinds::BEHIND),
            Failure::Dispatch(DispatchError::Malformed(source)) => {
                error!(?source, "an actor's answer could not be read");
                Self::of(&kinds::INTERNAL)
            }
            Failure::Dispatch(DispatchError::Unavailable(source) | DispatchError::Failed(source))
            | Failure::Views(ViewsError::Unavailable(source)) => {
                warn!(?source, "a request could not be answered");
                soon(&kinds::UNAVAILABLE)
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::of(&kinds::NOT_FOUND),
            Refusal::AlreadyExists => Self::of(&kinds::ALREADY_EXISTS),
            Refusal::Deleted => Self::of(&kinds::DELETED),
            Refusal::CommandIdReused => Self::of(&kinds::KEY_REUSED),
            Refusal::VersionConflict { actual, .. } => Self::not_at_version(actual),
            Refusal::Invalid(invalid) => Self::invalid(&kinds::INVALID_FIELDS, vec![invalid]),
        }
    }
}

impl Problem {
    /// It is at `current`, and the caller wants another version.
    pub(crate) fn not_at_version(current: u64) -> Self {
        Self::of(&kinds::PRECONDITION_FAILED).detail(format!("the current version is {current}")).with("currentVersion", current)
    }
}
