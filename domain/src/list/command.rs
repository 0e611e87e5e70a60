use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ListDescription, ListName};
use crate::{Role, SagaId, UserId};

/// What somebody asks of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Command {
    /// Bring it into being; whoever asks owns it.
    Create {
        /// What it is called.
        name: ListName,
        /// More about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<ListDescription>,
    },
    /// Change some of it: all of these or none, in this order.
    Change {
        /// What to change.
        changes: Vec<Change>,
    },
    /// Have somebody in it as this, from now on.
    PutMember {
        /// Whom.
        user: UserId,
        /// As what; never as a second owner.
        role: Role,
    },
    /// Have somebody in it no longer; whoever names themselves leaves.
    RemoveMember {
        /// Whom.
        user: UserId,
    },
    /// Ask somebody to come into it, as this.
    Invite {
        /// Whom.
        user: UserId,
        /// As what; never as a second owner.
        role: Role,
        /// Until when they may say yes; a week from now if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
    },
    /// Ask somebody no longer.
    WithdrawInvitation {
        /// Whom.
        user: UserId,
    },
    /// Come into it, as whoever asks is invited to.
    AcceptInvitation,
    /// Stay out of it.
    DeclineInvitation,
    /// Time has passed: its own timer says so, nobody else.
    ExpireInvitations {
        /// Until when.
        due: Timestamp,
    },
    /// Give it to one of its members. Whoever had it stays as an editor.
    TransferOwnership {
        /// To whom.
        to: UserId,
    },
    /// Put it into the trash with all that is in it, from which it can be restored.
    Delete,
    /// The same as the beginning of an operation, which then puts what is in it there as well.
    DeleteWith {
        /// Which: what takes it out again takes that back.
        operation: SagaId,
    },
    /// Take it out of the trash.
    Restore,
    /// As the beginning of its owner's erasure: into the trash, where nobody else knows of it. Not while others are in it.
    Close {
        /// The operation that erases.
        operation: SagaId,
    },
    /// The erasure was not to be: what it closed is open again.
    Reopen {
        /// The operation that was to erase.
        operation: SagaId,
    },
    /// Take from it all that is of whoever asks, for good: a step of their erasure. Asked by the platform itself.
    Erase,
    /// Only say how it is.
    Look,
}

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "set", content = "to", rename_all = "camelCase")]
pub enum Change {
    /// Call it something else.
    Name(ListName),
    /// Say more, or no more, about it.
    Description(Option<ListDescription>),
    /// Put it away (`true`): nothing in it changes until it is taken out again (`false`).
    Archived(bool),
}

impl Command {
    /// The least role that `by` must have in the list. The table of who may do what; whether somebody is invited, the
    /// invitation says.
    pub fn needs(&self, by: &UserId) -> Role {
        match self {
            Self::AcceptInvitation | Self::DeclineInvitation => Role::Viewer,
            Self::Look => Role::Viewer,
            Self::RemoveMember { user } if user == by => Role::Viewer,
            Self::Change { changes } if !changes.iter().any(|change| matches!(change, Change::Archived(_))) => Role::Editor,
            Self::Create { .. }
            | Self::Change { .. }
            | Self::PutMember { .. }
            | Self::RemoveMember { .. }
            | Self::Invite { .. }
            | Self::WithdrawInvitation { .. }
            | Self::ExpireInvitations { .. }
            | Self::TransferOwnership { .. }
            | Self::Delete
            | Self::DeleteWith { .. }
            | Self::Close { .. }
            | Self::Reopen { .. }
            | Self::Restore => Role::Owner,
            // Everybody from what is theirs.
            Self::Erase => Role::Viewer,
        }
    }
}
