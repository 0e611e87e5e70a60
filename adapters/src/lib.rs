//! Implementations of the ports: the only room that knows Dapr, Kafka, Redis, PostgreSQL, SQLite and mail servers.
//!
//! What the embedded shape needs is always here. The engine of the cluster shape is behind the feature `cluster`, so
//! that a newcomer's first build needs neither librdkafka nor gRPC.

pub mod channels;
pub mod checkpoint_key;
#[cfg(feature = "cluster")]
pub mod dapr;
mod files;
#[cfg(feature = "cluster")]
pub mod kafka;
mod operations;
#[cfg(feature = "cluster")]
pub mod postgres;
#[cfg(feature = "cluster")]
pub mod redis;
pub mod sqlite;
#[cfg(feature = "cluster")]
pub mod telemetry;
pub mod tokens;
mod views;
