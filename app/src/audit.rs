//! `todo audit`: the journal, for people who must be sure.

use std::{
    io::{self, Write},
    path::PathBuf,
    str::FromStr,
};

use adapters::{checkpoint_key::PublicKeyFile, sqlite::SqliteJournal};
use anyhow::{Context, bail};
use domain::EventRecord;
use ports::{Chain, CheckpointVerifier, Checkpoints, Journal};
use projections::{Finding, Trusted};

use crate::{
    checkpoints::PUBLIC_KEY,
    embedded::{DATA, TODO_DB, data_folder},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A todo's id; or `verify` for the whole journal and its checkpoints; or `forks` for the aggregates of a cluster that stand
    /// still because two events claim one version
    #[arg(value_name = "ID|verify|forks")]
    what: String,
    /// Let the aggregate ID go on with what the journal has, after its history has split
    #[cfg(feature = "cluster")]
    #[arg(long, requires = "database_url")]
    release: bool,
    /// The folder that `todo serve` keeps everything in [default: todo in the person's data folder]
    #[arg(long, env = DATA)]
    data: Option<PathBuf>,
    /// The cluster's PostgreSQL instead: postgres://USER:PASSWORD@HOST:PORT/DATABASE
    #[cfg(feature = "cluster")]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, conflicts_with = "data")]
    database_url: Option<String>,
    /// The public half of the key that signs checkpoints, in PEM. Keep it where whoever can write to the journal cannot
    #[arg(long, env = "TODO_CHECKPOINT_PUBLIC_KEY", value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// A checkpoint that you noted, as the log told it when it was signed: finds a journal that was put back as a whole
    #[arg(long, value_name = "NUMBER:HASH")]
    known: Option<Known>,
}

/// A checkpoint's number and its statement's hash.
#[derive(Debug, Clone)]
struct Known(u64, [u8; 32]);

impl FromStr for Known {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected NUMBER:HASH with 64 hexadecimal digits, as the log tells it when a checkpoint is signed";
        let (number, digits) = text.split_once(':').filter(|(_, digits)| digits.len() == 64 && digits.is_ascii()).ok_or(EXPECTED)?;
        let mut hash = [0; 32];
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).map_err(|_| EXPECTED)?;
        }
        Ok(Self(number.parse().map_err(|_| EXPECTED)?, hash))
    }
}

/// Succeeds only if nothing was done to what it looked at.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    #[cfg(feature = "cluster")]
    if let Some(url) = &options.database_url {
        let journal = adapters::postgres::PgJournal::new(url).context("--database-url")?;
        if options.release {
            return release(&journal, &options.what).await;
        }
        if options.what == "forks" {
            return forks(&journal).await;
        }
        return look(&journal, &journal, &options, options.public_key.clone()).await;
    }
    let data = data_folder(options.data.clone())?;
    let file = data.join(TODO_DB);
    let journal = SqliteJournal::open(&file)
        .with_context(|| format!("{}: name the folder of a `todo serve` of this version with --data", file.display()))?;
    // The one beside the journal holds off whoever has the journal alone.
    let beside = Some(data.join(PUBLIC_KEY)).filter(|path| path.exists());
    look(&journal, &journal, &options, options.public_key.clone().or(beside)).await
}

#[cfg(feature = "cluster")]
async fn forks(forks: &dyn ports::Forks) -> anyhow::Result<()> {
    let forks = forks.forks().await?;
    let out = &mut io::stdout().lock();
    for ports::Fork { aggregate_id, version, kept, other, at } in &forks {
        writeln!(out, "{aggregate_id}\tversion {version}\t{at}\tkept {kept}\tother {other}")?;
    }
    writeln!(out, "{} forks", forks.len())?;
    Ok(())
}

#[cfg(feature = "cluster")]
async fn release(forks: &dyn ports::Forks, aggregate_id: &str) -> anyhow::Result<()> {
    if !forks.release(aggregate_id).await? {
        bail!("{aggregate_id} does not stand still: `todo audit forks` names those that do");
    }
    writeln!(io::stdout().lock(), "released: now `todo dead-letters retry --aggregate {aggregate_id}` delivers what waited")?;
    Ok(())
}

async fn look(journal: &dyn Journal, checkpoints: &dyn Checkpoints, options: &Options, key: Option<PathBuf>) -> anyhow::Result<()> {
    let findings = if options.what == "verify" {
        let key = key.map(|path| PublicKeyFile::read(&path)).transpose().context("--public-key")?;
        let key = key.as_ref().map(|key| key as &dyn CheckpointVerifier);
        let known = options.known.as_ref().map(|Known(number, hash)| (*number, *hash));
        let verified = projections::verify(journal, checkpoints, &Trusted { key, known }).await?;
        let out = &mut io::stdout().lock();
        writeln!(out, "{} events of {} aggregates", verified.events, verified.aggregates)?;
        let signatures = if key.is_some() { "signatures checked" } else { "signatures not checked: name the key with --public-key" };
        let uncovered = verified.uncovered;
        writeln!(out, "{} checkpoints, {signatures}; {uncovered} events are younger than the last", verified.checkpoints)?;
        verified.findings
    } else {
        let chain = journal.chain(&options.what).await?;
        let chain = chain.with_context(|| format!("the journal has nothing of {}: give the id of a todo, or `verify`", options.what))?;
        show(&chain, &mut io::stdout().lock())?;
        projections::check(&chain)
    };
    judge(&findings)
}

fn judge(findings: &[Finding]) -> anyhow::Result<()> {
    let out = &mut io::stdout().lock();
    for finding in findings {
        writeln!(out, "{finding}")?;
    }
    if !findings.is_empty() {
        bail!("the journal is not what was written into it: {} findings", findings.len());
    }
    writeln!(out, "in order")?;
    Ok(())
}

/// Who did what when. What people wrote is not shown: whoever audits need not read it.
fn show(chain: &Chain, out: &mut impl Write) -> io::Result<()> {
    for row in &chain.rows {
        match serde_json::from_str::<EventRecord>(&row.record) {
            Ok(EventRecord { timestamp, principal, event_type, event_id, command_id, .. }) => {
                writeln!(out, "{:>6}  {timestamp}  {principal}  {event_type}  event {event_id}  command {command_id}", row.version)?;
            }
            Err(_) => writeln!(out, "{:>6}  cannot be read", row.version)?,
        }
    }
    Ok(())
}
