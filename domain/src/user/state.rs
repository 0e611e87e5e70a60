use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Event, Settings, settings};
use crate::{SagaId, Text};

/// What a person calls a filter.
pub type FilterName = Text<100>;
/// What a filter asks: parameters as in the query part of a URL. The domain keeps it and does not read it.
pub type FilterQuery = Text<2000>;

/// How many filters one person may keep.
pub const MAX_FILTERS: usize = 100;

/// What a person keeps. Everybody has it from the start, with nothing in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The saved filters by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filters: BTreeMap<FilterName, FilterQuery>,
    /// How they want the platform to be.
    #[serde(default, skip_serializing_if = "Settings::is_plain")]
    pub settings: Settings,
    /// Their erasure, under way or over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<Erasure>,
    /// Since when they are there again after an erasure: what was before is not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anew: Option<Timestamp>,
}

/// That a person is being erased, or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// The operation that does it.
    pub operation: SagaId,
    /// When it began; once it is over, when that was.
    pub at: Timestamp,
    /// Whether it is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
}

/// `user` after `event`.
pub(super) fn evolve(mut user: User, event: &Event) -> User {
    match event {
        Event::FilterSaved { name, query } => drop(user.filters.insert(name.clone(), query.clone())),
        Event::FilterRemoved { name } => drop(user.filters.remove(name)),
        Event::UserErasureStarted { operation, at } => user.erasure = Some(Erasure { operation: *operation, at: *at, over: false }),
        Event::UserErasureStopped { .. } => user.erasure = None,
        Event::UserErased { operation, at } => {
            return User { erasure: Some(Erasure { operation: *operation, at: *at, over: true }), ..User::default() };
        }
        Event::UserBeganAnew { at } => return User { anew: Some(*at), ..User::default() },
        _ => settings::evolve(&mut user.settings, event),
    }
    user
}
