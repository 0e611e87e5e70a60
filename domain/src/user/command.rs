use serde::{Deserialize, Serialize};

use super::{FilterName, FilterQuery, SettingChange};
use crate::SagaId;

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
    /// Take nothing from them any more: they are being erased.
    BeginErasure {
        /// The operation that erases.
        operation: SagaId,
    },
    /// It was not to be: they go on.
    StopErasure {
        /// The operation that was to erase.
        operation: SagaId,
    },
    /// Erase all that they keep, for good: the last step of their erasure.
    Erase {
        /// The operation that erases.
        operation: SagaId,
    },
    /// Somebody erased begins anew, with nothing. Only where whoever has the machine is meant; see ADR 26.
    BeginAnew,
}
