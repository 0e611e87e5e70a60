//! The SDK's HTTP callbacks: daprd calls the app's port for every turn. The stable way, where the actor stream is the fast one.
//!
//! Types and methods are registered with the SDK's [`ActorRuntime`]; the routes around it are our own, because the SDK's
//! server answers `/dapr/config` with nothing but the types, tells no actor its id, and binds a port of its own.

mod shell;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{delete, get, put},
};
use dapr::{
    client::AppApiTokenLayer,
    dapr::proto::runtime::v1::dapr_client::DaprClient,
    server::actor::runtime::{ActorRuntime, ActorTypeRegistration},
};
use ports::{ActorHost, HostError};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use tonic::transport::Endpoint;

use self::shell::{Shell, invoke};
use super::{ActorSettings, reminder};

/// As much as daprd sends in one call, by far.
const LARGEST: usize = 16 << 20;

/// How daprd may call.
#[derive(Debug, Clone, Default)]
pub struct CallbacksConfig {
    /// What daprd is told about the actors.
    pub actors: ActorSettings,
    /// What daprd's `APP_API_TOKEN` says, if it is set: calls without it are refused with 401.
    pub app_api_token: Option<String>,
}

struct Callbacks {
    host: Arc<dyn ActorHost>,
    runtime: Arc<ActorRuntime>,
    actors: ActorSettings,
}

/// The routes that daprd calls for the actors of `host`, to be merged with the app's own: `/dapr/config` and `/actors/…`.
///
/// Whoever serves them calls [`ActorHost::deactivate_all`] when it stops. Must be called within a tokio runtime.
pub async fn router(config: CallbacksConfig, host: Arc<dyn ActorHost>) -> Router {
    // The SDK gives each actor a client of daprd. Ours have no use for it, so it never connects.
    let unused = DaprClient::new(Endpoint::from_static("http://127.0.0.1").connect_lazy());
    let runtime = Arc::new(ActorRuntime::new(unused));
    for actor_type in host.types() {
        let shell = Arc::new(Shell { actor_type, host: Arc::clone(&host) });
        let every = Box::new(move |_: &str, _: &str, _| Arc::clone(&shell) as _);
        // The SDK puts the method's name into a route, so that this one stands for all.
        runtime.register_actor(ActorTypeRegistration::new::<Shell>(actor_type, every).register_method("{method}", invoke)).await;
    }
    let callbacks = Arc::new(Callbacks { host, runtime: Arc::clone(&runtime), actors: config.actors });
    let ours = Router::new()
        .route("/dapr/config", get(settings))
        .route("/actors/{type}/{id}", delete(deactivate))
        .route("/actors/{type}/{id}/method/remind/{name}", put(remind))
        .route("/actors/{type}/{id}/method/timer/{name}", put(fire_timer))
        .with_state(callbacks);
    let all = runtime.configure_method_routes(ours, Arc::clone(&runtime)).await;
    all.layer(DefaultBodyLimit::max(LARGEST)).layer(AppApiTokenLayer::new(config.app_api_token))
}

/// `/dapr/config` of an app that has no actors there: whose actors come by stream, or that has none.
pub fn no_actors_router() -> Router {
    Router::new().route("/dapr/config", get(async || Json(json!({ "entities": [] }))))
}

/// daprd asks this once, when it starts: whatever an earlier one activated here is activated no more.
async fn settings(State(callbacks): State<Arc<Callbacks>>) -> impl IntoResponse {
    callbacks.host.deactivate_all().await;
    callbacks.runtime.deactivate_all().await;
    let actors = &callbacks.actors;
    Json(json!({
        "entities": callbacks.host.types(),
        "actorIdleTimeout": format!("{}ms", actors.idle_timeout.as_millis()),
        "drainOngoingCallTimeout": format!("{}ms", actors.drain_ongoing_call_timeout.as_millis()),
        "drainRebalancedActors": actors.drain_rebalanced_actors,
        "reentrancy": { "enabled": false },
    }))
}

async fn deactivate(State(callbacks): State<Arc<Callbacks>>, Path((actor_type, id)): Path<(String, String)>) -> StatusCode {
    callbacks.host.deactivate(&actor_type, &id).await;
    // It knows only actors that were called; reminders reach the host directly.
    let _ = callbacks.runtime.deactivate_actor(&actor_type, &id).await;
    StatusCode::OK
}

/// What daprd says of a reminder or timer, as far as it matters.
#[derive(Deserialize)]
struct Tick<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    callback: String,
}

impl<'a> Tick<'a> {
    fn parse(body: &'a [u8]) -> Result<Self, HostError> {
        serde_json::from_slice(body).map_err(|error| HostError::Malformed(format!("{:?} at column {}", error.classify(), error.column())))
    }

    fn data(&self) -> Bytes {
        self.data.map_or_else(Bytes::new, |json| reminder::from_json(json.get().as_bytes()))
    }
}

async fn remind(
    State(callbacks): State<Arc<Callbacks>>,
    Path((actor_type, id, name)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<StatusCode, (StatusCode, String)> {
    let tick = Tick::parse(&body).map_err(|error| failure(&error))?;
    callbacks.host.remind(&actor_type, &id, &name, tick.data()).await.map_err(|error| failure(&error))?;
    Ok(StatusCode::OK)
}

/// A timer is a call of the method that it names.
async fn fire_timer(
    State(callbacks): State<Arc<Callbacks>>,
    Path((actor_type, id, _name)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<StatusCode, (StatusCode, String)> {
    let tick = Tick::parse(&body).map_err(|error| failure(&error))?;
    callbacks.host.call(&actor_type, &id, &tick.callback, tick.data()).await.map_err(|error| failure(&error))?;
    Ok(StatusCode::OK)
}

/// Success is exactly 200 for daprd.
fn answer(data: Bytes) -> Response {
    ([(CONTENT_TYPE, "application/json")], data).into_response()
}

/// daprd makes "method not found" of 404, and a failed call with this text of whatever else is not 200.
fn failure(error: &HostError) -> (StatusCode, String) {
    let status = match error {
        HostError::Unknown(_) => StatusCode::NOT_FOUND,
        HostError::Malformed(_) => StatusCode::BAD_REQUEST,
        HostError::Failed(source) => {
            tracing::warn!(error = source.as_ref(), "a turn failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    (status, error.to_string())
}
