//! `todo replay`: a view built again, beside the one that everybody sees.

mod embedded;

use std::path::PathBuf;

use clap::ValueEnum;
use projections::Replay;

use crate::{embedded::DATA, progress::Progress, server};

/// What can be built again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Todos as people see them
    Views,
    /// What got done, for counting
    Analytics,
}

impl View {
    /// As on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Analytics => "analytics",
        }
    }
}

/// Builds beside the live view, can be interrupted and goes on where it stopped, then takes the live view's place at once. On a
/// cluster say --from: serving goes on meanwhile. Without it, it is the files of a `todo serve` that is not running.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What to build again
    #[arg(value_enum)]
    view: View,
    /// The folder of a `todo serve` [default: todo in the person's data folder]
    #[arg(long, env = DATA)]
    data: Option<PathBuf>,
    /// Begin anew, whatever an interrupted replay has left
    #[arg(long)]
    restart: bool,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    cluster: crate::cluster::ReplayOptions,
}

/// Runs until the new view has taken its place, or it is told to stop.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let stop = server::stop_signal()?;
    #[cfg(feature = "cluster")]
    if options.cluster.from.is_some() {
        return crate::cluster::replay(options.view, options.restart, options.cluster, &stop).await;
    }
    embedded::run(options.view, options.data, options.restart, &stop).await
}

/// What is said of aggregates that a replay could not take to their end.
pub(crate) fn tell_stopped(replay: &Replay<'_>, progress: &Progress) {
    for stopped in replay.stopped().take(20) {
        let projections::Stopped { aggregate_id, version, obstacle } = stopped;
        progress.say(&format!("{aggregate_id} stops before version {version}: {obstacle}"));
    }
    let (stopped, unreadable) = (replay.stopped().count(), replay.unreadable());
    if stopped > 0 || unreadable > 0 {
        progress.say(&format!("{stopped} aggregates stopped, {unreadable} entries were no events: `todo audit verify` may say why"));
    }
}
