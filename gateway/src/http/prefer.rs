use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::edge::Edge;

/// Whether the client would rather be answered before it is done: `Prefer: respond-async` (RFC 7240).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RespondAsync(pub bool);

impl FromRequestParts<Edge> for RespondAsync {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.headers)))
    }
}

/// Preferences that are not understood are passed over, as the RFC asks.
fn of(headers: &HeaderMap) -> bool {
    let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences = values.flat_map(|value| value.split(',')).map(|one| one.split(';').next().unwrap_or_default().trim());
    preferences.any(|name| name.eq_ignore_ascii_case("respond-async"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_that_preference_counts() {
        let prefers = |line: &'static str| of(&[("prefer".parse().unwrap(), line.parse().unwrap())].into_iter().collect());
        for line in ["respond-async", "Respond-Async, wait=10", "return=minimal,respond-async;x=1"] {
            assert!(prefers(line), "{line}");
        }
        for line in ["", "wait=10", "respond-asynchronously", "return=\"respond-async\""] {
            assert!(!prefers(line), "{line}");
        }
    }
}
