use std::collections::VecDeque;

use domain::{CommandId, Envelope, EventRecord, UserId};
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
    /// Tells another request that came with the same id: a [`fingerprint`], or [`by`] where the record was made anew from
    /// events.
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
    pub(crate) fn look_up<C>(&self, envelope: &Envelope<C>, print: &str, current: &S) -> Seen<S> {
        match self.0.iter().find(|answered| answered.id == envelope.command_id) {
            None => Seen::Never,
            Some(answered) if answered.print != print && answered.print != by(&envelope.principal) => Seen::Reused,
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
        self.push(Answered { id: envelope.command_id.clone(), print, version: answer.version, events: answer.events, state });
    }

    /// Remembers the command that caused `events`, all of its events, after which the aggregate was in `state`. What was
    /// asked is not in its events: whatever the same person sends with the same id is taken for the same request.
    pub(crate) fn remember_events(&mut self, events: &[EventRecord], state: &S) {
        let Some(last) = events.last() else { return };
        let (id, print, version) = (last.command_id.clone(), by(&last.principal), last.version);
        let state = id.is_keyed().then(|| state.clone());
        self.push(Answered { id, print, version, events: events.len() as u64, state });
    }

    fn push(&mut self, answered: Answered<S>) {
        self.0.push_back(answered);
        if self.0.len() > RECENT_COMMANDS {
            // Never the new one: its own retries are still to come.
            let oldest = self.0.iter().take(RECENT_COMMANDS).position(|answered| answered.state.is_none()).unwrap_or(0);
            self.0.remove(oldest);
        }
    }
}

/// In place of a fingerprint where only the person is known: `*` and the first 96 bits of the SHA-256 of their id.
fn by(person: &UserId) -> String {
    let mut print = String::from("*");
    push_hex(&mut print, &Sha256::digest(person.as_str()));
    print
}

/// A fingerprint of who asks what: the first 96 bits of the SHA-256 of both, in hexadecimal.
pub(crate) fn fingerprint<C: Serialize>(envelope: &Envelope<C>) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    hash.update(envelope.principal.as_str());
    hash.update([0]);
    hash.update(serde_json::to_vec(&envelope.command)?);
    let mut print = String::new();
    push_hex(&mut print, &hash.finalize());
    Ok(print)
}

/// The first 96 bits.
fn push_hex(text: &mut String, hash: &[u8]) {
    text.extend(hash[..12].iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)));
}
