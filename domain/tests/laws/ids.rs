//! Ids: one spelling each, the same for the same cause.

use std::collections::HashSet;

use domain::{CommandId, ListId, TodoId, UserId, event_id};
use proptest::prelude::*;
use testkit::samples::{at, user};

#[test]
fn only_the_canonical_spelling_is_taken() {
    let canonical = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
    let id: TodoId = canonical.parse().expect("an id");
    assert_eq!(id.to_string(), canonical);
    assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{canonical}\""));
    assert_eq!(TodoId::new(id.uuid()), id);
    for wrong in [
        "",
        "todo-",
        "todo",
        "01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11",
        "list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11",
        "Todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11",
        "todo-01932C07-5a3e-7cc0-9a55-0f2b8d0c7f11",
        "todo-01932c075a3e7cc09a550f2b8d0c7f11",
        "todo-{01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11}",
        "todo-urn:uuid:01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11",
        "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f1",
        "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f111",
        "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f1g",
        " todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11",
        "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11\n",
        "todo-todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11",
    ] {
        let error = wrong.parse::<TodoId>().expect_err(wrong);
        assert_eq!(error.to_string(), "expected todo- followed by a UUID in lower case with hyphens");
        assert!(serde_json::from_value::<TodoId>(wrong.into()).is_err(), "{wrong}");
    }
}

/// Stored keys depend on these: the values were computed by another program's UUID version 5.
#[test]
fn derived_ids_never_change() {
    assert_eq!(TodoId::derived(&user("anna"), "key-1").to_string(), "todo-cd9bacda-40f8-5eda-a196-17b7f50cf398");
    assert_eq!(TodoId::derived(&user("ann"), "akey-1").to_string(), "todo-075eaf12-6e7c-5c81-be1e-69f5ee99ba7a");
    assert_eq!(ListId::derived(&user("bob"), "key-1").to_string(), "list-fd966a27-44d2-517e-b634-870a0d5b6710");
    assert_eq!(ListId::inbox(&user("anna")).to_string(), "list-b43dfbd0-3bbe-5c93-b2e5-6b565fec251c");
}

/// Computed by another program from the description of [`event_id`].
#[test]
fn event_ids_never_change() {
    let at = "2026-06-01T12:00:00.123Z".parse().expect("an instant");
    let command: CommandId = "command-1".parse().expect("a command id");
    let id = event_id("todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", 1, &command, at);
    assert_eq!(id.to_string(), "019e830e-1a7b-7f90-979b-090a064e4dd5");
}

#[test]
fn opaque_ids_have_a_plain_alphabet() {
    let alphabet = "ABCXYZabcxyz0189-_.:@~";
    assert_eq!(alphabet.parse::<UserId>().expect("an id").as_str(), alphabet);
    assert!("x".repeat(64).parse::<UserId>().is_ok() && "x".repeat(65).parse::<UserId>().is_err());
    assert!("x".repeat(128).parse::<CommandId>().is_ok() && "x".repeat(129).parse::<CommandId>().is_err());
    for wrong in
        ["", " ", "a b", "a/b", "a|b", "a\\b", "a#b", "a?b", "a%b", "a\nb", "a\0b", "é", "a,b", "a;b", "a=b", "{a}", "a+b", "'", "\""]
    {
        let user = wrong.parse::<UserId>().expect_err(wrong).to_string();
        assert_eq!(user, "expected 1 to 64 of A-Z a-z 0-9 - _ . : @ ~");
        let command = wrong.parse::<CommandId>().expect_err(wrong).to_string();
        assert_eq!(command, "expected 1 to 128 of A-Z a-z 0-9 - _ . : @ ~");
        assert!(serde_json::from_value::<UserId>(wrong.into()).is_err());
        assert!(serde_json::from_value::<CommandId>(wrong.into()).is_err());
    }
}

proptest! {
    #[test]
    fn derived_ids_differ_by_person_and_by_key(
        people in prop::collection::hash_set("[A-Za-z0-9_.:@~-]{1,64}", 1..5),
        keys in prop::collection::hash_set("\\PC{0,20}", 1..5),
    ) {
        let pairs = || people.iter().flat_map(|person| keys.iter().map(move |key| (user(person), key)));
        let ids: HashSet<_> = pairs().map(|(person, key)| TodoId::derived(&person, key)).collect();
        prop_assert_eq!(ids.len(), people.len() * keys.len());
        for (person, key) in pairs() {
            prop_assert_eq!(TodoId::derived(&person, key), TodoId::derived(&person, key));
            prop_assert_eq!(ListId::derived(&person, key).uuid(), TodoId::derived(&person, key).uuid());
        }
    }

    #[test]
    fn event_ids_are_version_7_and_tell_events_apart(
        aggregate in "[a-z0-9-]{1,40}", command in "[a-z0-9-]{1,40}", version in 1..u64::MAX, milliseconds in -1_000_000..1_000_000_i64,
    ) {
        let at = at(0) + jiff::SignedDuration::from_millis(milliseconds);
        let name = |aggregate: &str, version, command: &str| event_id(aggregate, version, &command.parse().expect("an id"), at);
        let id = name(&aggregate, version, &command);
        prop_assert_eq!(id, name(&aggregate, version, &command));
        prop_assert_eq!(id.get_version_num(), 7);
        prop_assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        prop_assert_eq!(id.as_u128() >> 80, u128::from(at.as_millisecond().unsigned_abs()), "its time is the command's");
        let others = [
            name(&format!("{aggregate}x"), version, &command),
            name(&aggregate, version - 1, &command),
            name(&aggregate, version, &format!("{command}x")),
            name(&format!("{aggregate}{command}"), version, "x"),
        ];
        prop_assert!(!others.contains(&id));
    }

    #[test]
    fn ids_are_read_as_they_are_written(number: u128) {
        let id = TodoId::new(uuid::Uuid::from_u128(number));
        prop_assert_eq!(id.to_string().parse::<TodoId>(), Ok(id));
        prop_assert_eq!(serde_json::from_str::<TodoId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in "\\PC{0,80}") {
        let _ = (text.parse::<TodoId>(), text.parse::<ListId>(), text.parse::<UserId>(), text.parse::<CommandId>());
    }
}
