//! What tests share: given/when/then for aggregates, the contract suites of the ports, samples and polling.
//!
//! For tests only: everything here panics where something is not as it should be.

mod analytics;
pub mod contract;
pub mod contracts;
mod feed;
mod poll;
pub mod samples;
mod scenario;
mod views;

pub use analytics::{Kept, MemoryAnalytics};
pub use feed::MemoryFeedReader;
pub use poll::poll_until;
pub use scenario::{Outcome, Scenario};
pub use views::MemoryViews;
