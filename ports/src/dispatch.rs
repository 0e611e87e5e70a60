use async_trait::async_trait;
use bytes::Bytes;
use domain::{Aggregate, Envelope, Refusal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{ActorKey, Source};

/// Carries a command to the one actor that decides on it, wherever that is.
#[async_trait]
pub trait Dispatch: Send + Sync {
    /// Calls `method` of the actor `key` with `body` and gives its answer. Calls happen *at least* once; the actor sees
    /// to it that effects happen once.
    ///
    /// # Errors
    /// See [`DispatchError`]. A domain refusal is no error: it is in the answer.
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, traceparent: Option<&str>) -> Result<Bytes, DispatchError>;
}

/// Why a call gave no answer. Whether the command took effect is unknown: sending it again with the same command id is
/// always right.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// No answer in time, or nobody who could give one.
    #[error("the actor could not be reached in time")]
    Unavailable(#[source] Source),
    /// The actor failed.
    #[error("the actor failed")]
    Failed(#[source] Source),
    /// The answer is not what this program understands.
    #[error("the actor's answer could not be read")]
    Malformed(#[source] Source),
}

/// What an actor says to a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Reply<S> {
    /// Done and durable, or there was nothing to do.
    Accepted(Accepted<S>),
    /// The domain's "no"; nothing changed.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

/// What a command led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted<S> {
    /// The aggregate's version after it.
    pub version: u64,
    /// How many events it caused; 0 if there was nothing to do.
    pub events: u64,
    /// Whether this is the answer to an earlier delivery of the same command.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replayed: bool,
    /// The aggregate at `version`.
    pub state: S,
}

/// The reply to a command of `A`.
pub type Answer<A> = Reply<<A as Aggregate>::State>;

/// The method by which actors take commands: an [`Envelope`] in, a [`Reply`] out.
pub const METHOD_COMMAND: &str = "command";
/// The method that makes an actor look through its outbox: an empty body in and out.
pub const METHOD_RELAY: &str = "relay";

/// Sends a command to its actor.
///
/// # Errors
/// As [`Dispatch::call`].
pub async fn send<A: Aggregate>(dispatch: &dyn Dispatch, envelope: &Envelope<A::Command>) -> Result<Answer<A>, DispatchError>
where
    Answer<A>: DeserializeOwned,
{
    let key = ActorKey::new(A::TYPE, envelope.aggregate_id.clone());
    let body = serde_json::to_vec(envelope).map_err(|error| DispatchError::Malformed(error.into()))?;
    let answer = dispatch.call(&key, METHOD_COMMAND, body.into(), envelope.trace.traceparent.as_deref()).await?;
    serde_json::from_slice(&answer).map_err(|error| DispatchError::Malformed(error.into()))
}
