use async_trait::async_trait;
use bytes::Bytes;

use crate::Source;

/// The actors that this process hosts, as whatever carries calls to them sees them.
///
/// Calls may come more than once, overlap for one actor, and be dropped half way: the host serialises, deduplicates and
/// finishes every turn that it began.
#[async_trait]
pub trait ActorHost: Send + Sync {
    /// The actor types that can be called here.
    fn types(&self) -> Vec<&'static str>;

    /// Calls `method` of an actor with `body`. Domain refusals are in the answer.
    ///
    /// # Errors
    /// See [`HostError`].
    async fn call(&self, actor_type: &str, id: &str, method: &str, body: Bytes) -> Result<Bytes, HostError>;

    /// An actor's reminder `name` is due, with the data it was registered with.
    ///
    /// # Errors
    /// See [`HostError`]: the reminder is to be delivered again.
    async fn remind(&self, actor_type: &str, id: &str, name: &str, data: Bytes) -> Result<(), HostError>;

    /// The actor may be called elsewhere from now on: waits for its running turn and forgets what memory holds of it.
    async fn deactivate(&self, actor_type: &str, id: &str);

    /// As [`deactivate`](Self::deactivate) for every actor: the connection that says who owns what is gone.
    async fn deactivate_all(&self);
}

/// Why a call could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// No such actor type or method here.
    #[error("there is no {0} here")]
    Unknown(String),
    /// The call's body is not what the method takes. Shows no values.
    #[error("the call could not be read: {0}")]
    Malformed(String),
    /// The turn could not be finished; it may or may not have taken effect. Sending it again is right.
    #[error("the turn could not be finished")]
    Failed(#[source] Source),
}
