//! That somebody is erased: what goes of each thing, what stays, and that nothing brings it back.

use domain::{
    Access, Aggregate, CommandId, Envelope, Grant, ListId, PersonId, Refusal, Role, SagaId, TodoId, Trace, UserId, fold,
    list::{self, TodoList},
    notification::{self, Notification, Subject},
    saga::{self, Batch, BatchCommand, Direction, ErasureStep, Item, Kind, Reason, Saga, Status, Tally, Work},
    todo::{self, Change, Draft, RemindAt, Todo},
    user::{self, SettingChange, User},
    webhook::{self, Webhook},
};
use proptest::prelude::*;
use testkit::{
    Scenario,
    samples::{at, fresh_command_id, text, user},
};
use uuid::Uuid;

use crate::{
    generators::{MARK, envelope, history},
    list::{added, created, deleted, given, invited},
};

fn operation() -> SagaId {
    SagaId::new(Uuid::from_u128(9))
}

/// The beginning of an erasure.
pub(crate) fn begins() -> saga::Command {
    let steps = ErasureStep::ALL.len() as u32;
    saga::Command::Start { kind: Kind::Erase, work: Work::Erase, undoes: None, list: None, items: 7, steps }
}

fn shared() -> ListId {
    ListId::with_members(Uuid::from_u128(7))
}

fn held(role: Role) -> Access {
    Access { grants: vec![Grant { list: shared(), role, archived: true, todos: 0 }], ..Access::default() }
}

/// A todo that `anna` made, of which she and `bob` are reminded.
fn todo_in(list: Option<ListId>) -> Vec<todo::Event> {
    let mut draft = Draft::titled(text("mow"));
    draft.list = list;
    draft.reminders = vec![RemindAt::Instant { at: at(60) }];
    let open = || Access { grants: vec![Grant { list: shared(), role: Role::Editor, archived: false, todos: 0 }], ..Access::default() };
    let empty = Scenario::<Todo>::given([]).with_access(open());
    let mut events = empty.when(todo::Command::Create(draft)).events();
    if list.is_some() {
        let reminded = Change::Reminders(vec![RemindAt::Instant { at: at(90) }]);
        let asked = Scenario::<Todo>::given(events.clone()).by("bob").with_access(open());
        events.extend(asked.when(todo::Command::Change { changes: vec![reminded] }).events());
    }
    events
}

#[test]
fn a_todo_of_their_own_goes_and_nothing_brings_it_back() {
    let given = || Scenario::<Todo>::given(todo_in(None));
    given().by("bob").when(todo::Command::Erase).then_refused(Refusal::NotFound);
    let erased = given().when(todo::Command::Erase).then([todo::Event::TodoErased {}]);
    let after = || Scenario::<Todo>::given(todo_in(None).into_iter().chain(erased.clone()));
    after().when(todo::Command::Erase).then_nothing();
    assert!(after().when(todo::Command::Erase).state().is_some_and(|todo| todo.is_erased()));
    after().when(todo::Command::Restore).then_refused(Refusal::NotFound);
    after().when(todo::Command::Create(Draft::titled(text("again")))).then_refused(Refusal::NotFound);
}

#[test]
fn in_a_list_it_depends_on_whose_the_list_is() {
    let given = |by: &'static str| Scenario::<Todo>::given(todo_in(Some(shared()))).by(by);
    let needed = Refusal::RoleNeeded { list: shared(), into: false };
    given("anna").when(todo::Command::Erase).then_refused(needed);
    // Whoever made it: what is in a list of theirs goes with them. Also where the list is put away.
    given("bob").with_access(held(Role::Owner)).when(todo::Command::Erase).then([todo::Event::TodoErased {}]);
    // In another's list it stays, without them.
    let left = given("anna").with_access(held(Role::Viewer)).when(todo::Command::Erase).state().expect("it stays");
    assert!(!left.names(&user("anna")) && left.names(&user("bob")) && !left.is_erased());
    assert_eq!((left.list, left.title.expose()), (shared(), "mow"));
    let of_bob = given("bob").with_access(held(Role::Editor)).when(todo::Command::Erase).state().expect("it stays");
    assert!(of_bob.names(&user("anna")) && !of_bob.names(&user("bob")));
    given("cy").with_access(held(Role::Viewer)).when(todo::Command::Erase).then_nothing();
}

proptest! {
    #[test]
    fn of_an_erased_todo_nothing_is_left_and_nothing_changes_it(history in history(), more in prop::collection::vec(envelope(), 0..10)) {
        let mut state = None;
        for envelope in &history {
            state = fold::<Todo>(state.clone(), &Todo::decide(&state, envelope).unwrap_or_default());
        }
        let erase = Envelope { command: todo::Command::Erase, principal: user("anna"), ..history[0].clone() };
        let events = Todo::decide(&state, &erase).expect("it is theirs");
        prop_assert_eq!(&events, &vec![todo::Event::TodoErased {}]);
        prop_assert!(events.iter().all(Todo::forgets));
        let erased = fold::<Todo>(state, &events);
        let json = serde_json::to_string(&erased).expect("JSON");
        prop_assert!(!json.contains(MARK) && !json.contains("anna"), "{json}");
        prop_assert_eq!(Todo::timers(&erased), vec![]);
        for envelope in more {
            prop_assert_eq!(Todo::decide(&erased, &envelope).unwrap_or_default(), vec![]);
        }
    }
}

#[test]
fn a_list_waits_for_whoever_knows_of_it() {
    let (close, reopen) = (list::Command::Close { operation: operation() }, list::Command::Reopen { operation: operation() });
    given([]).when(close.clone()).then_refused(Refusal::Shared);
    given([]).when(list::Command::Erase).then_refused(Refusal::Shared);
    // Whoever lies in the trash with it knows nothing of it.
    given([deleted()]).when(close.clone()).then_nothing();
    given([deleted()]).when(reopen.clone()).then_nothing();
    let erased = given([deleted()]).when(list::Command::Erase).then([list::Event::ListErased {}]);
    let after = || given([deleted()].into_iter().chain(erased.clone()));
    for by in ["anna", "ed"] {
        after().by(by).when(list::Command::Look).then_refused(Refusal::NotFound);
        after().by(by).when(list::Command::Erase).then_nothing();
    }
    assert!(after().when(list::Command::Erase).state().is_some_and(|list| list.is_erased() && !list.names(&user("ed"))));

    let alone = || Scenario::<TodoList>::given([created(), invited("inge", Role::Viewer, 3_600)]).on(shared().to_string());
    let closed = alone().when(close).then([list::Event::ListDeleted { deleted_by: user("anna"), operation: Some(operation()) }]);
    let closed = || Scenario::<TodoList>::given([created(), invited("inge", Role::Viewer, 3_600)].into_iter().chain(closed.clone()));
    closed().by("inge").when(list::Command::AcceptInvitation).then_refused(Refusal::NotFound);
    closed().when(reopen).then([list::Event::ListRestored { restored_by: user("anna") }]);
    closed().when(list::Command::Reopen { operation: SagaId::new(Uuid::from_u128(8)) }).then_nothing();
}

#[test]
fn whoever_is_in_anothers_list_leaves_it_and_takes_their_invitations_along() {
    let removed = list::Event::MemberRemoved { user: user("ed") };
    given([]).by("ed").when(list::Command::Erase).then([removed.clone()]);
    given([deleted()]).by("ed").when(list::Command::Erase).then([removed]);
    let declined = list::Event::InvitationDeclined { user: user("inge") };
    given([invited("inge", Role::Viewer, 3_600)]).by("inge").when(list::Command::Erase).then([declined]);
    given([]).by("stranger").when(list::Command::Erase).then_nothing();
    // Whom they had asked while it was theirs.
    let transferred = list::Event::OwnershipTransferred { from: user("anna"), to: user("ed") };
    let expected = [list::Event::MemberRemoved { user: user("anna") }, list::Event::InvitationWithdrawn { user: user("inge") }];
    let left = given([invited("inge", Role::Viewer, 3_600), transferred, added("mo", Role::Viewer)]).when(list::Command::Erase);
    left.then(expected);
}

#[test]
fn a_person_is_closed_and_erased_and_may_begin_anew() {
    use user::{Command, Event};
    let id = PersonId::of(&user("anna")).to_string();
    let given = |events: Vec<Event>| Scenario::<User>::given(events).on(id.clone());
    let named = Event::DisplayNameChanged { display_name: Some(text("Anna")) };
    let set = Command::ChangeSettings { changes: vec![SettingChange::DisplayName(Some(text("Ann")))] };
    let (operation, other) = (operation(), SagaId::new(Uuid::from_u128(8)));
    let begun = Event::UserErasureStarted { operation, at: at(0) };
    let erased = Event::UserErased { operation, at: at(0) };

    given(vec![]).when(Command::BeginErasure { operation }).then([begun.clone()]);
    given(vec![]).by("bob").when(Command::BeginErasure { operation }).then_refused(Refusal::NotFound);
    let edits = Access { most: Role::Editor, ..Access::default() };
    let refused = Refusal::Forbidden { needs: Role::Owner };
    given(vec![]).with_access(edits).when(Command::BeginErasure { operation }).then_refused(refused);
    given(vec![]).when(Command::Erase { operation }).then_nothing();
    given(vec![]).when(Command::BeginAnew).then_nothing();

    let closed = || given(vec![named.clone(), begun.clone()]);
    closed().when(set.clone()).then_refused(Refusal::Erased);
    closed().when(Command::BeginAnew).then_refused(Refusal::Erased);
    closed().when(Command::BeginErasure { operation }).then_nothing();
    closed().when(Command::BeginErasure { operation: other }).then_refused(Refusal::Erased);
    closed().when(Command::Erase { operation: other }).then_nothing();
    let stopped = closed().when(Command::StopErasure { operation }).then([Event::UserErasureStopped { operation }]);
    assert_eq!(given([vec![named.clone(), begun.clone()], stopped].concat()).when(set.clone()).events().len(), 1);
    closed().when(Command::Erase { operation }).then([erased.clone()]);

    let over = || given(vec![named.clone(), begun.clone(), erased.clone()]);
    over().when(set.clone()).then_refused(Refusal::Erased);
    over().when(Command::StopErasure { operation }).then_nothing();
    over().when(Command::Erase { operation }).then_nothing();
    let left = over().when(Command::Erase { operation }).state();
    assert!(left.settings.is_plain() && left.filters.is_empty() && left.erasure.is_some_and(|erasure| erasure.over));
    let anew = over().when(Command::BeginAnew).then([Event::UserBeganAnew { at: at(0) }]);
    let anew = || given([vec![named.clone(), begun.clone(), erased.clone()], anew.clone()].concat());
    anew().when(Command::BeginAnew).then_nothing();
    // What was to erase the one before does nothing to the new one.
    anew().when(Command::Erase { operation }).then_nothing();
    assert_eq!(anew().when(set).events().len(), 1);
}

#[test]
fn what_they_were_told_and_by_what_names_them_no_longer() {
    let subject = Subject::Reminder { todo: TodoId::new(Uuid::from_u128(1)), at: at(0), late: false };
    let started = notification::Event::NotificationStarted { owner: user("anna"), subject, at: at(0), until: at(60) };
    let given = || Scenario::<Notification>::given([started.clone()]);
    given().by("bob").when(notification::Command::Erase).then_refused(Refusal::NotFound);
    let state = given().when(notification::Command::Erase).state();
    assert_eq!(Notification::timers(&state), []);
    let state = state.expect("it is there");
    assert!(state.owner.is_nobody() && state.subject == Subject::Test);
    let erased = Scenario::<Notification>::given([started, notification::Event::NotificationErased {}]);
    erased.when(notification::Command::Erase).then_nothing();

    let secret = webhook::Event::WebhookSecretChanged { owner: user("anna"), generation: 3 };
    let hook = || Scenario::<Webhook>::given([secret.clone()]);
    hook().by("bob").when(webhook::Command::Erase).then_refused(Refusal::NotFound);
    let state = hook().when(webhook::Command::Erase).state();
    assert_eq!((state.owner, state.generation), (None, 3), "no secret comes twice");
    Scenario::<Webhook>::given([secret, webhook::Event::WebhookErased {}]).when(webhook::Command::Erase).then_nothing();
}

#[test]
fn operations_of_theirs_end_and_hold_nothing() {
    let (work, id) = (Work::CreateList { name: text("secret"), description: None }, operation());
    let start = saga::Command::Start { kind: Kind::ListCopy, work: work.clone(), undoes: None, list: Some(shared()), items: 1, steps: 1 };
    let begun = Scenario::<Saga>::given([]).on(id.to_string()).when(start).events();
    let given = || Scenario::<Saga>::given(begun.clone()).on(id.to_string());
    given().by("bob").when(saga::Command::Erase).then_refused(Refusal::NotFound);
    let state = given().when(saga::Command::Erase).state();
    assert_eq!((Saga::timers(&state), <Saga as saga::Process>::actions(&state)), (vec![], vec![]));
    let json = serde_json::to_string(&state).expect("JSON");
    assert!(!json.contains("secret") && !json.contains("anna"), "{json}");
    let fill = BatchCommand::Fill { saga: id, work, list: Some(shared()), items: vec![Item::List { list: shared(), version: None }] };
    let filled = Scenario::<Batch>::given([]).when(fill).events();
    let json = serde_json::to_string(&Scenario::<Batch>::given(filled).when(BatchCommand::Erase).state()).expect("JSON");
    assert!(!json.contains("secret") && !json.contains("anna"), "{json}");
}

fn told() -> impl Strategy<Value = saga::Command> {
    let direction = prop::sample::select(vec![Direction::Forward, Direction::Back]);
    let refused = prop::option::of(Just("list-shared".to_owned()));
    prop_oneof![
        6 => (0..6_u32, direction.clone(), refused)
            .prop_map(|(step, direction, refused)| saga::Command::StepTaken { step, direction, tally: Tally::default(), refused }),
        2 => (0..6_u32, direction, 1..4_u32).prop_map(|(step, direction, attempt)| {
            saga::Command::StepFailed { step, direction, attempt, problem: "actor-unavailable".into() }
        }),
        2 => Just(saga::Command::TakeAgain),
        1 => Just(saga::Command::Overdue),
        1 => Just(saga::Command::Retry),
        1 => Just(saga::Command::Abort),
    ]
}

proptest! {
    /// Behind its first step an erasure only goes on, whatever it is told and however long it takes.
    #[test]
    fn an_erasure_turns_back_from_its_first_step_alone(commands in prop::collection::vec(told(), 0..60)) {
        let mut state: Option<Saga> = None;
        for (command, second) in [begins()].into_iter().chain(commands).zip(0..) {
            let id = operation().to_string();
            let principal: UserId = if command == saga::Command::Abort { user("~operator") } else { user("anna") };
            let (expected_version, replayable, trace, access) = (None, false, Trace::default(), Access::default());
            let command_id: CommandId = fresh_command_id();
            let at = at(second * 3_600);
            let abort = command == saga::Command::Abort;
            let envelope = Envelope { command_id, aggregate_id: id, expected_version, principal, at, replayable, trace, access, command };
            let decided = Saga::decide(&state, &envelope);
            prop_assert!(!abort || decided.is_err(), "nobody can take it back");
            state = fold::<Saga>(state, &decided.unwrap_or_default());
            let saga = state.as_ref().expect("it began");
            prop_assert!(saga.direction == Direction::Forward || saga.step == 0);
            prop_assert!(saga.stopping.is_none_or(|reason| reason == Reason::Refused && saga.step == 0));
            prop_assert!(saga.status != Status::Compensated || saga.taken == 1);
            prop_assert!(saga.status != Status::Completed || saga.taken == 6);
            prop_assert!(Saga::timers(&state).len() <= 1, "nothing ends it but its end");
        }
        // It is left alone by its owner's erasure: it is what tells of it.
        let erase = Scenario::<Saga>::given([]).on(operation().to_string()).when(begins()).events();
        Scenario::<Saga>::given(erase).on(operation().to_string()).when(saga::Command::Erase).then_nothing();
    }
}
