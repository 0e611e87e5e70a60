use async_trait::async_trait;
use domain::UpcastError;
use ports::{Delivery, Source};

use crate::Quarantine;

/// Makes something of the feed's events, and keeps it together with how far it has come.
#[async_trait]
pub trait Projection: Send + Sync {
    /// A constant word for metrics, logs and the consumer group.
    fn name(&self) -> &'static str;

    /// Applies a batch of deliveries, in the order of the feed, and moves the feed's offsets behind it, in one transaction.
    /// Applying it again changes nothing. What cannot be taken is in `quarantine` for good before the offsets move.
    ///
    /// # Errors
    /// If nothing was applied, or it is unknown whether all was: the batch is to be applied again.
    async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<Applied, Source>;
}

/// What became of a batch.
#[derive(Debug, Default, PartialEq)]
pub struct Applied {
    /// How many events changed something.
    pub applied: u64,
    /// How many events were known already.
    pub known: u64,
    /// The aggregates that could not take an event, each with its first obstacle in this batch.
    pub stopped: Vec<Stopped>,
    /// The aggregates that took events, with the version that they are at now: those that had stopped go on.
    pub reached: Vec<(String, u64)>,
}

impl Applied {
    /// Takes in what became of other aggregates of the same batch.
    pub(crate) fn add(&mut self, other: Self) {
        self.applied += other.applied;
        self.known += other.known;
        self.stopped.extend(other.stopped);
        self.reached.extend(other.reached);
    }
}

/// An aggregate that could not take an event. What was made of it stays as it was before that event.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// Which.
    pub aggregate_id: String,
    /// The version of the event that it could not take.
    pub version: u64,
    /// Why.
    pub obstacle: Obstacle,
}

/// Why an event cannot be taken. Shows no private text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Obstacle {
    /// Events are missing in between.
    #[error("it is at version {reached}, so the events in between are missing")]
    Gap {
        /// The version that it is at; 0 if there is nothing of it.
        reached: u64,
    },
    /// Another event has this version already.
    #[error("another event has this version already")]
    Fork,
    /// The aggregate stands still, because its history has split.
    #[error("its aggregate stands still, because its history has split: see `todo audit forks`")]
    Frozen,
    /// This program cannot read it.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] UpcastError),
    /// A first event that creates nothing, or an id that names no aggregate.
    #[error("no aggregate can have such an event")]
    Impossible,
}

impl Obstacle {
    /// Every [`Self::kind`].
    pub const KINDS: [&str; 5] = ["gap", "fork", "frozen", "unreadable", "impossible"];

    /// A short constant name, for metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::Fork => "fork",
            Self::Frozen => "frozen",
            Self::Unreadable(_) => "unreadable",
            Self::Impossible => "impossible",
        }
    }
}
