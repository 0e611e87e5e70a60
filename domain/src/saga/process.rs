use std::{fmt::Debug, hash::Hash};

use crate::{Aggregate, Envelope, Refusal, fold};

/// A process manager: an aggregate that also has things done.
///
/// What is to be done follows from the state alone, so an action can only be taken after the events that lead to it are
/// committed, and whoever has the state, also after a crash, knows what is still to be done. Actions are therefore taken at
/// least once: each names its effects so that the second time changes nothing.
pub trait Process: Aggregate {
    /// Something to be done outside. Equal actions are one.
    type Action: Clone + Eq + Hash + Debug + Send + Sync + 'static;

    /// What is to be done now, by what is recorded.
    fn actions(state: &Self::State) -> Vec<Self::Action>;
}

/// What a command leads to: events, and the actions that are to be taken once they are recorded.
pub type Reaction<P> = (Vec<<P as Aggregate>::Event>, Vec<<P as Process>::Action>);

/// What happens if a command meets `state`, and what is to be done once that is recorded.
///
/// # Errors
/// As [`Aggregate::decide`].
pub fn react<P: Process>(state: &P::State, envelope: &Envelope<P::Command>) -> Result<Reaction<P>, Refusal> {
    let events = P::decide(state, envelope)?;
    let actions = P::actions(&fold::<P>(state.clone(), &events));
    Ok((events, actions))
}
