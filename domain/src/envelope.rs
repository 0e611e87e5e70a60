use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, CommandId, UserId};

/// A command with everything that a pure decision must be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<C> {
    /// The same id means the same request: the second time, the first answer is given and nothing happens.
    pub command_id: CommandId,
    /// The actor that decides, for example `todo-0192…`.
    pub aggregate_id: String,
    /// The version that the caller saw. `Some(0)` means "must not exist yet"; `None` means "whatever it is".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<u64>,
    /// Who asks.
    pub principal: UserId,
    /// When the platform took the command in.
    pub at: Timestamp,
    /// Whether a client chose `command_id`, and so may ask again much later and must then get the first answer whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replayable: bool,
    /// Where this command comes from.
    #[serde(default, skip_serializing_if = "Trace::is_empty")]
    pub trace: Trace,
    /// What the principal may do, as far as the actor cannot know it.
    #[serde(default, skip_serializing_if = "Access::is_plain")]
    pub access: Access,
    /// What is asked.
    pub command: C,
}

/// The thread that ties a command to its causes: for people (correlation, causation) and for tracing tools.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// W3C Trace Context `traceparent`, if the request carried one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The whole conversation; the command's own id where nothing else is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The one command or event that led to this command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
}

impl Trace {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
