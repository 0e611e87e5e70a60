//! Which variants a type of commands has, as the type itself says: so a table that lacks one fails, whoever added it.

use std::collections::BTreeSet;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The variants' names, which are in `tag`. Serde names them all where it meets one that it does not know.
fn of<T: DeserializeOwned>(tag: &str) -> BTreeSet<String> {
    let Err(error) = serde_json::from_value::<T>(json!({ tag: "no such variant" })) else { panic!("there is such a variant") };
    let error = error.to_string();
    let (_, names) = error.split_once("expected ").unwrap_or_else(|| panic!("the variants are not named: {error}"));
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Checks that each variant of `T` is among `samples`, which say theirs in `tag`.
pub(crate) fn every_variant<'a, T: Serialize + DeserializeOwned + 'a>(samples: impl IntoIterator<Item = &'a T>, tag: &str) {
    let name = |sample: &T| match &serde_json::to_value(sample).expect("JSON")[tag] {
        Value::String(name) => name.clone(),
        _ => panic!("a sample has no {tag}"),
    };
    let covered: BTreeSet<_> = samples.into_iter().map(name).collect();
    let known = of::<T>(tag);
    assert!(known.len() > 1, "{known:?}");
    assert_eq!(covered, known, "a variant has no row, or a row no variant");
}
