//! Kafka: the event feed and its topics.

pub mod feed;
pub mod topics;
