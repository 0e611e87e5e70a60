//! The web page: what `web/` was built to, carried by the binary.
//!
//! `/` is the page, `/assets/…` what it is made of, by names that change with their content. Without a built page `/` says
//! how to get one, and everything else works.

use std::borrow::Cow;

use axum::{
    Router,
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
            REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{
    edge::Edge,
    http::{Problem, kind},
};

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

const INDEX: &str = "index.html";
/// The files beside the page that have a fixed name.
const FIXED: [&str; 3] = ["/favicon.svg", "/manifest.webmanifest", "/start.js"];

/// Only what the binary carries is run, shown or asked. Nothing inline: text that slips into the page stays text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The content's hash is in the name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// What files may be compressed by, the best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

pub(crate) fn routes() -> Router<Edge> {
    let fixed = FIXED.iter().fold(Router::new(), |router, path| router.route(path, get(file)));
    fixed.route("/", get(index)).route("/assets/{*path}", get(file))
}

async fn index(headers: HeaderMap) -> Response {
    match answer(INDEX, &headers, ASK_AGAIN) {
        Some(page) => page,
        None => guarded(Html(include_str!("placeholder.html")).into_response()),
    }
}

async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let caching = if path.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
    answer(path, &headers, caching).unwrap_or_else(|| Problem::of(&kind::UNKNOWN_ROUTE).into_response())
}

/// The file at `path`, compressed as the client likes it.
fn answer(path: &str, headers: &HeaderMap, caching: HeaderValue) -> Option<Response> {
    let plain = Built::get(path)?;
    let (file, encoding) = compressed(path, headers).map_or((plain, None), |(file, name)| (file, Some(name)));
    let tag = etag(&file);
    let known =
        headers.get(IF_NONE_MATCH).is_some_and(|known| known.to_str().is_ok_and(|known| known.split(',').any(|one| one.trim() == tag)));
    let body = if known { Cow::Borrowed(&[][..]) } else { file.data };
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = (status, body.into_owned()).into_response();
    let shown = response.headers_mut();
    shown.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    shown.insert(CACHE_CONTROL, caching);
    shown.insert(VARY, HeaderValue::from_static("accept-encoding"));
    shown.extend(HeaderValue::try_from(tag).ok().map(|tag| (ETAG, tag)));
    shown.extend(encoding.map(|name| (CONTENT_ENCODING, HeaderValue::from_static(name))));
    Some(guarded(response))
}

/// The best variant that the client takes and the build made.
fn compressed(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, &'static str)> {
    let accepted = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |name: &str| {
        accepted.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            parts.next() == Some(name) && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    ENCODINGS.iter().filter(|(name, _)| takes(name)).find_map(|(name, suffix)| Some((Built::get(&format!("{path}{suffix}"))?, *name)))
}

fn etag(file: &EmbeddedFile) -> String {
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// What browsers must know about every part of the page.
fn guarded(mut response: Response) -> Response {
    const GUARDS: [(HeaderName, &str); 6] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
    ];
    response.headers_mut().extend(GUARDS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}
