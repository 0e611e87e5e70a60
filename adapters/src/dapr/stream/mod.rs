//! The actor stream: this process dials daprd and gets its actors' calls on one gRPC stream
//! (`SubscribeActorEventsAlpha1`, alpha in Dapr 1.18). It needs no port of its own.
//!
//! daprd refuses the stream where it was told of an HTTP app port (`--app-port` with `--app-protocol http`): give it none, or
//! a gRPC one.

mod answer;
mod messages;

use std::{pin::pin, sync::Arc, time::Duration};

use ports::ActorHost;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::{
    Request, Status, Streaming,
    client::Grpc,
    codegen::http::uri::PathAndQuery,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

use self::messages::{Call, FromDapr, Reentrancy, Registration, Reply, ToDapr};
use super::{API_TOKEN, actor_settings::ActorSettings, backoff::Backoff, dispatch};

const PATH: &str = "/dapr.proto.runtime.v1.Dapr/SubscribeActorEventsAlpha1";
/// How long daprd gets to read the last answers.
const FAREWELL: Duration = Duration::from_millis(250);
/// Answers that wait for the connection.
const ANSWERS: usize = 1024;

/// Where the calls come from.
#[derive(Debug, Clone)]
pub struct StreamConfig {
    /// daprd's gRPC API: scheme, host and port, for example `http://127.0.0.1:50001`.
    pub endpoint: String,
    /// What daprd's `DAPR_API_TOKEN` says, if it is set.
    pub api_token: Option<String>,
    /// What daprd is told about the actors.
    pub actors: ActorSettings,
    /// How long running turns may take to finish when this process stops.
    pub grace: Duration,
}

impl StreamConfig {
    /// daprd at `endpoint`, 5 seconds of grace.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), api_token: None, actors: ActorSettings::default(), grace: Duration::from_secs(5) }
    }
}

/// Takes the calls of the actors that a host has, for as long as it runs.
pub struct ActorStream {
    endpoint: Endpoint,
    api_token: Option<MetadataValue<Ascii>>,
    config: StreamConfig,
    host: Arc<dyn ActorHost>,
    ready: watch::Sender<bool>,
}

impl ActorStream {
    /// A stream for the actors of `host`. Nothing happens before [`run`](Self::run).
    ///
    /// # Errors
    /// If the configuration cannot be right.
    pub fn new(config: StreamConfig, host: Arc<dyn ActorHost>) -> Result<Self, dispatch::Error> {
        let endpoint = dispatch::endpoint(&config.endpoint).ok_or_else(|| dispatch::Error::Endpoint(config.endpoint.clone()))?;
        let api_token = config.api_token.as_deref().map(str::parse).transpose().map_err(|_| dispatch::Error::Token)?;
        Ok(Self { endpoint, api_token, config, host, ready: watch::Sender::new(false) })
    }

    /// Whether daprd has accepted the actors now: for readiness probes.
    pub fn ready(&self) -> watch::Receiver<bool> {
        self.ready.subscribe()
    }

    /// Serves calls until `shutdown`, through every loss of daprd. Then refuses new calls, lets running turns finish for as
    /// long as the grace period, and closes the stream.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
        while !shutdown.is_cancelled() {
            let end = self.connection(&shutdown, &mut backoff).await;
            self.ready.send_replace(false);
            // Whatever memory holds may be changed by another host from now on.
            self.host.deactivate_all().await;
            if shutdown.is_cancelled() {
                break;
            }
            metrics::counter!("todo_actor_stream_losses_total").increment(1);
            let pause = backoff.step();
            tracing::warn!(reason = %end.as_ref().err().map_or("closed by daprd", Status::message), retry_in = ?pause, "no actor stream");
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    async fn connection(&self, shutdown: &CancellationToken, backoff: &mut Backoff) -> Result<(), Status> {
        let (answers, outgoing) = mpsc::channel(ANSWERS);
        let mut calls = tokio::select! {
            calls = self.open(answers.clone(), outgoing) => calls?,
            () = shutdown.cancelled() => return Ok(()),
        };
        let turns = TaskTracker::new();
        let mut stop = pin!(shutdown.cancelled());
        loop {
            let call = tokio::select! {
                biased;
                () = &mut stop => break,
                message = calls.message() => match message? {
                    Some(FromDapr { response_type: Some(call) }) => call,
                    Some(FromDapr { response_type: None }) => continue,
                    None => return Ok(()),
                },
            };
            if call == Call::Initial(()) {
                backoff.reset();
                self.ready.send_replace(true);
                tracing::info!(types = ?self.host.types(), "actors registered with daprd");
                continue;
            }
            let (host, answers) = (Arc::clone(&self.host), answers.clone());
            turns.spawn(async move {
                if let Some(answer) = answer::to(host.as_ref(), call).await {
                    // Where the stream is gone, so is the caller.
                    let _ = answers.send(answer).await;
                }
            });
        }
        self.ready.send_replace(false);
        turns.close();
        if tokio::time::timeout(self.config.grace, drain(&turns, calls, answers)).await.is_err() {
            tracing::warn!(running = turns.len(), "turns outlast the grace period");
        }
        Ok(())
    }

    async fn open(&self, answers: mpsc::Sender<ToDapr>, outgoing: mpsc::Receiver<ToDapr>) -> Result<Streaming<FromDapr>, Status> {
        let channel = self.endpoint.connect().await.map_err(|error| Status::from_error(error.into()))?;
        // The first message must be there before daprd answers the call at all.
        let first = ToDapr { request_type: Some(Reply::Initial(self.registration())) };
        answers.send(first).await.map_err(|_| Status::internal("the stream has no receiver"))?;
        let mut request = Request::new(ReceiverStream::new(outgoing));
        if let Some(token) = &self.api_token {
            request.metadata_mut().insert(API_TOKEN, token.clone());
        }
        let mut grpc: Grpc<Channel> = Grpc::new(channel).max_decoding_message_size(16 << 20);
        grpc.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let codec = tonic_prost::ProstCodec::<ToDapr, FromDapr>::default();
        Ok(grpc.streaming(request, PathAndQuery::from_static(PATH), codec).await?.into_inner())
    }

    fn registration(&self) -> Registration {
        let actors = &self.config.actors;
        Registration {
            entities: self.host.types().into_iter().map(str::to_owned).collect(),
            actor_idle_timeout: actors.idle_timeout.try_into().ok(),
            drain_ongoing_call_timeout: actors.drain_ongoing_call_timeout.try_into().ok(),
            drain_rebalanced_actors: Some(actors.drain_rebalanced_actors),
            reentrancy: Some(Reentrancy { enabled: false, max_stack_depth: None }),
            entities_config: Vec::new(),
        }
    }
}

/// Waits for the running turns, refusing what still comes in (whoever takes the actors over will answer it), then ends our
/// side of the stream.
async fn drain(turns: &TaskTracker, mut calls: Streaming<FromDapr>, answers: mpsc::Sender<ToDapr>) {
    loop {
        let message = tokio::select! {
            () = turns.wait() => break,
            message = calls.message() => message,
        };
        let Ok(Some(message)) = message else { return turns.wait().await };
        if let Some(refusal) = message.response_type.and_then(answer::stopping) {
            let _ = answers.send(refusal).await;
        }
    }
    drop(answers);
    // daprd must have read the last answers before the stream is reset, or it may throw them away. It ends the stream itself
    // if no actor is active here. Else it waits for deactivations on the very stream that it reads no longer (1.18.2).
    let _ = tokio::time::timeout(FAREWELL, async { while let Ok(Some(_)) = calls.message().await {} }).await;
}
