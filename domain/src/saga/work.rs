use serde::{Deserialize, Serialize};

use crate::{
    ListId, SagaId, list,
    list::{ListDescription, ListName},
    todo::{Change, Command, Priority, Tag},
};

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
    /// Put it into the batch's list.
    Move,
    /// Make the batch's list.
    CreateList {
        /// What it is called.
        name: ListName,
        /// More about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<ListDescription>,
    },
    /// Put the list itself into the trash.
    DeleteList,
    /// Take the list itself out of the trash.
    RestoreList,
    /// Put the list away.
    ArchiveList,
    /// Take the list out of the archive.
    UnarchiveList,
    /// Erase all that is of the saga's owner: see [`ErasureStep`](super::ErasureStep).
    Erase,
}

impl Work {
    /// The command that does it to the todo `item` of a batch of `list`; `None` where that follows from the item's history and
    /// not from the work alone, or is done to no todo.
    pub fn command(&self, item: &Item, list: Option<ListId>) -> Option<Command> {
        let change = |change| Some(Command::Change { changes: vec![change] });
        match (self, item) {
            (Self::Create, Item::Draft { draft, .. }) => Some(Command::Create((**draft).clone())),
            (Self::Create | Self::Undo, _) => None,
            (Self::Move, _) => change(Change::List(list?)),
            (Self::Complete, _) => change(Change::Completed(true)),
            (Self::Reopen, _) => change(Change::Completed(false)),
            (Self::Delete, _) => Some(Command::Delete),
            (Self::Restore, _) => Some(Command::Restore),
            (Self::Tag { tag }, _) => change(Change::Tag(tag.clone())),
            (Self::Untag { tag }, _) => change(Change::Untag(tag.clone())),
            (Self::Priority { priority }, _) => change(Change::Priority(*priority)),
            (Self::CreateList { .. } | Self::DeleteList | Self::RestoreList | Self::ArchiveList | Self::UnarchiveList | Self::Erase, _) => {
                None
            }
        }
    }

    /// The command of `saga` that does it to a list; `None` where it is done to todos.
    pub fn list_command(&self, saga: SagaId) -> Option<list::Command> {
        let archived = |archived| Some(list::Command::Change { changes: vec![list::Change::Archived(archived)] });
        match self {
            Self::CreateList { name, description } => Some(list::Command::Create { name: name.clone(), description: description.clone() }),
            Self::DeleteList => Some(list::Command::DeleteWith { operation: saga }),
            Self::RestoreList => Some(list::Command::Restore),
            Self::ArchiveList => archived(true),
            Self::UnarchiveList => archived(false),
            _ => None,
        }
    }

    /// What takes back what this did to a list; `None` where it is done to todos, each of which has a history of its own.
    #[must_use]
    pub fn reversed(&self) -> Option<Self> {
        match self {
            Self::CreateList { .. } | Self::RestoreList => Some(Self::DeleteList),
            Self::DeleteList => Some(Self::RestoreList),
            Self::ArchiveList => Some(Self::UnarchiveList),
            Self::UnarchiveList => Some(Self::ArchiveList),
            _ => None,
        }
    }
}
