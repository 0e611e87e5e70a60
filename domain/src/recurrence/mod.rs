//! Recurrence: which days a rule names (RFC 5545, section 3.3.10), and how a series of due times goes on by it.
//!
//! Rules are computed in local days and know no zone: the clock on the wall decides. Only where "now" or an end in UTC counts, a
//! [`Due`](crate::todo::Due) says which instant its local time is, by the same law as everywhere: what a clock change skips is
//! shifted, of what comes twice the first counts.

mod civil;
mod dates;
mod parse;
mod rule;
mod series;
mod words;

pub use rule::{ByDay, End, Frequency, MAX_COUNT, MAX_INTERVAL, Rule, Until};
pub use series::{Basis, Recurrence, Repeat};
