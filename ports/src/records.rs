use async_trait::async_trait;

use crate::{ActorKey, Source, Stored};

/// The same records as an [`AggregateStore`](crate::AggregateStore)'s, for whoever makes many of them at once while no
/// actor is hosted: to put them back into a store that has lost them.
#[async_trait]
pub trait RecordStore: Send + Sync {
    /// What there is of these actors, in their order.
    ///
    /// # Errors
    /// If the store cannot be asked or holds something unreadable.
    async fn present(&self, keys: &[ActorKey]) -> Result<Vec<Option<Stored>>, RecordStoreError>;

    /// Writes the record of each actor that has none, and touches no other; gives what the others have, in order. The
    /// store then counts as many writes as the record says.
    ///
    /// # Errors
    /// If the store does not confirm all: some may be written. Writing them again is right.
    async fn create_all(&self, records: &[(ActorKey, Stored)]) -> Result<Vec<Option<Stored>>, RecordStoreError>;
}

/// Records could not be looked at or written. Shows nothing of them.
#[derive(Debug, thiserror::Error)]
#[error("the store of the actors' records does not answer")]
pub struct RecordStoreError(#[source] pub Source);
