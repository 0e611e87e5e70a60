use std::sync::Arc;

use adapters::{
    kafka::{dead_letters::WaitingLetters, ends::TopicEnds},
    postgres::{PgAnalytics, PgJournal, PgNotifications, PgOperations, PgReplays, PgViews},
    redis::{self, hosts::RedisHosts, live::RedisLive, outbox::RedisOutbox, positions::RedisPositions},
};
use anyhow::Context;
use gateway::{Gateway, PositionsProbe, Probe, ViewsProbe};
use ports::{Dispatch, Overview, PositionsBounds, RandomIds, SystemClock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    intake,
    options::{EdgeOptions, GatewayOptions, KafkaOptions, REDIS_DEADLINE, local_person},
    projection::EVENTS,
};
use crate::{server, telemetry::Metrics};

/// The edge's ports on the real engine.
pub(super) fn compose(
    options: &EdgeOptions,
    kafka: &KafkaOptions,
    dispatch: Arc<dyn Dispatch>,
    readiness: Vec<(&'static str, Arc<dyn Probe>)>,
    metrics: Metrics,
    stop: &CancellationToken,
) -> anyhow::Result<Gateway> {
    let connection = redis::connect(&options.stores.redis_url, REDIS_DEADLINE).context("--redis-url")?;
    let live = RedisLive::new(&options.stores.redis_url, connection.clone(), REDIS_DEADLINE).context("--redis-url")?;
    let views = Arc::new(PgViews::new(&options.stores.database_url).context("--database-url")?);
    let journal = PgJournal::new(&options.stores.database_url).context("--database-url")?;
    let journal = Arc::new(journal);
    let analytics = Arc::new(PgAnalytics::new(&options.stores.database_url).context("--database-url")?);
    let operations = Arc::new(PgOperations::new(&options.stores.database_url).context("--database-url")?);
    let notifications = PgNotifications::new(&options.stores.database_url).context("--database-url")?;
    let (brokers, settings) = (kafka.kafka_brokers.clone(), kafka.settings());
    let overview = Overview {
        feed: Arc::new(TopicEnds { brokers: brokers.clone(), settings: settings.clone(), topic: EVENTS }),
        projections: vec![
            ("journal", journal.clone()),
            ("views", views.clone()),
            ("analytics", analytics.clone()),
            ("operations", operations.clone()),
        ],
        outbox: Some(Arc::new(RedisOutbox(connection.clone()))),
        hosts: Arc::new(RedisHosts(connection.clone())),
        letters: Some(Arc::new(WaitingLetters { brokers, settings })),
        replays: Some(Arc::new(PgReplays::new(&options.stores.database_url).context("--database-url")?)),
    };
    let positions = Arc::new(RedisPositions::new(connection, REDIS_DEADLINE, PositionsBounds::default()));
    // Without these commands are taken all the same, and queries say that they cannot be answered.
    let dependencies: Vec<(_, Arc<dyn Probe>)> = vec![
        ("views", Arc::new(ViewsProbe(views.clone()))),
        ("positions", Arc::new(PositionsProbe { positions: positions.clone(), of: local_person()? })),
    ];
    let mut choices = gateway::Options::with(options.auth()?);
    choices.public_url.clone_from(&options.public_url);
    choices.live = options.live.options();
    choices.operators.extend(options.operators.iter().cloned());
    Ok(Gateway {
        dispatch,
        views,
        journal,
        analytics,
        operations,
        notifications: Arc::new(notifications),
        secrets: options.key.named()?,
        overview,
        live: Arc::new(live),
        stop: stop.clone(),
        authenticator: options.authenticator()?,
        positions,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        readiness,
        dependencies,
        metrics,
        options: choices,
    })
}

/// `todo gateway`: the edge alone.
pub(crate) async fn gateway(options: GatewayOptions, metrics: Metrics) -> anyhow::Result<()> {
    options.edge.check_login()?;
    let common = &options.edge.common;
    let listener = server::bind(common.listen).await?;
    let stop = server::stop_signal()?;
    let dispatch = Arc::new(common.dispatch()?);
    let gateway = compose(&options.edge, &options.kafka, dispatch, vec![], metrics, &stop)?;
    let mut tasks = JoinSet::new();
    intake::start(&options.intake, &options.kafka, &gateway, &mut tasks, &stop)?;
    info!(listen = %common.listen, "serving the edge");
    server::serve(listener, gateway::router(gateway), stop.clone()).await?;
    stop.cancel();
    while tasks.join_next().await.is_some() {}
    Ok(())
}
