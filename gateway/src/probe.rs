use std::sync::Arc;

use async_trait::async_trait;
use domain::UserId;
use ports::{Positions, Source, ViewReader};

/// Asks whether something that the process depends on answers.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Asks once. Whoever calls bounds the time.
    ///
    /// # Errors
    /// Why it does not answer, in words that may be shown to operators.
    async fn probe(&self) -> Result<(), Source>;
}

/// Whether the views can be read.
pub struct ViewsProbe(pub Arc<dyn ViewReader>);

#[async_trait]
impl Probe for ViewsProbe {
    async fn probe(&self) -> Result<(), Source> {
        self.0.ready().await.map_err(Into::into)
    }
}

/// Whether it can be known what people wrote last.
pub struct PositionsProbe {
    /// Where that is kept.
    pub positions: Arc<dyn Positions>,
    /// Somebody to ask about.
    pub of: UserId,
}

#[async_trait]
impl Probe for PositionsProbe {
    async fn probe(&self) -> Result<(), Source> {
        self.positions.outstanding(&self.of).await.map(|_| ()).map_err(Into::into)
    }
}
