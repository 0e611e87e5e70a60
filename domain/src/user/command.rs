use serde::{Deserialize, Serialize};

use super::{FilterName, FilterQuery, SettingChange};

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
    /// Have the platform another way: all of these or none, in this order.
    ChangeSettings {
        /// What to change.
        changes: Vec<SettingChange>,
    },
    /// Keep it no longer. If there is none, nothing happens.
    RemoveFilter {
        /// Its name.
        name: FilterName,
    },
}
