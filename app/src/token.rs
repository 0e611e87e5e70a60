//! `todo token` and `todo token-key`: who may call, said by whoever has the keys.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use adapters::tokens::{self, Issue, KeySet};
use anyhow::{Context, ensure};
use domain::{Role, UserId};
use jiff::{SignedDuration, Span, SpanRelativeTo};
use ports::{Clock, IdSource, RandomIds, SystemClock};

use crate::embedded::{DATA, TOKEN_KEYS, data_folder};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Whom it speaks for
    #[arg(long)]
    user: UserId,
    /// The most that its bearer may do: viewer, editor or owner
    #[arg(long, default_value = "owner")]
    role: Role,
    /// How long it holds, for example 12h or 30d; at most 366d
    #[arg(long, default_value = "30d", value_parser = duration)]
    expires: SignedDuration,
    #[command(flatten)]
    keys: Keys,
}

/// Where the keys are.
#[derive(Debug, clap::Args)]
struct Keys {
    /// The file of keys [default: the one in the data folder, made where there is none]
    #[arg(long, env = "TODO_TOKEN_KEYS", value_name = "FILE")]
    token_keys: Option<PathBuf>,
    /// The folder that everything is kept in [default: todo in the person's data folder]
    #[arg(long, env = DATA)]
    data: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct KeyOptions {
    /// The file; made where there is none. Keys that are there go on checking
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The longest that a token holds.
const MOST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Prints a token, and nothing else.
pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let Options { user, role, expires, keys } = options;
    ensure!(expires.is_positive() && expires <= MOST, "--expires: use more than nothing and at most 366d");
    let keys = match keys.token_keys {
        Some(file) => KeySet::open(&file)?,
        None => tokens::open_or_create(&data_folder(keys.data)?.join(TOKEN_KEYS))?,
    };
    let now = SystemClock.now();
    let until = now.checked_add(expires).context("--expires")?;
    let token = keys.issue(&Issue { user, role, from: now, until, id: RandomIds.uuid() })?;
    writeln!(io::stdout().lock(), "{token}")?;
    Ok(())
}

/// Puts a new key in front.
pub(crate) fn add_key(options: &KeyOptions) -> anyhow::Result<()> {
    tokens::add_key(&options.file)?;
    Ok(())
}

/// Days have 24 hours here.
fn duration(text: &str) -> Result<SignedDuration, String> {
    let span: Span = text.parse().map_err(|_| "use a number and a unit, for example 12h or 30d".to_owned())?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| "use hours or days, for example 12h or 30d".to_owned())
}
