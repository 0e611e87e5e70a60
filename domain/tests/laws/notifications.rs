//! Notifications: given, when, then; quiet hours on every clock; and that every way of theirs has an end.

use std::collections::BTreeMap;

use domain::{
    Aggregate, Envelope, EventRecord, NotificationId, Refusal, TodoId, Trace, WebhookId, fold,
    notification::{
        ATTEMPT_TIME, Command, DeliveryStatus, DropReason, Event, MAX_ATTEMPTS, Notification, Status, Subject, Target, Wishes, quiet_until,
    },
    saga::{OPERATOR, Process},
    user::{Channel, ClockTime, QuietHours, Settings, WebhookUrl},
    webhook::{self, MAX_FAILURES, Webhook},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use testkit::{
    Scenario,
    contract::{Contract, Published},
    samples::{at, fresh_command_id, user},
};
use uuid::Uuid;

fn hook() -> WebhookId {
    WebhookId::of(&user("anna"), &WebhookUrl::parse("url", "https://example.org/hook").expect("a URL"))
}

fn reminder() -> Subject {
    Subject::Reminder { todo: TodoId::new(Uuid::nil()), at: at(-5), late: false }
}

fn started() -> Event {
    Event::NotificationStarted { owner: user("anna"), subject: reminder(), at: at(-5), until: at(60) }
}

fn planned(targets: &[Target]) -> Event {
    Event::NotificationPlanned { subject: reminder(), targets: targets.to_vec(), at: at(0) }
}

fn wishes(targets: &[Target]) -> Wishes {
    Wishes { zone: None, quiet_hours: None, targets: targets.to_vec() }
}

fn hours(from: &str, to: &str) -> QuietHours {
    QuietHours::new(from.parse().expect("a time"), to.parse().expect("a time")).expect("quiet hours")
}

fn given(events: impl IntoIterator<Item = Event>) -> Scenario<Notification> {
    Scenario::given(events)
}

fn failed(delivery: u32, attempt: u32, lasting: bool) -> Command {
    Command::Failed { delivery, attempt, problem: "refused".into(), lasting }
}

#[test]
fn it_is_told_by_every_way_that_its_person_chose() {
    let all = [Target::Page, Target::Email, Target::Webhook { hook: hook() }];
    given([]).when(Command::Start { subject: reminder(), at: at(-5) }).then([started()]);
    given([started()]).when(Command::Plan { wishes: wishes(&all), moot: false }).then([planned(&all)]);
    given([started()]).when(Command::Plan { wishes: wishes(&all), moot: true }).then([dropped(DropReason::Moot)]);
    given([started()]).when(Command::Plan { wishes: wishes(&[]), moot: false }).then([dropped(DropReason::Unwanted)]);
    let state = fold::<Notification>(None, &[started(), planned(&all)]);
    // The page was told by the event itself; the others are to be delivered.
    let actions: Vec<_> = Notification::actions(&state);
    assert_eq!(actions.len(), 2, "{actions:?}");
    assert_eq!(Notification::timers(&state).iter().map(|timer| timer.name.as_str()).collect::<Vec<_>>(), ["delivery-1", "delivery-2"]);
    let arrived = [1, 2].map(|delivery| Event::NotificationDelivered { delivery, at: at(0) });
    given([started(), planned(&all)]).when(Command::Delivered { delivery: 1 }).then([arrived[0].clone()]);
    given([started(), planned(&all), arrived[0].clone()]).when(Command::Delivered { delivery: 1 }).then([]);
    let ended = fold::<Notification>(state, &arrived).expect("a notification");
    assert_eq!((ended.status, Notification::timers(&Some(ended)).len()), (Status::Ended, 0));
}

fn dropped(reason: DropReason) -> Event {
    Event::NotificationDropped { reason }
}

#[test]
fn settings_say_by_what() {
    let anna = user("anna");
    let url = WebhookUrl::parse("url", "https://example.org/hook").expect("a URL");
    let settings = |channels: &[Channel]| Settings {
        channels: channels.iter().copied().collect(),
        webhooks: [url.clone()].into(),
        ..Settings::default()
    };
    let targets = |channels: &[Channel]| Wishes::of(&anna, &settings(channels)).targets;
    assert_eq!(targets(&[]), [Target::Page], "whoever chose nothing is told by the page");
    assert_eq!(targets(&[Channel::Email]), [Target::Email]);
    assert_eq!(targets(&Channel::ALL), [Target::Page, Target::Email, Target::Webhook { hook: hook() }]);
    assert_ne!(WebhookId::of(&user("bert"), &url), hook(), "another person's is another");
}

#[test]
fn a_delivery_that_fails_is_tried_again_and_given_up_in_the_end() {
    let one = [started(), planned(&[Target::Email])];
    given(one.clone()).when(failed(0, 1, true)).then([Event::DeliveryGivenUp { delivery: 0, problem: "refused".into(), at: at(0) }]);
    given(one.clone()).when(failed(0, 2, false)).then([]);
    given(one.clone()).when(failed(7, 1, false)).then([]);
    let (mut history, mut now, mut last_pause) = (one.to_vec(), at(0), SignedDuration::ZERO);
    for attempt in 1..MAX_ATTEMPTS {
        let events = given(history.clone()).at(now).when(failed(0, attempt, false)).events();
        let [Event::DeliveryFailed { retry_at, .. }] = events[..] else { panic!("{events:?}") };
        let pause = retry_at.duration_since(now);
        assert!(pause <= SignedDuration::from_hours(1) && pause.as_millis() >= 500, "{attempt}: {pause:?}");
        last_pause = pause;
        history.extend(events);
        now = retry_at;
        let again = given(history.clone()).at(now).when(Command::DeliverAgain { delivery: 0 }).events();
        assert_eq!(again, [Event::DeliveryStarted { delivery: 0, attempt: attempt + 1, until: now + ATTEMPT_TIME }]);
        history.extend(again);
    }
    assert!(last_pause >= SignedDuration::from_mins(30), "pauses grow: {last_pause:?}");
    let end = given(history.clone()).at(now).when(failed(0, MAX_ATTEMPTS, false)).events();
    assert_eq!(end, [Event::DeliveryGivenUp { delivery: 0, problem: "refused".into(), at: now }]);
    // One of which nothing is heard in the end.
    let silent = given(history.clone()).at(now).when(Command::DeliverAgain { delivery: 0 }).events();
    assert_eq!(silent, [Event::DeliveryGivenUp { delivery: 0, problem: "timed-out".into(), at: now }]);
    history.extend(end);
    assert_eq!(fold::<Notification>(None, &history).map(|it| it.status), Some(Status::Ended));
    given(history.clone()).when(Command::DeliverAgain { delivery: 0 }).then([]);
    // A person lets it go on, with as many attempts again.
    let again = given(history.clone()).at(now).when(Command::Retry).events();
    let number = MAX_ATTEMPTS + 1;
    let resumed = Event::NotificationResumed { by: user("anna") };
    assert_eq!(again, [resumed, Event::DeliveryStarted { delivery: 0, attempt: number, until: now + ATTEMPT_TIME }]);
    history.extend(again);
    let events = given(history.clone()).at(now).when(failed(0, number, false)).events();
    assert!(matches!(events[..], [Event::DeliveryFailed { .. }]), "{events:?}");
    assert!(given([started()]).when(Command::Retry).is_refused());
}

#[test]
fn it_waits_until_quiet_hours_are_over_and_then_looks_again() {
    // Noon in UTC is two hours later in Berlin, in summer.
    let quiet = |from, to| Command::Plan {
        wishes: Wishes { zone: "Europe/Berlin".parse().ok(), quiet_hours: Some(hours(from, to)), targets: vec![Target::Page] },
        moot: false,
    };
    let held = Event::NotificationHeld { until: at(3600) };
    given([started()]).when(quiet("13:30", "15:00")).then([held.clone()]);
    given([started()]).when(quiet("14:00", "15:00")).then([held.clone()]);
    given([started()]).when(quiet("13:00", "14:00")).then([planned(&[Target::Page])]);
    given([started()]).when(quiet("12:00", "13:00")).then([planned(&[Target::Page])]);
    let state = fold::<Notification>(None, &[started(), held.clone()]);
    assert_eq!(Notification::actions(&state), []);
    assert_eq!(Notification::timers(&state), [domain::Timer::new("plan", at(3600))]);
    let again = Event::NotificationPlanning { attempt: 1, until: at(3660) };
    given([started(), held.clone()]).at(at(3600)).when(Command::PlanAgain).then([again.clone()]);
    // It is asked for again how to tell it: what was chosen meanwhile counts.
    assert_eq!(Notification::actions(&fold::<Notification>(state, &[again])).len(), 1);
}

#[test]
fn what_cannot_be_planned_is_dropped_in_the_end() {
    let mut history = vec![started()];
    for attempt in 1..=MAX_ATTEMPTS {
        let problem = "actor-unavailable".to_owned();
        history.extend(given(history.clone()).when(Command::PlanFailed { attempt, problem }).events());
        history.extend(given(history.clone()).when(Command::PlanAgain).events());
    }
    let state = fold::<Notification>(None, &history).expect("a notification");
    assert_eq!((state.status, state.dropped), (Status::Dropped, Some(DropReason::Unplanned)));
    history.extend(given(history.clone()).when(Command::Retry).events());
    assert_eq!(fold::<Notification>(None, &history).map(|it| (it.status, it.dropped)), Some((Status::Planning, None)));
}

#[test]
fn nobody_but_its_person_and_operators_know_of_it() {
    given([started()]).by(OPERATOR).when(Command::Look).then([]);
    for command in [Command::Look, Command::Retry, Command::Delivered { delivery: 0 }, Command::Start { subject: Subject::Test, at: at(0) }]
    {
        given([started()]).by("bert").when(command).then_refused(Refusal::NotFound);
    }
    given([started()]).when(Command::Start { subject: Subject::Test, at: at(0) }).then_refused(Refusal::AlreadyExists);
    given([]).when(Command::Look).then_refused(Refusal::NotFound);
}

#[test]
fn a_web_hook_that_keeps_failing_is_disabled_until_its_person_says_so() {
    use webhook::{Command, Event};
    let scenario = |events: &[Event]| Scenario::<Webhook>::given(events.to_vec());
    let fail = Command::Failed { problem: "status-500".into() };
    let mut history = vec![];
    for failures in 1..=MAX_FAILURES {
        let events = scenario(&history).when(fail.clone()).events();
        assert_eq!(events.len(), if failures == MAX_FAILURES { 2 } else { 1 }, "{events:?}");
        history.extend(events);
        let recovered = scenario(&history).when(Command::Worked).events();
        let found = if failures == MAX_FAILURES { Event::WebhookEnabled { by: user("anna") } } else { Event::WebhookRecovered {} };
        assert_eq!(recovered, [found]);
        assert_eq!(fold::<Webhook>(fold::<Webhook>(Webhook::default(), &history), &recovered).failures, 0);
    }
    assert_eq!(history.last(), Some(&Event::WebhookDisabled { failures: MAX_FAILURES, at: Some(at(0)) }));
    scenario(&history).when(fail.clone()).then([]);
    scenario(&history).by("bert").when(Command::Enable).then_refused(Refusal::NotFound);
    history.extend(scenario(&history).when(Command::Enable).events());
    let state = fold::<Webhook>(Webhook::default(), &history);
    assert_eq!((state.disabled, state.failures, state.problem), (false, 0, None));
    scenario(&history).when(Command::Enable).then([]);
    scenario(&[]).when(Command::Worked).then([]);
    history.extend(scenario(&history).when(Command::NewSecret).events());
    history.extend(scenario(&history).when(Command::NewSecret).events());
    assert_eq!(fold::<Webhook>(Webhook::default(), &history).generation, 2);
}

#[test]
fn a_disabled_web_hook_is_tried_now_and_then_and_finds_back_by_itself() {
    use webhook::{Command, Event, TRY_AFTER};
    let fail = Command::Failed { problem: "status-500".into() };
    let failed = Event::WebhookFailed { owner: user("anna"), problem: "status-500".into() };
    let mut history = vec![failed.clone(); MAX_FAILURES as usize];
    history.push(Event::WebhookDisabled { failures: MAX_FAILURES, at: Some(at(0)) });
    let state = |history: &[Event]| fold::<Webhook>(Webhook::default(), history);
    let hour = TRY_AFTER.as_secs();
    let scenario = |history: &[Event], seconds| Scenario::<Webhook>::given(history.to_vec()).at(at(seconds));
    assert!(!state(&history).takes(at(hour - 1)) && state(&history).takes(at(hour)));
    scenario(&history, hour - 1).when(fail.clone()).then([]);
    // A try that fails: the next one is an hour away.
    let again = Event::WebhookDisabled { failures: MAX_FAILURES + 1, at: Some(at(hour)) };
    scenario(&history, hour).when(fail).then([failed.clone(), again.clone()]);
    history.extend([failed, again]);
    assert!(!state(&history).takes(at(2 * hour - 1)) && state(&history).takes(at(2 * hour)));
    let enabled = Event::WebhookEnabled { by: user("anna") };
    scenario(&history, 2 * hour).when(Command::Worked).then([enabled.clone()]);
    history.push(enabled);
    let found = state(&history);
    assert_eq!((found.disabled, found.disabled_at, found.failures), (false, None, 0));
    // One of before there were tries.
    assert!(state(&[Event::WebhookDisabled { failures: 30, at: None }]).takes(at(0)));
}

#[test]
fn its_person_has_seen_it_once() {
    let read = Event::NotificationRead { at: at(0) };
    given([started()]).when(Command::Read).then([read.clone()]);
    given([started(), read]).when(Command::Read).then([]);
    given([started()]).by("bert").when(Command::Read).then_refused(Refusal::NotFound);
}

fn envelope<A: Aggregate>(id: &str, command: A::Command) -> Envelope<A::Command> {
    Envelope {
        command_id: fresh_command_id(),
        aggregate_id: id.to_owned(),
        expected_version: None,
        principal: user("anna"),
        at: at(0),
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command,
    }
}

/// Whether a record is what the contract says, and which message it is.
fn fits(record: &EventRecord) -> Result<String, String> {
    let body = serde_json::to_value(record).expect("JSON");
    let said = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let headers: BTreeMap<_, _> = [
        ("ce_specversion", "1.0".into()),
        ("ce_id", said("eventId")),
        ("ce_source", "/todo-backend".into()),
        ("ce_type", said("eventType")),
        ("ce_subject", said("aggregateId")),
        ("ce_time", said("timestamp")),
        ("content-type", "application/json".into()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let published = Published { key: Some(said("aggregateId")), headers, body: Some(serde_json::to_vec(&body).expect("JSON")) };
    Contract::read().check("todo-events", &published).map(str::to_owned)
}

fn checked<A: Aggregate>(id: &str, command: A::Command, events: &[A::Event]) -> Vec<String> {
    let check = |record: &EventRecord| {
        let read = A::upcast(record);
        assert!(read.is_ok_and(|read| read == events[record.version as usize - 1]), "what is read is what was written");
        let mut body = serde_json::to_value(record).expect("JSON");
        body["data"]["surplus"] = serde_json::json!(1);
        let wrong: EventRecord = serde_json::from_value(body).expect("a record");
        assert!(fits(&wrong).is_err(), "{record:?} with more in it");
        fits(record).unwrap_or_else(|problem| panic!("{record:?}: {problem}"))
    };
    EventRecord::of::<A>(&envelope::<A>(id, command), 0, events).iter().map(check).collect()
}

#[test]
fn all_that_is_published_is_what_the_contract_promises() {
    let problem = || "timed-out".to_owned();
    let events = [
        started(),
        Event::NotificationPlanFailed { attempt: 1, problem: problem(), retry_at: at(1) },
        Event::NotificationPlanning { attempt: 2, until: at(2) },
        Event::NotificationHeld { until: at(3) },
        planned(&[Target::Page, Target::Email, Target::Webhook { hook: hook() }]),
        Event::NotificationPlanned { subject: Subject::Test, targets: vec![Target::Page], at: at(4) },
        Event::NotificationDropped { reason: DropReason::Unplanned },
        Event::DeliveryFailed { delivery: 1, attempt: 1, problem: problem(), retry_at: at(5) },
        Event::DeliveryStarted { delivery: 1, attempt: 2, until: at(6) },
        Event::NotificationDelivered { delivery: 1, at: at(7) },
        Event::DeliverySkipped { delivery: 2, problem: problem(), at: at(7) },
        Event::DeliveryGivenUp { delivery: 2, problem: problem(), at: at(7) },
        Event::NotificationResumed { by: user("anna") },
        Event::NotificationRead { at: at(8) },
        Event::NotificationErased {},
    ];
    let id = NotificationId::of_event(&user("anna"), Uuid::nil()).to_string();
    let mut seen = checked::<Notification>(&id, Command::Look, &events);
    seen.dedup();
    seen.sort();
    let mut all = Event::TYPES.to_vec();
    all.sort_unstable();
    assert_eq!(seen, all);
    let hooks = [
        webhook::Event::WebhookFailed { owner: user("anna"), problem: problem() },
        webhook::Event::WebhookRecovered {},
        webhook::Event::WebhookDisabled { failures: 30, at: Some(at(1)) },
        webhook::Event::WebhookEnabled { by: user("anna") },
        webhook::Event::WebhookSecretChanged { owner: user("anna"), generation: 1 },
        webhook::Event::WebhookErased {},
    ];
    assert_eq!(checked::<Webhook>(&hook().to_string(), webhook::Command::Look, &hooks), webhook::Event::TYPES);
}

fn clock() -> impl Strategy<Value = ClockTime> {
    (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}").parse().expect("a time"))
}

fn commands() -> impl Strategy<Value = Command> {
    let delivery = 0..3_u32;
    let all = vec![Target::Page, Target::Email, Target::Webhook { hook: hook() }];
    prop_oneof![
        3 => Just(Command::Plan { wishes: wishes(&all), moot: false }),
        2 => (1..4_u32).prop_map(|attempt| Command::PlanFailed { attempt, problem: "actor-unavailable".into() }),
        3 => Just(Command::PlanAgain),
        3 => delivery.clone().prop_map(|delivery| Command::Delivered { delivery }),
        1 => delivery.clone().prop_map(|delivery| Command::Skip { delivery, problem: "channel-off".into() }),
        3 => (delivery.clone(), 1..4_u32, any::<bool>()).prop_map(|(delivery, attempt, lasting)| failed(delivery, attempt, lasting)),
        3 => delivery.prop_map(|delivery| Command::DeliverAgain { delivery }),
        1 => Just(Command::Retry),
        1 => Just(Command::Read),
        1 => Just(Command::Look),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever the hours, the zone and the moment, clock changes included: quiet hours end at a minute that is outside of them, and
    /// no minute in between is.
    #[test]
    fn quiet_hours_end_when_the_clock_says_so(
        from in clock(), to in clock(), hour in 0..9_000_i64, second in 0..3_600_i64,
        zone in prop::sample::select(vec!["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Pacific/Apia"]),
    ) {
        prop_assume!(from != to);
        let zone = zone.parse::<domain::todo::Zone>().expect("a zone");
        let hours = QuietHours::new(from, to).expect("hours");
        let now = at(hour * 3_600 + second);
        let quiet = |at: Timestamp| hours.contains(ClockTime::of(zone.rules().to_datetime(at).time()));
        match quiet_until(Some(hours), Some(&zone), now) {
            None => prop_assert!(!quiet(now)),
            Some(until) => {
                prop_assert!(quiet(now) && !quiet(until) && until > now && until.duration_since(now) < SignedDuration::from_hours(26));
                let mut minute = Timestamp::from_second(now.as_second() / 60 * 60 + 60).expect("a moment");
                while minute < until {
                    prop_assert!(quiet(minute));
                    minute += SignedDuration::from_mins(1);
                }
            }
        }
        prop_assert_eq!(quiet_until(None, Some(&zone), now), None);
    }

    /// Whatever it is told, and in whatever order: it is over or has a timer for each thing that is not; nothing that arrived is
    /// delivered again; and whoever does what it asks for brings it to its end.
    #[test]
    fn every_notification_comes_to_an_end(told in prop::collection::vec(commands(), 0..40)) {
        let id = NotificationId::of_event(&user("anna"), Uuid::nil()).to_string();
        let mut state = None;
        let tell = |state: &mut Option<Notification>, command: Command| {
            let Ok(events) = Notification::decide(state, &envelope::<Notification>(&id, command)) else { return };
            *state = fold::<Notification>(state.take(), &events);
        };
        tell(&mut state, Command::Start { subject: Subject::Test, at: at(0) });
        for command in told {
            let over: Vec<_> = state.iter().flat_map(|it| it.deliveries.clone()).map(|one| one.status == DeliveryStatus::Delivered).collect();
            tell(&mut state, command);
            let it = state.clone().expect("a notification");
            for (arrived, delivery) in over.iter().zip(&it.deliveries) {
                prop_assert!(!arrived || delivery.status == DeliveryStatus::Delivered, "what arrived stays so");
            }
            let open = it.deliveries.iter().filter(|one| one.is_open()).count();
            let expected = match it.status {
                Status::Planning | Status::Waiting | Status::Held => 1,
                Status::Delivering => open,
                Status::Ended | Status::Dropped => { prop_assert_eq!(open, 0); 0 }
            };
            prop_assert_eq!(Notification::timers(&state).len(), expected);
            let stored = serde_json::to_string(&state).expect("JSON");
            prop_assert_eq!(&serde_json::from_str::<Option<Notification>>(&stored).expect("a notification"), &state);
        }
        for _ in 0..100 {
            let Some(timer) = Notification::timers(&state).into_iter().next() else { break };
            match Notification::actions(&state).into_iter().next() {
                Some(domain::notification::Action::Plan { .. }) => tell(&mut state, Command::Plan { wishes: wishes(&[Target::Email]), moot: false }),
                Some(domain::notification::Action::Deliver { delivery, .. }) => tell(&mut state, Command::Delivered { delivery }),
                None => {
                    let (_, command) = Notification::on_timer(&state, &timer.name).expect("a command");
                    tell(&mut state, command);
                }
            }
        }
        prop_assert!(matches!(state.expect("a notification").status, Status::Ended | Status::Dropped));
    }
}
