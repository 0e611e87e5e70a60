use serde::{Deserialize, Serialize};

use super::{FilterName, FilterQuery};

/// What somebody asks of their own actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Command {
    /// Keep a query under a name; what had that name is replaced.
    SaveFilter {
        /// Its name.
        name: FilterName,
        /// What it asks.
        query: FilterQuery,
    },
    /// Keep it no longer. If there is none, nothing happens.
    RemoveFilter {
        /// Its name.
        name: FilterName,
    },
}
