use std::{collections::HashMap, panic::AssertUnwindSafe};

use futures::FutureExt;
use ports::{ActorHost, HostError};
use tonic::Code;

use super::messages::{Call, Deactivated, Failed, Invoked, Reminded, Reply, ToDapr};
use crate::dapr::reminder;

/// What the host says to `call`; nothing where daprd expects nothing.
pub(super) async fn to(host: &dyn ActorHost, call: Call) -> Option<ToDapr> {
    // A call that is never answered would hang until its caller's deadline.
    let id = id(&call)?.to_owned();
    let reply = match AssertUnwindSafe(reply(host, call)).catch_unwind().await {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => Reply::Failed(failed(id, &error)),
        Err(_) => Reply::Failed(Failed { id, code: Code::Internal as u32, message: "the turn panicked".into() }),
    };
    Some(ToDapr { request_type: Some(reply) })
}

/// The answer to a call that comes too late.
pub(super) fn stopping(call: Call) -> Option<ToDapr> {
    let reply = match call {
        Call::Deactivate(call) => Reply::Deactivated(Deactivated { id: call.id }),
        call => {
            // The dispatching side knows these words.
            Reply::Failed(Failed { id: id(&call)?.to_owned(), code: Code::Unavailable as u32, message: "actor host is stopping".into() })
        }
    };
    Some(ToDapr { request_type: Some(reply) })
}

async fn reply(host: &dyn ActorHost, call: Call) -> Result<Reply, HostError> {
    Ok(match call {
        Call::Invoke(call) => {
            let data = host.call(&call.actor_type, &call.actor_id, &call.method, call.data).await?;
            Reply::Invoked(Invoked { id: call.id, data, metadata: HashMap::new(), error: false })
        }
        Call::Remind(call) => {
            host.remind(&call.actor_type, &call.actor_id, &call.name, reminder::from_any(call.data)).await?;
            Reply::Reminded(Reminded { id: call.id, cancel: false })
        }
        // A timer is a call of the method that it names.
        Call::Timer(call) => {
            host.call(&call.actor_type, &call.actor_id, &call.callback, reminder::from_any(call.data)).await?;
            Reply::TimerFired(Reminded { id: call.id, cancel: false })
        }
        Call::Deactivate(call) => {
            host.deactivate(&call.actor_type, &call.actor_id).await;
            Reply::Deactivated(Deactivated { id: call.id })
        }
        Call::Initial(()) => return Err(HostError::Malformed("a registration is no call".into())),
    })
}

fn id(call: &Call) -> Option<&str> {
    match call {
        Call::Initial(()) => None,
        Call::Invoke(call) => Some(&call.id),
        Call::Remind(call) => Some(&call.id),
        Call::Timer(call) => Some(&call.id),
        Call::Deactivate(call) => Some(&call.id),
    }
}

/// daprd turns each of these into a failed call; `error` in the answer of an invocation it would not.
fn failed(id: String, error: &HostError) -> Failed {
    let code = match error {
        HostError::Unknown(_) => Code::NotFound,
        HostError::Malformed(_) => Code::InvalidArgument,
        HostError::Failed(source) => {
            tracing::warn!(error = source.as_ref(), "a turn failed");
            Code::Internal
        }
    };
    Failed { id, code: code as u32, message: error.to_string() }
}
