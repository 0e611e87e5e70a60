use domain::{Invalid, Refusal};
use ports::{DispatchError, ViewsError};

/// Why something was not done or not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// A request with the same key is being answered.
    #[error("a request with this key is being answered")]
    InFlight,
    /// An answer would leave out what the caller wrote before.
    #[error("the views do not show your last changes yet")]
    Behind,
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}
