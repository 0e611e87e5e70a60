use std::sync::Arc;

use adapters::{
    postgres::{PgAnalytics, PgJournal, PgOperations, PgViews},
    redis::{self, live::RedisLive, positions::RedisPositions},
};
use anyhow::Context;
use domain::UserId;
use gateway::{Gateway, Probe};
use ports::{Dispatch, RandomIds, SystemClock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    intake,
    options::{EdgeOptions, GatewayOptions, REDIS_DEADLINE},
};
use crate::{server, telemetry::Metrics};

/// Who every request acts as until people can log in.
const PERSON: &str = "local";

/// The edge's ports on the real engine.
pub(super) fn compose(
    options: &EdgeOptions,
    dispatch: Arc<dyn Dispatch>,
    readiness: Vec<(&'static str, Arc<dyn Probe>)>,
    metrics: Metrics,
    stop: &CancellationToken,
) -> anyhow::Result<Gateway> {
    let person: UserId = PERSON.parse().context("the local person's id")?;
    let connection = redis::connect(&options.stores.redis_url, REDIS_DEADLINE).context("--redis-url")?;
    let live = RedisLive::new(&options.stores.redis_url, connection.clone(), REDIS_DEADLINE).context("--redis-url")?;
    let views = PgViews::new(&options.stores.database_url).context("--database-url")?;
    let journal = PgJournal::new(&options.stores.database_url).context("--database-url")?;
    let analytics = PgAnalytics::new(&options.stores.database_url).context("--database-url")?;
    let operations = PgOperations::new(&options.stores.database_url).context("--database-url")?;
    let mut choices = gateway::Options::local(person);
    choices.public_url.clone_from(&options.public_url);
    Ok(Gateway {
        dispatch,
        views: Arc::new(views),
        journal: Arc::new(journal),
        analytics: Arc::new(analytics),
        operations: Arc::new(operations),
        live: Arc::new(live),
        stop: stop.clone(),
        positions: Arc::new(RedisPositions::new(connection, REDIS_DEADLINE)),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        readiness,
        metrics,
        options: choices,
    })
}

/// `todo gateway`: the edge alone.
pub(crate) async fn gateway(options: GatewayOptions, metrics: Metrics) -> anyhow::Result<()> {
    options.edge.check_reach()?;
    let common = &options.edge.common;
    let listener = server::bind(common.listen).await?;
    let stop = server::stop_signal()?;
    let dispatch = Arc::new(common.dispatch()?);
    let gateway = compose(&options.edge, dispatch, vec![], metrics, &stop)?;
    let mut tasks = JoinSet::new();
    intake::start(&options.intake, &options.kafka, &gateway, &mut tasks, &stop)?;
    info!(listen = %common.listen, "serving the edge");
    server::serve(listener, gateway::router(gateway), stop.clone()).await?;
    stop.cancel();
    while tasks.join_next().await.is_some() {}
    Ok(())
}
