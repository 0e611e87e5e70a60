use async_trait::async_trait;
use domain::{ListId, TodoId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::FeedError;

/// Something countable that happened to a todo, told to whoever counts: the public contract of the topic `todo-analytics`.
/// Holds no word that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// The same whenever this fact is told: readers drop repetitions by it.
    pub fact_id: Uuid,
    /// What happened.
    pub kind: FactKind,
    /// Whose todo it is. Orders the facts.
    pub owner: UserId,
    /// Where the todo is after it.
    pub list: ListId,
    /// Which todo.
    pub todo_id: TodoId,
    /// The version of the event that says so.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Of a completion: whole seconds since the todo's creation; absent where it was created done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_time_seconds: Option<u64>,
    /// Of a creation or a changed due time: from when on it is overdue; absent where it is never due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Of a move: where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ListId>,
}

/// What happened. The names are public and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// It came into being.
    TodoCreated,
    /// It is done.
    TodoCompleted,
    /// It is not done after all: the completion before no longer counts.
    TodoReopened,
    /// It is in another list.
    TodoMoved,
    /// It is due at another time, or at none.
    TodoDueChanged,
    /// It lies in the trash.
    TodoDeleted,
    /// It is out of the trash.
    TodoRestored,
}

impl FactKind {
    /// Its public name.
    pub fn name(self) -> &'static str {
        match self {
            Self::TodoCreated => "todo-created",
            Self::TodoCompleted => "todo-completed",
            Self::TodoReopened => "todo-reopened",
            Self::TodoMoved => "todo-moved",
            Self::TodoDueChanged => "todo-due-changed",
            Self::TodoDeleted => "todo-deleted",
            Self::TodoRestored => "todo-restored",
        }
    }
}

/// The namespace of every fact's id. Readers know facts by them: never change it.
const NAMESPACE: Uuid = Uuid::from_u128(0x0e1d_52b8_7c34_5f6a_8d1b_39ac_60f4_fac7);

impl Fact {
    /// The id of what event `version` of `todo` says.
    pub fn id_of(todo: TodoId, version: u64) -> Uuid {
        Uuid::new_v5(&NAMESPACE, format!("{todo}/{version}").as_bytes())
    }
}

/// Where facts go.
#[async_trait]
pub trait FactFeed: Send + Sync {
    /// Hands over facts, and returns once the feed has them for good. Those of one owner stay in order. They may arrive more
    /// than once; readers know them by [`Fact::fact_id`].
    ///
    /// # Errors
    /// If the feed did not take them all. Some may have arrived.
    async fn publish(&self, facts: &[Fact]) -> Result<(), FeedError>;
}
