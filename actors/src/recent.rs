use std::collections::VecDeque;

use domain::{CommandId, Envelope};
use ports::Accepted;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many answers an actor remembers.
pub const RECENT_COMMANDS: usize = 32;

/// The answers to the latest commands that changed something, oldest first.
///
/// A command that changed nothing is not remembered: meeting it again does nothing again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent, bound(deserialize = "S: Deserialize<'de>"))]
pub(crate) struct Recent<S>(VecDeque<Answered<S>>);

impl<S> Default for Recent<S> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

/// One command and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>"))]
struct Answered<S> {
    id: CommandId,
    /// Tells another request that came with the same id.
    print: String,
    version: u64,
    events: u64,
    /// The state that was answered, kept where a client may ask again much later. The platform's own retries come
    /// within seconds and are content with the current state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<S>,
}

/// What the window knows of a command.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen<S> {
    Never,
    /// The id belongs to another request.
    Reused,
    Answered(Accepted<S>),
}

impl<S: Clone> Recent<S> {
    pub(crate) fn look_up(&self, id: &CommandId, print: &str, current: &S) -> Seen<S> {
        match self.0.iter().find(|answered| answered.id == *id) {
            None => Seen::Never,
            Some(answered) if answered.print != print => Seen::Reused,
            Some(answered) => Seen::Answered(Accepted {
                version: answered.version,
                events: answered.events,
                replayed: true,
                state: answered.state.as_ref().unwrap_or(current).clone(),
            }),
        }
    }

    /// Remembers an answer; forgets one where there are too many, those that nobody asks for again first.
    pub(crate) fn remember<C>(&mut self, envelope: &Envelope<C>, print: String, answer: &Accepted<S>) {
        let state = envelope.replayable.then(|| answer.state.clone());
        self.0.push_back(Answered { id: envelope.command_id.clone(), print, version: answer.version, events: answer.events, state });
        if self.0.len() > RECENT_COMMANDS {
            let oldest = self.0.iter().position(|answered| answered.state.is_none()).unwrap_or(0);
            self.0.remove(oldest);
        }
    }
}

/// A fingerprint of who asks what: the first 96 bits of the SHA-256 of both, in hexadecimal.
pub(crate) fn fingerprint<C: Serialize>(envelope: &Envelope<C>) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    hash.update(envelope.principal.as_str());
    hash.update([0]);
    hash.update(serde_json::to_vec(&envelope.command)?);
    Ok(hash.finalize()[..12].iter().map(|byte| format!("{byte:02x}")).collect())
}
