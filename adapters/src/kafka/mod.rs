//! Kafka: the event feed and its topics.

pub mod consumer;
pub mod feed;
pub mod tls;
pub mod topics;
