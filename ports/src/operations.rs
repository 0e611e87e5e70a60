use async_trait::async_trait;
use domain::{
    SagaId, UserId,
    saga::{Saga, Status},
};
use jiff::Timestamp;

use crate::{FeedPosition, Source};

/// A saga as the views show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRow {
    /// Which.
    pub id: SagaId,
    /// The version that the row shows.
    pub version: u64,
    /// The saga itself.
    pub saga: Saga,
}

/// Which sagas somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationQuery {
    /// Of this person; of everybody if it is left out, which only operators may.
    pub owner: Option<UserId>,
    /// In one of these; in any if there are none.
    pub statuses: Vec<Status>,
    /// At most so many.
    pub limit: usize,
    /// Behind this row, by when it began and its id.
    pub after: Option<(Timestamp, SagaId)>,
}

/// Sagas that there are, those that began last first.
#[async_trait]
pub trait OperationReader: Send + Sync {
    /// The sagas that meet `query`.
    ///
    /// # Errors
    /// If they cannot be asked for.
    async fn operations(&self, query: &OperationQuery) -> Result<Vec<OperationRow>, OperationsError>;
}

/// Where a projection keeps the rows that [`OperationReader`] reads.
#[async_trait]
pub trait OperationStore: FeedPosition {
    /// The rows of these sagas, as far as they exist.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn rows(&self, ids: &[SagaId]) -> Result<Vec<OperationRow>, OperationsError>;

    /// Writes `rows` and the feed's next `offsets` by partition, in one transaction. A row of a lower or equal version than
    /// the stored one changes nothing.
    ///
    /// # Errors
    /// If nothing was written, or it is unknown whether all was.
    async fn store(&self, rows: &[OperationRow], offsets: &[(i32, i64)]) -> Result<(), OperationsError>;

    /// How many sagas are in `status`.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn count(&self, status: Status) -> Result<u64, OperationsError>;
}

/// The operations could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the operations cannot be read or written now")]
pub struct OperationsError(#[source] pub Source);
