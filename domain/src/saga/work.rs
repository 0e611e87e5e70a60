use serde::{Deserialize, Serialize};

use crate::todo::{Change, Command, Priority, Tag};

use super::Item;

/// What a saga does to each of its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Work {
    /// Complete it.
    Complete,
    /// Reopen it.
    Reopen,
    /// Put it into the trash.
    Delete,
    /// Take it out of the trash.
    Restore,
    /// Add a tag.
    Tag {
        /// Which.
        tag: Tag,
    },
    /// Remove a tag.
    Untag {
        /// Which.
        tag: Tag,
    },
    /// Say how much it matters; `None`: no longer.
    Priority {
        /// How much.
        priority: Option<Priority>,
    },
    /// Create it from its draft.
    Create,
    /// Undo the change that another saga made.
    Undo,
}

impl Work {
    /// The command that does it to `item`; `None` where that follows from the item's history and not from the work alone.
    pub fn command(&self, item: &Item) -> Option<Command> {
        let change = |change| Some(Command::Change { changes: vec![change] });
        match (self, item) {
            (Self::Create, Item::Draft { draft, .. }) => Some(Command::Create((**draft).clone())),
            (Self::Create | Self::Undo, _) => None,
            (Self::Complete, _) => change(Change::Completed(true)),
            (Self::Reopen, _) => change(Change::Completed(false)),
            (Self::Delete, _) => Some(Command::Delete),
            (Self::Restore, _) => Some(Command::Restore),
            (Self::Tag { tag }, _) => change(Change::Tag(tag.clone())),
            (Self::Untag { tag }, _) => change(Change::Untag(tag.clone())),
            (Self::Priority { priority }, _) => change(Change::Priority(*priority)),
        }
    }
}
