//! Random histories of a few todos, of lists with members and of a person, as they lie in a feed.

use std::collections::HashMap;

use domain::{
    Access, Aggregate, CommandId, Envelope, EventRecord, Grant, ListId, PersonId, Role, TodoId, Trace, UserId,
    list::{self, TodoList},
    todo::{Change, Command, Draft, Due, Priority, Todo},
    user::{self, User},
};
use jiff::SignedDuration;
use ports::Delivery;
use proptest::{collection::vec, option, prelude::*, sample::select};
use testkit::samples::{at, due, order, tags, text};
use uuid::Uuid;

/// What is asked of whom, and when: in seconds after a fixed instant. Clocks of gateways differ, so times may go back.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    Todo(usize, i64, Command),
    Person(i64, user::Command),
    List(usize, i64, list::Command),
}

/// How many lists with members there are in a history.
const LISTS: usize = 2;

/// A feed in the making: it goes on from one history to the next.
#[derive(Default)]
pub(crate) struct Feed {
    offsets: HashMap<i32, i64>,
}

const PARTITIONS: u128 = 3;

fn a_due() -> impl Strategy<Value = Due> {
    let local = select(vec!["2026-06-01", "2026-06-01T12:30:00", "2026-03-29T02:30", "2026-10-25T02:30:00.5"]);
    (local, select(vec!["Europe/Berlin", "UTC", "Pacific/Kiritimati"])).prop_map(|(local, zone)| due(local, zone))
}

fn words() -> impl Strategy<Value = String> {
    let word = select(vec!["milk", "Zürich", "dentist", "письмо", "o'clock", "\\\\", "\"x\"", "漢字", "garden party", "call"]);
    vec(word, 1..5).prop_map(|words| words.join(" "))
}

fn a_list() -> impl Strategy<Value = ListId> {
    let personal = ["one", "two"].map(|name| ListId::derived(&"somebody".parse().unwrap(), name));
    select(personal.into_iter().chain((0..LISTS).map(shared)).collect::<Vec<_>>())
}

/// Stands for one of the lists with members, whose ids are each history's own.
fn shared(number: usize) -> ListId {
    ListId::with_members(Uuid::from_u128(number as u128))
}

/// What is asked of a list with members, once it is there.
fn asked_of_a_list() -> impl Strategy<Value = list::Command> {
    let member = || select(vec!["ben", "cyn"]).prop_map(|name| -> UserId { name.parse().unwrap() });
    let change = prop_oneof![
        words().prop_map(|words| list::Change::Name(text(&words))),
        option::of(words()).prop_map(|words| list::Change::Description(words.map(|words| text(&words)))),
        any::<bool>().prop_map(list::Change::Archived),
    ];
    prop_oneof![
        3 => vec(change, 1..3).prop_map(|changes| list::Command::Change { changes }),
        4 => (member(), select(vec![Role::Viewer, Role::Editor])).prop_map(|(user, role)| list::Command::PutMember { user, role }),
        1 => member().prop_map(|user| list::Command::RemoveMember { user }),
        1 => Just(list::Command::Delete),
        1 => Just(list::Command::Restore),
    ]
}

fn some_tags() -> impl Strategy<Value = domain::todo::Tags> {
    vec(select(vec!["home", "Work", "é", "two words"]), 0..3).prop_map(|words| tags(&words))
}

fn a_priority() -> impl Strategy<Value = Priority> {
    select(vec![Priority::Low, Priority::High, Priority::Urgent])
}

fn a_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        words().prop_map(|words| Change::Title(text(&words))),
        option::of(words()).prop_map(|words| Change::Description(words.map(|words| text(&words)))),
        any::<bool>().prop_map(Change::Completed),
        option::of(-9..9_i32).prop_map(|place| Change::Order(place.map(|place| order(f64::from(place) / 7.0)))),
        some_tags().prop_map(Change::Tags),
        option::of(a_priority()).prop_map(Change::Priority),
        option::of(a_due()).prop_map(Change::Due),
        a_list().prop_map(Change::List),
    ]
}

fn a_draft() -> impl Strategy<Value = Command> {
    let rest = (some_tags(), option::of(a_priority()), option::of(a_due()), option::of(a_list()), any::<bool>());
    (words(), rest).prop_map(|(words, (tags, priority, due, list, completed))| {
        Command::Create(Draft { tags, priority, due, list, completed, ..Draft::titled(text(&words)) })
    })
}

/// Of up to `todos` todos, some lists with members and a person.
pub(crate) fn histories(todos: usize) -> impl Strategy<Value = Vec<Asked>> {
    let asked = prop_oneof![
        2 => a_draft(),
        8 => vec(a_change(), 1..4).prop_map(|changes| Command::Change { changes }),
        1 => Just(Command::Delete),
        1 => Just(Command::Restore),
    ];
    let name = || select(vec!["mine", "später", "x"]).prop_map(text);
    let kept = prop_oneof![
        3 => (name(), words()).prop_map(|(name, query)| user::Command::SaveFilter { name, query: text(&query) }),
        1 => name().prop_map(|name| user::Command::RemoveFilter { name }),
    ];
    let one = prop_oneof![
        9 => (0..todos, 0..90_000_000_i64, asked).prop_map(|(todo, second, command)| Asked::Todo(todo, second, command)),
        1 => (0..90_000_000_i64, kept).prop_map(|(second, command)| Asked::Person(second, command)),
        2 => (0..LISTS, 0..90_000_000_i64, asked_of_a_list()).prop_map(|(list, second, command)| Asked::List(list, second, command)),
    ];
    let created = |list| Asked::List(list, 0, list::Command::Create { name: text("ours"), description: None });
    vec(one, 1..todos * 8).prop_map(move |asked| (0..LISTS).map(created).chain(asked).collect())
}

/// `command`, where lists with members are named by their ids.
fn in_lists(command: Command, ids: &[ListId]) -> Command {
    let real = |list: ListId| (0..LISTS).find(|number| shared(*number) == list).map_or(list, |number| ids[number]);
    match command {
        Command::Create(draft) => Command::Create(Draft { list: draft.list.map(real), ..draft }),
        Command::Change { changes } => {
            let change = |change| if let Change::List(list) = change { Change::List(real(list)) } else { change };
            Command::Change { changes: changes.into_iter().map(change).collect() }
        }
        other => other,
    }
}

impl Feed {
    /// What comes of it where `person` asks for all that, of new todos. What is refused leaves nothing.
    pub(crate) fn make(&mut self, person: &UserId, asked: Vec<Asked>) -> Vec<Delivery> {
        let mut todos: HashMap<usize, (TodoId, Option<Todo>, u64)> = HashMap::new();
        let (mut user, mut user_version, mut feed) = (User::default(), 0, vec![]);
        let ids: Vec<_> = (0..LISTS).map(|_| ListId::with_members(Uuid::now_v7())).collect();
        let mut lists = vec![(None, 0_u64); LISTS];
        for asked in asked {
            let records = match asked {
                Asked::Todo(number, second, command) => {
                    let (id, state, version) = todos.entry(number).or_insert_with(|| (TodoId::new(Uuid::now_v7()), None, 0));
                    let mut envelope = envelope(person, id.to_string(), second, in_lists(command, &ids));
                    let grant = |list: &ListId| Grant { list: *list, role: Role::Owner, archived: false, todos: 0 };
                    envelope.access = Access { grants: ids.iter().map(grant).collect(), ..Access::default() };
                    let Ok(events) = Todo::decide(state, &envelope) else { continue };
                    let records = EventRecord::of::<Todo>(&envelope, *version, &events);
                    *state = domain::fold::<Todo>(state.take(), &events);
                    *version += events.len() as u64;
                    records
                }
                Asked::List(number, second, command) => {
                    let (state, version) = &mut lists[number];
                    let envelope = envelope(person, ids[number].to_string(), second, command);
                    let Ok(events) = TodoList::decide(state, &envelope) else { continue };
                    let records = EventRecord::of::<TodoList>(&envelope, *version, &events);
                    *state = domain::fold::<TodoList>(state.take(), &events);
                    *version += events.len() as u64;
                    records
                }
                Asked::Person(second, command) => {
                    let envelope = envelope(person, PersonId::of(person).to_string(), second, command);
                    let Ok(events) = User::decide(&user, &envelope) else { continue };
                    let records = EventRecord::of::<User>(&envelope, user_version, &events);
                    user = domain::fold::<User>(user, &events);
                    user_version += events.len() as u64;
                    records
                }
            };
            feed.extend(records.into_iter().map(|record| self.deliver(record)));
        }
        feed
    }

    /// In the partition of its aggregate.
    pub(crate) fn deliver(&mut self, record: EventRecord) -> Delivery {
        let uuid: Uuid = record.aggregate_id.split_once('-').unwrap().1.parse().unwrap();
        let partition = (uuid.as_u128() % PARTITIONS) as i32;
        let offset = self.offsets.entry(partition).or_default();
        *offset += 1;
        Delivery::of(partition, *offset - 1, record)
    }
}

fn envelope<C>(person: &UserId, aggregate_id: String, second: i64, command: C) -> Envelope<C> {
    Envelope {
        command_id: CommandId::new(Uuid::now_v7()),
        aggregate_id,
        expected_version: None,
        principal: person.clone(),
        at: at(second) + SignedDuration::from_nanos(1_234),
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command,
    }
}
