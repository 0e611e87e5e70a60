use std::time::Duration;

use async_trait::async_trait;
use domain::{ListId, TodoId, UserId, analytics::Happenings};
use jiff::Timestamp;

use crate::{FeedPosition, Source};

/// What is known of one todo's life for counting, without a word that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoFacts {
    /// Which todo.
    pub id: TodoId,
    /// The version of the last event that is in here.
    pub version: u64,
    /// Whose.
    pub owner: UserId,
    /// Where it is.
    pub list: ListId,
    /// When it came into being.
    pub created_at: Timestamp,
    /// Where that was.
    pub created_list: ListId,
    /// Its completion, while it stands.
    pub completed: Option<Completed>,
    /// Whether it lies in the trash.
    pub deleted: bool,
    /// From when on it is overdue, as long as it is open.
    pub due: Option<Timestamp>,
    /// Since when, or from when on, it is overdue in the list in which it is; `None` where it is not open or never due.
    pub overdue_since: Option<Timestamp>,
}

/// A completion that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completed {
    /// When.
    pub at: Timestamp,
    /// In which list the todo was.
    pub list: ListId,
    /// How long after its creation; `None` if it was created done.
    pub lead_time: Option<Duration>,
}

impl Completed {
    /// The lead time as stores keep it.
    pub fn lead_microseconds(&self) -> Option<i64> {
        self.lead_time.map(|lead_time| i64::try_from(lead_time.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A time for which a todo was overdue, which an event ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOverdue {
    /// Which todo.
    pub id: TodoId,
    /// The version of the event that ended it: with `id`, what it is known by.
    pub version: u64,
    /// Whose.
    pub owner: UserId,
    /// Where it was.
    pub list: ListId,
    /// From this instant on.
    pub since: Timestamp,
    /// Until right before this instant.
    pub until: Timestamp,
}

/// What somebody wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactQuery {
    /// In this list only.
    pub list: Option<ListId>,
    /// At or after this instant.
    pub from: Timestamp,
    /// Before this instant.
    pub until: Timestamp,
}

/// The facts that days are counted from.
#[async_trait]
pub trait AnalyticsReader: Send + Sync {
    /// What happened to the todos of `owner` in that time, and for what of it they were overdue.
    ///
    /// # Errors
    /// If the facts cannot be read.
    async fn happenings(&self, owner: &UserId, query: &FactQuery) -> Result<Happenings, AnalyticsError>;

    /// Every quarter of an hour (of UTC) in which `owner` completed something and it stands, by its begin, ascending, each
    /// once. The days of every zone begin at a quarter, so this tells on which days something was completed.
    ///
    /// # Errors
    /// If the facts cannot be read.
    async fn active_quarters(&self, owner: &UserId, list: Option<ListId>) -> Result<Vec<Timestamp>, AnalyticsError>;

    /// Waits until the facts hold every one of `positions` (aggregate and version) and gives `true`, or `false` if that
    /// takes longer than `patience`.
    ///
    /// # Errors
    /// If the facts cannot be read.
    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, AnalyticsError>;

    /// Whether queries can be answered now.
    ///
    /// # Errors
    /// If they cannot.
    async fn ready(&self) -> Result<(), AnalyticsError>;
}

/// Where the projection keeps the facts that [`AnalyticsReader`] reads.
#[async_trait]
pub trait AnalyticsStore: FeedPosition {
    /// What is known of these todos, as far as anything is.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn facts(&self, ids: &[TodoId]) -> Result<Vec<TodoFacts>, AnalyticsError>;

    /// Writes `facts`, `past` and the feed's next `offsets` by partition, in one transaction. Facts of a lower or equal
    /// version than the stored ones change nothing, nor does a past time that is known. Of todos that are nobody's no past time is
    /// kept: whose they were is erased.
    ///
    /// # Errors
    /// If nothing was written, or it is unknown whether all was.
    async fn store(&self, facts: &[TodoFacts], past: &[PastOverdue], offsets: &[(i32, i64)]) -> Result<(), AnalyticsError>;
}

/// The facts could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the facts for analytics cannot be read or written now")]
pub struct AnalyticsError(#[source] pub Source);
