use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use domain::Invalid;

use super::{Problem, kind};
use crate::usecase::Expected;

/// A structured-field boolean (RFC 9651) on an answer that may lack what the caller wrote before.
pub(crate) const DATA_STALE: HeaderName = HeaderName::from_static("data-stale");

/// The entity tag of a todo's version.
pub(crate) fn etag(version: u64) -> HeaderValue {
    // Digits between quotation marks always are a header's value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// One entity tag that a client sent.
#[derive(Debug, PartialEq, Eq)]
struct Tag {
    weak: bool,
    /// `None` for a tag that none of ours is.
    version: Option<u64>,
}

/// The condition of `If-Match` or `If-None-Match`.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    /// The header is absent.
    None,
    /// `*`.
    Anything,
    Tags(Vec<Tag>),
}

fn condition(headers: &HeaderMap, name: &HeaderName) -> Result<Condition, Problem> {
    let wrong = || {
        let remedy = "send * or entity tags as the ETag header has them, with their quotation marks, for example \"3\"";
        Problem::invalid(&kind::INVALID_HEADER, vec![Invalid::new(name.as_str(), "is no list of entity tags", remedy)])
    };
    let mut lines = vec![];
    for value in headers.get_all(name) {
        lines.push(value.to_str().map_err(|_| wrong())?);
    }
    let line = lines.join(",");
    match line.trim() {
        "" if lines.is_empty() => Ok(Condition::None),
        "*" => Ok(Condition::Anything),
        list => tags(list).map(Condition::Tags).ok_or_else(wrong),
    }
}

/// Entity tags may hold commas, so the list cannot just be split at them.
fn tags(mut list: &str) -> Option<Vec<Tag>> {
    let mut tags = vec![];
    loop {
        list = list.trim_start_matches([' ', '\t', ',']);
        if list.is_empty() {
            return (!tags.is_empty()).then_some(tags);
        }
        let (weak, rest) = list.strip_prefix("W/").map_or((false, list), |rest| (true, rest));
        let (opaque, rest) = rest.strip_prefix('"')?.split_once('"')?;
        // Only our own spelling: "03" is not "3".
        let version = opaque.parse::<u64>().ok().filter(|version| version.to_string() == opaque);
        tags.push(Tag { weak, version });
        list = rest.trim_start_matches([' ', '\t']);
        if !list.is_empty() && !list.starts_with(',') {
            return None;
        }
    }
}

/// `If-Match`, compared strongly: a weak tag never matches (RFC 9110, section 13.1.1).
#[derive(Debug)]
pub(crate) struct IfMatch(Condition);

impl IfMatch {
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        condition(headers, &IF_MATCH).map(Self)
    }

    /// What a command must expect. `*` asks that it exists, which an actor asks anyway.
    pub(crate) fn expected(&self) -> Expected {
        match &self.0 {
            Condition::None | Condition::Anything => Expected::Any,
            Condition::Tags(tags) => Expected::OneOf(tags.iter().filter(|tag| !tag.weak).filter_map(|tag| tag.version).collect()),
        }
    }

    /// Whether it holds for what is read at `version`.
    pub(crate) fn holds(&self, version: u64) -> bool {
        match self.expected() {
            Expected::OneOf(versions) => versions.contains(&version),
            Expected::Any | Expected::Nothing => true,
        }
    }
}

/// `If-None-Match`, compared weakly.
#[derive(Debug)]
pub(crate) struct IfNoneMatch(Condition);

impl IfNoneMatch {
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        condition(headers, &IF_NONE_MATCH).map(Self)
    }

    /// Whether it holds for what is read at `version`; where not, the client has it already.
    pub(crate) fn holds(&self, version: u64) -> bool {
        match &self.0 {
            Condition::None => true,
            Condition::Anything => false,
            Condition::Tags(tags) => tags.iter().all(|tag| tag.version != Some(version)),
        }
    }

    /// What a create must expect: `*` asks that there is nothing yet.
    pub(crate) fn expected_of_create(&self) -> Result<Expected, Problem> {
        match &self.0 {
            Condition::None => Ok(Expected::Any),
            Condition::Anything => Ok(Expected::Nothing),
            Condition::Tags(_) => Err(Self::unsupported("send If-None-Match: * to create only what does not exist, or leave it out")),
        }
    }

    /// A change cannot be asked for "unless it is at this version".
    pub(crate) fn refuse_on_change(&self) -> Result<(), Problem> {
        if self.0 == Condition::None { Ok(()) } else { Err(Self::unsupported("use If-Match with the version that you read")) }
    }

    fn unsupported(remedy: &str) -> Problem {
        Problem::invalid(&kind::INVALID_HEADER, vec![Invalid::new("if-none-match", "has no such use here", remedy)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &'static str) -> HeaderMap {
        [(IF_MATCH, HeaderValue::from_static(line)), (IF_NONE_MATCH, HeaderValue::from_static(line))].into_iter().collect()
    }

    #[test]
    fn if_match_compares_strongly() {
        let expected = |line| IfMatch::of(&of(line)).unwrap().expected();
        assert_eq!(expected("\"3\""), Expected::OneOf(vec![3]));
        assert_eq!(expected("\"a,b\" , W/\"2\",\"7\", \"03\""), Expected::OneOf(vec![7]));
        assert_eq!(expected("W/\"3\""), Expected::OneOf(vec![]));
        assert_eq!(expected("*"), Expected::Any);
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let holds = |line, version| IfNoneMatch::of(&of(line)).unwrap().holds(version);
        assert!(!holds("W/\"3\"", 3));
        assert!(holds("W/\"3\"", 4));
        assert!(!holds("*", 4));
    }

    #[test]
    fn what_is_no_entity_tag_is_refused() {
        for line in ["3", "\"3", "W/3", "\"3\" \"4\"", "", "w/\"3\""] {
            assert!(IfMatch::of(&of(line)).is_err(), "{line}");
        }
    }
}
