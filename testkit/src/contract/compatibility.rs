use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Promise;

/// What says something to people only.
const NOTES: [&str; 5] = ["title", "description", "examples", "$comment", "default"];

/// What of `old` no longer holds in `new`, each with where it stands; nothing if whoever relies on the old goes on well.
///
/// A message that we send may get fields that are not required; nothing else may change, since its readers have built on
/// every bound, and those that were stored before must still fit. One that we receive may also require less and allow more
/// values of an enum. Keywords that this does not know may not change at all.
pub fn breaks(old: &Promise, new: &Promise) -> Vec<String> {
    let mut found = vec![];
    compare("", old, new, old["direction"] == "receive", &mut found);
    found
}

fn compare(at: &str, old: &Value, new: &Value, receive: bool, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => objects(at, old, new, receive, found),
        // Alternatives and parts, one by one: `oneOf`, `anyOf`, `allOf`.
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (number, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&format!("{at}/{number}"), old, new, receive, found);
            }
        }
        (old, new) if old != new => found.push(format!("{at} changed")),
        _ => {}
    }
}

fn objects(at: &str, old: &Map<String, Value>, new: &Map<String, Value>, receive: bool, found: &mut Vec<String>) {
    // Within `properties` every name is a field's, also one called "title".
    let fields = at.ends_with("/properties");
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for name in names.into_iter().filter(|name| fields || !NOTES.contains(&name.as_str())) {
        let here = format!("{at}/{name}");
        match (old.get(name), new.get(name)) {
            (Some(_), None) => found.push(format!("{here} is gone")),
            (None, Some(_)) if fields => {}
            (None, Some(_)) => found.push(format!("{here} is new")),
            (Some(old), Some(new)) if !fields && (name == "required" || name == "enum") => {
                let set = |value: &Value| value.as_array().into_iter().flatten().map(Value::to_string).collect::<BTreeSet<_>>();
                let (old, new) = (set(old), set(new));
                let fine = old == new || receive && if name == "enum" { new.is_superset(&old) } else { old.is_superset(&new) };
                if !fine {
                    found.push(format!("{here} changed"));
                }
            }
            (Some(old), Some(new)) => compare(&here, old, new, receive, found),
            (None, None) => {}
        }
    }
}
