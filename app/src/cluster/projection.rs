use std::sync::Arc;

use adapters::{
    kafka::{consumer::KafkaReader, dead_letters::KafkaDeadLetters, facts::KafkaFacts, notices::KafkaNotices},
    postgres::{PgAnalytics, PgJournal, PgNotifications, PgOperations, PgViews},
    redis::{self, live::RedisLive},
};
use anyhow::Context;
use clap::ValueEnum;
use gateway::{Probe, ViewsProbe};
use ports::{FeedPosition, Live, SystemClock};
use projections::{Analytics, JournalIngest, Notifications, Operations, Parking, Projection, TodoViews};
use tokio::task::JoinSet;
use tracing::{info, warn};

use super::{
    edge,
    options::{ProjectionOptions, REDIS_DEADLINE, StoreOptions},
};
use crate::{server, telemetry::Metrics};

/// Where events come from.
pub(super) const EVENTS: &str = "todo-events";

/// What can be made of the events. Each has a consumer group of its own, so that none waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Everything that happened, for good
    Journal,
    /// Todos as people see them
    Views,
    /// What got done, counted; and told to the topic todo-analytics
    Analytics,
    /// Sagas as people and operators see them
    Operations,
    /// What people were told; and whom to tell what, to the topic todo-notifications
    Notifications,
}

/// `todo projections`: brings events from Kafka to where they are asked for.
pub(crate) async fn projections(options: ProjectionOptions, metrics: Metrics) -> anyhow::Result<()> {
    let listener = server::bind(options.edge.common.listen).await?;
    let stop = server::stop_signal()?;
    let url = &options.edge.stores.database_url;
    let views = Arc::new(PgViews::new(url).context("--database-url")?);
    let letters =
        Arc::new(KafkaDeadLetters::new(&options.kafka.kafka_brokers, &options.kafka.settings()).context("--kafka-brokers, --kafka-tls")?);
    let forks = Arc::new(PgJournal::new(url).context("--database-url")?);
    let mut projecting = JoinSet::new();
    for kind in &options.only {
        let (projection, position): (Arc<dyn Projection>, Arc<dyn FeedPosition>) = match kind {
            Kind::Journal => {
                let journal = Arc::new(PgJournal::new(url).context("--database-url")?);
                match options.checkpoints.named()? {
                    Some(key) => drop(projecting.spawn(options.checkpoints.clone().sign(journal.clone(), key, stop.clone()))),
                    None => warn!("no checkpoints of the journal are signed: name a key with --checkpoint-key"),
                }
                (Arc::new(JournalIngest::telling(journal.clone(), live(&options.edge.stores)?)), journal)
            }
            Kind::Views => (Arc::new(TodoViews(views.clone())), views.clone()),
            Kind::Operations => {
                let operations = Arc::new(PgOperations::new(url).context("--database-url")?);
                projecting.spawn(projections::count_parked_until(operations.clone(), stop.clone()));
                (Arc::new(Operations(operations.clone())), operations)
            }
            Kind::Notifications => {
                let store = Arc::new(PgNotifications::new(url).context("--database-url")?);
                let (brokers, settings) = (&options.kafka.kafka_brokers, options.kafka.settings());
                let notices = Arc::new(KafkaNotices::new(brokers, &settings).context("--kafka-brokers, --kafka-tls")?);
                (Arc::new(Notifications { store: store.clone(), notices, clock: Arc::new(SystemClock) }), store)
            }
            Kind::Analytics => {
                let facts = Arc::new(PgAnalytics::new(url).context("--database-url")?);
                let told = Arc::new(
                    KafkaFacts::new(&options.kafka.kafka_brokers, &options.kafka.settings()).context("--kafka-brokers, --kafka-tls")?,
                );
                (Arc::new(Analytics::telling(facts.clone(), told)), facts)
            }
        };
        // The groups' names, for those who watch their lag: todo-journal, todo-views, …
        let group = format!("todo-{}", projection.name());
        let reader = KafkaReader::start(&options.kafka.consumer(EVENTS, &group), position).context("--kafka-brokers, --kafka-tls")?;
        let parking = Parking { letters: letters.clone(), forks: forks.clone(), topic: EVENTS.into(), group, clock: Arc::new(SystemClock) };
        projecting.spawn(projections::run(projections::Config::default(), Box::new(reader), projection, Arc::new(parking), stop.clone()));
    }
    let probe: Arc<dyn Probe> = Arc::new(ViewsProbe(views));
    let dispatch = Arc::new(options.edge.common.dispatch()?);
    let router =
        gateway::operations_routes(edge::compose(&options.edge, &options.kafka, dispatch, vec![("views", probe)], metrics, &stop)?);
    info!(listen = %options.edge.common.listen, "projecting");
    server::serve(listener, router, stop.clone()).await?;
    stop.cancel();
    while let Some(ended) = projecting.join_next().await {
        ended.context("a projection")?;
    }
    Ok(())
}

/// Whom the journal's news go to. On a connection of its own: nothing else may hold them up.
fn live(stores: &StoreOptions) -> anyhow::Result<Arc<dyn Live>> {
    let connection = redis::connect(&stores.redis_url, REDIS_DEADLINE).context("--redis-url")?;
    Ok(Arc::new(RedisLive::new(&stores.redis_url, connection, REDIS_DEADLINE).context("--redis-url")?))
}
