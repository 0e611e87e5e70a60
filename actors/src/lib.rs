//! The actor host: what turns a pure aggregate into a virtual actor. Written once, used by both shapes.
//!
//! One command is one *turn*: load, look for the command among the recent ones, decide, commit once, relay. Turns of one
//! actor never overlap, and a turn that began is finished even if its caller hangs up. Nothing above ([`Hosts`]) knows
//! which store or feed lies below, and nothing below knows how calls arrive.

mod cell;
mod command;
mod host;
mod hosts;
mod outbox;
mod reactions;
mod recent;
mod record;
mod relay;
mod restore;
mod ring;
mod sweeper;
mod timekeeper;
mod turn;
mod types;

pub use host::{Options, Services};
pub use hosts::{Hosts, LateDispatch, LocalDispatch};
pub use recent::RECENT_COMMANDS;
pub use record::SCHEMA;
pub use relay::{Relay, RelayOptions};
pub use restore::{Kinds, Left, NotRestored, Restoration, RestoreError, RestoreOptions, Restored, restore, restored_writes};
pub use sweeper::{SweepOptions, sweep_until};
pub use timekeeper::{RingOptions, ring_until};
pub use turn::TurnError;
pub use types::TakeTypes;
