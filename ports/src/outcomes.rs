use async_trait::async_trait;
use domain::{Invalid, TodoId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Source;

/// What became of a command that another system sent: the public contract of the topic `todo-command-outcomes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandOutcome {
    /// Names this outcome of this command: the same for every delivery of it.
    pub outcome_id: Uuid,
    /// The command, as its sender named it.
    pub command_id: String,
    /// The conversation that the command belongs to; the command's own id where its sender named none.
    pub correlation_id: String,
    /// How it ended.
    pub outcome: Verdict,
    /// Which todo, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todo_id: Option<TodoId>,
    /// The todo's version: after an accepted command, or the one that a refused command did not expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// How many events an accepted command caused; 0 if there was nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<OutcomeProblem>,
    /// When this was said.
    pub timestamp: Timestamp,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Done and durable, or there was nothing to do.
    Accepted,
    /// Nothing changed, and sending it again unchanged would not help.
    Refused,
}

/// Why a command was refused, in the words of the HTTP API. Never repeats what a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeProblem {
    /// The kind of problem, for example `not-found`: a page at `/problems/SLUG` explains it.
    pub slug: String,
    /// The kind in a few words.
    pub title: String,
    /// What happened this time.
    pub detail: String,
    /// What is wrong with each field.
    #[serde(default)]
    pub errors: Vec<Invalid>,
}

impl CommandOutcome {
    /// What keeps outcomes in order: those of one todo, or else of one conversation.
    pub fn key(&self) -> String {
        self.todo_id.map_or_else(|| self.correlation_id.clone(), |id| id.to_string())
    }
}

/// Tells whoever sent commands what became of them.
#[async_trait]
pub trait Outcomes: Send + Sync {
    /// Publishes one outcome and returns once it is there for good. It may arrive more than once.
    ///
    /// # Errors
    /// If it is not known that it is there.
    async fn publish(&self, outcome: &CommandOutcome) -> Result<(), OutcomesError>;
}

/// An outcome was not taken.
#[derive(Debug, thiserror::Error)]
#[error("the outcome of a command was not taken")]
pub struct OutcomesError(#[source] pub Source);
