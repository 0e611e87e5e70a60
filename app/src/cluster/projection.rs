use std::sync::Arc;

use adapters::{
    kafka::consumer::{ConsumerConfig, KafkaReader},
    postgres::PgViews,
};
use anyhow::Context;
use gateway::{Probe, ViewsProbe};
use tracing::info;

use super::{
    edge,
    options::{EdgeOptions, ProjectionOptions},
};
use crate::{server, telemetry::Metrics};

const EVENTS: &str = "todo-events";
/// The consumer group, for those who watch its lag.
const GROUP: &str = "todo-views";

/// `todo projections`: brings events from Kafka into the views.
pub(crate) async fn projections(options: ProjectionOptions, metrics: Metrics) -> anyhow::Result<()> {
    let listener = server::bind(options.edge.common.listen).await?;
    let stop = server::stop_signal()?;
    let views = Arc::new(PgViews::new(&options.edge.stores.database_url).context("--database-url")?);
    views.migrate().await.context("the views' tables")?;
    let reader =
        KafkaReader::start(&ConsumerConfig::live(&options.kafka_brokers, EVENTS, GROUP), views.clone()).context("--kafka-brokers")?;
    let projecting = tokio::spawn(projections::run(
        projections::Config::default(),
        Box::new(reader),
        Arc::new(projections::TodoViews(views.clone())),
        stop.clone(),
    ));
    let probe: Arc<dyn Probe> = Arc::new(ViewsProbe(views));
    let dispatch = Arc::new(options.edge.common.dispatch()?);
    let router = gateway::operations_routes(edge::compose(&options.edge, dispatch, vec![("views", probe)], metrics)?);
    info!(listen = %options.edge.common.listen, "projecting");
    server::serve(listener, router, stop.clone()).await?;
    stop.cancel();
    projecting.await.context("the projection")
}

/// `todo sagas`: nothing is orchestrated yet, but the process, its app-id and its sidecar have their place.
pub(crate) async fn sagas(options: EdgeOptions, metrics: Metrics) -> anyhow::Result<()> {
    let listener = server::bind(options.common.listen).await?;
    let stop = server::stop_signal()?;
    let dispatch = Arc::new(options.common.dispatch()?);
    let router = gateway::operations_routes(edge::compose(&options, dispatch, vec![], metrics)?);
    info!(listen = %options.common.listen, "no sagas to run yet");
    server::serve(listener, router, stop).await
}
