//! Query parameters, read so that everything that is wrong with them is told at once.

use axum::{extract::Query, http::request::Parts};
use domain::Invalid;
use jiff::Timestamp;

use super::fields::shortened;
use crate::http::{Problem, kind};

/// The parameters of a request, in order.
pub(super) fn parameters(parts: &Parts) -> Result<Vec<(String, String)>, Problem> {
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Problem::of(&kind::INVALID_QUERY))?;
    Ok(query.0)
}

/// Has each parameter read. Only `repeatable` may be given more than once.
pub(super) fn each(
    parameters: &[(String, String)],
    repeatable: &str,
    mut read: impl FnMut(&str, &str) -> Result<(), Invalid>,
) -> Result<(), Vec<Invalid>> {
    let mut wrong = vec![];
    for (at, (name, value)) in parameters.iter().enumerate() {
        let again = name != repeatable && parameters[..at].iter().any(|(earlier, _)| earlier == name);
        let read = if again { Err(Invalid::new(shortened(name), "is given twice", "give it once")) } else { read(name, value) };
        wrong.extend(read.err());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The complaint about a parameter that is not among the `known` ones.
pub(super) fn unknown(name: &str, known: &str) -> Invalid {
    Invalid::new(shortened(name), "is unknown", format!("leave it out, or use one of: {known}"))
}

/// A moment, wherever the clock stands that shows it.
pub(super) fn instant(name: &str, value: &str) -> Result<Timestamp, Invalid> {
    let remedy = "write an instant such as 2026-11-24T09:00:00Z; a + in a URL is written %2B";
    value.parse().map_err(|_| Invalid::new(name, "is no instant", remedy))
}
