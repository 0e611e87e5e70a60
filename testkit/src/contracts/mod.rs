//! What every implementation of a port must do, one module for each port.
//!
//! Each `suite` takes a factory and calls it for every case. What it makes may be new or shared: the cases name their
//! actors, people and todos afresh, and a suite says so where it needs an empty store.

use std::{any::Any, sync::Arc};

pub mod aggregate_store;
pub mod analytics;
pub mod channels;
pub mod checkpoints;
pub mod command_source;
pub mod event_feed;
pub mod forks;
pub mod journal;
pub mod live;
pub mod notifications;
pub mod operations;
pub mod outbox_index;
pub mod positions;
pub mod record_store;
pub mod timers;
pub mod view_reader_store;

/// An implementation to be tested.
pub struct Fresh<P> {
    /// The implementation.
    pub port: Arc<P>,
    /// What must live as long as it does: a temporary folder, a server.
    pub keep: Box<dyn Any>,
}

impl<P> Fresh<P> {
    /// One that needs nothing else.
    pub fn of(port: P) -> Self {
        Self::keeping(port, ())
    }

    /// One that works while `keep` lives.
    pub fn keeping(port: P, keep: impl Any) -> Self {
        Self { port: Arc::new(port), keep: Box::new(keep) }
    }
}
