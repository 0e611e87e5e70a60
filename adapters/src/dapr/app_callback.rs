//! Service invocation and health checks over a gRPC app channel.
//!
//! daprd refuses the actor stream of an app that has an HTTP channel (`tools/README.md` has the place in its source). So
//! a host that streams gives daprd a gRPC channel, and what other apps invoke arrives here; it is handed to the very
//! routes that HTTP callers reach.

use async_trait::async_trait;
use axum::{Router, body::Body, http};
use dapr::dapr::proto::{
    common::v1::{HttpExtension, InvokeRequest, InvokeResponse, http_extension::Verb},
    runtime::v1::{
        BindingEventRequest, BindingEventResponse, HealthCheckResponse, JobEventRequest, JobEventResponse, ListInputBindingsResponse,
        ListTopicSubscriptionsResponse, TopicEventBulkRequest, TopicEventBulkResponse, TopicEventRequest, TopicEventResponse,
        app_callback_health_check_server::{AppCallbackHealthCheck, AppCallbackHealthCheckServer},
        app_callback_server::{AppCallback, AppCallbackServer},
    },
};
use http::{HeaderValue, Method, StatusCode, header};
use tonic::{Code, Request, Response, Status, server::NamedService};
use tower::ServiceExt;

/// The longest answer that is passed on, in bytes: daprd's own default bound on messages.
const LONGEST: usize = 4 << 20;

/// gRPC routes that hand invocations to `methods`, for the port that only the sidecar reaches. Without a fallback
/// (which tonic's own router would bring), so that it can be merged into another router.
pub fn router(methods: Router) -> Router {
    Router::new()
        .route_service(&path::<AppCallbackServer<Callback>>(), AppCallbackServer::new(Callback { methods }))
        .route_service(&path::<AppCallbackHealthCheckServer<Alive>>(), AppCallbackHealthCheckServer::new(Alive))
}

/// Where the calls of a gRPC service arrive.
fn path<S: NamedService>() -> String {
    format!("/{}/{{*method}}", S::NAME)
}

struct Callback {
    methods: Router,
}

struct Alive;

#[async_trait]
impl AppCallbackHealthCheck for Alive {
    /// Being able to answer is all there is to it.
    async fn health_check(&self, _: Request<()>) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(HealthCheckResponse {}))
    }
}

#[async_trait]
impl AppCallback for Callback {
    async fn on_invoke(&self, request: Request<InvokeRequest>) -> Result<Response<InvokeResponse>, Status> {
        let traceparent = request.metadata().get("traceparent").and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
        let mut call = to_http(request.into_inner())?;
        if let Some(traceparent) = traceparent {
            call.headers_mut().insert("traceparent", traceparent);
        }
        let answer = self.methods.clone().oneshot(call).await.unwrap_or_else(|never| match never {});
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, LONGEST).await.map_err(|_| Status::internal("the answer is too long"))?;
        if !head.status.is_success() {
            // The problem document: it says what is wrong, and a gRPC status has no other place for it.
            return Err(Status::new(code(head.status), String::from_utf8_lossy(&body)));
        }
        let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let data = prost_types::Any { type_url: String::new(), value: body.to_vec() };
        Ok(Response::new(InvokeResponse { data: Some(data), content_type }))
    }

    async fn list_topic_subscriptions(&self, _: Request<()>) -> Result<Response<ListTopicSubscriptionsResponse>, Status> {
        Ok(Response::new(ListTopicSubscriptionsResponse::default()))
    }

    async fn list_input_bindings(&self, _: Request<()>) -> Result<Response<ListInputBindingsResponse>, Status> {
        Ok(Response::new(ListInputBindingsResponse::default()))
    }

    async fn on_topic_event(&self, _: Request<TopicEventRequest>) -> Result<Response<TopicEventResponse>, Status> {
        Err(Status::unimplemented("nothing is subscribed here"))
    }

    async fn on_bulk_topic_event(&self, _: Request<TopicEventBulkRequest>) -> Result<Response<TopicEventBulkResponse>, Status> {
        Err(Status::unimplemented("nothing is subscribed here"))
    }

    async fn on_binding_event(&self, _: Request<BindingEventRequest>) -> Result<Response<BindingEventResponse>, Status> {
        Err(Status::unimplemented("nothing is bound here"))
    }

    async fn on_job_event(&self, _: Request<JobEventRequest>) -> Result<Response<JobEventResponse>, Status> {
        Err(Status::unimplemented("no jobs are scheduled here"))
    }
}

fn to_http(call: InvokeRequest) -> Result<http::Request<Body>, Status> {
    let HttpExtension { verb, querystring } = call.http_extension.unwrap_or_default();
    let method = match Verb::try_from(verb) {
        Ok(Verb::None | Verb::Post) => Method::POST,
        Ok(verb) => verb.as_str_name().parse().map_err(|_| Status::invalid_argument("unknown HTTP method"))?,
        Err(_) => return Err(Status::invalid_argument("unknown HTTP method")),
    };
    let question = if querystring.is_empty() { "" } else { "?" };
    let path = format!("/{}{question}{querystring}", call.method.trim_start_matches('/'));
    let body = call.data.map(|data| data.value).unwrap_or_default();
    http::Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "todo-backend")
        .header(header::CONTENT_TYPE, if call.content_type.is_empty() { "application/json" } else { &call.content_type })
        .body(Body::from(body))
        .map_err(|_| Status::invalid_argument("the method's name is no path"))
}

/// The nearest gRPC code: daprd turns it back into a status for HTTP callers.
fn code(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::CONFLICT => Code::AlreadyExists,
        StatusCode::PRECONDITION_FAILED => Code::FailedPrecondition,
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        StatusCode::GATEWAY_TIMEOUT => Code::DeadlineExceeded,
        other if other.is_client_error() => Code::InvalidArgument,
        _ => Code::Internal,
    }
}
