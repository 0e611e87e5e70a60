//! Whatever people may ask, at random. Values come from small pools, so that they meet again.

use domain::{
    Envelope, ListId, Text, TodoId, Trace, UserId,
    recurrence::{Basis, Repeat, Rule},
    todo::{Change, Command, Draft, Due, Later, Order, Priority, RemindAt, ReminderId, Subtask, SubtaskDraft, Tags},
};
use jiff::SignedDuration;
use proptest::{option, prelude::*, sample::select};
use testkit::samples::{at, due, order, user};
use uuid::Uuid;

/// Every text that a person wrote begins with this, and nothing else has it.
pub(crate) const MARK: &str = "Zq§";

/// A few texts that come again and again, and many that do not.
fn text<const MAX: usize>() -> impl Strategy<Value = Text<MAX>> {
    let words = prop_oneof![4 => "[abc]", 1 => "[ \"\\\\<&/a-z\u{0}-\u{2}Äß漢🦀\u{301}\u{2028}\n\t]{0,30}"];
    words.prop_filter_map("has a control character", |words| Text::parse("text", &format!("{MARK}{words}")).ok())
}

fn tags() -> impl Strategy<Value = Tags> {
    prop::collection::btree_set(text(), 0..6).prop_map(|tags| Tags::try_from(tags).expect("not too many"))
}

fn priority() -> impl Strategy<Value = Priority> {
    select(vec![Priority::Low, Priority::Medium, Priority::High, Priority::Urgent])
}

pub(crate) fn a_due() -> impl Strategy<Value = Due> {
    let local = select(vec!["2026-03-29", "2026-03-29T02:30", "2026-10-25T02:30:00.000000001", "0001-01-01", "9999-12-31T23:59:59"]);
    let zone = select(vec!["Europe/Berlin", "UTC", "Pacific/Kiritimati", "america/new_york"]);
    (local, zone).prop_map(|(local, zone)| due(local, zone))
}

/// Rules of every frequency, some of them soon over, one that never comes.
fn repeat() -> impl Strategy<Value = Repeat> {
    let rules = [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=2",
        "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=-1;WKST=SU",
        "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270101",
        "FREQ=YEARLY;BYDAY=20MO,-1SU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20300101T000000Z",
    ];
    let rule = select(rules.map(|rule| rule.parse::<Rule>().expect("a rule")).to_vec());
    (rule, select(vec![Basis::Due, Basis::Completion])).prop_map(|(rule, from)| Repeat { rule, from })
}

/// Before the due time, in the past of every history, and within it.
fn a_moment() -> impl Strategy<Value = RemindAt> {
    let local = RemindAt::local(due("2026-06-03T09:00", "Europe/Berlin")).expect("a time");
    select(vec![RemindAt::Due { minutes_before: 30 }, RemindAt::Due { minutes_before: -60 }, local, RemindAt::Instant { at: at(-1) }])
}

/// Some of three, in any order.
fn all_subtasks() -> impl Strategy<Value = Vec<Subtask>> {
    let ids = prop::sample::subsequence(vec![1, 2, 3], 0..=3).prop_shuffle();
    (ids, prop::collection::vec((text(), any::<bool>()), 3))
        .prop_map(|(ids, rest)| ids.into_iter().zip(rest).map(|(id, (title, completed))| Subtask { id, title, completed }).collect())
}

/// New ones, and the first three as they may be by now.
fn subtasks(known: bool) -> impl Strategy<Value = Vec<SubtaskDraft>> {
    let id = if known { prop_oneof![1 => Just(None), 2 => (1..4_u32).prop_map(Some)].boxed() } else { Just(None).boxed() };
    let one = (id, text(), any::<bool>()).prop_map(|(id, title, completed)| SubtaskDraft { id, title, completed });
    prop_oneof![1 => Just(vec![]), 2 => prop::collection::vec(one, 1..4)]
}

fn reminders() -> impl Strategy<Value = Vec<RemindAt>> {
    prop_oneof![1 => Just(vec![]), 1 => prop::collection::vec(a_moment(), 1..4)]
}

/// Any number that is one, not only those that look well in decimals.
fn place() -> impl Strategy<Value = Order> {
    prop_oneof![
        select(vec![0.0, -0.0, 0.1 + 0.2, 1.0]).prop_map(order),
        prop::num::f64::NORMAL.prop_filter_map("too large", |number| Order::try_from(number).ok())
    ]
}

fn list() -> impl Strategy<Value = ListId> {
    select(vec!["inbox", "one", "two"]).prop_map(|key| ListId::derived(&user("anna"), key))
}

fn draft() -> impl Strategy<Value = Draft> {
    let words = (text(), option::of(text()), tags());
    let rest = (
        option::of(list()),
        option::of(priority()),
        option::of((a_due(), option::of(repeat()))),
        option::of(place()),
        any::<bool>(),
        (reminders(), subtasks(false)),
    );
    (words, rest).prop_map(|((title, description, tags), (list, priority, due, order, completed, (reminders, subtasks)))| Draft {
        title,
        description,
        list,
        tags,
        priority,
        recurrence: due.as_ref().and_then(|(_, repeat)| repeat.clone()).map(Box::new),
        due: due.map(|(due, _)| due),
        subtasks,
        reminders,
        order,
        completed,
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => text().prop_map(Change::Title),
        1 => option::of(text()).prop_map(Change::Description),
        1 => any::<bool>().prop_map(Change::Completed),
        1 => option::of(place()).prop_map(Change::Order),
        1 => tags().prop_map(Change::Tags),
        1 => text().prop_map(Change::Tag),
        1 => text().prop_map(Change::Untag),
        1 => option::of(priority()).prop_map(Change::Priority),
        1 => option::of(a_due()).prop_map(Change::Due),
        1 => option::of(repeat()).prop_map(Change::Recurrence),
        1 => reminders().prop_map(Change::Reminders),
        1 => subtasks(true).prop_map(Change::Subtasks),
        2 => all_subtasks().prop_map(Change::AllSubtasks),
        1 => list().prop_map(Change::List),
    ]
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => draft().prop_map(Command::Create),
        8 => prop::collection::vec(change(), 0..5).prop_map(|changes| Command::Change { changes }),
        1 => Just(Command::Delete),
        1 => Just(Command::Restore),
        1 => Just(Command::Skip),
        1 => (0..100_000_u32).prop_map(|minutes| Command::Snooze { reminder: None, until: Later::Minutes(minutes) }),
        2 => a_moment().prop_map(|when| Command::Remind { reminder: ReminderId::of(&user("anna"), &when) }),
    ]
}

/// Mostly the owner.
fn person() -> impl Strategy<Value = UserId> {
    prop_oneof![9 => Just(user("anna")), 1 => Just(user("bob"))]
}

fn trace() -> impl Strategy<Value = Trace> {
    let id = || option::of("[a-f0-9]{8}");
    (id(), id(), id()).prop_map(|(traceparent, correlation_id, causation_id)| Trace { traceparent, correlation_id, causation_id })
}

pub(crate) fn envelope() -> impl Strategy<Value = Envelope<Command>> {
    let who = (person(), any::<u128>(), trace(), any::<bool>(), option::of(any::<u64>()));
    (who, command(), 0..1_000_000_000_000_i64).prop_map(
        |((principal, number, trace, replayable, expected_version), command, microseconds)| Envelope {
            command_id: domain::CommandId::new(Uuid::from_u128(number)),
            aggregate_id: TodoId::new(Uuid::from_u128(1)).to_string(),
            expected_version,
            principal,
            at: at(0) + SignedDuration::from_micros(microseconds),
            replayable,
            trace,
            access: domain::Access::default(),
            command,
        },
    )
}

/// What people asked of one todo, beginning with its creation.
pub(crate) fn history() -> impl Strategy<Value = Vec<Envelope<Command>>> {
    (envelope(), draft(), prop::collection::vec(envelope(), 0..15)).prop_map(|(first, draft, mut rest)| {
        let created = Envelope { command: Command::Create(draft), principal: user("anna"), ..first };
        rest.insert(0, created);
        rest
    })
}
