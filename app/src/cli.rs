use clap::{Parser, Subcommand};

use crate::{audit, embedded, healthy, operations, replay, telemetry, token};

/// Todos as virtual actors: alone on one machine, or on a cluster with Dapr.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in this one process, on SQLite: no other server is needed
    Serve(embedded::Options),
    /// What happened to a todo, or whether the journal is still what was written into it
    Audit(audit::Options),
    /// Whether the process at an address is ready: what containers' health checks run
    Healthy(healthy::HealthyOptions),
    /// Build a view again from what happened
    Replay(replay::Options),
    /// A token that speaks for a person
    Token(token::Options),
    /// A new key that tokens are signed with from now on
    TokenKey(token::KeyOptions),
    /// The edge: HTTP in, calls to actors out
    #[cfg(feature = "cluster")]
    Gateway(crate::cluster::GatewayOptions),
    /// The aggregates, as Dapr virtual actors
    #[cfg(feature = "cluster")]
    Actors(crate::cluster::HostOptions),
    /// Edge and aggregates in one process on one sidecar: the fast way for a pod
    #[cfg(feature = "cluster")]
    Backend(crate::cluster::HostOptions),
    /// What takes longer: without a command, hosts it; with one, looks after it
    Sagas(SagasOptions),
    /// Events to read models
    #[cfg(feature = "cluster")]
    Projections(crate::cluster::ProjectionOptions),
    /// PostgreSQL's tables
    #[cfg(feature = "cluster")]
    #[command(subcommand)]
    Database(crate::cluster::DatabaseCommand),
    /// Kafka topics
    #[cfg(feature = "cluster")]
    #[command(subcommand)]
    Topics(crate::cluster::TopicsCommand),
    /// Actors' records from the journal into a Redis that has lost them, while no actor is hosted
    #[cfg(feature = "cluster")]
    Restore(crate::cluster::RestoreCommand),
    /// Messages that could not be taken
    #[cfg(feature = "cluster")]
    DeadLetters(crate::cluster::DeadLettersOptions),
}

/// `todo sagas`
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
struct SagasOptions {
    #[command(subcommand)]
    command: Option<operations::SagasCommand>,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    host: Box<crate::cluster::HostOptions>,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    channels: crate::notify::ChannelOptions,
}

/// Runs the command until it is done, or told to stop by SIGTERM or Ctrl+C.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<()> {
    let telemetry = telemetry::start()?;
    let metrics = telemetry.metrics.clone();
    match cli.command {
        Command::Serve(options) => embedded::run(options, metrics).await,
        Command::Audit(options) => audit::run(options).await,
        Command::Healthy(options) => healthy::run(options).await,
        Command::Replay(options) => replay::run(options).await,
        Command::Token(options) => token::run(options),
        Command::TokenKey(options) => token::add_key(&options),
        #[cfg(feature = "cluster")]
        Command::Gateway(options) => crate::cluster::gateway(options, metrics).await,
        #[cfg(feature = "cluster")]
        Command::Actors(options) => crate::cluster::actors(options, metrics, crate::cluster::Edge::Without).await,
        #[cfg(feature = "cluster")]
        Command::Backend(options) => crate::cluster::actors(options, metrics, crate::cluster::Edge::With).await,
        Command::Sagas(SagasOptions { command: Some(command), .. }) => operations::run(command).await,
        #[cfg(feature = "cluster")]
        Command::Sagas(SagasOptions { command: None, host, channels }) => crate::cluster::sagas(*host, channels, metrics).await,
        #[cfg(not(feature = "cluster"))]
        Command::Sagas(SagasOptions { command: None }) => {
            anyhow::bail!("`todo serve` hosts them here: use a command, see `todo sagas --help`")
        }
        #[cfg(feature = "cluster")]
        Command::Projections(options) => crate::cluster::projections(options, metrics).await,
        #[cfg(feature = "cluster")]
        Command::Database(command) => crate::cluster::database(command).await,
        #[cfg(feature = "cluster")]
        Command::Topics(command) => crate::cluster::topics(command).await,
        #[cfg(feature = "cluster")]
        Command::Restore(command) => crate::cluster::restore(command).await,
        #[cfg(feature = "cluster")]
        Command::DeadLetters(options) => crate::cluster::dead_letters(options).await,
    }
}
