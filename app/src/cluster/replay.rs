use std::{sync::Arc, time::Duration};

use adapters::{
    kafka::{
        consumer::{ConsumerConfig, KafkaReader},
        ends::ends,
    },
    postgres::{BuiltFrom, GenerationError, Lacking, PgGeneration, PgJournal, Rebuildable},
};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use ports::{FeedPosition, FeedReader, Journal};
use projections::{Analytics, Ended, Goal, JournalReader, Projection, REPLAY_BATCH, Replay, TodoViews};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{options::KafkaOptions, projection::EVENTS};
use crate::{
    progress::Progress,
    replay::{View, tell_stopped},
};

/// How long the journal may be behind the live view before that is no passing delay.
const JOURNAL_BEHIND: Duration = Duration::from_secs(30);
/// How long the live view may stand still for what is left to come in.
const STANDSTILL: Duration = Duration::from_secs(8);

/// What a replay on a cluster is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// The journal in PostgreSQL: everything that happened
    Journal,
    /// The topic todo-events, as far as it still holds everything
    Kafka,
}

/// What a replay on a cluster needs to know.
#[derive(Debug, Args)]
pub(crate) struct ReplayOptions {
    /// On a cluster: what to build from
    #[arg(long, value_enum)]
    pub from: Option<From>,
    /// On a cluster: the database, as the owner of its tables: postgres://USER:PASSWORD@HOST:PORT/DATABASE
    #[arg(long, env = "DATABASE_ADMIN_URL", hide_env_values = true)]
    admin_url: Option<String>,
    #[command(flatten)]
    kafka: KafkaOptions,
}

/// `todo replay` on a cluster.
pub(crate) async fn replay(view: View, restart: bool, options: ReplayOptions, stop: &CancellationToken) -> anyhow::Result<()> {
    let url = options.admin_url.as_deref().context("--admin-url is missing: the database, as the owner of its tables")?;
    let from = if options.from == Some(From::Kafka) { BuiltFrom::Kafka } else { BuiltFrom::Journal };
    let journal = Arc::new(PgJournal::new(url).context("--admin-url")?);
    let events = Events { from, journal, kafka: options.kafka };
    // Before anything is made.
    events.end().await?;
    let rebuildable = if view == View::Views { Rebuildable::Views } else { Rebuildable::Analytics };
    let mut generation = PgGeneration::open(url, rebuildable, from, restart).await.context("--admin-url")?;
    let (projection, position): (Box<dyn Projection>, Arc<dyn FeedPosition>) = match view {
        View::Views => {
            let views = Arc::new(generation.views()?);
            (Box::new(TodoViews(views.clone())), views)
        }
        View::Analytics => {
            let facts = Arc::new(generation.analytics()?);
            // Nobody is told what was told before.
            (Box::new(Analytics::quiet(facts.clone())), facts)
        }
    };
    let offsets = position.offsets().await?;
    let end = events.end().await?;
    let sum = |goal: &Goal, by: i64| goal.values().map(|next| (next - by).max(0).cast_unsigned()).sum();
    let first = i64::from(from == BuiltFrom::Journal);
    let progress = Progress::begin(view.name(), sum(&offsets.iter().copied().collect(), first), sum(&end, first));
    let reader = events.reader(position, &offsets, view)?;
    let mut work = Work { replay: Replay::new(reader, offsets, &*projection), events, stop };
    let ended = work.run(&mut generation, &progress, end).await;
    tell_stopped(&work.replay, &progress);
    let ended = ended.inspect_err(|_| progress.clear())?;
    let done = progress.done();
    if ended == Ended::Interrupted {
        progress.clear();
        bail!("interrupted after {done} events: the same command goes on there");
    }
    let dropped = generation.drop_old().await.unwrap_or(false);
    let old = if dropped { "" } else { "; the old one is still read, and the next replay removes it" };
    progress.end(&format!("{done} events: the new one has taken its place{old}"));
    Ok(())
}

/// What is replayed.
struct Events {
    from: BuiltFrom,
    journal: Arc<PgJournal>,
    kafka: KafkaOptions,
}

impl Events {
    /// Where they end now.
    async fn end(&self) -> anyhow::Result<Goal> {
        if self.from == BuiltFrom::Journal {
            let last = self.journal.last_position().await.context("the journal: does `todo database apply` still have to be run?")?;
            return Ok(journal_goal(last));
        }
        let ends = ends(&self.kafka.kafka_brokers, &self.kafka.settings(), EVENTS).await.context("--kafka-brokers, --kafka-tls")?;
        if let Some((partition, offsets)) = ends.iter().find(|(_, offsets)| offsets.start > 0) {
            bail!(
                "Kafka no longer holds everything: partition {partition} of {EVENTS} begins at offset {}. Use --from journal",
                offsets.start
            );
        }
        Ok(ends.into_iter().map(|(partition, offsets)| (partition, offsets.end)).collect())
    }

    fn reader(&self, position: Arc<dyn FeedPosition>, offsets: &[(i32, i64)], view: View) -> anyhow::Result<Box<dyn FeedReader>> {
        if self.from == BuiltFrom::Journal {
            return Ok(Box::new(JournalReader::start(self.journal.clone(), offsets, REPLAY_BATCH)));
        }
        // A group of its own: nobody else is kept from reading.
        let live = self.kafka.consumer(EVENTS, &format!("todo-replay-{}", view.name()));
        let config = ConsumerConfig { batch: REPLAY_BATCH, ..live };
        Ok(Box::new(KafkaReader::start(&config, position).context("--kafka-brokers, --kafka-tls")?))
    }
}

/// Positions begin with 1, and a goal is what comes behind the last.
fn journal_goal(last: u64) -> Goal {
    if last > 0 { Goal::from([(JournalReader::PARTITION, last.cast_signed() + 1)]) } else { Goal::new() }
}

struct Work<'a> {
    replay: Replay<'a>,
    events: Events,
    stop: &'a CancellationToken,
}

impl Work<'_> {
    async fn run(&mut self, generation: &mut PgGeneration, progress: &Progress, end: Goal) -> anyhow::Result<Ended> {
        if self.catch_up(end, progress).await? == Ended::Interrupted {
            return Ok(Ended::Interrupted);
        }
        progress.say("indexes and counts");
        tokio::select! {
            biased;
            () = self.stop.cancelled() => return Ok(Ended::Interrupted),
            finished = generation.finish() => finished?,
        }
        if self.catch_up(self.events.end().await?, progress).await? == Ended::Interrupted {
            return Ok(Ended::Interrupted);
        }
        let lacking = generation.lacking().await?;
        if self.events.from == BuiltFrom::Kafka {
            // Kafka has events before anybody else: what is not there by now does not come.
            if self.catch_up(self.events.end().await?, progress).await? == Ended::Interrupted {
                return Ok(Ended::Interrupted);
            }
            self.refuse(&generation.still(&lacking).await?)?;
        }
        self.switch(generation, progress, lacking).await
    }

    /// Nothing may go back.
    fn refuse(&self, still: &[Lacking]) -> anyhow::Result<()> {
        let Some(Lacking { aggregate_id, version }) = still.first() else { return Ok(()) };
        let (from, remedy) = match self.events.from {
            BuiltFrom::Kafka => ("Kafka", "use --from journal"),
            BuiltFrom::Journal => ("the journal", "ask `todo audit verify`"),
        };
        bail!(
            "{} aggregates would fall behind, {aggregate_id} for one, which has version {version}: nothing was changed. {from} lacks \
             events of theirs: {remedy}",
            still.len()
        )
    }

    async fn catch_up(&mut self, end: Goal, progress: &Progress) -> anyhow::Result<Ended> {
        Ok(self.replay.until(&end, self.stop, |events| progress.add(events)).await?)
    }

    async fn switch(&mut self, generation: &mut PgGeneration, progress: &Progress, lacking: Vec<Lacking>) -> anyhow::Result<Ended> {
        let deadline = Instant::now() + JOURNAL_BEHIND;
        loop {
            // As near as can be, so that little is left to be done while the live one stands still.
            let end = self.events.end().await?;
            if self.catch_up(end, progress).await? == Ended::Interrupted {
                return Ok(Ended::Interrupted);
            }
            let mut switching = match generation.begin_switch().await {
                Err(GenerationError::JournalBehind) if Instant::now() < deadline => {
                    sleep(Duration::from_millis(200)).await;
                    continue;
                }
                begun => begun?,
            };
            let goal = match self.events.from {
                BuiltFrom::Journal => journal_goal(switching.journal_position),
                BuiltFrom::Kafka => {
                    let mut end = self.events.end().await?;
                    let live: Goal = switching.live_offsets.iter().copied().collect();
                    end.iter_mut().for_each(|(partition, end)| *end = live.get(partition).map_or(0, |live| (*end).min(*live)));
                    end
                }
            };
            match timeout_at(Instant::now() + STANDSTILL, self.catch_up(goal, progress)).await {
                Ok(Ok(Ended::Reached)) => {}
                Ok(ended) => return ended,
                Err(_) if Instant::now() < deadline => {
                    switching.cancel().await?;
                    continue;
                }
                Err(_) => bail!("events come faster than they can be replayed: try again when it is quieter, it goes on where it is"),
            }
            self.refuse(&switching.still(&lacking).await?)?;
            switching.commit().await?;
            return Ok(Ended::Reached);
        }
    }
}
