//! `todo sagas list|show|retry|abort`: what takes longer, for people who must look after it.
//!
//! Over HTTP against any edge, as the person that it takes the caller for; or, on a cluster without `--url`, through the sidecar
//! as an operator, who sees everybody's.

use std::io::{self, Write};

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    SagaId,
    saga::{Direction, Saga, Status},
};
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(crate) enum SagasCommand {
    /// A line for each, those that began last first
    List {
        /// Only those in this state
        #[arg(long, value_enum)]
        status: Option<State>,
        #[command(flatten)]
        at: At,
    },
    /// All that is known of one: never what people wrote
    Show {
        /// The operation's id: saga-…
        id: SagaId,
        #[command(flatten)]
        at: At,
    },
    /// Let one that is parked go on
    Retry {
        /// The operation's id: saga-…
        id: SagaId,
        #[command(flatten)]
        at: At,
    },
    /// Have taken back what one did so far
    Abort {
        /// The operation's id: saga-…
        id: SagaId,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Args)]
pub(crate) struct At {
    /// The edge to ask
    #[arg(long, env = "TODO_URL", value_name = "URL")]
    #[cfg_attr(not(feature = "cluster"), arg(default_value = "http://127.0.0.1:8080"))]
    url: Option<String>,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    cluster: crate::cluster::OperatorOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// Something is done for it, or will be
    Open,
    /// It waits for somebody to look
    Parked,
    /// It is over
    Ended,
}

impl State {
    pub(crate) fn statuses(self) -> Vec<Status> {
        match self {
            Self::Open => vec![Status::Acting, Status::Waiting],
            Self::Parked => vec![Status::Parked],
            Self::Ended => vec![Status::Completed, Status::Compensated],
        }
    }
}

/// Runs one command.
pub(crate) async fn run(command: SagasCommand) -> anyhow::Result<()> {
    let out = &mut io::stdout().lock();
    let (SagasCommand::List { at, .. } | SagasCommand::Show { at, .. } | SagasCommand::Retry { at, .. } | SagasCommand::Abort { at, .. }) =
        &command;
    match &at.url {
        Some(url) => over_http(url, &command, out).await,
        #[cfg(feature = "cluster")]
        None => crate::cluster::operate(&command, &at.cluster, out).await,
        #[cfg(not(feature = "cluster"))]
        None => bail!("say where with --url"),
    }
}

async fn over_http(base: &str, command: &SagasCommand, out: &mut impl Write) -> anyhow::Result<()> {
    let base = format!("{}/api/v1/operations", base.trim_end_matches('/'));
    match command {
        SagasCommand::List { status, .. } => {
            let operations = ask(reqwest::Method::GET, &format!("{base}?limit=1000")).await?;
            for one in operations.as_array().context("no list of operations")? {
                let word = one["status"].as_str().unwrap_or_default();
                let state = match word {
                    "parked" => State::Parked,
                    "completed" | "compensated" => State::Ended,
                    _ => State::Open,
                };
                if status.is_none_or(|wanted| wanted == state) {
                    let of = |name: &str| one["outcomes"][name].as_u64().unwrap_or_default();
                    let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
                    let (id, began, kind, problem) = (text("id"), text("startedAt"), text("kind"), text("problem"));
                    let items = one["items"].as_u64().unwrap_or_default();
                    writeln!(out, "{id}\t{began}\t{kind}\t{word}\t{}/{items}\t{problem}", of("done") + of("unchanged") + of("refused"))?;
                }
            }
        }
        SagasCommand::Show { id, .. } => pretty(&ask(reqwest::Method::GET, &format!("{base}/{id}")).await?, out)?,
        SagasCommand::Retry { id, .. } => pretty(&ask(reqwest::Method::POST, &format!("{base}/{id}/retry")).await?, out)?,
        SagasCommand::Abort { id, .. } => pretty(&ask(reqwest::Method::POST, &format!("{base}/{id}/abort")).await?, out)?,
    }
    Ok(())
}

async fn ask(method: reqwest::Method, url: &str) -> anyhow::Result<Value> {
    let answer = reqwest::Client::new().request(method, url).send().await.with_context(|| format!("{url}: is `todo serve` there?"))?;
    let status = answer.status();
    let body: Value = answer.json().await.with_context(|| format!("{url} answered {status}"))?;
    if !status.is_success() {
        bail!("{url} answered {status}: {}", body["detail"].as_str().unwrap_or_default());
    }
    Ok(body)
}

fn pretty(operation: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(operation)?)?;
    Ok(())
}

/// One line.
pub(crate) fn line(id: SagaId, saga: &Saga, out: &mut impl Write) -> io::Result<()> {
    let status = match (saga.status, saga.direction) {
        (Status::Acting | Status::Waiting, Direction::Back) => "compensating",
        (Status::Acting, _) => "running",
        (Status::Waiting, _) => "waiting",
        (Status::Parked, _) => "parked",
        (Status::Completed, _) => "completed",
        (Status::Compensated, _) => "compensated",
    };
    let worked = saga.tally.done + saga.tally.unchanged + saga.tally.refused;
    let (began, kind, items, owner) = (saga.started_at, saga.kind.name(), saga.items, &saga.owner);
    writeln!(out, "{id}\t{began}\t{kind}\t{status}\t{worked}/{items}\t{}\t{owner}", saga.problem.as_deref().unwrap_or("-"))
}
