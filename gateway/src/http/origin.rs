use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{
        HeaderMap,
        header::HOST,
        request::Parts,
        uri::{Authority, Uri},
    },
};

use crate::edge::Edge;

/// Where the client reached the edge: the beginning of every absolute URL, without a slash at the end.
#[derive(Debug, Clone)]
pub(crate) struct Origin(pub String);

impl FromRequestParts<Edge> for Origin {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Infallible> {
        Ok(Self(match &edge.gateway.options.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => believed(&parts.headers, &parts.uri),
        }))
    }
}

/// What the headers say. Only a plain authority is believed, so that nothing else gets into a URL by them.
fn believed(headers: &HeaderMap, uri: &Uri) -> String {
    let first = |name: &str| headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim);
    let plain =
        |host: &str| host.parse::<Authority>().ok().map(|authority| authority.as_str().to_owned()).filter(|host| !host.contains('@'));
    let scheme = match first("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    let host = first("x-forwarded-host").and_then(plain);
    let host = host.or_else(|| first(HOST.as_str()).and_then(plain)).or_else(|| uri.authority().map(|a| a.as_str()).and_then(plain));
    format!("{scheme}://{}", host.as_deref().unwrap_or("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_proxy_knows_best() {
        let of = |headers: &[(&'static str, &'static str)]| {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            believed(&headers, &Uri::from_static("/"))
        };
        assert_eq!(of(&[("host", "127.0.0.1:8080")]), "http://127.0.0.1:8080");
        assert_eq!(of(&[("host", "10.0.0.7"), ("x-forwarded-host", "a.example, b"), ("x-forwarded-proto", "https")]), "https://a.example");
        assert_eq!(of(&[("host", "who@evil")]), "http://localhost");
        assert_eq!(of(&[("host", "a/b?c")]), "http://localhost");
        assert_eq!(of(&[("x-forwarded-proto", "javascript")]), "http://localhost");
    }
}
