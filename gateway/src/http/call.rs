use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use domain::{Trace, UserId};

use super::{Problem, idempotency};
use crate::{Auth, edge::Edge, usecase::Caller};

pub(super) const TRACEPARENT: &str = "traceparent";

/// Who calls. The one place that knows how that is found out.
pub(crate) struct Principal(pub UserId);

impl FromRequestParts<Edge> for Principal {
    type Rejection = Problem;
    async fn from_request_parts(_: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        match &edge.gateway.options.auth {
            Auth::LocalPerson(person) => Ok(Self(person.clone())),
        }
    }
}

impl FromRequestParts<Edge> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Principal(principal) = Principal::from_request_parts(parts, edge).await?;
        let trace = Trace { traceparent: traceparent(&parts.headers), ..Trace::default() };
        Ok(Self { principal, trace, key: idempotency::of(&parts.headers)? })
    }
}

/// The caller's place in a trace. What is malformed is left out, as W3C Trace Context asks.
pub(super) fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACEPARENT)?.to_str().ok()?;
    is_traceparent(text).then(|| text.to_owned())
}

/// Whether `text` is a `traceparent` of W3C Trace Context.
pub(crate) fn is_traceparent(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let hex = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let something = |part: &str| part.bytes().any(|b| b != b'0');
    let [version, trace, parent, flags] = parts[..] else { return false };
    hex(version, 2) && version != "ff" && hex(trace, 32) && something(trace) && hex(parent, 16) && something(parent) && hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_valid_traceparent_is_passed_on() {
        let of = |text: &'static str| traceparent(&[("traceparent".parse().unwrap(), text.parse().unwrap())].into_iter().collect());
        assert!(of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").is_some());
        for wrong in
            ["", "00", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319C-b7ad6b7169203331-01"]
        {
            assert!(of(wrong).is_none(), "{wrong}");
        }
    }
}
