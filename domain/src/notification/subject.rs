use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{NotificationId, TodoId, UserId};

/// What somebody is told. Names things and quotes nobody: whoever tells it looks up the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Subject {
    /// A reminder of a todo rang.
    Reminder {
        /// Of which.
        todo: TodoId,
        /// For when it was set.
        at: Timestamp,
        /// Whether it should have rung long before.
        late: bool,
    },
    /// Somebody tries whether they are told anything.
    Test,
}

impl Subject {
    /// Its public name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Reminder { .. } => "reminder",
            Self::Test => "test",
        }
    }

    /// The todo that it is about.
    pub fn todo(&self) -> Option<TodoId> {
        match self {
            Self::Reminder { todo, .. } => Some(*todo),
            Self::Test => None,
        }
    }
}

impl NotificationId {
    /// What `person` is told of the event `event`: the same, however often the event is read.
    pub fn of_event(person: &UserId, event: Uuid) -> Self {
        Self::derived(person, &format!("event/{event}"))
    }
}
