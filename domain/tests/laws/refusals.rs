//! Every refusal, and that it leaves nothing behind.

use domain::{
    Invalid, ListId, Refusal, Role,
    todo::{Change, Command, Draft, Event, MAX_TAGS, Tags, Todo},
};
use testkit::{
    Scenario,
    samples::{tags, text, user},
};

use crate::events::{milk, when};

/// One command of each kind.
fn one_of_each() -> [Command; 4] {
    let change = Command::Change { changes: vec![Change::Title(text("mine now"))] };
    [Command::Create(Draft::titled(text("mine"))), change, Command::Delete, Command::Restore]
}

fn in_the_trash() -> Vec<Event> {
    vec![milk(), Event::TodoDeleted { deleted_by: user("anna") }]
}

#[test]
fn what_was_never_created_can_only_be_created() {
    for command in one_of_each() {
        if matches!(command, Command::Create(_)) {
            assert_eq!(Scenario::<Todo>::given([]).when(command).events().len(), 1);
        } else {
            Scenario::<Todo>::given([]).when(command).then_refused(Refusal::NotFound);
        }
    }
    Scenario::<Todo>::given([]).when(Command::Change { changes: vec![] }).then_refused(Refusal::NotFound);
}

/// Whatever a stranger asks, the answer is that of a todo that does not exist, also to a create: they must not learn
/// which ids are taken.
#[test]
fn a_stranger_learns_nothing() {
    let done = vec![milk(), Event::TodoCompleted { completed_by: user("anna") }];
    for given in [vec![milk()], done, in_the_trash()] {
        for stranger in ["bob", "Anna", "anna.", "ann"] {
            for command in one_of_each().into_iter().chain([Command::Change { changes: vec![] }]) {
                Scenario::<Todo>::given(given.clone()).by(stranger).when(command).then_refused(Refusal::NotFound);
            }
        }
    }
}

#[test]
fn nothing_is_created_twice() {
    for given in [vec![milk()], in_the_trash()] {
        let again = Command::Create(Draft::titled(text("buy milk")));
        Scenario::<Todo>::given(given).when(again).then_refused(Refusal::AlreadyExists);
    }
}

#[test]
fn what_lies_in_the_trash_is_not_changed() {
    when(in_the_trash(), &[Change::Title(text("new"))]).then_refused(Refusal::Deleted);
    when(in_the_trash(), &[Change::Completed(true)]).then_refused(Refusal::Deleted);
    when(in_the_trash(), &[]).then_refused(Refusal::Deleted);
}

fn too_many() -> Refusal {
    let remedy = format!("remove one first: a todo has at most {MAX_TAGS}");
    Refusal::Invalid(Invalid { field: "tags".into(), problem: "is full".into(), remedy })
}

fn numbered(count: usize) -> Tags {
    let words: Vec<_> = (0..count).map(|number| format!("tag {number:02}")).collect();
    tags(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn tags_are_bounded() {
    let full = when(vec![milk()], &[Change::Tags(numbered(MAX_TAGS))])
        .then(numbered(MAX_TAGS).as_set().iter().map(|tag| Event::TodoTagged { tag: tag.clone() }).collect::<Vec<_>>());
    let given = [vec![milk()], full].concat();
    when(given.clone(), &[Change::Tag(text("one more"))]).then_refused(too_many());
    when(given.clone(), &[Change::Tag(text("tag 00"))]).then_nothing();
    when(given.clone(), &[Change::Tag(text("one more")), Change::Untag(text("tag 00"))]).then_refused(too_many());
    when(given.clone(), &[Change::Untag(text("tag 00")), Change::Tag(text("one more"))])
        .then([Event::TodoUntagged { tag: text("tag 00") }, Event::TodoTagged { tag: text("one more") }]);
    let others: Vec<_> = (0..MAX_TAGS).map(|number| format!("other {number}")).collect();
    let others = tags(&others.iter().map(String::as_str).collect::<Vec<_>>());
    let state = when(given, &[Change::Tags(others.clone())]).state().expect("a todo");
    assert_eq!(state.tags, others, "all of a full set can be replaced at once");
}

/// All of the changes or none: those before the refused one did not happen either.
#[test]
fn a_refused_change_takes_the_others_with_it() {
    let full = when(vec![milk()], &[Change::Tags(numbered(MAX_TAGS))]).events();
    let given = [vec![milk()], full].concat();
    let changes = [Change::Title(text("new")), Change::Tag(text("one more")), Change::Completed(true)];
    when(given, &changes).then_refused(too_many());
}

/// What callers read: each refusal's code and fields are part of the contract with them.
#[test]
fn refusals_have_a_fixed_form() {
    let invalid = Invalid::new("due.zone", "is no known time zone", "use UTC");
    for (refusal, json, said) in [
        (Refusal::NotFound, r#"{"code":"not-found"}"#, "it does not exist"),
        (Refusal::AlreadyExists, r#"{"code":"already-exists"}"#, "it exists already"),
        (Refusal::Deleted, r#"{"code":"deleted"}"#, "it is deleted: restore it first"),
        (
            Refusal::VersionConflict { expected: 2, actual: 5 },
            r#"{"code":"version-conflict","expected":2,"actual":5}"#,
            "version 2 was expected but version 5 is current: read it again",
        ),
        (Refusal::CommandIdReused, r#"{"code":"command-id-reused"}"#, "this command id was used for another command: use a new one"),
        (Refusal::Forbidden { needs: Role::Editor }, r#"{"code":"forbidden","needs":"editor"}"#, "this needs the role editor"),
        (
            Refusal::RoleNeeded { list: ListId::with_members(uuid::Uuid::nil()), into: true },
            r#"{"code":"role-needed","list":"list-00000000-0000-8000-8000-000000000000","into":true}"#,
            "it depends on the role in a list",
        ),
        (Refusal::Archived, r#"{"code":"archived"}"#, "the list is archived: take it out of the archive first"),
        (
            Refusal::LimitReached { what: "todos in a list".into(), most: 10_000 },
            r#"{"code":"limit-reached","what":"todos in a list","most":10000}"#,
            "there may be at most 10000 todos in a list",
        ),
        (Refusal::Shared, r#"{"code":"shared"}"#, "others are in the list: give it to one of them, put them out of it, or delete it first"),
        (Refusal::Erased, r#"{"code":"erased"}"#, "this person has been erased"),
        (
            Refusal::Invalid(invalid),
            r#"{"code":"invalid","field":"due.zone","problem":"is no known time zone","remedy":"use UTC"}"#,
            "due.zone is no known time zone: use UTC",
        ),
    ] {
        // A new refusal does not compile here before it has a line above.
        match refusal {
            Refusal::NotFound | Refusal::AlreadyExists | Refusal::Deleted | Refusal::VersionConflict { .. } => {}
            Refusal::CommandIdReused | Refusal::Forbidden { .. } | Refusal::RoleNeeded { .. } | Refusal::Archived => {}
            Refusal::LimitReached { .. } | Refusal::Shared | Refusal::Erased | Refusal::Invalid(_) => {}
        }
        assert_eq!(serde_json::to_string(&refusal).unwrap(), json);
        assert_eq!(serde_json::from_str::<Refusal>(json).unwrap(), refusal);
        assert_eq!(refusal.to_string(), said);
    }
}
