//! Reminders of todos.

use domain::{
    Aggregate, Invalid, Refusal, Timer, fold,
    todo::{Change, Command, Due, Event, Later, RemindAt, ReminderId, ReminderSpec, Todo},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use testkit::{
    Outcome, Scenario,
    samples::{at, due, user},
};

use crate::{
    events::{milk, when},
    generators::history,
};

/// An hour after the moment at which scenarios decide.
fn in_an_hour() -> Due {
    due("2026-06-01T15:00", "Europe/Berlin")
}

fn half_an_hour_before() -> RemindAt {
    RemindAt::before(30).expect("minutes")
}

fn id(when: &RemindAt) -> ReminderId {
    ReminderId::of(&user("anna"), when)
}

fn spec(when: RemindAt) -> ReminderSpec {
    ReminderSpec::new(&user("anna"), when)
}

fn due_changed(due: Option<Due>) -> Event {
    Event::DueChanged { due }
}

fn given() -> Vec<Event> {
    vec![milk(), due_changed(Some(in_an_hour())), Event::RemindersChanged { reminders: vec![spec(half_an_hour_before())] }]
}

fn timers(events: &[Event]) -> Vec<Timer> {
    Todo::timers(&fold::<Todo>(None, events))
}

fn with(more: impl IntoIterator<Item = Event>) -> Vec<Event> {
    given().into_iter().chain(more).collect()
}

/// What the ring of the only timer leads to at `now`.
fn ring(given: Vec<Event>, now: Timestamp) -> Outcome<Todo> {
    let state = fold::<Todo>(None, &given);
    let [timer] = &Todo::timers(&state)[..] else { panic!("one timer") };
    let (person, command) = Todo::on_timer(&state, &timer.name).expect("a command");
    Scenario::<Todo>::given(given).by(person.as_str()).at(now).when(command)
}

pub(crate) fn set() -> Vec<Event> {
    let change = [Change::Reminders(vec![half_an_hour_before(), half_an_hour_before()])];
    let happened = when(given()[..2].to_vec(), &change).then([Event::RemindersChanged { reminders: vec![spec(half_an_hour_before())] }]);
    when(given(), &change).then_nothing();
    happened
}

pub(crate) fn rung() -> Vec<Event> {
    let reminded = |late| Event::TodoReminded { reminder: id(&half_an_hour_before()), person: user("anna"), due: at(1_800), late };
    ring(given(), at(1_790)).then_nothing();
    ring(given(), at(1_861)).then([reminded(true)]);
    ring(given(), at(1_800)).then([reminded(false)])
}

pub(crate) fn passed() -> Vec<Event> {
    let yesterday = RemindAt::Instant { at: at(-86_400) };
    let set = Event::RemindersChanged { reminders: vec![spec(yesterday.clone())] };
    let passed = Event::ReminderPassed { reminder: id(&yesterday), due: at(-86_400) };
    let happened = when(vec![milk()], &[Change::Reminders(vec![yesterday])]).then([set, passed]);
    let mut given = vec![milk()];
    given.extend(happened.clone());
    assert_eq!(timers(&given), []);
    happened
}

pub(crate) fn snoozed() -> Vec<Event> {
    let snooze = |given, until| Scenario::<Todo>::given(given).at(at(1_900)).when(Command::Snooze { reminder: None, until });
    let snoozed =
        snooze(with(rung()), Later::Minutes(10)).then([Event::ReminderSnoozed { reminder: id(&half_an_hour_before()), until: at(2_500) }]);
    let given = with(rung().into_iter().chain(snoozed.clone()));
    assert_eq!(timers(&given).iter().map(|timer| timer.due).collect::<Vec<_>>(), [at(2_500)]);
    let again = Event::TodoReminded { reminder: id(&half_an_hour_before()), person: user("anna"), due: at(2_500), late: false };
    ring(given.clone(), at(2_500)).then([again.clone()]);
    assert_eq!(timers(&with(rung().into_iter().chain(snoozed.clone()).chain([again]))), [], "and then it is over");
    let wrong = Invalid::new("until", "is in the past, or more than a year away", "say a later moment, at most 366 days from now");
    for until in [Later::Minutes(0), Later::At(at(1_900)), Later::Minutes(600_000), Later::At(at(-5))] {
        snooze(given.clone(), until).then_refused(Refusal::Invalid(wrong.clone()));
    }
    snoozed
}

#[test]
fn it_rings_once() {
    assert_eq!(timers(&given()).iter().map(|timer| timer.due).collect::<Vec<_>>(), [at(1_800)]);
    let after = with(rung());
    assert_eq!(timers(&after), []);
    Scenario::<Todo>::given(after).at(at(1_800)).when(Command::Remind { reminder: id(&half_an_hour_before()) }).then_nothing();
}

#[test]
fn another_due_time_arms_it_again() {
    let tomorrow = due_changed(Some(due("2026-06-02T15:00", "Europe/Berlin")));
    let moments = |events: Vec<Event>| timers(&events).iter().map(|timer| timer.due).collect::<Vec<_>>();
    assert_eq!(moments(with([tomorrow.clone()])), [at(86_400 + 1_800)]);
    assert_eq!(moments(with(rung().into_iter().chain([tomorrow.clone()]))), [at(86_400 + 1_800)]);
    assert_eq!(moments(with(rung().into_iter().chain(snoozed()).chain([tomorrow]))), [at(86_400 + 1_800)]);
    assert_eq!(moments(with([due_changed(None)])), []);
    // Ten minutes from now: half an hour before that is over.
    let soon = due("2026-06-01T14:10", "Europe/Berlin");
    let passed = Event::ReminderPassed { reminder: id(&half_an_hour_before()), due: at(-1_200) };
    when(given(), &[Change::Due(Some(soon.clone()))]).then([due_changed(Some(soon)), passed]);
}

#[test]
fn a_whole_day_counts_from_its_start() {
    let nine = RemindAt::before(-9 * 60).expect("minutes");
    let moment = nine.moment(Some(&due("2026-06-02", "Europe/Berlin"))).expect("a moment");
    assert_eq!(moment.to_string(), "2026-06-02T07:00:00Z");
    assert_eq!(nine.moment(None), None);
}

#[test]
fn nobody_is_reminded_of_what_is_done_or_in_the_trash() {
    let done = Event::TodoCompleted { completed_by: user("anna") };
    let deleted = Event::TodoDeleted { deleted_by: user("anna") };
    for over in [done.clone(), deleted] {
        assert_eq!(timers(&with([over.clone()])), []);
        let remind = Command::Remind { reminder: id(&half_an_hour_before()) };
        Scenario::<Todo>::given(with([over])).at(at(1_800)).when(remind).then_nothing();
    }
    // Reopened in time, it rings; later, it passed.
    let reopened = Event::TodoReopened { reopened_by: user("anna") };
    assert_eq!(timers(&with([done.clone(), reopened.clone()])).len(), 1);
    let passed = Event::ReminderPassed { reminder: id(&half_an_hour_before()), due: at(1_800) };
    let reopen = Command::Change { changes: vec![Change::Completed(false)] };
    Scenario::<Todo>::given(with([done.clone()])).at(at(1_800)).when(reopen).then([reopened, passed]);
    let refused = Invalid::new("reminder", "is cancelled: the todo is completed", "reopen it first");
    let snooze = Command::Snooze { reminder: None, until: Later::Minutes(5) };
    Scenario::<Todo>::given(with([done])).when(snooze).then_refused(Refusal::Invalid(refused));
}

/// A change a moment after a reminder was due, before its timer rang, does not swallow it.
#[test]
fn what_was_due_before_a_change_still_rings() {
    let retitle = Command::Change { changes: vec![Change::Priority(Some(domain::todo::Priority::High))] };
    let happened = Scenario::<Todo>::given(given()).at(at(1_900)).when(retitle).events();
    assert_eq!(happened.len(), 1);
    ring(with(happened), at(1_901)).then([Event::TodoReminded {
        reminder: id(&half_an_hour_before()),
        person: user("anna"),
        due: at(1_800),
        late: true,
    }]);
}

#[test]
fn each_has_their_own() {
    let ben = ReminderSpec::new(&user("ben"), half_an_hour_before());
    let mut both = vec![ben.clone(), spec(half_an_hour_before())];
    both.sort_by(|one, other| one.id.cmp(&other.id));
    let given = vec![milk(), due_changed(Some(in_an_hour())), Event::RemindersChanged { reminders: both }];
    when(given, &[Change::Reminders(vec![])]).then([Event::RemindersChanged { reminders: vec![ben] }]);
}

#[test]
fn there_are_not_too_many() {
    let many: Vec<_> = (0..11).map(|minutes| RemindAt::before(minutes).expect("minutes")).collect();
    when(given(), &[Change::Reminders(many.clone())]).then_refused(Refusal::Invalid(Invalid::new(
        "reminders",
        "has 11 entries",
        "use at most 10",
    )));
    assert_eq!(when(given(), &[Change::Reminders(many[..10].to_vec())]).events().len(), 1);
    assert!(RemindAt::before(527_041).is_err() && RemindAt::before(-10_081).is_err() && RemindAt::before(i64::MAX).is_err());
    assert!(RemindAt::local(due("2026-06-02", "UTC")).is_err(), "a day is no moment");
}

proptest! {
    /// Whatever people do, and however often timers ring: no reminder rings twice for the same moment, and none is armed that is over.
    #[test]
    fn each_reminder_rings_once_for_each_of_its_moments(history in history(), wait in 0..10_000_000_i64) {
        let (mut state, mut rung) = (None, std::collections::BTreeSet::new());
        for envelope in history {
            let before = state.clone();
            let events = Todo::decide(&state, &envelope).unwrap_or_default();
            state = fold::<Todo>(state, &events);
            // What is due at once was armed before, or rang in this very command.
            for timer in Todo::timers(&state) {
                prop_assert!(timer.due > envelope.at || Todo::timers(&before).contains(&timer), "{timer:?}");
            }
            let now = envelope.at + SignedDuration::from_secs(wait);
            for timer in Todo::timers(&state).into_iter().filter(|timer| timer.due <= now) {
                let (principal, command) = Todo::on_timer(&state, &timer.name).expect("a command");
                let ring = domain::Envelope { principal, command, at: now, ..envelope.clone() };
                let events = Todo::decide(&state, &ring).expect("no refusal");
                let [Event::TodoReminded { reminder, due, .. }] = &events[..] else { return Err(TestCaseError::fail(format!("{events:?}"))) };
                prop_assert_eq!(*due, timer.due);
                let snoozed = state.as_ref().and_then(|todo| todo.reminders.get(reminder)?.snoozed).is_some();
                state = fold::<Todo>(state, &events);
                let again = rung.insert((reminder.clone(), *due));
                prop_assert!(snoozed || again || events.is_empty(), "twice: {reminder} at {due}");
                prop_assert_eq!(Todo::decide(&state, &ring), Ok(vec![]));
            }
        }
    }
}
