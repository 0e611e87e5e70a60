use std::{sync::Arc, time::Duration};

use actors::{Hosts, Relay, RelayOptions, Services, SweepOptions};
use adapters::{
    dapr::{
        app_callback,
        callbacks::{self, CallbacksConfig},
        dispatch::DispatchConfig,
        reminders::DaprReminders,
        stream::{ActorStream, StreamConfig},
    },
    kafka::feed::{FeedConfig, KafkaFeed},
    redis::{self, outbox::RedisOutboxIndex, timers::RedisTimers},
};
use anyhow::Context;
use axum::Router;
use gateway::{Gateway, Probe};
use ports::{ActorHost, SystemClock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    edge, intake,
    options::{Callbacks, CommonOptions, HostOptions, REDIS_DEADLINE},
};
use crate::{aggregates, probes::UpProbe, server, telemetry::Metrics};

/// Whether the process has the public edge, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// `todo backend`
    With,
    /// `todo actors`
    Without,
}

/// How long the last events may take to reach Kafka when the process stops. What does not make it is marked, and another
/// host publishes it.
pub(super) const FLUSH: Duration = Duration::from_secs(5);

/// `todo actors` and `todo backend`: hosts the aggregates.
pub(crate) async fn actors(options: HostOptions, metrics: Metrics, edge: Edge) -> anyhow::Result<()> {
    if edge == Edge::With {
        options.edge.check_login()?;
    }
    let common = &options.edge.common;
    let listener = server::bind(common.listen).await?;
    let stop = server::stop_signal()?;

    let connection = redis::connect(&options.edge.stores.redis_url, REDIS_DEADLINE).context("--redis-url")?;
    let index = Arc::new(RedisOutboxIndex::new(connection.clone(), aggregates::all(Vec::new()), REDIS_DEADLINE));
    let events = FeedConfig { settings: options.kafka.settings(), ..FeedConfig::new(&options.kafka.kafka_brokers) };
    let feed = Arc::new(KafkaFeed::new(events).context("--kafka-brokers, --kafka-tls")?);
    let (relay, relaying) = Relay::start(feed, index.clone(), RelayOptions::default());
    let services = Services {
        store: Arc::new(common.store()?),
        relay: Some(relay),
        clock: Arc::new(SystemClock),
        options: actors::Options::default(),
    };
    let timers = timers(common, connection.clone())?;
    let hosts = Arc::new(aggregates::of_backend(Hosts::new(services).with_timers(timers.clone())));
    let dispatch = Arc::new(common.dispatch()?);

    let mut tasks = JoinSet::new();
    let (callbacks, readiness) = take_calls(&options, &hosts, &mut tasks, &stop).await?;
    tasks.spawn(actors::sweep_until(index, dispatch.clone(), Arc::new(SystemClock), SweepOptions::default(), stop.clone()));
    let behind = options.timers.sweep();
    tasks.spawn(actors::ring_until(timers, dispatch.clone(), Arc::new(SystemClock), behind, stop.clone()));
    tasks.spawn({
        let hosts = hosts.clone();
        redis::hosts::announce_until(connection, move || hosts.counts(), stop.clone())
    });
    tasks.spawn({
        let (hosts, stop) = (hosts.clone(), stop.clone());
        async move { hosts.keep_house_until(stop).await }
    });

    let gateway = edge::compose(&options.edge, &options.kafka, dispatch, readiness, metrics, &stop)?;
    if edge == Edge::With {
        intake::start(&options.intake, &options.kafka, &gateway, &mut tasks, &stop)?;
    }
    // Whoever reaches the sidecar's app channel is trusted as the platform itself is: see docs/adr/0015-principals.md.
    let invoked = gateway::service_routes(Gateway {
        options: gateway::Options { auth: options.edge.local_person()?, ..gateway.options.clone() },
        ..gateway.clone()
    });
    let router = match edge {
        Edge::With => gateway::router(gateway),
        Edge::Without => gateway::operations_routes(gateway),
    };
    let router = match callbacks {
        // Other apps' invocations arrive by gRPC, so nobody else reaches them.
        None => router.merge(app_callback::router(invoked)),
        Some(callbacks) => router.merge(callbacks).merge(invoked),
    };
    info!(listen = %common.listen, callbacks = ?options.callbacks, "hosting aggregates");
    server::serve(listener, router, stop.clone()).await?;

    stop.cancel();
    while tasks.join_next().await.is_some() {}
    hosts.deactivate_all().await;
    drop(hosts);
    // Whatever is still on its way to Kafka.
    let _ = tokio::time::timeout(FLUSH, relaying).await;
    Ok(())
}

/// The timers of actors of every type, rung by this process's sidecar for those that it hosts. Whoever sweeps them may find
/// anybody's: else what one host left overdue could hide what is another's.
pub(super) fn timers(common: &CommonOptions, connection: redis::Connection) -> anyhow::Result<Arc<RedisTimers>> {
    let mut sidecar = DispatchConfig::new(common.grpc_endpoint());
    sidecar.api_token.clone_from(&common.dapr_api_token);
    let reminders = DaprReminders::new(&sidecar).context("the sidecar's gRPC API")?;
    Ok(Arc::new(RedisTimers::new(connection, Box::new(reminders), aggregates::all(Vec::new()), REDIS_DEADLINE)))
}

pub(super) type Readiness = Vec<(&'static str, Arc<dyn Probe>)>;

/// Lets the sidecar call the actors: routes of ours that it is to call, if that is the way, and what to ask for readiness.
pub(super) async fn take_calls(
    options: &HostOptions,
    hosts: &Arc<Hosts>,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) -> anyhow::Result<(Option<Router>, Readiness)> {
    let host: Arc<dyn ActorHost> = hosts.clone();
    match options.callbacks {
        Callbacks::Http => {
            let config = CallbacksConfig { app_api_token: options.app_api_token.clone(), ..CallbacksConfig::default() };
            Ok((Some(callbacks::router(config, host).await), vec![]))
        }
        Callbacks::Stream => {
            let mut config = StreamConfig::new(options.edge.common.grpc_endpoint());
            config.api_token.clone_from(&options.edge.common.dapr_api_token);
            let stream = ActorStream::new(config, host).context("the actor stream")?;
            let probe = UpProbe { up: stream.ready(), otherwise: "the actor stream to the sidecar is not open" };
            tasks.spawn(stream.run(stop.clone()));
            Ok((None, vec![("actor-stream", Arc::new(probe))]))
        }
    }
}
