//! `todo audit`: the journal, for people who must be sure.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use adapters::sqlite::SqliteJournal;
use anyhow::{Context, bail};
use domain::EventRecord;
use ports::{Chain, Journal};

use crate::embedded::{DATA, TODO_DB, data_folder};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A todo's id, or `verify` for the whole journal
    #[arg(value_name = "ID|verify")]
    what: String,
    /// The folder that everything is kept in [default: todo in the person's data folder]
    #[arg(long, env = DATA)]
    data: Option<PathBuf>,
}

/// Succeeds only if nothing was done to what it looked at.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let file = data_folder(options.data)?.join(TODO_DB);
    let journal = SqliteJournal::open(&file)
        .with_context(|| format!("{}: name the folder of a `todo serve` of this version with --data", file.display()))?;
    let out = &mut io::stdout().lock();
    let findings = if options.what == "verify" {
        let verified = projections::verify(&journal).await?;
        writeln!(out, "{} events of {} aggregates", verified.events, verified.aggregates)?;
        verified.findings
    } else {
        let chain = journal.chain(&options.what).await?;
        let chain = chain.with_context(|| format!("the journal has nothing of {}: give the id of a todo, or `verify`", options.what))?;
        show(&chain, out)?;
        projections::check(&chain)
    };
    for finding in &findings {
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
