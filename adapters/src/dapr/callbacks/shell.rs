//! The one type that the SDK's `#[actor]` is put on, and the only file of this crate with `unsafe` code: the macro's.
//!
//! What the macro makes is an extractor that looks the actor up, casts it to `Shell` without a check and hands it out with
//! a lifetime of the handler's choice, holding nothing that keeps it alive. That is sound here because
//! - the factory of every actor type gives a `Shell`, so the cast is right;
//! - all actors of a type share one `Shell`, which the type's registration holds. The request's state holds the runtime,
//!   and that the registration, so the `Shell` outlives the request, whatever is deactivated meanwhile.
#![allow(unsafe_code)]

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Response},
};
use dapr::server::actor::{Actor, ActorError};
use dapr_macros::actor;
use ports::ActorHost;

use super::{answer, failure};

/// What the macro logs: a line at `info` for every call, which says nothing that a trace does not.
mod log {
    macro_rules! trace {
        ($($said:tt)*) => { ::tracing::trace!($($said)*) };
    }
    macro_rules! error {
        ($($said:tt)*) => { ::tracing::error!($($said)*) };
    }
    pub(super) use {error, trace as info};
}

/// All actors of one type, as the SDK sees them; what they are is the host's business.
#[actor]
pub(super) struct Shell {
    pub(super) actor_type: &'static str,
    pub(super) host: Arc<dyn ActorHost>,
}

/// The SDK calls these without the actor's id, so nothing that matters can hang on them: the routes beside call the host.
#[async_trait]
impl Actor for Shell {
    async fn on_activate(&self) -> Result<(), ActorError> {
        Ok(())
    }
    async fn on_deactivate(&self) -> Result<(), ActorError> {
        Ok(())
    }
    async fn on_reminder(&self, _name: &str, _data: Vec<u8>) -> Result<(), ActorError> {
        Err(ActorError::MethodNotFound)
    }
    async fn on_timer(&self, _name: &str, _data: Vec<u8>) -> Result<(), ActorError> {
        Err(ActorError::MethodNotFound)
    }
}

/// A call of any method.
pub(super) async fn invoke(shell: &Shell, Path((id, method)): Path<(String, String)>, body: Bytes) -> Response {
    match shell.host.call(shell.actor_type, &id, &method, body).await {
        Ok(data) => answer(data),
        Err(error) => failure(&error).into_response(),
    }
}
