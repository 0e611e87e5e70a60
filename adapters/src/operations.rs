//! What both stores of operations share.

use domain::saga::Status;

/// The status as it is stored, by its public name.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Acting => "acting",
        Status::Waiting => "waiting",
        Status::Parked => "parked",
        Status::Completed => "completed",
        Status::Compensated => "compensated",
    }
}
