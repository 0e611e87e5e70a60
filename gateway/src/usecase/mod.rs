//! What can be done, without a word of HTTP.

mod analytics;
mod clear;
mod command;
mod erasure;
mod failure;
mod filters;
mod follow;
mod history;
mod list_operations;
mod lists;
mod notifications;
mod operations;
mod overview;
mod past;
mod read;
mod times;
mod undo;

pub(crate) use analytics::{Question, Tally, analytics};
pub(crate) use clear::delete_all;
pub(crate) use command::{Expected, change, create, delete, execute, restore, skip, snooze};
pub(crate) use erasure::{Admitted, admit, erase_person};
pub(crate) use failure::Failure;
pub(crate) use filters::{change_settings, me, remove_filter, save_filter, user};
pub(crate) use follow::{Begun, abort, items, operation, operations, retry, settled};
pub(crate) use history::{Happened, at, history};
pub(crate) use list_operations::{Restored, archive_list, copy_list, delete_list, refused, restore_list};
pub(crate) use lists::{DoneList, Received, ShownList, change_list, create_list, invitations, list, lists, standing};
pub(crate) use notifications::{
    ShownHook, add_webhook, enable_webhook, notification, notifications, read_notification, remove_webhook, renew_webhook,
    retry_notification, test_notification, webhooks,
};
pub(crate) use operations::{Items, begin, delete_all_later, undo_operation};
pub(crate) use overview::{Overview, Progress, everybodys_operations, is_operator, operate, overview};
pub(crate) use read::{counts, list as todos, read};
pub(crate) use times::{RecentTimes, Times};
pub(crate) use undo::undo;

use domain::{Access, CommandId, ListId, Role, TodoId, Trace, UserId, todo::Todo};
use jiff::Timestamp;
use ports::TodoRow;
use uuid::Uuid;

use crate::edge::{Edge, Entered};

/// Who asks, and by which thread.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub principal: UserId,
    /// The most that the caller may do with what is theirs.
    pub role: Role,
    /// When what the caller began must end.
    pub until: Option<Timestamp>,
    pub trace: Trace,
    /// What the caller named the request by, so that it can be sent again.
    pub key: Option<RequestKey>,
}

/// A name that a client gave its request: 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestKey(pub String);

/// The namespace of the command ids that come from clients' keys. Stored ids depend on it: never change it.
const REQUEST_KEYS: Uuid = Uuid::from_u128(0x2d1c_77a4_93be_5c06_8e41_0b7a_de71_c0ff);

impl Caller {
    /// The id of the caller's command. One that comes from a key has a prefix that no generated id has, and depends on
    /// the person, so that nobody meets another's. It does not depend on the operation: a key that is used for two
    /// operations on one todo must be found out there.
    fn command_id(&self, edge: &Edge) -> CommandId {
        let Some(RequestKey(key)) = &self.key else { return CommandId::new(edge.gateway.ids.uuid()) };
        let name = [self.principal.as_str().as_bytes(), &[0], key.as_bytes()].concat();
        let uuid = Uuid::new_v5(&REQUEST_KEYS, &name);
        CommandId::keyed(uuid)
    }

    /// The id of a todo that the caller creates. A key names it, so that the same request meets the same one.
    pub(crate) fn new_todo(&self, edge: &Edge) -> TodoId {
        match &self.key {
            Some(key) => TodoId::derived(&self.principal, &key.0),
            None => TodoId::new(edge.gateway.ids.uuid()),
        }
    }

    /// The id of a list that the caller makes. A key names it, so that the same request meets the same one.
    pub(crate) fn new_list(&self, edge: &Edge) -> ListId {
        let uuid = match &self.key {
            Some(key) => ListId::derived(&self.principal, &key.0).uuid(),
            None => edge.gateway.ids.uuid(),
        };
        ListId::with_members(uuid)
    }

    /// What is known of the caller's rights before any list is asked.
    fn access(&self) -> Access {
        Access { most: self.role, ..Access::default() }
    }

    /// Holds the caller's key until the answer is dropped.
    fn enter(&self, edge: &Edge) -> Result<Option<Entered>, Failure> {
        match self.key {
            None => Ok(None),
            Some(_) => edge.in_flight.enter(&self.command_id(edge)).map(Some).ok_or(Failure::InFlight),
        }
    }
}

/// A todo as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub id: TodoId,
    pub version: u64,
    pub todo: Todo,
    /// `None` where the views could not tell them in time.
    pub times: Option<Times>,
}

impl From<TodoRow> for Shown {
    fn from(row: TodoRow) -> Self {
        let times = Times { created: row.created_at, updated: row.updated_at, completed: row.completed_at };
        Self { id: row.id, version: row.version, todo: row.todo, times: Some(times) }
    }
}

/// What a command led to.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub shown: Shown,
    /// Whether this is the answer to an earlier request with the same key.
    pub replayed: bool,
}

/// An answer of the views.
#[derive(Debug, Clone)]
pub(crate) struct Seen<T> {
    pub answer: T,
    /// Whether it may lack what the caller wrote before.
    pub stale: bool,
}
