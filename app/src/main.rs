//! The `todo` binary: reads its configuration, puts ports and adapters together, runs until it is told to stop.

mod aggregates;
mod audit;
mod checkpoints;
mod cli;
#[cfg(feature = "cluster")]
mod cluster;
mod embedded;
mod healthy;
mod live;
mod notify;
mod operations;
mod overview;
#[cfg(feature = "cluster")]
mod probes;
mod progress;
mod replay;
mod server;
mod telemetry;
mod token;

use std::process::ExitCode;

use clap::Parser;

/// Records and messages are many small allocations that end on another thread: the C library's allocator took a sixth of
/// the processor time under load.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(cli::run(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // To people, not to the log: this is what they see who started it by hand.
            #[allow(clippy::print_stderr, reason = "the program's last word")]
            {
                eprintln!("todo: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
