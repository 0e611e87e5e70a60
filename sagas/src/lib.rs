//! Coordination of what spans aggregates: has done what the recorded state of a saga asks for.
//!
//! What a saga decides is in the domain; where it lives and how its state is kept is the actor host's. Here is what lies between:
//! a [`Driver`] sees every state that was recorded, takes the actions that it asks for, each at most once at a time, and tells
//! the saga what came of them. Nothing here is remembered: after a crash the saga's timer rings, its state is recorded again,
//! and the same actions are taken with the same command ids.

mod driver;
mod erase;
mod erasing;
mod items;
mod notify;
mod rights;
mod steps;
mod undo;

pub use driver::{Driver, Perform};
pub use notify::{Messenger, NoticeReader, Starter};
pub use steps::{Steps, StepsOptions};
