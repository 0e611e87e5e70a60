//! From the event feed to what people see.
//!
//! [`fold`](fold()) says, without any I/O, what a batch of events makes of the rows that are there. [`run`] reads
//! batches, folds them and stores rows and offsets in one transaction, until it is told to stop.
//!
//! A row's version is the whole memory of how far its todo has come. Whatever does not follow it by one is either old
//! (and ignored) or stops that todo's view: its row stays as it is, and every later event finds the same gap, also
//! after a restart. So nothing is ever skipped, and what was missing only has to be delivered again to heal it.

mod audit;
mod fold;
mod report;
mod retry;
mod run;

pub use audit::{Finding, Verified, check, verify};
pub use fold::{Folded, Obstacle, Stopped, fold};
pub use retry::Backoff;
pub use run::{Config, run};
