//! What `/readyz` asks.

use async_trait::async_trait;
use gateway::Probe;
use ports::Source;
use tokio::sync::watch;

/// Whether something that keeps its own state is up.
pub(crate) struct UpProbe {
    pub up: watch::Receiver<bool>,
    /// What it means when it is not.
    pub otherwise: &'static str,
}

#[async_trait]
impl Probe for UpProbe {
    async fn probe(&self) -> Result<(), Source> {
        if *self.up.borrow() { Ok(()) } else { Err(self.otherwise.into()) }
    }
}
