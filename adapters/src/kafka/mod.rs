//! Kafka: the event feed, commands and their outcomes, dead letters, and the topics of all of these.

pub mod commands;
pub mod consumer;
pub mod dead_letters;
pub mod ends;
pub mod facts;
pub mod feed;
pub mod notices;
pub mod outcomes;
mod producer;
pub mod tls;
pub mod topics;
