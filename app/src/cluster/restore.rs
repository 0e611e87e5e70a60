//! `todo restore`: the actors' records back into a Redis that has lost them.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use actors::{Kinds, Restoration, RestoreOptions, restore, restored_writes};
use adapters::{
    kafka::ends::ends,
    postgres::PgJournal,
    redis::{
        self,
        records::RedisRecords,
        timers::{NoScheduler, RedisTimers},
    },
};
use anyhow::{Context, bail, ensure};
use ports::{Clock, FeedPosition, Journal, SystemClock};

use super::{
    options::{KafkaOptions, REDIS_DEADLINE, StoreOptions},
    projection::EVENTS,
};
use crate::{aggregates, progress::Progress};

/// How long Redis may take for a batch of records, each made durable.
const BATCH_DEADLINE: Duration = Duration::from_secs(60);

/// Options of `todo restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct RestoreCommand {
    #[command(flatten)]
    stores: StoreOptions,
    #[command(flatten)]
    kafka: KafkaOptions,
    /// Read and check everything, and only say what would be written
    #[arg(long)]
    dry_run: bool,
    /// Kafka is lost, too: do without the events that only it had
    #[arg(long)]
    kafka_lost: bool,
}

/// Runs it. Succeeds only if every aggregate of the journal has a record afterwards, or would have.
pub(crate) async fn run(command: RestoreCommand) -> anyhow::Result<()> {
    let RestoreCommand { stores, kafka, dry_run, kafka_lost } = command;
    let connection = redis::connect(&stores.redis_url, BATCH_DEADLINE).context("--redis-url")?;
    nobody_hosts(&connection, "stop them (`todo actors`, `todo backend`, `todo sagas`), and restore then").await?;
    let journal = PgJournal::new(&stores.database_url).context("--database-url")?;
    if kafka_lost {
        // Asked all the same: it tells early whether PostgreSQL is there.
        journal.offsets().await.context("--database-url")?;
    } else {
        journal_is_complete(&journal, &kafka).await?;
    }
    let of = |types: Vec<&'static str>, app| types.into_iter().map(move |actor_type| (actor_type, app));
    let backend = of(aggregates::of_backend(Vec::new()), aggregates::BACKEND);
    let types = backend.chain(of(aggregates::of_sagas(Vec::new()), aggregates::SAGAS));
    let records = RedisRecords::new(connection.clone(), types);
    // The sweep of whoever hosts them rings them.
    let timers = RedisTimers::new(connection.clone(), Box::new(NoScheduler), vec![], REDIS_DEADLINE);
    let options = RestoreOptions { dry_run, ..RestoreOptions::new(restored_writes(SystemClock.now())) };
    let begun = Instant::now();
    let done = {
        let progress = Progress::begin("restore", 0, journal.last_position().await.context("--database-url")?);
        let kinds = aggregates::all(Kinds::default());
        restore(&journal, &records, &timers, &kinds, options, &|done| progress.reached(done.events)).await
    };
    let done = done.context("not everything was restored: what was written stays; run it again to go on")?;
    nobody_hosts(&connection, "they came while records were restored: stop them, and restore once more").await?;
    report(&done, dry_run, begun.elapsed(), &mut io::stdout().lock())?;
    ensure!(done.left == 0, "{} aggregates were left as they are, and have to be looked at: see docs/runbooks/RedisLost.md", done.left);
    Ok(())
}

/// An actor that goes on from nothing while its record is still to come makes history anew.
async fn nobody_hosts(connection: &redis::Connection, otherwise: &str) -> anyhow::Result<()> {
    let hosts = redis::hosts::hosts(connection).await.context("--redis-url")?;
    ensure!(hosts == 0, "{hosts} processes host actors, or did so some seconds ago: {otherwise}");
    Ok(())
}

/// Whether the journal has everything that Kafka has. Else an actor would go on from less than was acknowledged, and the
/// events that wait in Kafka would have versions that others have, too.
async fn journal_is_complete(journal: &PgJournal, kafka: &KafkaOptions) -> anyhow::Result<()> {
    let read: std::collections::HashMap<_, _> = journal.offsets().await.context("--database-url")?.into_iter().collect();
    let ends = ends(&kafka.kafka_brokers, &kafka.settings(), EVENTS).await.context("--kafka-brokers, --kafka-tls")?;
    for (partition, offsets) in ends {
        let next = read.get(&partition).copied().unwrap_or(0);
        let lost = offsets.start - next;
        if lost > 0 && !offsets.is_empty() {
            bail!(
                "{lost} messages of {EVENTS}/{partition} grew too old for Kafka before the journal read them: they have to come from a backup or a mirror of Kafka first"
            );
        }
        let behind = offsets.end - next;
        ensure!(
            behind <= 0,
            "the journal has not read {behind} messages of {EVENTS}/{partition} yet: let `todo projections` run until it has, then restore"
        );
        ensure!(
            behind == 0,
            "the journal has read {EVENTS}/{partition} up to {next}, but this Kafka's ends at {}: is it the right one? Where it has lost its messages, use --kafka-lost",
            offsets.end
        );
    }
    Ok(())
}

fn report(done: &Restoration, dry_run: bool, took: Duration, out: &mut impl Write) -> io::Result<()> {
    let Restoration { events, aggregates, restored, present, ahead, armed, left, named } = done;
    for left in named {
        writeln!(out, "left: {}: {}", left.aggregate_id, left.why)?;
    }
    if *left > named.len() as u64 {
        writeln!(out, "… and {} more", left - named.len() as u64)?;
    }
    writeln!(out, "{events} events of {aggregates} aggregates read in {:.1} s", took.as_secs_f64())?;
    writeln!(out, "{restored} records {}", if dry_run { "would be written" } else { "written" })?;
    writeln!(out, "{present} were there already, as the journal has them")?;
    if *armed > 0 {
        writeln!(out, "{armed} timers {}", if dry_run { "would be armed" } else { "armed" })?;
    }
    if *ahead > 0 {
        writeln!(out, "{ahead} were there already and know of more than the journal: their events are still to come")?;
    }
    if *left > 0 {
        writeln!(out, "{left} were left as they are")?;
    }
    Ok(())
}
