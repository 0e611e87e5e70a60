use std::sync::Arc;

use adapters::{
    postgres::PgViews,
    redis::{self, positions::RedisPositions},
};
use anyhow::Context;
use domain::UserId;
use gateway::{Gateway, Probe};
use ports::{Chain, Dispatch, Journal, JournalError, Positioned, RandomIds, SystemClock};
use tracing::info;

use super::options::{EdgeOptions, REDIS_DEADLINE};
use crate::{server, telemetry::Metrics};

/// Who every request acts as until people can log in.
const PERSON: &str = "local";

/// The edge's ports on the real engine.
pub(super) fn compose(
    options: &EdgeOptions,
    dispatch: Arc<dyn Dispatch>,
    readiness: Vec<(&'static str, Arc<dyn Probe>)>,
    metrics: Metrics,
) -> anyhow::Result<Gateway> {
    let person: UserId = PERSON.parse().context("the local person's id")?;
    let connection = redis::connect(&options.stores.redis_url, REDIS_DEADLINE).context("--redis-url")?;
    let views = PgViews::new(&options.stores.database_url).context("--database-url")?;
    let mut choices = gateway::Options::local(person);
    choices.public_url.clone_from(&options.public_url);
    Ok(Gateway {
        dispatch,
        views: Arc::new(views),
        journal: Arc::new(NoJournal),
        positions: Arc::new(RedisPositions::new(connection, REDIS_DEADLINE)),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        readiness,
        metrics,
        options: choices,
    })
}

/// Until there is a journal here: questions about the past cannot be answered.
struct NoJournal;

fn no_journal() -> JournalError {
    JournalError("the cluster shape has no journal yet".into())
}

#[async_trait::async_trait]
impl Journal for NoJournal {
    async fn chain(&self, _: &str) -> Result<Option<Chain>, JournalError> {
        Err(no_journal())
    }

    async fn chains(&self, _: tokio::sync::mpsc::Sender<Chain>) -> Result<(), JournalError> {
        Err(no_journal())
    }

    async fn since(&self, _: &UserId, _: u64, _: usize) -> Result<Vec<Positioned>, JournalError> {
        Err(no_journal())
    }

    async fn all_since(&self, _: u64, _: usize) -> Result<Vec<Positioned>, JournalError> {
        Err(no_journal())
    }

    async fn last_position(&self) -> Result<u64, JournalError> {
        Err(no_journal())
    }
}

/// `todo gateway`: the edge alone.
pub(crate) async fn gateway(options: EdgeOptions, metrics: Metrics) -> anyhow::Result<()> {
    options.check_reach()?;
    let listener = server::bind(options.common.listen).await?;
    let stop = server::stop_signal()?;
    let dispatch = Arc::new(options.common.dispatch()?);
    let router = gateway::router(compose(&options, dispatch, vec![], metrics)?);
    info!(listen = %options.common.listen, "serving the edge");
    server::serve(listener, router, stop).await
}
