use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Event, Settings, settings};
use crate::Text;

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
}

/// `user` after `event`.
pub(super) fn evolve(mut user: User, event: &Event) -> User {
    match event {
        Event::FilterSaved { name, query } => drop(user.filters.insert(name.clone(), query.clone())),
        Event::FilterRemoved { name } => drop(user.filters.remove(name)),
        _ => settings::evolve(&mut user.settings, event),
    }
    user
}
