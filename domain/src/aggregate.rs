use serde::{Serialize, de::DeserializeOwned};

use crate::{Envelope, EventRecord, Refusal, Timer, UpcastError, UserId};

/// A consistency boundary: state that only its own decisions change, one command at a time.
///
/// The shape is the *decider* of event sourcing: [`decide`](Aggregate::decide) says what happens,
/// [`evolve`](Aggregate::evolve) what that changes. Both are total and pure.
pub trait Aggregate: Send + Sync + 'static {
    /// The virtual actor's type. Part of every stored key, so it never changes.
    const TYPE: &'static str;

    /// What the ids of this type begin with, before the first hyphen; no other type's do. So an event tells by its
    /// aggregate's id alone whose it is, and any actor can be made anew from the journal.
    const ID_PREFIX: &'static str;

    /// Current state; the default is "does not exist yet".
    type State: Default + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What somebody asks for.
    type Command: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What happened, in the past tense. Serialised adjacently tagged as `eventType` and `data`.
    type Event: Clone + PartialEq + Serialize + Send + Sync + 'static;

    /// What happens if `envelope.command` meets `state`: events, in order, possibly none, or a refusal.
    ///
    /// # Errors
    /// A [`Refusal`] is the domain's own "no": data for the caller, not a fault.
    fn decide(state: &Self::State, envelope: &Envelope<Self::Command>) -> Result<Vec<Self::Event>, Refusal>;

    /// Whether `command` can take effect only where nothing exists yet. The host then writes without looking first, and
    /// leaves it to the store's fence to say that something does exist.
    fn begins(_command: &Self::Command) -> bool {
        false
    }

    /// `state` after `event`, which is known to have happened: this cannot fail.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// Reads a stored event of any schema version that was ever written.
    ///
    /// # Errors
    /// An unknown type or a newer schema version is refused loudly rather than skipped.
    fn upcast(record: &EventRecord) -> Result<Self::Event, UpcastError>;

    /// Whether with `event` go the answers to earlier commands, too: they hold what the event took out of the state.
    fn forgets(_event: &Self::Event) -> bool {
        false
    }

    /// The timers that `state` wants armed, each name once.
    fn timers(_state: &Self::State) -> Vec<Timer> {
        vec![]
    }

    /// What the firing of `state`'s timer `name` asks, and as whom.
    fn on_timer(_state: &Self::State, _name: &str) -> Option<(UserId, Self::Command)> {
        None
    }
}

/// `state` after `events`, in order.
pub fn fold<'a, A: Aggregate>(state: A::State, events: impl IntoIterator<Item = &'a A::Event>) -> A::State {
    events.into_iter().fold(state, A::evolve)
}
