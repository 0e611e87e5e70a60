use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Request, State},
    http::{
        Method,
        header::{ACCESS_CONTROL_REQUEST_METHOD, ETAG, HeaderName, LINK, LOCATION, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer};

use super::{etag::DATA_STALE, idempotency::REPLAYED, observe::REQUEST_ID};
use crate::{Cors, edge::Edge};

pub(crate) fn layer(cors: &Cors) -> Option<CorsLayer> {
    let exposed: [HeaderName; 7] = [ETAG, LOCATION, LINK, RETRY_AFTER, REQUEST_ID, REPLAYED, DATA_STALE];
    let layer = CorsLayer::new()
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed)
        .max_age(Duration::from_secs(3600));
    match cors {
        Cors::Anyone => Some(layer.allow_origin(Any)),
        Cors::Origins(origins) => Some(layer.allow_origin(origins.clone())),
        Cors::Nobody => None,
    }
}

/// Lets other origins in. Unlike the layer alone, it leaves an OPTIONS request that is no preflight to the routes.
pub(crate) async fn apply(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let preflight = request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    match &edge.cors {
        Some(cors) if preflight || request.method() != Method::OPTIONS => {
            let answered: Result<_, Infallible> = cors.layer(next).oneshot(request).await;
            answered.into_response()
        }
        _ => next.run(request).await,
    }
}
