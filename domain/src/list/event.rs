use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ListDescription, ListName};
use crate::{Role, SagaId, UserId};

/// What happened to a list. The names are the storage format: they never change, and what they mean never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// It came into being.
    ListCreated {
        /// Whose it is.
        owner: UserId,
        /// What it is called.
        name: ListName,
        /// More about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<ListDescription>,
    },
    /// It is called something else.
    ListRenamed {
        /// What.
        name: ListName,
    },
    /// More, or no more, is said about it.
    ListDescriptionChanged {
        /// What.
        description: Option<ListDescription>,
    },
    /// It is put away.
    ListArchived {
        /// By whom.
        archived_by: UserId,
    },
    /// It is no longer put away.
    ListUnarchived {
        /// By whom.
        unarchived_by: UserId,
    },
    /// Somebody is in it.
    MemberAdded {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// A member may do more, or less.
    MemberRoleChanged {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// Somebody is in it no longer.
    MemberRemoved {
        /// Who.
        user: UserId,
    },
    /// It belongs to somebody else; whoever had it is an editor now.
    OwnershipTransferred {
        /// Who had it.
        from: UserId,
        /// Who has it.
        to: UserId,
    },
    /// Somebody may come into it.
    MemberInvited {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
        /// Who asked them.
        invited_by: UserId,
        /// From when on they may no longer.
        expires: Timestamp,
    },
    /// They want to.
    InvitationAccepted {
        /// Who.
        user: UserId,
    },
    /// They do not want to.
    InvitationDeclined {
        /// Who.
        user: UserId,
    },
    /// They are no longer asked.
    InvitationWithdrawn {
        /// Who.
        user: UserId,
    },
    /// They did not say in time.
    InvitationExpired {
        /// Who.
        user: UserId,
    },
    /// It lies in the trash.
    ListDeleted {
        /// Who put it there.
        deleted_by: UserId,
        /// The operation that puts what is in it there as well.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operation: Option<SagaId>,
    },
    /// It is out of the trash.
    ListRestored {
        /// Who took it out.
        restored_by: UserId,
    },
    /// Whoever had it is erased, and it with them: nothing of it is left but its id.
    ListErased {},
}

impl Event {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] = &[
        "ListCreated",
        "ListRenamed",
        "ListDescriptionChanged",
        "ListArchived",
        "ListUnarchived",
        "MemberAdded",
        "MemberRoleChanged",
        "MemberRemoved",
        "OwnershipTransferred",
        "ListDeleted",
        "ListRestored",
        "MemberInvited",
        "InvitationAccepted",
        "InvitationDeclined",
        "InvitationWithdrawn",
        "InvitationExpired",
        "ListErased",
    ];
}
