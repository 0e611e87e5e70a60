//! What several tests of this room use.

pub(crate) mod shelf;
