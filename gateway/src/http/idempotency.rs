use axum::http::{HeaderMap, HeaderName};
use domain::Invalid;

use super::{Problem, kind};
use crate::usecase::RequestKey;

/// Names a request, so that it can be sent again.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const MAX: usize = 64;

/// The key of a request, if it has one.
pub(crate) fn of(headers: &HeaderMap) -> Result<Option<RequestKey>, Problem> {
    let wrong = |invalid| Problem::invalid(&kind::INVALID_HEADER, vec![invalid]);
    let mut values = headers.get_all(&IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(wrong(Invalid::new("idempotency-key", "is given twice", "send it once")));
    }
    let line = value.to_str().unwrap_or("\u{0}").trim();
    let key = if line.starts_with('"') { unquoted(line) } else { Some(line.to_owned()) };
    key.ok_or_else(|| {
        Invalid::new("idempotency-key", "is no structured-field string", "close the quotation mark, and escape only \\ and \"")
    })
    .and_then(|key| parse("idempotency-key", &key))
    .map(Some)
    .map_err(wrong)
}

/// Takes a key from wherever a client may put one.
pub(crate) fn parse(field: &str, key: &str) -> Result<RequestKey, Invalid> {
    let printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if key.is_empty() || key.len() > MAX || !printable {
        return Err(Invalid::new(field, "is no key", format!("use 1 to {MAX} printable ASCII characters, for example a UUID")));
    }
    Ok(RequestKey(key.to_owned()))
}

/// The text of a structured-field string (RFC 9651, section 4.2.5).
fn unquoted(line: &str) -> Option<String> {
    let mut inner = line.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut text = String::new();
    while let Some(c) = inner.next() {
        match c {
            '\\' => text.push(inner.next().filter(|escaped| matches!(escaped, '\\' | '"'))?),
            '"' => return None,
            _ => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(line: &str) -> Option<String> {
        let headers = [(IDEMPOTENCY_KEY, HeaderValue::from_str(line).unwrap())].into_iter().collect();
        of(&headers).ok().flatten().map(|key| key.0)
    }

    #[test]
    fn a_key_may_be_quoted_or_bare() {
        assert_eq!(read("8e03978e-40d5").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read(r#""8e03978e-40d5""#).as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read(r#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for line in ["", "\"\"", "\"", "\"a", r#""a"b""#, r#""a\n""#, r#""a\""#, "käse", &"k".repeat(65)] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
