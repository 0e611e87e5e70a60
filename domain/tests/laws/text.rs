//! What a person may write, and the other values with bounds.

use std::collections::BTreeSet;

use domain::{
    Text,
    todo::{Description, MAX_TAGS, Order, Priority, Tag, Tags, Title},
};
use testkit::samples::text;

fn problem<const MAX: usize>(text: &str) -> Option<String> {
    Text::<MAX>::parse("title", text).err().map(|invalid| invalid.to_string())
}

#[test]
fn it_is_counted_in_characters_not_bytes() {
    for letter in ["x", "é", "漢", "🦀"] {
        assert_eq!(problem::<500>(letter), None);
        assert_eq!(problem::<500>(&letter.repeat(500)), None);
        let said = problem::<500>(&letter.repeat(501)).expect("too long");
        assert_eq!(said, "title has 501 characters: use at most 500 characters");
    }
    assert_eq!(problem::<500>(&"x".repeat(10_000)).expect("too long"), "title has 10000 characters: use at most 500 characters");
}

#[test]
fn each_field_has_its_bound() {
    let fits = |count| "x".repeat(count);
    assert!(Title::parse("title", &fits(500)).is_ok() && Title::parse("title", &fits(501)).is_err());
    assert!(Description::parse("description", &fits(20_000)).is_ok() && Description::parse("description", &fits(20_001)).is_err());
    assert!(Tag::parse("tags", &fits(50)).is_ok() && Tag::parse("tags", &fits(51)).is_err());
}

#[test]
fn space_around_it_does_not_count() {
    let padded = format!(" \t\r\n\u{a0}\u{3000}{}\u{2003} \n", "x".repeat(500));
    assert_eq!(Title::parse("title", &padded).expect("500 characters").expose(), "x".repeat(500));
    assert_eq!(Title::parse("title", " a  b ").expect("a text").expose(), "a  b", "space within it stays");
    assert_eq!(text::<500>("milk"), text::<500>("  milk\n"));
}

#[test]
fn it_is_never_empty() {
    for empty in ["", " ", "\t\n\r", "\u{a0}", "\u{2003}\u{3000}"] {
        let said = problem::<500>(empty).expect("empty");
        assert_eq!(said, "title is empty: write at least one character that is not a space");
    }
}

#[test]
fn it_has_no_control_characters() {
    for control in ['\0', '\u{1}', '\u{7}', '\u{8}', '\u{b}', '\u{1b}', '\u{7f}', '\u{80}', '\u{9b}'] {
        let said = problem::<500>(&format!("a{control}b"));
        assert_eq!(said.as_deref(), Some("title has a control character: remove it"), "{control:?}");
    }
    assert_eq!(text::<500>("a\nb\r\nc\td").expose(), "a\nb\r\nc\td", "line breaks and tabs are fine");
}

#[test]
fn what_is_read_from_json_is_held_to_the_same() {
    assert_eq!(serde_json::from_str::<Title>(r#"" milk ""#).expect("a title").expose(), "milk");
    for (json, said) in [
        (r#""""#, "text is empty"),
        (r#""a\u0000b""#, "text has a control character"),
        (&format!("\"{}\"", "x".repeat(501)), "text has 501 characters"),
    ] {
        let error = serde_json::from_str::<Title>(json).expect_err("no title").to_string();
        assert!(error.starts_with(said), "{error}");
    }
}

#[test]
fn tags_are_a_bounded_set() {
    let set = |count: usize| (0..count).map(|number| text(&number.to_string())).collect::<BTreeSet<Tag>>();
    assert!(Tags::try_from(set(MAX_TAGS)).is_ok());
    let said = Tags::try_from(set(MAX_TAGS + 1)).expect_err("too many").to_string();
    assert_eq!(said, "tags has 51 entries: use at most 50");
    let twice: Tags = serde_json::from_str(r#"["b", "a", " b "]"#).expect("tags");
    assert_eq!(serde_json::to_string(&twice).unwrap(), r#"["a","b"]"#, "each once, in a fixed order");
    let many = serde_json::to_string(&set(MAX_TAGS + 1)).unwrap();
    assert!(serde_json::from_str::<Tags>(&many).is_err());
}

#[test]
fn a_place_is_a_finite_number() {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    for fine in [0.0, -0.5, 1e-300, 0.1 + 0.2, LIMIT, -LIMIT] {
        assert_eq!(Order::try_from(fine).expect("a place").get(), fine);
    }
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, LIMIT + 2.0, -LIMIT - 2.0, 1e300] {
        let said = Order::try_from(wrong).expect_err("no place").to_string();
        assert_eq!(said, "order is out of range: use a number between -2^53 and 2^53", "{wrong}");
    }
    let zero = Order::try_from(-0.0).expect("a place").get();
    assert!(zero.is_sign_positive(), "-0 and 0 are one place, also where it is written");
}

#[test]
fn priorities_go_up() {
    use Priority::{High, Low, Medium, Urgent};
    assert!(Low < Medium && Medium < High && High < Urgent);
    assert_eq!(serde_json::to_string(&[Low, Medium, High, Urgent]).unwrap(), r#"["low","medium","high","urgent"]"#);
}
