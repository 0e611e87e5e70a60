//! From the event feed to what people see.
//!
//! A [`Projection`] makes something of batches of events and keeps it with the feed's offsets, in one transaction; [`run`]
//! feeds it until it is told to stop. [`fold`](fold()) says, without any I/O, what a batch makes of the todos' rows.
//!
//! The version that a projection holds of an aggregate is the whole memory of how far that has come. Whatever does not
//! follow it by one is either old (and ignored) or stops that aggregate there: what was made of it stays as it is, and
//! every later event finds the same gap, also after a restart. Each that cannot be taken is in [`Quarantine`] before the
//! feed goes on, so nothing is ever skipped: what was missing only has to be delivered, and then what waited behind it,
//! in order, to heal it.

mod analytics;
mod audit;
mod checkpoint;
mod fold;
mod journal;
mod lists;
mod notifications;
mod operations;
mod people;
mod projection;
mod quarantine;
mod replay;
mod report;
mod retry;
mod rows;
mod run;
mod sift;
mod tell;
mod views;

pub use analytics::{Analytics, FoldedFacts, fold_facts};
pub use audit::{Finding, Trusted, Verified, check, verify};
pub use checkpoint::{Checkpointer, take};
pub use fold::{Folded, fold};
pub use journal::JournalIngest;
pub use notifications::Notifications;
pub use operations::{Operations, count_parked_until};
pub use projection::{Applied, Obstacle, Projection, Stopped};
pub use quarantine::{KeptByFeed, Parking, Quarantine, Refused};
pub use replay::{BATCH as REPLAY_BATCH, Ended, Goal, JournalReader, Replay, ReplayError};
pub use retry::Backoff;
pub use run::{Config, run};
pub use views::TodoViews;
