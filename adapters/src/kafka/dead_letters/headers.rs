//! The names of a letter's headers: part of `docs/asyncapi.yaml`.

/// What all of them begin with.
pub(super) const PREFIX: &str = "dl-";
/// Why it could not be taken, in words.
pub const REASON: &str = "dl-reason";
/// Why, in one constant word.
pub const KIND: &str = "dl-kind";
/// Where the message lay.
pub const SOURCE_TOPIC: &str = "dl-source-topic";
/// In which part of the topic.
pub const SOURCE_PARTITION: &str = "dl-source-partition";
/// Where in the part.
pub const SOURCE_OFFSET: &str = "dl-source-offset";
/// `PARTITION:OFFSET` where the message lay before it was ever retried. A retried message carries it along.
pub const ORIGIN: &str = "dl-origin";
/// Who could not take it.
pub const GROUP: &str = "dl-group";
/// When it was put here.
pub const AT: &str = "dl-at";
/// On a record that is no letter itself: the letter `PARTITION:OFFSET` of this topic was delivered again.
pub const RETRIED: &str = "dl-retried";
