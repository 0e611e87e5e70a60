//! Redis: the outbox index and recent positions.
