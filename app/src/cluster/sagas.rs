//! `todo sagas`: hosts the sagas and what they work on, and has done what they ask for.

use std::sync::Arc;

use actors::{Hosts, Relay, RelayOptions, Services, SweepOptions, TakeTypes};
use adapters::{
    kafka::{
        commands::KafkaCommands,
        dead_letters::KafkaDeadLetters,
        feed::{FeedConfig, KafkaFeed},
        notices,
    },
    postgres::{PgJournal, PgViews},
    redis::{self, outbox::RedisOutboxIndex, positions::RedisPositions},
};
use anyhow::Context;
use domain::{
    notification::Notification,
    saga::{Batch, Saga},
    webhook::Webhook,
};
use ports::{ActorHost, PositionsBounds, SystemClock};
use sagas::{Driver, NoticeReader, Starter, Steps, StepsOptions};
use tokio::task::JoinSet;
use tracing::info;

use super::{
    edge,
    host::{FLUSH, take_calls, timers},
    options::{HostOptions, REDIS_DEADLINE},
};
use crate::{aggregates, notify::ChannelOptions, server, telemetry::Metrics};

/// Runs until it is told to stop.
pub(crate) async fn sagas(options: HostOptions, channels: ChannelOptions, metrics: Metrics) -> anyhow::Result<()> {
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
    let dispatch = Arc::new(common.dispatch()?);
    let views = Arc::new(PgViews::new(&options.edge.stores.database_url).context("--database-url")?);
    let steps = Steps {
        dispatch: dispatch.clone(),
        journal: Arc::new(PgJournal::new(&options.edge.stores.database_url).context("--database-url")?),
        views: views.clone(),
        positions: Arc::new(RedisPositions::new(connection.clone(), REDIS_DEADLINE, PositionsBounds::default())),
        clock: Arc::new(SystemClock),
        options: StepsOptions::default(),
    };
    let timers = timers(common, connection.clone())?;
    let driver = Driver::new(Arc::new(steps), dispatch.clone());
    let messenger = channels.messenger(dispatch.clone(), views, options.edge.key.named()?, options.edge.public_url.clone())?;
    let telling = Driver::new(Arc::new(messenger), dispatch.clone());
    let hosts = Hosts::new(services).with_timers(timers.clone()).with::<Batch>().with::<Webhook>();
    let hosts = hosts.with_reactions::<Saga>(timers.clone(), Some(Arc::new(driver)));
    let hosts = Arc::new(hosts.with_reactions::<Notification>(timers.clone(), Some(Arc::new(telling))));

    let mut tasks = JoinSet::new();
    let (callbacks, readiness) = take_calls(&options, &hosts, &mut tasks, &stop).await?;
    tasks.spawn(actors::sweep_until(index, dispatch.clone(), Arc::new(SystemClock), SweepOptions::default(), stop.clone()));
    let behind = options.timers.sweep();
    tasks.spawn(actors::ring_until(timers, dispatch.clone(), Arc::new(SystemClock), behind, stop.clone()));
    // Whoever restores records must know of whoever holds them.
    tasks.spawn({
        let hosts = hosts.clone();
        redis::hosts::announce_until(connection, move || hosts.counts(), stop.clone())
    });
    let (brokers, settings) = (&options.kafka.kafka_brokers, options.kafka.settings());
    let reader = NoticeReader {
        starter: Starter { dispatch: dispatch.clone(), clock: Arc::new(SystemClock) },
        letters: Arc::new(KafkaDeadLetters::new(brokers, &settings).context("--kafka-brokers, --kafka-tls")?),
        group: notices::GROUP.to_owned(),
    };
    let source = KafkaCommands::start(&options.kafka.consumer(notices::TOPIC, notices::GROUP)).context("--kafka-brokers, --kafka-tls")?;
    tasks.spawn(reader.run(Box::new(source), stop.clone()));
    tasks.spawn({
        let (hosts, stop) = (hosts.clone(), stop.clone());
        async move { hosts.keep_house_until(stop).await }
    });
    let router = gateway::operations_routes(edge::compose(&options.edge, &options.kafka, dispatch, readiness, metrics, &stop)?);
    let router = match callbacks {
        None => router,
        Some(callbacks) => router.merge(callbacks),
    };
    info!(listen = %common.listen, callbacks = ?options.callbacks, "hosting sagas");
    server::serve(listener, router, stop.clone()).await?;

    stop.cancel();
    while tasks.join_next().await.is_some() {}
    hosts.deactivate_all().await;
    drop(hosts);
    // Whatever is still on its way to Kafka.
    let _ = tokio::time::timeout(FLUSH, relaying).await;
    Ok(())
}
