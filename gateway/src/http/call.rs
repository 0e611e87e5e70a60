use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, header::AUTHORIZATION, header::RETRY_AFTER, request::Parts},
};
use domain::{Role, Trace};
use ports::{AuthenticationError, Principal};
use tracing::warn;

use super::{Problem, idempotency, kind};
use crate::{
    Auth,
    api::BASE,
    edge::Edge,
    usecase::{self, Caller},
};

pub(super) const TRACEPARENT: &str = "traceparent";

/// Who calls: whom the bearer token speaks for, else whoever is meant without one. The one place that finds it out.
async fn principal(headers: &HeaderMap, edge: &Edge) -> Result<Principal, Problem> {
    let refused = |wrong: Option<&'static str>| {
        metrics::counter!("todo_unauthorized_total", "token" => if wrong.is_some() { "bad" } else { "none" }).increment(1);
        Problem::unauthorized(wrong)
    };
    match bearer(headers) {
        Err(wrong) => Err(refused(Some(wrong))),
        Ok(None) => match &edge.gateway.options.auth {
            Auth::LocalPerson(person) => Ok(Principal { user: person.clone(), role: Role::Owner, until: None }),
            Auth::Token => Err(refused(None)),
        },
        // Never falls back to somebody else: whoever sends a token means its person.
        Ok(Some(token)) => match edge.gateway.authenticator.authenticate(token, edge.gateway.clock.now()).await {
            Ok(principal) => Ok(principal),
            Err(AuthenticationError::Rejected(wrong)) => Err(refused(Some(wrong))),
            Err(AuthenticationError::Unavailable(source)) => {
                warn!(?source, "tokens cannot be checked");
                Err(Problem::of(&kind::UNAVAILABLE).header(RETRY_AFTER, HeaderValue::from_static("1")))
            }
        },
    }
}

/// The token of RFC 6750, section 2.1; `None` if there is none.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, &'static str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err("is given twice");
    }
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or("is missing behind the scheme")?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err("is of another scheme than Bearer");
    }
    Ok(Some(token.trim()))
}

impl FromRequestParts<Edge> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Principal { user, role, until } = principal(&parts.headers, edge).await?;
        // A token that may only look changes nothing, whatever it is.
        if role < Role::Editor && !matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Problem::of(&kind::FORBIDDEN).detail("the token's role is viewer: it may only read"));
        }
        let trace = Trace { traceparent: traceparent(&parts.headers), ..Trace::default() };
        let caller = Self { principal: user, role, until, trace, key: idempotency::of(&parts.headers)? };
        // How far an erasure is, and that it is over, tells the operation, also to whoever is erased.
        if !parts.uri.path().trim_start_matches(BASE).starts_with("/operations") {
            let alone = !parts.headers.contains_key(AUTHORIZATION);
            usecase::admit(edge, &caller, alone).await?;
        }
        Ok(caller)
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
