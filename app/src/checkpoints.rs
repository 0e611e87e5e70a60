//! When checkpoints of the journal are signed, and by which key.

use std::{path::PathBuf, sync::Arc, time::Duration};

use adapters::{checkpoint_key::SigningKeyFile, sqlite::DataFolder};
use anyhow::Context;
use jiff::SignedDuration;
use ports::{Checkpoints, SystemClock};
use projections::{Backoff, Checkpointer};
use tokio_util::sync::CancellationToken;

/// The public half of the key that the embedded shape makes for itself.
pub(crate) const PUBLIC_KEY: &str = "checkpoint.pub";
const PRIVATE_KEY: &str = "checkpoint.key";

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CheckpointOptions {
    /// Sign a checkpoint of the journal this often, if anything happened: for example 30s, 5m, 1h
    #[arg(long, env = "TODO_CHECKPOINT_EVERY", default_value = "5m", value_parser = duration, value_name = "DURATION")]
    checkpoint_every: Duration,
    /// The private key that signs checkpoints, in PEM: openssl genpkey -algorithm ed25519 -out FILE
    #[arg(long, env = "TODO_CHECKPOINT_KEY", value_name = "FILE")]
    checkpoint_key: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    const EXPECTED: &str = "expected a duration of at least a second, for example 30s, 5m or 1h";
    let parsed: SignedDuration = text.parse().map_err(|_| EXPECTED.to_owned())?;
    Duration::try_from(parsed).ok().filter(|duration| duration.as_secs() > 0).ok_or_else(|| EXPECTED.to_owned())
}

impl CheckpointOptions {
    /// Signs with the named key; nothing is signed where none is named.
    ///
    /// # Errors
    /// If the file holds no key.
    #[cfg(feature = "cluster")]
    pub(crate) fn named(&self) -> anyhow::Result<Option<Arc<SigningKeyFile>>> {
        self.checkpoint_key.as_deref().map(SigningKeyFile::read).transpose().map(|key| key.map(Arc::new)).context("--checkpoint-key")
    }

    /// Signs with the named key, else with one that is made and kept in the folder.
    ///
    /// # Errors
    /// If the file holds no key, or none can be made.
    pub(crate) fn named_or_own(&self, folder: &DataFolder) -> anyhow::Result<Arc<SigningKeyFile>> {
        let key = match &self.checkpoint_key {
            Some(named) => SigningKeyFile::read(named).context("--checkpoint-key")?,
            None => SigningKeyFile::read_or_make(&folder.file(PRIVATE_KEY), &folder.file(PUBLIC_KEY))?,
        };
        Ok(Arc::new(key))
    }

    /// Signs checkpoints until `stop`.
    pub(crate) async fn sign(self, store: Arc<dyn Checkpoints>, key: Arc<SigningKeyFile>, stop: CancellationToken) {
        let checkpointer = Checkpointer { store, key, clock: Arc::new(SystemClock), every: self.checkpoint_every };
        checkpointer.run(Backoff::default(), stop).await;
    }
}
