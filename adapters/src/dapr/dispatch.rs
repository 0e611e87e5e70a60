//! Calls to actors, by daprd's gRPC API.
//!
//! The raw generated client, because the SDK's own hides the status and carries no call metadata, so that traces break.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use dapr::dapr::proto::runtime::v1::{InvokeActorRequest, dapr_client::DaprClient};
use ports::{ActorKey, Dispatch, DispatchError};
use tokio::time::Instant;
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

use super::{API_TOKEN, backoff::Backoff};

/// How to call actors.
#[derive(Debug, Clone)]
pub struct DispatchConfig {
    /// daprd's gRPC API: scheme, host and port, for example `http://127.0.0.1:50001`.
    pub endpoint: String,
    /// What daprd's `DAPR_API_TOKEN` says, if it is set.
    pub api_token: Option<String>,
    /// How long a call may take, repetitions included.
    pub deadline: Duration,
    /// Over how many connections calls are spread.
    pub channels: usize,
    /// How often a call is repeated, after a pause, when its actor's host went away or is not there yet. Repeating is always
    /// right: actors know a command by its id.
    pub repeats: u32,
}

impl DispatchConfig {
    /// daprd at `endpoint`, 10 seconds for each call, 4 channels, 4 repeats.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), api_token: None, deadline: Duration::from_secs(10), channels: 4, repeats: 4 }
    }
}

/// Why calls cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configured address is none.
    #[error("the address of daprd's gRPC API must look like http://127.0.0.1:50001, but is {0}")]
    Endpoint(String),
    /// The configured token cannot be sent.
    #[error("the API token of daprd has characters that call metadata cannot carry")]
    Token,
}

/// Calls actors wherever placement put them.
#[derive(Debug)]
pub struct DaprDispatch {
    clients: Vec<DaprClient<Channel>>,
    next: AtomicUsize,
    api_token: Option<MetadataValue<Ascii>>,
    deadline: Duration,
    repeats: u32,
}

impl DaprDispatch {
    /// Calls through the daprd of `config`. Connects when first used; must be made within a tokio runtime.
    ///
    /// # Errors
    /// If the configuration cannot be right.
    pub fn new(config: &DispatchConfig) -> Result<Self, Error> {
        let endpoint = endpoint(&config.endpoint).ok_or_else(|| Error::Endpoint(config.endpoint.clone()))?;
        Ok(Self {
            clients: (0..config.channels.max(1)).map(|_| DaprClient::new(endpoint.connect_lazy())).collect(),
            next: AtomicUsize::new(0),
            api_token: config.api_token.as_deref().map(str::parse).transpose().map_err(|_| Error::Token)?,
            deadline: config.deadline,
            repeats: config.repeats,
        })
    }

    async fn once(&self, call: InvokeActorRequest, traceparent: Option<&str>, left: Duration) -> Result<Bytes, Status> {
        let mut request = Request::new(call);
        // Tells daprd too, which else would go on waiting for the actor.
        request.set_timeout(left);
        if let Some(token) = &self.api_token {
            request.metadata_mut().insert(API_TOKEN, token.clone());
        }
        if let Some(parent) = traceparent.and_then(|parent| parent.parse().ok()) {
            request.metadata_mut().insert("traceparent", parent);
        }
        let mut client = self.clients[self.next.fetch_add(1, Ordering::Relaxed) % self.clients.len()].clone();
        match tokio::time::timeout(left, client.invoke_actor(request)).await {
            Ok(answer) => Ok(answer?.into_inner().data.into()),
            Err(_) => Err(Status::deadline_exceeded("no answer in time")),
        }
    }
}

#[async_trait]
impl Dispatch for DaprDispatch {
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, traceparent: Option<&str>) -> Result<Bytes, DispatchError> {
        let invocation = || InvokeActorRequest {
            actor_type: key.actor_type.to_owned(),
            actor_id: key.id.to_string(),
            method: method.to_owned(),
            data: body.to_vec(),
            ..Default::default()
        };
        let end = Instant::now() + self.deadline;
        let mut backoff = Backoff::new(Duration::from_millis(25), Duration::from_millis(400));
        for _ in 0..self.repeats {
            let status = match self.once(invocation(), traceparent, end - Instant::now()).await {
                Ok(answer) => return Ok(answer),
                Err(status) => status,
            };
            let pause = backoff.step();
            if !nobody_was_there(&status) || Instant::now() + pause >= end {
                return Err(meaning(status));
            }
            metrics::counter!("todo_dispatch_repeats_total", "type" => key.actor_type).increment(1);
            tokio::time::sleep(pause).await;
        }
        self.once(invocation(), traceparent, end - Instant::now()).await.map_err(meaning)
    }
}

/// What a status that daprd gave means for the caller.
///
/// daprd says `Internal` for whatever goes wrong between it and the actor, so its text must be asked too.
fn meaning(status: Status) -> DispatchError {
    match status.code() {
        Code::DeadlineExceeded | Code::Cancelled => DispatchError::Unavailable(status.into()),
        // daprd's clock ran out a moment before ours.
        Code::Internal | Code::Unknown if status.message().contains("context deadline exceeded") => {
            DispatchError::Unavailable(status.into())
        }
        _ if nobody_was_there(&status) => DispatchError::Unavailable(status.into()),
        _ => DispatchError::Failed(status.into()),
    }
}

/// Whether there was no host, or it went away before it answered: whoever takes over may answer.
fn nobody_was_there(status: &Status) -> bool {
    match status.code() {
        // Also "did not find address for actor": no host of this type is known yet.
        Code::Unavailable | Code::FailedPrecondition | Code::ResourceExhausted | Code::Aborted => true,
        Code::Internal => PASSING.iter().any(|text| status.message().contains(text)),
        // tonic's word for a connection that broke under a call
        Code::Unknown => std::error::Error::source(status).is_some(),
        _ => false,
    }
}

/// What daprd 1.18 says of a host that is gone, going or not there yet, whether it calls it by stream or by HTTP.
const PASSING: [&str; 11] = [
    // by the sidecar of a host that has just left
    "not registered",
    "actor host is not connected",
    "actor host disconnected",
    "actor host is stopping",
    "connection refused",
    "connection reset",
    "remote actor moved",
    "placement is disseminating",
    "actor is closed",
    "context canceled",
    "EOF",
];

/// A connection to daprd's gRPC API, kept open.
pub(super) fn endpoint(address: &str) -> Option<Endpoint> {
    let endpoint = Endpoint::from_shared(address.to_owned()).ok()?;
    if endpoint.uri().scheme_str() != Some("http") || endpoint.uri().authority().is_none() {
        return None;
    }
    // daprd cuts off who pings more often than every 8 s.
    Some(
        endpoint
            .tcp_nodelay(true)
            .connect_timeout(Duration::from_secs(3))
            .http2_keep_alive_interval(Duration::from_secs(15))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true)
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_mean_what_the_caller_can_do() {
        let unavailable = |status: Status| matches!(meaning(status), DispatchError::Unavailable(_));
        let invoke = |said: &str| Status::internal(format!("error invoke actor method: {said}"));
        for (status, repeated) in [
            (Status::deadline_exceeded("no answer in time"), false),
            (Status::cancelled("Timeout expired"), false),
            (invoke("failed to lookup actor: context deadline exceeded"), false),
            (Status::unavailable("connect"), true),
            (Status::failed_precondition("did not find address for actor 'Todo/x'"), true),
            (invoke("actor host disconnected before responding"), true),
            (invoke("failed to create actor: actor type Todo not registered"), true),
            (invoke("error from actor service: actor host is stopping"), true),
        ] {
            assert_eq!(nobody_was_there(&status), repeated, "{status}");
            assert!(unavailable(status.clone()), "{status}");
        }
        for status in
            [invoke("error from actor service: the turn could not be finished"), Status::invalid_argument("x"), Status::not_found("x")]
        {
            assert!(!nobody_was_there(&status) && !unavailable(status.clone()), "{status}");
        }
    }
}
