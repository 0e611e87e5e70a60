//! Actors' records, made anew from everything that happened: for a store that has lost them.

mod make;
mod run;

pub use make::{Kinds, NotRestored, Restored, restored_writes};
pub use run::{Left, Restoration, RestoreError, RestoreOptions, restore};
