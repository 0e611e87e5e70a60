use serde::{Deserialize, Serialize};

use super::{FilterName, FilterQuery};

/// What happened to a person's things. The names are the storage format: they never change, and what they mean never
/// changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// A query is kept under this name, instead of the one before if there was one.
    FilterSaved {
        /// Its name.
        name: FilterName,
        /// What it asks.
        query: FilterQuery,
    },
    /// The query of this name is kept no longer.
    FilterRemoved {
        /// Its name.
        name: FilterName,
    },
}

impl Event {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] = &["FilterSaved", "FilterRemoved"];
}
