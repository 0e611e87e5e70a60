use axum::{extract::FromRequestParts, http::request::Parts};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{Invalid, todo::Tag};
use jiff::Timestamp;
use ports::{Completion, Sort, TodoQuery};

use super::{
    draft::named_priority,
    filters::expanded,
    parameters::{each, instant, parameters, unknown},
    smart::SmartList,
};
use crate::{
    edge::Edge,
    http::{Problem, kind},
    usecase::Caller,
};

/// The longest page, and the page where none is asked for: so long that ordinary people get everything.
pub(crate) const MAX_LIMIT: usize = 1000;
const MAX_SEARCH: usize = 500;
const KNOWN: &str = "status, list, tag, priority, due, zone, days, dueFrom, dueBefore, q, sort, limit, cursor";
const SORTS: [(&str, Sort); 6] = [
    ("order", Sort::Order),
    ("created", Sort::Created),
    ("-updated", Sort::UpdatedDescending),
    ("due", Sort::Due),
    ("-priority", Sort::PriorityDescending),
    ("title", Sort::Title),
];
const STATES: [(&str, Completion); 4] =
    [("any", Completion::Any), ("open", Completion::Open), ("completed", Completion::Completed), ("deleted", Completion::Deleted)];

/// A query and the parameters that it was read from.
pub(crate) struct ListQuery {
    pub query: TodoQuery,
    parameters: Vec<(String, String)>,
}

impl FromRequestParts<Edge> for ListQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let parameters = parameters(parts)?;
        let caller = Caller::from_request_parts(parts, edge).await?;
        let query = text_parameters(&expanded(edge, &caller, &parameters).await?, edge.gateway.clock.now());
        let query = query.map_err(|wrong| Problem::invalid(&kind::INVALID_QUERY, wrong))?;
        Ok(Self { query, parameters })
    }
}

impl ListQuery {
    /// The same query, but for the page that begins at `cursor`.
    pub(crate) fn at(&self, cursor: &str) -> String {
        let others = self.parameters.iter().filter(|(name, _)| name != "cursor");
        form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair("cursor", &shown_cursor(cursor)).finish()
    }
}

/// A cursor as clients see it: nothing to look into.
pub(crate) fn shown_cursor(cursor: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(cursor)
}

/// Reads a query from parameters, as it is meant at `now`. Only `tag` may be given more than once.
pub(crate) fn text_parameters(parameters: &[(String, String)], now: Timestamp) -> Result<TodoQuery, Vec<Invalid>> {
    let mut query = TodoQuery { limit: MAX_LIMIT, ..TodoQuery::default() };
    let mut smart = SmartList::default();
    each(parameters, "tag", |name, value| set(&mut query, &mut smart, name, value))?;
    smart.apply(&mut query, now).map_err(|wrong| vec![wrong])?;
    Ok(query)
}

fn set(query: &mut TodoQuery, smart: &mut SmartList, name: &str, value: &str) -> Result<(), Invalid> {
    match name {
        "status" => query.completion = one_of(name, value, &STATES)?,
        "sort" => query.sort = one_of(name, value, &SORTS)?,
        "list" => query.list = Some(value.parse().map_err(|error| Invalid::new(name, "is no list's id", format!("{error}")))?),
        "tag" => query.tags.push(Tag::parse(name, value)?),
        "priority" => query.priority = Some(named_priority(name, value)?),
        "due" | "zone" | "days" => smart.set(name, value)?,
        "dueFrom" => query.due_from = Some(instant(name, value)?),
        "dueBefore" => query.due_before = Some(instant(name, value)?),
        "q" => query.search = Some(search(name, value)?),
        "limit" => query.limit = value.parse().map_err(|_| bad_limit()).and_then(limited)?,
        "cursor" => query.after = Some(cursor(name, value)?),
        other => return Err(unknown(other, KNOWN)),
    }
    Ok(())
}

pub(super) fn one_of<T: Copy>(name: &str, value: &str, known: &[(&str, T)]) -> Result<T, Invalid> {
    let names = || known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let found = known.iter().find(|(known, _)| *known == value).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| Invalid::new(name, "has no such value", format!("use one of: {}", names())))
}

fn search(name: &str, value: &str) -> Result<String, Invalid> {
    let text = value.trim();
    if text.is_empty() || text.chars().count() > MAX_SEARCH || text.contains('\0') {
        return Err(Invalid::new(name, "cannot be searched for", format!("use 1 to {MAX_SEARCH} characters, or leave it out")));
    }
    Ok(text.to_owned())
}

pub(super) fn bad_limit() -> Invalid {
    Invalid::new("limit", "is out of range", format!("use a whole number from 1 to {MAX_LIMIT}"))
}

/// How many rows a page may have.
pub(super) fn limited(limit: usize) -> Result<usize, Invalid> {
    if (1..=MAX_LIMIT).contains(&limit) { Ok(limit) } else { Err(bad_limit()) }
}

/// A cursor as it was before it was shown.
pub(super) fn cursor(name: &str, value: &str) -> Result<String, Invalid> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.contains('\0'));
    text.ok_or_else(|| bad_cursor(name))
}

pub(super) fn bad_cursor(name: &str) -> Invalid {
    Invalid::new(name, "is damaged", "follow the link of the page before, or leave it out to begin anew")
}
