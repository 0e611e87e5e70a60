//! Kafka: the event feed and its topics.
