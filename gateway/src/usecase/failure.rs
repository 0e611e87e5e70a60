use domain::{Invalid, ListId, Refusal, TodoId, todo::ChangedSince, user::Erasure};
use ports::{AnalyticsError, DispatchError, JournalError, NotificationsError, OperationsError, ViewsError};

/// Why something was not done or not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    #[error(transparent)]
    Views(#[from] ViewsError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Analytics(#[from] AnalyticsError),
    #[error(transparent)]
    Operations(#[from] OperationsError),
    #[error(transparent)]
    Notifications(#[from] NotificationsError),
    /// The caller was told no such thing, or has no such web hook.
    #[error("there is no such notification or web hook")]
    NoNotification,
    /// The operator has set no key that web hooks need.
    #[error("web hooks are off")]
    NoWebhooks,
    /// The caller has no such operation.
    #[error("there is no such operation")]
    NoOperation,
    /// The journal answers, but not with what was written into it, or with what only a newer program understands.
    #[error("the journal of {id} is no history at version {version}: {problem}")]
    Damaged {
        /// Whose.
        id: TodoId,
        /// At which version.
        version: u64,
        /// In which way, without values.
        problem: String,
    },
    /// An undo would lose what was changed since.
    #[error(transparent)]
    ChangedSince(#[from] ChangedSince),
    /// Whoever asks is erased, or is being erased.
    #[error("this person is erased")]
    Erased(Erasure),
    /// Others are in these lists of whoever asks.
    #[error("others are in lists of this person")]
    ListsShared(Vec<ListId>),
    /// A request with the same key is being answered.
    #[error("a request with this key is being answered")]
    InFlight,
    /// An answer would leave out what the caller wrote before.
    #[error("your last changes cannot be shown yet")]
    Behind,
    /// The caller has as many streams open as one person may.
    #[error("{most} streams are open")]
    TooManyStreams {
        /// How many that is.
        most: usize,
    },
    /// As many streams are open as this process takes.
    #[error("no more streams can be opened here")]
    NoMoreStreams,
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}
