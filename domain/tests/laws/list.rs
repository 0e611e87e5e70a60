//! Lists with members: what happens when, who may do what, and what holds whatever people ask.

use domain::{
    Access, Aggregate, Envelope, EventRecord, Invalid, ListId, Refusal, Role, SagaId, fold,
    list::{Change, Command, Event, ListState, MAX_MEMBERS, TodoList},
};
use proptest::{option, prelude::*, sample::select};
use testkit::{
    Scenario,
    samples::{at, text, user},
};
use uuid::Uuid;

use crate::{contract::check, variants::every_variant};

fn id() -> String {
    ListId::with_members(Uuid::from_u128(7)).to_string()
}

pub(crate) fn created() -> Event {
    Event::ListCreated { owner: user("anna"), name: text("garden"), description: None }
}

pub(crate) fn added(name: &str, role: Role) -> Event {
    Event::MemberAdded { user: user(name), role }
}

/// Anna's list with an editor, Ed, and a viewer, Vi.
pub(crate) fn shared() -> Vec<Event> {
    vec![created(), added("ed", Role::Editor), added("vi", Role::Viewer)]
}

pub(crate) fn given(more: impl IntoIterator<Item = Event>) -> Scenario<TodoList> {
    Scenario::given(shared().into_iter().chain(more)).on(id())
}

fn change(change: Change) -> Command {
    Command::Change { changes: vec![change] }
}

pub(crate) fn put(name: &str, role: Role) -> Command {
    Command::PutMember { user: user(name), role }
}

fn remove(name: &str) -> Command {
    Command::RemoveMember { user: user(name) }
}

/// Anna invited somebody, until so many seconds after the beginning.
pub(crate) fn invited(name: &str, role: Role, until: i64) -> Event {
    Event::MemberInvited { user: user(name), role, invited_by: user("anna"), expires: at(until) }
}

pub(crate) fn invite(name: &str, role: Role, until: Option<i64>) -> Command {
    Command::Invite { user: user(name), role, expires: until.map(at) }
}

pub(crate) fn deleted() -> Event {
    Event::ListDeleted { deleted_by: user("anna"), operation: None }
}

fn archived() -> Event {
    Event::ListArchived { archived_by: user("anna") }
}

#[test]
fn whoever_makes_a_list_owns_it() {
    let create = Command::Create { name: text("garden"), description: Some(text("with the neighbours")) };
    let made = Event::ListCreated { owner: user("anna"), name: text("garden"), description: Some(text("with the neighbours")) };
    Scenario::<TodoList>::given([]).on(id()).when(create.clone()).then([made]);
    given([]).when(create.clone()).then_refused(Refusal::AlreadyExists);
    given([]).by("stranger").when(create.clone()).then_refused(Refusal::NotFound);
    let other = Scenario::<TodoList>::given([]).on(ListId::inbox(&user("anna")).to_string()).when(create);
    other.then_refused(Invalid::new("id", "is no id of a list with members", "let the platform name it").into());
    Scenario::<TodoList>::given([]).on(id()).when(Command::Look).then_refused(Refusal::NotFound);
}

#[test]
fn it_is_named_described_and_put_away() {
    given([]).when(change(Change::Name(text("yard")))).then([Event::ListRenamed { name: text("yard") }]);
    given([]).when(change(Change::Name(text("garden")))).then_nothing();
    let described = Event::ListDescriptionChanged { description: Some(text("roses")) };
    given([]).when(change(Change::Description(Some(text("roses"))))).then([described.clone()]);
    given([described]).when(change(Change::Description(None))).then([Event::ListDescriptionChanged { description: None }]);
    given([]).when(change(Change::Archived(true))).then([archived()]);
    given([archived()]).when(change(Change::Archived(true))).then_nothing();
    given([archived()]).when(change(Change::Name(text("yard")))).then_refused(Refusal::Archived);
    let out_and_renamed = Command::Change { changes: vec![Change::Archived(false), Change::Name(text("yard"))] };
    let out = Event::ListUnarchived { unarchived_by: user("anna") };
    given([archived()]).when(out_and_renamed).then([out, Event::ListRenamed { name: text("yard") }]);
    let there_and_back = Command::Change { changes: vec![Change::Name(text("yard")), Change::Name(text("garden"))] };
    given([]).when(there_and_back).then_nothing();
}

#[test]
fn members_come_change_and_go() {
    given([]).when(put("bob", Role::Viewer)).then([added("bob", Role::Viewer)]);
    given([]).when(put("ed", Role::Editor)).then_nothing();
    given([]).when(put("ed", Role::Viewer)).then([Event::MemberRoleChanged { user: user("ed"), role: Role::Viewer }]);
    given([]).when(remove("ed")).then([Event::MemberRemoved { user: user("ed") }]);
    given([]).when(remove("bob")).then_nothing();
    given([]).when(put("anna", Role::Owner)).then_nothing();
    for owner in [put("anna", Role::Editor), remove("anna")] {
        let Refusal::Invalid(invalid) = given([]).when(owner).refusal() else { panic!("another refusal") };
        assert_eq!((&*invalid.field, &*invalid.problem), ("user", "owns the list"));
    }
    let Refusal::Invalid(second) = given([]).when(put("ed", Role::Owner)).refusal() else { panic!("another refusal") };
    assert_eq!(second.problem, "would make a second owner");
    let full = (2..MAX_MEMBERS).map(|number| added(&format!("member-{number}"), Role::Viewer));
    let full = || given(full.clone());
    full().when(put("one-more", Role::Viewer)).then_refused(Refusal::LimitReached { what: "members of a list".into(), most: 100 });
    full().when(put("ed", Role::Viewer)).then([Event::MemberRoleChanged { user: user("ed"), role: Role::Viewer }]);
}

#[test]
fn it_is_given_to_a_member_and_whoever_had_it_stays() {
    let given_away = Event::OwnershipTransferred { from: user("anna"), to: user("vi") };
    let transfer = |to| Command::TransferOwnership { to: user(to) };
    given([]).when(transfer("vi")).then([given_away.clone()]);
    given([]).when(transfer("anna")).then_nothing();
    let Refusal::Invalid(stranger) = given([]).when(transfer("bob")).refusal() else { panic!("another refusal") };
    assert_eq!(stranger.problem, "is not in the list");
    given([given_away.clone()]).when(Command::Delete).then_refused(Refusal::Forbidden { needs: Role::Owner });
    given([given_away.clone()]).by("vi").when(Command::Delete).then([Event::ListDeleted { deleted_by: user("vi"), operation: None }]);
    given([given_away]).by("vi").when(remove("anna")).then([Event::MemberRemoved { user: user("anna") }]);
}

#[test]
fn of_one_in_the_trash_only_its_owner_knows() {
    given([]).when(Command::Delete).then([deleted()]);
    given([deleted()]).when(Command::Delete).then_nothing();
    let operation = SagaId::derived(&user("ana"), "x");
    let with = Event::ListDeleted { deleted_by: user("anna"), operation: Some(operation) };
    given([]).when(Command::DeleteWith { operation }).then([with.clone()]);
    given([deleted()]).when(Command::DeleteWith { operation }).then_nothing();
    assert_eq!(given([with.clone()]).when(Command::Look).state().map(|list| list.deleted_with), Some(Some(operation)));
    assert_eq!(given([with]).when(Command::Restore).state().map(|list| list.deleted_with), Some(None));
    given([deleted()]).when(Command::Restore).then([Event::ListRestored { restored_by: user("anna") }]);
    given([]).when(Command::Restore).then_nothing();
    for command in [change(Change::Name(text("yard"))), put("bob", Role::Viewer), remove("ed")] {
        given([deleted()]).when(command).then_refused(Refusal::Deleted);
    }
    for member in ["ed", "vi", "stranger"] {
        given([deleted()]).by(member).when(Command::Look).then_refused(Refusal::NotFound);
    }
}

/// Who may do what: every command, by every role, by whoever is invited and by a stranger, to whom there is nothing. Which commands
/// and changes there are, the types themselves say: one without a row fails.
#[test]
fn roles_and_commands() {
    #[rustfmt::skip]
    let table: [(&str, Command, [bool; 5]); 20] = [
        //                                                                                     viewer, editor, owner, invited, stranger
        ("look", Command::Look,                                                                [true,  true,   true,  false,   false]),
        ("rename", change(Change::Name(text("yard"))),                                         [false, true,   true,  false,   false]),
        ("describe", change(Change::Description(Some(text("x")))),                             [false, true,   true,  false,   false]),
        ("change nothing", Command::Change { changes: vec![] },                                [false, true,   true,  false,   false]),
        ("archive", change(Change::Archived(true)),                                            [false, false,  true,  false,   false]),
        ("rename and archive", Command::Change { changes: vec![Change::Name(text("y")), Change::Archived(true)] },
                                                                                               [false, false,  true,  false,   false]),
        ("add", put("bob", Role::Viewer),                                                      [false, false,  true,  false,   false]),
        ("promote", put("vi", Role::Editor),                                                   [false, false,  true,  false,   false]),
        ("remove another", remove("mo"),                                                       [false, false,  true,  false,   false]),
        ("invite", invite("bob", Role::Viewer, None),                                          [false, false,  true,  false,   false]),
        ("withdraw", Command::WithdrawInvitation { user: user("inge") },                       [false, false,  true,  false,   false]),
        ("withdraw another", Command::WithdrawInvitation { user: user("ivo") },                [false, false,  true,  false,   false]),
        ("expire", Command::ExpireInvitations { due: at(3_600) },                              [false, false,  true,  false,   false]),
        ("accept", Command::AcceptInvitation,                                                  [true,  true,   true,  true,    false]),
        ("decline", Command::DeclineInvitation,                                                [false, false,  false, true,    false]),
        ("transfer", Command::TransferOwnership { to: user("ed") },                            [false, false,  true,  false,   false]),
        ("delete", Command::Delete,                                                            [false, false,  true,  false,   false]),
        ("delete with", Command::DeleteWith { operation: SagaId::derived(&user("mo"), "x") },   [false, false,  true,  false,   false]),
        ("restore", Command::Restore,                                                          [false, false,  true,  false,   false]),
        ("reopen", Command::Reopen { operation: SagaId::derived(&user("mo"), "x") },           [false, false,  true,  false,   false]),
    ];
    let covered = table.iter().map(|(_, command, _)| command).collect::<Vec<_>>();
    let create = Command::Create { name: text("garden"), description: None };
    // Of what is not their owner's alone to do, `erasure.rs` tells more.
    let close = Command::Close { operation: SagaId::derived(&user("mo"), "x") };
    every_variant(covered.iter().copied().chain([&create, &close, &Command::Erase]), "do");
    let changes = covered.iter().filter_map(|command| if let Command::Change { changes } = command { Some(changes) } else { None });
    every_variant(changes.flatten(), "set");

    let people = ["vi", "ed", "anna", "inge", "stranger"];
    let world = || given([added("mo", Role::Viewer), invited("inge", Role::Viewer, 3_600), invited("ivo", Role::Editor, 3_600)]);
    for (what, command, may) in table {
        for (name, may) in people.into_iter().zip(may) {
            let role = [("vi", Role::Viewer), ("ed", Role::Editor), ("anna", Role::Owner)].into_iter().find(|(of, _)| *of == name);
            // A token can take away, and gives nothing.
            for most in Role::ALL {
                let outcome = world().by(name).with_access(Access { most, ..Access::default() }).when(command.clone());
                let what = format!("{what} by {name} with a token of {most}");
                match role {
                    Some((_, role)) if !matches!(command, Command::AcceptInvitation | Command::DeclineInvitation) => {
                        let needs = command.needs(&user(name));
                        assert_eq!(may, role >= needs, "{what}");
                        assert_eq!(outcome.is_refused(), !may || most < needs, "{what}");
                        if outcome.is_refused() {
                            assert_eq!(outcome.refusal(), Refusal::Forbidden { needs }, "{what}");
                        }
                    }
                    // Who is in it already has nothing to say to an invitation.
                    Some(_) => assert_eq!(outcome.is_refused(), !may, "{what}"),
                    None if may && most == Role::Viewer => {
                        assert_eq!(outcome.refusal(), Refusal::Forbidden { needs: Role::Editor }, "{what}")
                    }
                    None if may => assert!(!outcome.is_refused(), "{what}"),
                    None => assert_eq!(outcome.refusal(), Refusal::NotFound, "{what}"),
                }
            }
        }
    }
    for name in people {
        let outcome = world().by(name).when(create.clone());
        assert_eq!(outcome.refusal(), if ["inge", "stranger"].contains(&name) { Refusal::NotFound } else { Refusal::AlreadyExists });
    }
    // Whoever is in it may leave.
    for name in ["vi", "ed"] {
        given([]).by(name).when(remove(name)).then([Event::MemberRemoved { user: user(name) }]);
    }
}

/// The form in which each event is stored: it never changes.
#[test]
fn events_are_stored_so() {
    let (anna, ed) = (r#""anna""#, r#""ed""#);
    let expected = [
        (created(), format!(r#"{{"owner":{anna},"name":"garden"}}"#)),
        (Event::ListRenamed { name: text("yard") }, r#"{"name":"yard"}"#.into()),
        (Event::ListDescriptionChanged { description: None }, r#"{"description":null}"#.into()),
        (archived(), format!(r#"{{"archivedBy":{anna}}}"#)),
        (Event::ListUnarchived { unarchived_by: user("anna") }, format!(r#"{{"unarchivedBy":{anna}}}"#)),
        (added("ed", Role::Editor), format!(r#"{{"user":{ed},"role":"editor"}}"#)),
        (Event::MemberRoleChanged { user: user("ed"), role: Role::Viewer }, format!(r#"{{"user":{ed},"role":"viewer"}}"#)),
        (Event::MemberRemoved { user: user("ed") }, format!(r#"{{"user":{ed}}}"#)),
        (Event::OwnershipTransferred { from: user("anna"), to: user("ed") }, format!(r#"{{"from":{anna},"to":{ed}}}"#)),
        (deleted(), format!(r#"{{"deletedBy":{anna}}}"#)),
        (Event::ListRestored { restored_by: user("anna") }, format!(r#"{{"restoredBy":{anna}}}"#)),
        (
            invited("ed", Role::Editor, 60),
            format!(r#"{{"user":{ed},"role":"editor","invitedBy":{anna},"expires":"2026-06-01T12:01:00Z"}}"#),
        ),
        (Event::InvitationAccepted { user: user("ed") }, format!(r#"{{"user":{ed}}}"#)),
        (Event::InvitationDeclined { user: user("ed") }, format!(r#"{{"user":{ed}}}"#)),
        (Event::InvitationWithdrawn { user: user("ed") }, format!(r#"{{"user":{ed}}}"#)),
        (Event::InvitationExpired { user: user("ed") }, format!(r#"{{"user":{ed}}}"#)),
        (Event::ListErased {}, "{}".into()),
    ];
    for (event, (name, data)) in expected.iter().map(|(event, data)| (event, (Event::TYPES, data))) {
        let json = serde_json::to_value(event).expect("JSON");
        assert!(name.contains(&json["eventType"].as_str().expect("a type")));
        assert_eq!(json["data"].to_string(), serde_json::from_str::<serde_json::Value>(data).expect("JSON").to_string());
    }
    assert_eq!(expected.len(), Event::TYPES.len(), "every event type");
    // What a person wrote is shown to nobody by accident.
    assert!(!format!("{:?}", expected[0].0).contains("garden"));
}

fn a_role() -> impl Strategy<Value = Role> {
    select(Role::ALL.to_vec())
}

fn somebody() -> impl Strategy<Value = domain::UserId> {
    select(vec!["anna", "ed", "vi", "bob"]).prop_map(user)
}

fn command() -> impl Strategy<Value = Command> {
    let change = prop_oneof![
        "[ab]".prop_map(|name| Change::Name(text(&name))),
        option::of("[ab]").prop_map(|words| Change::Description(words.map(|words| text(&words)))),
        any::<bool>().prop_map(Change::Archived),
    ];
    prop_oneof![
        1 => "[ab]".prop_map(|name| Command::Create { name: text(&name), description: None }),
        4 => prop::collection::vec(change, 0..4).prop_map(|changes| Command::Change { changes }),
        4 => (somebody(), a_role()).prop_map(|(user, role)| Command::PutMember { user, role }),
        2 => somebody().prop_map(|user| Command::RemoveMember { user }),
        2 => somebody().prop_map(|to| Command::TransferOwnership { to }),
        4 => (somebody(), a_role(), option::of(-10..100_i64))
            .prop_map(|(user, role, until)| Command::Invite { user, role, expires: until.map(at) }),
        1 => somebody().prop_map(|user| Command::WithdrawInvitation { user }),
        3 => Just(Command::AcceptInvitation),
        1 => Just(Command::DeclineInvitation),
        1 => (0..100_i64).prop_map(|due| Command::ExpireInvitations { due: at(due) }),
        1 => Just(Command::Delete),
        2 => Just(Command::Restore),
        1 => (0..2_u128).prop_map(|number| Command::Close { operation: SagaId::new(Uuid::from_u128(number)) }),
        1 => (0..2_u128).prop_map(|number| Command::Reopen { operation: SagaId::new(Uuid::from_u128(number)) }),
        1 => Just(Command::Erase),
        1 => Just(Command::Look),
    ]
}

fn envelope() -> impl Strategy<Value = Envelope<Command>> {
    (somebody(), command(), any::<u128>()).prop_map(|(principal, command, number)| Envelope {
        command_id: domain::CommandId::new(Uuid::from_u128(number)),
        aggregate_id: id(),
        expected_version: None,
        principal,
        at: at(0),
        replayable: false,
        trace: domain::Trace::default(),
        access: Access::default(),
        command,
    })
}

/// A list's states one after the other, each with what led to it.
fn live(history: &[Envelope<Command>]) -> Vec<(ListState, Vec<Event>, ListState)> {
    let mut state = fold::<TodoList>(None, &[created()]);
    let step = |envelope: &Envelope<Command>| {
        let events = TodoList::decide(&state, envelope).unwrap_or_default();
        let before = state.clone();
        state = fold::<TodoList>(before.clone(), &events);
        (before, events, state.clone())
    };
    history.iter().map(step).collect()
}

proptest! {
    #[test]
    fn a_list_has_one_owner_who_is_no_member_and_bounded_members(history in prop::collection::vec(envelope(), 0..40)) {
        for (_, _, state) in live(&history) {
            let list = state.expect("it was created");
            prop_assert!(!list.members.contains_key(&list.owner));
            prop_assert!(list.members.values().all(|role| *role < Role::Owner));
            prop_assert!(list.members.len() + list.invitations.len() <= MAX_MEMBERS);
            prop_assert!(list.invitations.keys().all(|user| list.role_of(user).is_none()), "nobody in it is invited to it");
            prop_assert_eq!(list.everybody().filter(|(_, role)| *role == Role::Owner).count(), 1);
        }
    }

    #[test]
    fn what_was_done_is_not_done_again_and_each_event_changes_something(history in prop::collection::vec(envelope(), 1..40)) {
        for ((before, events, after), envelope) in live(&history).into_iter().zip(&history) {
            prop_assert_eq!(before == after, events.is_empty());
            if let Ok(again) = TodoList::decide(&after, envelope) {
                prop_assert_eq!(again, vec![]);
            }
            let mut state = before;
            for event in &events {
                let next = TodoList::evolve(state.clone(), event);
                prop_assert_ne!(&next, &state);
                state = next;
            }
        }
    }

    #[test]
    fn stored_events_give_the_live_state(history in prop::collection::vec(envelope(), 0..40)) {
        let mut state = fold::<TodoList>(None, &[created()]);
        for ((_, events, after), envelope) in live(&history).into_iter().zip(&history) {
            for record in EventRecord::of::<TodoList>(envelope, 1, &events) {
                let json = serde_json::to_value(&record).expect("JSON");
                prop_assert_eq!(check(&json), Ok(&*record.event_type), "it is in the contract");
                let stored = serde_json::to_string(&record).expect("JSON");
                let read = TodoList::upcast(&serde_json::from_str(&stored).expect("a record")).expect("an event");
                state = TodoList::evolve(state, &read);
            }
            prop_assert_eq!(&state, &after);
            let json = serde_json::to_string(&after).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<ListState>(&json).expect("a list"), after);
        }
    }
}
