use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ListId, Role};

/// A value that cannot be taken: which one, what is wrong with it, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub struct Invalid {
    /// The field as the caller knows it, for example `due.zone`.
    pub field: String,
    /// What is wrong, as a clause that follows the field's name.
    pub problem: String,
    /// What to do instead.
    pub remedy: String,
}

impl Invalid {
    /// Neither text may repeat what a person wrote.
    pub fn new(field: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), remedy: remedy.into() }
    }

    /// The same complaint about another field: for a type that does not know where it is used.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.field, self.problem, self.remedy)
    }
}

/// The domain's "no". It is data in a successful reply, never a fault: nothing changed, and trying again unchanged
/// gives the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Refusal {
    /// No such thing, or none that this principal may know of.
    #[error("it does not exist")]
    NotFound,
    /// A create met something that is there already.
    #[error("it exists already")]
    AlreadyExists,
    /// It lies in the trash: it can only be restored.
    #[error("it is deleted: restore it first")]
    Deleted,
    /// The caller decided on another version than the current one.
    #[error("version {expected} was expected but version {actual} is current: read it again")]
    VersionConflict {
        /// What the caller saw.
        expected: u64,
        /// What is true now.
        actual: u64,
    },
    /// The same command id came with another command.
    #[error("this command id was used for another command: use a new one")]
    CommandIdReused,
    /// The principal may see it, but not do that.
    #[error("this needs the role {needs}")]
    Forbidden {
        /// The least that would do.
        needs: Role,
    },
    /// Between edge and actor: it depends on what the principal is in `list`, which the command does not say. Never told to
    /// a client.
    #[error("it depends on the role in a list")]
    RoleNeeded {
        /// In which list.
        list: ListId,
        /// Whether something is to be put into that list, or is in it.
        into: bool,
    },
    /// The list is put away.
    #[error("the list is archived: take it out of the archive first")]
    Archived,
    /// There are as many as there may be.
    #[error("there may be at most {most} {what}")]
    LimitReached {
        /// What of.
        what: String,
        /// How many there may be.
        most: u64,
    },
    /// Others are in the list: it is not its owner's alone to erase.
    #[error("others are in the list: give it to one of them, put them out of it, or delete it first")]
    Shared,
    /// Whoever asks has been erased, or is being erased.
    #[error("this person has been erased")]
    Erased,
    /// A value that cannot be taken.
    #[error("{0}")]
    Invalid(#[from] Invalid),
}
