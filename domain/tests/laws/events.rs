//! Every event: given what happened, when somebody asks, then it happens, and not where there is nothing to do.

use std::collections::BTreeSet;

use domain::{
    ListId,
    todo::{Change, Command, Draft, Event, Priority, Todo},
};
use testkit::{
    Scenario,
    samples::{due, order, tags, text, user},
};

use crate::recurring_todos::{again, done_once, skipped_once, weekly};

/// Makes a test of each scenario, and lists them all, so that none goes uncounted.
macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        mod scenario {
            $(#[test] fn $name() { super::$name(); })*
        }
        const ALL: &[fn() -> Vec<Event>] = &[$($name),*];
    };
}

scenarios![
    a_title_is_all_it_takes,
    all_can_be_said_at_once,
    it_can_be_done_before_it_is_created,
    retitled,
    described,
    completed,
    reopened,
    put_elsewhere_by_hand,
    tagged,
    untagged,
    all_tags_replaced,
    more_or_less_urgent,
    due_at_another_time,
    moved,
    comes_again,
    completed_to_come_again,
    skipped_to_come_again,
    reminded_of,
    passed_already,
    put_off,
    with_subtasks,
    other_subtasks,
    deleted,
    restored,
    erased,
    left_behind,
    several_changes_at_once,
    each_change_meets_what_the_ones_before_it_left,
];

#[test]
fn every_event_type_is_shown() {
    let type_of = |event: &Event| serde_json::to_value(event).unwrap()["eventType"].as_str().unwrap().to_owned();
    let shown: BTreeSet<_> = ALL.iter().flat_map(|scenario| scenario()).map(|event| type_of(&event)).collect();
    assert_eq!(shown, Event::TYPES.iter().map(|name| (*name).to_owned()).collect());
}

/// A todo of Anna's, with nothing but a title.
pub(crate) fn milk() -> Event {
    Event::TodoCreated {
        owner: user("anna"),
        list: ListId::inbox(&user("anna")),
        title: text("buy milk"),
        description: None,
        tags: tags(&[]),
        priority: None,
        due: None,
        order: None,
    }
}

pub(crate) fn when(given: Vec<Event>, changes: &[Change]) -> testkit::Outcome<Todo> {
    Scenario::given(given).when(Command::Change { changes: changes.to_vec() })
}

/// What `change` does to Anna's todo, and that doing it again does nothing.
fn once(mut given: Vec<Event>, change: Change, expected: Event) -> Vec<Event> {
    let happened = when(given.clone(), std::slice::from_ref(&change)).then([expected]);
    given.extend(happened.clone());
    when(given, &[change]).then_nothing();
    happened
}

fn comes_again() -> Vec<Event> {
    let mut given = again(weekly());
    let begun = given.pop().expect("the beginning of the series");
    let Event::RecurrenceChanged { recurrence: Some(series) } = &begun else { panic!("it begins") };
    once(given, Change::Recurrence(Some(series.repeat())), begun)
}

fn completed_to_come_again() -> Vec<Event> {
    when(again(weekly()), &[Change::Completed(true)]).then([done_once()])
}

fn skipped_to_come_again() -> Vec<Event> {
    Scenario::<Todo>::given(again(weekly())).when(Command::Skip).then([skipped_once()])
}

fn reminded_of() -> Vec<Event> {
    let mut happened = crate::reminders::set();
    happened.extend(crate::reminders::rung());
    happened
}

fn passed_already() -> Vec<Event> {
    crate::reminders::passed()
}

fn put_off() -> Vec<Event> {
    crate::reminders::snoozed()
}

fn with_subtasks() -> Vec<Event> {
    crate::subtasks::added()
}

fn other_subtasks() -> Vec<Event> {
    crate::subtasks::changed()
}

fn a_title_is_all_it_takes() -> Vec<Event> {
    Scenario::<Todo>::given([]).when(Command::Create(Draft::titled(text("buy milk")))).then([milk()])
}

fn full_draft() -> Draft {
    Draft {
        title: text("buy milk"),
        description: Some(text("oat, two litres")),
        list: Some(ListId::derived(&user("anna"), "shopping")),
        tags: tags(&["shop", "home"]),
        priority: Some(Priority::High),
        due: Some(due("2026-11-24T09:00", "Europe/Berlin")),
        recurrence: None,
        subtasks: vec![],
        reminders: vec![],
        order: Some(order(1.5)),
        completed: false,
    }
}

fn created(by: &str, draft: &Draft) -> Event {
    let Draft { title, description, list, tags, priority, due, recurrence: _, subtasks: _, reminders: _, order, completed: _ } =
        draft.clone();
    Event::TodoCreated {
        owner: user(by),
        list: list.unwrap_or_else(|| ListId::inbox(&user(by))),
        title,
        description,
        tags,
        priority,
        due,
        order,
    }
}

fn all_can_be_said_at_once() -> Vec<Event> {
    let draft = full_draft();
    let outcome = Scenario::<Todo>::given([]).by("bob").when(Command::Create(draft.clone()));
    let happened = outcome.then([created("bob", &draft)]);
    let state = domain::fold::<Todo>(None, &happened).expect("a todo");
    assert_eq!(state.owner, user("bob"));
    assert_eq!(Some(state.list), draft.list);
    assert_eq!((state.title, state.description, state.tags), (draft.title, draft.description, draft.tags));
    assert_eq!((state.priority, state.due, state.order), (draft.priority, draft.due, draft.order));
    assert!(!state.completed && !state.deleted);
    happened
}

fn it_can_be_done_before_it_is_created() -> Vec<Event> {
    let draft = Draft { completed: true, ..full_draft() };
    let outcome = Scenario::<Todo>::given([]).when(Command::Create(draft.clone()));
    outcome.then([created("anna", &draft), Event::TodoCompleted { completed_by: user("anna") }])
}

fn retitled() -> Vec<Event> {
    when(vec![milk()], &[Change::Title(text("buy milk"))]).then_nothing();
    // Only in case: another title all the same.
    once(vec![milk()], Change::Title(text("Buy milk")), Event::TitleChanged { title: text("Buy milk") })
}

fn described() -> Vec<Event> {
    when(vec![milk()], &[Change::Description(None)]).then_nothing();
    let description = Some(text("oat"));
    let mut happened = once(vec![milk()], Change::Description(description.clone()), Event::DescriptionChanged { description });
    let given = [vec![milk()], happened.clone()].concat();
    happened.extend(once(given, Change::Description(None), Event::DescriptionChanged { description: None }));
    happened
}

fn completed() -> Vec<Event> {
    once(vec![milk()], Change::Completed(true), Event::TodoCompleted { completed_by: user("anna") })
}

fn reopened() -> Vec<Event> {
    when(vec![milk()], &[Change::Completed(false)]).then_nothing();
    let done = Event::TodoCompleted { completed_by: user("anna") };
    once(vec![milk(), done], Change::Completed(false), Event::TodoReopened { reopened_by: user("anna") })
}

fn put_elsewhere_by_hand() -> Vec<Event> {
    when(vec![milk()], &[Change::Order(None)]).then_nothing();
    let place = Some(order(-3.25));
    let happened = once(vec![milk()], Change::Order(place), Event::OrderChanged { order: place });
    let given = [vec![milk()], happened].concat();
    when(given.clone(), &[Change::Order(Some(order(-3.25)))]).then_nothing();
    once(given, Change::Order(None), Event::OrderChanged { order: None })
}

fn tagged() -> Vec<Event> {
    let happened = once(vec![milk()], Change::Tag(text("home")), Event::TodoTagged { tag: text("home") });
    let given = [vec![milk()], happened].concat();
    once(given, Change::Tag(text("Home")), Event::TodoTagged { tag: text("Home") })
}

fn untagged() -> Vec<Event> {
    when(vec![milk()], &[Change::Untag(text("home"))]).then_nothing();
    let given = vec![milk(), Event::TodoTagged { tag: text("home") }];
    once(given, Change::Untag(text("home")), Event::TodoUntagged { tag: text("home") })
}

fn all_tags_replaced() -> Vec<Event> {
    when(vec![milk()], &[Change::Tags(tags(&[]))]).then_nothing();
    let given = vec![created("anna", &full_draft())];
    when(given.clone(), &[Change::Tags(tags(&["home", "shop"]))]).then_nothing();
    let change = [Change::Tags(tags(&["home", "new", "also"]))];
    when(given, &change).then([
        Event::TodoUntagged { tag: text("shop") },
        Event::TodoTagged { tag: text("also") },
        Event::TodoTagged { tag: text("new") },
    ])
}

fn more_or_less_urgent() -> Vec<Event> {
    when(vec![milk()], &[Change::Priority(None)]).then_nothing();
    let priority = Some(Priority::Urgent);
    let happened = once(vec![milk()], Change::Priority(priority), Event::PriorityChanged { priority });
    let given = [vec![milk()], happened].concat();
    once(given, Change::Priority(None), Event::PriorityChanged { priority: None })
}

fn due_at_another_time() -> Vec<Event> {
    when(vec![milk()], &[Change::Due(None)]).then_nothing();
    let (berlin, paris) = (due("2026-11-24T09:00", "Europe/Berlin"), due("2026-11-24T09:00", "Europe/Paris"));
    let mut given = vec![milk()];
    given.extend(once(given.clone(), Change::Due(Some(berlin.clone())), Event::DueChanged { due: Some(berlin) }));
    // The same instant in another zone is another due time: the zones' rules may part one day.
    given.extend(once(given.clone(), Change::Due(Some(paris.clone())), Event::DueChanged { due: Some(paris) }));
    once(given, Change::Due(None), Event::DueChanged { due: None })
}

fn moved() -> Vec<Event> {
    let (inbox, shopping) = (ListId::inbox(&user("anna")), ListId::derived(&user("anna"), "shopping"));
    when(vec![milk()], &[Change::List(inbox)]).then_nothing();
    once(vec![milk()], Change::List(shopping), Event::TodoMoved { from: inbox, to: shopping })
}

fn deleted() -> Vec<Event> {
    let happened = Scenario::<Todo>::given([milk()]).when(Command::Delete).then([Event::TodoDeleted { deleted_by: user("anna") }]);
    let given = [vec![milk()], happened.clone()].concat();
    Scenario::<Todo>::given(given).when(Command::Delete).then_nothing();
    happened
}

fn erased() -> Vec<Event> {
    Scenario::<Todo>::given([milk()]).when(Command::Erase).then([Event::TodoErased {}])
}

/// In a list of somebody else's.
fn left_behind() -> Vec<Event> {
    let list = ListId::with_members(uuid::Uuid::from_u128(7));
    let grant = domain::Grant { list, role: domain::Role::Viewer, archived: false, todos: 0 };
    let access = domain::Access { grants: vec![grant], ..domain::Access::default() };
    let given = [milk(), Event::TodoMoved { from: ListId::inbox(&user("anna")), to: list }];
    Scenario::<Todo>::given(given).with_access(access).when(Command::Erase).then([Event::TodoLeft { person: user("anna") }])
}

/// It comes back as it was, done or not.
fn restored() -> Vec<Event> {
    Scenario::<Todo>::given([milk()]).when(Command::Restore).then_nothing();
    let before = vec![milk(), Event::TodoCompleted { completed_by: user("anna") }];
    let given = [before.clone(), vec![Event::TodoDeleted { deleted_by: user("anna") }]].concat();
    let happened = Scenario::<Todo>::given(given.clone()).when(Command::Restore).then([Event::TodoRestored { restored_by: user("anna") }]);
    let given = [given, happened.clone()].concat();
    assert_eq!(domain::fold::<Todo>(None, &given), domain::fold::<Todo>(None, &before));
    Scenario::<Todo>::given(given).when(Command::Restore).then_nothing();
    happened
}

fn several_changes_at_once() -> Vec<Event> {
    let changes = [
        Change::Title(text("buy bread")),
        Change::Order(None),
        Change::Tag(text("shop")),
        Change::Priority(Some(Priority::Low)),
        Change::Completed(true),
    ];
    when(vec![milk()], &changes).then([
        Event::TitleChanged { title: text("buy bread") },
        Event::TodoTagged { tag: text("shop") },
        Event::PriorityChanged { priority: Some(Priority::Low) },
        Event::TodoCompleted { completed_by: user("anna") },
    ])
}

fn each_change_meets_what_the_ones_before_it_left() -> Vec<Event> {
    when(vec![milk()], &[]).then_nothing();
    when(vec![milk()], &[Change::Completed(true), Change::Completed(false)]).then_nothing();
    let changes = [Change::Title(text("one")), Change::Title(text("two")), Change::Tag(text("x")), Change::Tag(text("x"))];
    when(vec![milk()], &changes).then([
        Event::TitleChanged { title: text("one") },
        Event::TitleChanged { title: text("two") },
        Event::TodoTagged { tag: text("x") },
    ])
}
