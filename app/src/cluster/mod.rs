//! The cluster shape: each room a process of its own, with a Dapr sidecar.

mod database;
mod dead_letters;
mod edge;
mod host;
mod intake;
mod operate;
mod options;
mod projection;
mod replay;
mod restore;
mod sagas;
mod topics;

pub(crate) use database::{DatabaseCommand, database};
pub(crate) use dead_letters::{DeadLettersOptions, dead_letters};
pub(crate) use edge::gateway;
pub(crate) use host::{Edge, actors};
pub(crate) use operate::{OperatorOptions, operate};
pub(crate) use options::{GatewayOptions, HostOptions, ProjectionOptions};
pub(crate) use projection::projections;
pub(crate) use replay::{ReplayOptions, replay};
pub(crate) use restore::{RestoreCommand, run as restore};
pub(crate) use sagas::sagas;
pub(crate) use topics::{TopicsCommand, topics};
