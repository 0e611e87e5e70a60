//! The messages of daprd's actor stream, which the SDK (0.20) does not have yet.
//!
//! Fields and their numbers are those of `dapr/proto/runtime/v1/actors.proto` in Dapr 1.18.2; a struct here is the message
//! of the name that its comment gives, of which `SubscribeActorEvents…Alpha1` is left out.

use std::collections::HashMap;

use bytes::Bytes;
use prost::{Message, Oneof};
use prost_types::{Any, Duration};

/// `…Request…`: from the app to daprd. The first is `Initial`, each further one answers a call.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ToDapr {
    #[prost(oneof = "Reply", tags = "1, 2, 3, 4, 5, 6")]
    pub(super) request_type: Option<Reply>,
}

/// `…Request….request_type`
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Reply {
    #[prost(message, tag = "1")]
    Initial(Registration),
    #[prost(message, tag = "2")]
    Invoked(Invoked),
    #[prost(message, tag = "3")]
    Reminded(Reminded),
    #[prost(message, tag = "4")]
    TimerFired(Reminded),
    #[prost(message, tag = "5")]
    Deactivated(Deactivated),
    #[prost(message, tag = "6")]
    Failed(Failed),
}

/// `…RequestInitial…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Registration {
    #[prost(string, repeated, tag = "1")]
    pub(super) entities: Vec<String>,
    #[prost(message, optional, tag = "2")]
    pub(super) actor_idle_timeout: Option<Duration>,
    #[prost(message, optional, tag = "3")]
    pub(super) drain_ongoing_call_timeout: Option<Duration>,
    #[prost(bool, optional, tag = "4")]
    pub(super) drain_rebalanced_actors: Option<bool>,
    #[prost(message, optional, tag = "5")]
    pub(super) reentrancy: Option<Reentrancy>,
    #[prost(message, repeated, tag = "6")]
    pub(super) entities_config: Vec<EntityConfig>,
}

/// `ActorEntityConfig`
#[derive(Clone, PartialEq, Message)]
pub(super) struct EntityConfig {
    #[prost(string, repeated, tag = "1")]
    pub(super) entities: Vec<String>,
    #[prost(message, optional, tag = "2")]
    pub(super) actor_idle_timeout: Option<Duration>,
    #[prost(message, optional, tag = "3")]
    pub(super) drain_ongoing_call_timeout: Option<Duration>,
    #[prost(bool, optional, tag = "4")]
    pub(super) drain_rebalanced_actors: Option<bool>,
    #[prost(message, optional, tag = "5")]
    pub(super) reentrancy: Option<Reentrancy>,
}

/// `ActorReentrancyConfig`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Reentrancy {
    #[prost(bool, tag = "1")]
    pub(super) enabled: bool,
    #[prost(int32, optional, tag = "2")]
    pub(super) max_stack_depth: Option<i32>,
}

/// `…RequestInvokeResponse…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Invoked {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) data: Bytes,
    #[prost(map = "string, string", tag = "3")]
    pub(super) metadata: HashMap<String, String>,
    /// daprd answers a gRPC caller with status OK and `data` all the same, so this says nothing there: see `Failed`.
    #[prost(bool, tag = "4")]
    pub(super) error: bool,
}

/// `…RequestReminderResponse…`, for reminders and timers.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Reminded {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(bool, tag = "2")]
    pub(super) cancel: bool,
}

/// `…RequestDeactivateResponse…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Deactivated {
    #[prost(string, tag = "1")]
    pub(super) id: String,
}

/// `…RequestFailed…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Failed {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    /// A gRPC status code.
    #[prost(uint32, tag = "2")]
    pub(super) code: u32,
    #[prost(string, tag = "3")]
    pub(super) message: String,
}

/// `…Response…`: from daprd to the app. The first is `Initial`, each further one is a call.
#[derive(Clone, PartialEq, Message)]
pub(super) struct FromDapr {
    #[prost(oneof = "Call", tags = "1, 2, 3, 4, 5")]
    pub(super) response_type: Option<Call>,
}

/// `…Response….response_type`
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Call {
    /// `…ResponseInitial…` is empty.
    #[prost(message, tag = "1")]
    Initial(()),
    #[prost(message, tag = "2")]
    Invoke(Invoke),
    #[prost(message, tag = "3")]
    Remind(Remind),
    #[prost(message, tag = "4")]
    Timer(Timer),
    #[prost(message, tag = "5")]
    Deactivate(Deactivate),
}

/// `…ResponseInvokeRequest…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Invoke {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) actor_type: String,
    #[prost(string, tag = "3")]
    pub(super) actor_id: String,
    #[prost(string, tag = "4")]
    pub(super) method: String,
    #[prost(bytes = "bytes", tag = "5")]
    pub(super) data: Bytes,
    #[prost(map = "string, string", tag = "6")]
    pub(super) metadata: HashMap<String, String>,
}

/// `…ResponseReminderRequest…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Remind {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) actor_type: String,
    #[prost(string, tag = "3")]
    pub(super) actor_id: String,
    #[prost(string, tag = "4")]
    pub(super) name: String,
    #[prost(string, tag = "5")]
    pub(super) due_time: String,
    #[prost(string, tag = "6")]
    pub(super) period: String,
    #[prost(message, optional, tag = "7")]
    pub(super) data: Option<Any>,
}

/// `…ResponseTimerRequest…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Timer {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) actor_type: String,
    #[prost(string, tag = "3")]
    pub(super) actor_id: String,
    #[prost(string, tag = "4")]
    pub(super) name: String,
    #[prost(string, tag = "5")]
    pub(super) due_time: String,
    #[prost(string, tag = "6")]
    pub(super) period: String,
    #[prost(string, tag = "7")]
    pub(super) callback: String,
    #[prost(message, optional, tag = "8")]
    pub(super) data: Option<Any>,
}

/// `…ResponseDeactivateRequest…`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Deactivate {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) actor_type: String,
    #[prost(string, tag = "3")]
    pub(super) actor_id: String,
}
