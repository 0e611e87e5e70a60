//! How the platform itself is doing, for those who run it.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{FeedPosition, Source};

/// How far the feed goes.
#[async_trait]
pub trait FeedEnds: Send + Sync {
    /// The offsets that each partition has: from its oldest event up to where the next one will lie.
    ///
    /// # Errors
    /// If the feed cannot be asked.
    async fn ends(&self) -> Result<Vec<(i32, Range<i64>)>, Source>;
}

/// Commits whose events the feed may not have yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxState {
    /// How many there are.
    pub waiting: u64,
    /// When the oldest of them began to wait.
    pub oldest: Option<Timestamp>,
}

/// What waits in outboxes.
#[async_trait]
pub trait OutboxWatch: Send + Sync {
    /// How it stands now.
    ///
    /// # Errors
    /// If it cannot be found out.
    async fn outbox(&self) -> Result<OutboxState, Source>;
}

/// A process that hosts actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostState {
    /// Names the process for as long as it runs.
    pub name: String,
    /// How many actors it has in memory, by type.
    pub actors: BTreeMap<String, u64>,
}

/// Who hosts actors.
#[async_trait]
pub trait HostWatch: Send + Sync {
    /// Those that were heard of lately.
    ///
    /// # Errors
    /// If it cannot be found out.
    async fn hosts(&self) -> Result<Vec<HostState>, Source>;
}

/// Messages of one group of readers that were put aside and not settled since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LettersState {
    /// Who could not take them.
    pub group: String,
    /// How many.
    pub waiting: u64,
    /// When the oldest of them was put aside.
    pub oldest: Option<Timestamp>,
}

/// What was put aside.
#[async_trait]
pub trait LettersWatch: Send + Sync {
    /// By group, those without any left out.
    ///
    /// # Errors
    /// If it cannot be found out.
    async fn letters(&self) -> Result<Vec<LettersState>, Source>;
}

/// A view that is made anew beside the one that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayState {
    /// Which view.
    pub view: String,
    /// How many events it has taken.
    pub done: u64,
    /// How many there are to take.
    pub total: u64,
}

/// What is made anew.
#[async_trait]
pub trait ReplayWatch: Send + Sync {
    /// Those under way, or interrupted.
    ///
    /// # Errors
    /// If it cannot be found out.
    async fn replays(&self) -> Result<Vec<ReplayState>, Source>;
}

/// Where an operator's questions go. What a shape does not have is `None`.
#[derive(Clone)]
pub struct Overview {
    /// How far events go.
    pub feed: Arc<dyn FeedEnds>,
    /// How far each projection is, by its name.
    pub projections: Vec<(&'static str, Arc<dyn FeedPosition>)>,
    /// What the feed does not have yet: nothing where a commit is the feed's own row.
    pub outbox: Option<Arc<dyn OutboxWatch>>,
    /// Who hosts actors.
    pub hosts: Arc<dyn HostWatch>,
    /// What was put aside: nothing where a projection waits instead.
    pub letters: Option<Arc<dyn LettersWatch>>,
    /// What is made anew: nothing where that is done while nothing else runs.
    pub replays: Option<Arc<dyn ReplayWatch>>,
}
