use axum::{
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use domain::{Invalid, Refusal, todo::ChangedSince};
use ports::{AnalyticsError, DispatchError, JournalError, NotificationsError, OperationsError, ViewsError};
use serde_json::{Map, Value, json};
use tracing::{error, warn};

use super::kinds::{self, Kind};
use crate::{api::BASE, usecase::Failure};

/// A problem as RFC 9457 has it. As a response it is only a note; [`write_out`] makes the body once the path is known.
///
/// Boxed, because it is the rare end of many results.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Content>);

#[derive(Debug, Clone)]
struct Content {
    kind: &'static Kind,
    detail: String,
    errors: Vec<Invalid>,
    members: Map<String, Value>,
    headers: HeaderMap,
}

impl Problem {
    /// A problem whose detail is what its kind means.
    pub(crate) fn of(kind: &'static Kind) -> Self {
        let detail = kind.meaning.to_owned();
        Self(Box::new(Content { kind, detail, errors: vec![], members: Map::new(), headers: HeaderMap::new() }))
    }

    /// Says what is wrong with each of `errors`.
    pub(crate) fn invalid(kind: &'static Kind, errors: Vec<Invalid>) -> Self {
        let detail = errors.iter().map(Invalid::to_string).collect::<Vec<_>>().join("; ");
        let mut problem = Self::of(kind).detail(detail);
        problem.0.errors = errors;
        problem
    }

    /// Says it in other words. They may not repeat what a person wrote.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    pub(crate) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(member.to_owned(), value.into());
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Its kind, what happened this time, and what is wrong with each field: for answers that are not HTTP's.
    pub(crate) fn parts(&self) -> (&'static Kind, &str, &[Invalid]) {
        (self.0.kind, &self.0.detail, &self.0.errors)
    }

    fn json(&self, instance: &str) -> Value {
        let Content { kind, detail, errors, members, .. } = &*self.0;
        let mut problem = json!({
            "type": format!("/problems/{}", kind.slug),
            "title": kind.title,
            "status": kind.status.as_u16(),
            "detail": detail,
            "instance": instance,
            "remedy": kind.remedy,
        });
        if let Value::Object(object) = &mut problem {
            if !errors.is_empty() {
                object.insert("errors".to_owned(), json!(errors));
            }
            object.extend(members.clone());
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.0.kind.status, self.0.headers.clone()).into_response();
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
            Failure::NoNotification => Self::of(&kinds::NO_NOTIFICATION),
            Failure::NoWebhooks => Self::of(&kinds::UNAVAILABLE).detail("web hooks are off here: the operator has set no key for them"),
            Failure::NoOperation => Self::of(&kinds::NO_OPERATION),
            Failure::InFlight => soon(&kinds::IN_FLIGHT),
            Failure::Behind => soon(&kinds::BEHIND),
            Failure::Erased(erasure) => Self::of(&kinds::ERASED).with("operation", format!("{BASE}/operations/{}", erasure.operation)),
            Failure::ListsShared(lists) => {
                let lists: Vec<_> = lists.iter().map(|list| format!("{BASE}/lists/{list}")).collect();
                Self::of(&kinds::LIST_SHARED).detail(format!("others are in {} of your lists", lists.len())).with("lists", lists)
            }
            Failure::ChangedSince(since) => since.into(),
            Failure::Damaged { .. } => {
                error!(%failure, "the journal is not what was written into it: see `todo audit`");
                Self::of(&kinds::INTERNAL)
            }
            Failure::TooManyStreams { most } => {
                soon(&kinds::TOO_MANY_STREAMS).detail(format!("you have {most} streams of live updates open, and may have no more"))
            }
            Failure::NoMoreStreams => soon(&kinds::NO_MORE_STREAMS),
            Failure::Dispatch(DispatchError::Malformed(source)) => {
                error!(?source, "an actor's answer could not be read");
                Self::of(&kinds::INTERNAL)
            }
            Failure::Dispatch(DispatchError::Unavailable(source) | DispatchError::Failed(source))
            | Failure::Views(ViewsError::Unavailable(source))
            | Failure::Journal(JournalError(source))
            | Failure::Operations(OperationsError(source))
            | Failure::Notifications(NotificationsError(source))
            | Failure::Analytics(AnalyticsError(source)) => {
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
            Refusal::Forbidden { needs } => Self::of(&kinds::FORBIDDEN).detail(format!("this needs the role {needs}")),
            // The edge answers these itself.
            Refusal::RoleNeeded { .. } => Self::of(&kinds::NOT_FOUND),
            Refusal::Shared => Self::of(&kinds::LIST_SHARED),
            Refusal::Erased => Self::of(&kinds::ERASED),
            Refusal::Archived => Self::of(&kinds::ARCHIVED),
            Refusal::LimitReached { what, most } => Self::of(&kinds::LIMIT_REACHED).detail(format!("there may be at most {most} {what}")),
            Refusal::Invalid(invalid) => Self::invalid(&kinds::INVALID_FIELDS, vec![invalid]),
        }
    }
}

impl From<ChangedSince> for Problem {
    fn from(since: ChangedSince) -> Self {
        let remedy = "undo the later change first, or set it to what you want with PATCH";
        let errors = since.fields.into_iter().map(|field| Invalid::new(field.name(), "has been changed since", remedy)).collect();
        Self::invalid(&kinds::CHANGED_SINCE, errors)
    }
}

impl Problem {
    /// Nobody knows who calls: there is no token, or this is wrong with it (RFC 6750, section 3).
    pub(crate) fn unauthorized(wrong: Option<&str>) -> Self {
        let problem = Self::of(&kinds::UNAUTHORIZED);
        let Some(wrong) = wrong else {
            return problem.header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"todo\""));
        };
        // Our own words: no quotation marks.
        let challenge = format!("Bearer realm=\"todo\", error=\"invalid_token\", error_description=\"the token {wrong}\"");
        let challenge = HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Bearer error=\"invalid_token\""));
        problem.detail(format!("the token {wrong}")).header(WWW_AUTHENTICATE, challenge)
    }

    /// It is at `current`, and the caller wants another version.
    pub(crate) fn not_at_version(current: u64) -> Self {
        Self::of(&kinds::PRECONDITION_FAILED).detail(format!("the current version is {current}")).with("currentVersion", current)
    }
}
