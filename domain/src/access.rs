use serde::{Deserialize, Serialize};

use crate::{ListId, Role};

/// What the edge found out about the rights of whoever asks, before the command set out. Only what runs within the platform
/// can send commands to actors, so it is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// The most that may be done, whatever else is held: what the caller's token says.
    #[serde(default = "all")]
    pub most: Role,
    /// What the caller holds in lists with members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// The one list that is meant: what is no longer in it is left as it is. Whoever acts on a list as a whole says so, since
    /// a todo may have moved elsewhere meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<ListId>,
}

const fn all() -> Role {
    Role::Owner
}

impl Default for Access {
    fn default() -> Self {
        Self { most: all(), grants: vec![], within: None }
    }
}

/// What somebody holds in one list, as the list itself said a moment ago. It counts for that list alone: a todo that has
/// moved elsewhere meanwhile does not take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// In which list.
    pub list: ListId,
    /// As what.
    pub role: Role,
    /// Whether the list is put away: then nothing in it changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// How many todos are in it, as the views show it: a bound held by it may be passed by what is under way.
    #[serde(default)]
    pub todos: u64,
}

impl Access {
    /// Whether this is what everybody has anyway.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// What the caller holds in `list`.
    pub fn grant(&self, list: ListId) -> Option<Grant> {
        self.grants.iter().find(|grant| grant.list == list).copied()
    }
}
