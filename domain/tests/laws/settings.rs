//! How people want the platform to be.

use std::collections::BTreeSet;

use domain::{
    PersonId, Refusal,
    user::{Channel, ClockTime, Command, Email, Event, QuietHours, SettingChange, User, WebhookUrl},
};
use testkit::{
    Scenario,
    samples::{text, user},
};

use crate::contract::check;

fn given(events: impl IntoIterator<Item = Event>) -> Scenario<User> {
    Scenario::given(events).on(PersonId::of(&user("anna")).to_string())
}

fn set(changes: impl IntoIterator<Item = SettingChange>) -> Command {
    Command::ChangeSettings { changes: changes.into_iter().collect() }
}

fn clock(text: &str) -> ClockTime {
    text.parse().expect("a time of the day")
}

fn email() -> Email {
    Email::parse("email", "anna@example.org").expect("an address")
}

fn hook(path: &str) -> WebhookUrl {
    WebhookUrl::parse("webhooks", &format!("https://example.org/{path}")).expect("an address")
}

/// Each setting, with the event that changes it and the one that clears it.
fn settings() -> Vec<(SettingChange, Event, SettingChange)> {
    let night = QuietHours::new(clock("22:00"), clock("07:00")).expect("a night");
    let zone: domain::todo::Zone = "Europe/Berlin".parse().expect("a zone");
    let name = || Some(text("Anna"));
    vec![
        (SettingChange::DisplayName(name()), Event::DisplayNameChanged { display_name: name() }, SettingChange::DisplayName(None)),
        (SettingChange::Zone(Some(zone.clone())), Event::ZoneChanged { zone: Some(zone) }, SettingChange::Zone(None)),
        (SettingChange::QuietHours(Some(night)), Event::QuietHoursChanged { quiet_hours: Some(night) }, SettingChange::QuietHours(None)),
        (SettingChange::Email(Some(email())), Event::EmailChanged { email: Some(email()) }, SettingChange::Email(None)),
        (
            SettingChange::Channels([Channel::Page].into()),
            Event::ChannelsChanged { channels: [Channel::Page].into() },
            SettingChange::Channels(BTreeSet::new()),
        ),
        (SettingChange::Webhooks([hook("a")].into()), Event::WebhookAdded { url: hook("a") }, SettingChange::Webhooks(BTreeSet::new())),
    ]
}

#[test]
fn each_setting_is_changed_once_and_cleared() {
    for (change, event, clear) in settings() {
        given([]).when(set([change.clone()])).then([event.clone()]);
        given([event.clone()]).when(set([change.clone()])).then_nothing();
        given([]).when(set([clear.clone()])).then_nothing();
        given([]).when(set([change, clear.clone()])).then_nothing();
        let state = given([event]).when(set([clear])).state();
        assert!(state.settings.is_plain());
    }
    let other = [Event::WebhookRemoved { url: hook("a") }, Event::WebhookAdded { url: hook("b") }];
    given([Event::WebhookAdded { url: hook("a") }]).when(set([SettingChange::Webhooks([hook("b")].into())])).then(other);
}

#[test]
fn nobody_changes_anothers() {
    given([]).by("bob").when(set([SettingChange::DisplayName(None)])).then_refused(Refusal::NotFound);
}

#[test]
fn nobody_waits_for_what_cannot_come() {
    for channel in [Channel::Email, Channel::Webhook] {
        let Refusal::Invalid(invalid) = given([]).when(set([SettingChange::Channels([channel].into())])).refusal() else {
            panic!("another")
        };
        assert_eq!(invalid.field, "channels");
    }
    let both = [SettingChange::Channels([Channel::Email].into()), SettingChange::Email(Some(email()))];
    given([]).when(set(both)).events();
    let held = [Event::EmailChanged { email: Some(email()) }, Event::ChannelsChanged { channels: [Channel::Email].into() }];
    assert!(given(held).when(set([SettingChange::Email(None)])).is_refused());
    let many: BTreeSet<_> = (0..11).map(|number| hook(&number.to_string())).collect();
    assert!(given([]).when(set([SettingChange::Webhooks(many)])).is_refused());
}

#[test]
fn quiet_hours_go_over_midnight() {
    let night = QuietHours::new(clock("22:00"), clock("07:00")).expect("a night");
    let noon = QuietHours::new(clock("12:00"), clock("13:30")).expect("an hour");
    for (at, in_night, at_noon) in [
        ("21:59", false, false),
        ("22:00", true, false),
        ("00:00", true, false),
        ("06:59", true, false),
        ("07:00", false, false),
        ("12:00", false, true),
        ("13:29", false, true),
        ("13:30", false, false),
    ] {
        assert_eq!((night.contains(clock(at)), noon.contains(clock(at))), (in_night, at_noon), "{at}");
    }
    assert!(QuietHours::new(clock("07:00"), clock("07:00")).is_err());
    for wrong in ["", "7:00", "24:00", "12:60", "12:3", "12.30", "+1:00", "12:30:00"] {
        assert!(wrong.parse::<ClockTime>().is_err(), "{wrong}");
    }
}

#[test]
fn addresses_are_private_and_plausible() {
    for wrong in
        ["", "anna", "@example.org", "anna@", "a@b@c", "a b@example.org", "anna@example.org, bob@example.org", "<anna@example.org>"]
    {
        assert!(Email::parse("email", wrong).is_err(), "{wrong}");
    }
    for wrong in [
        "",
        "example.org",
        "http://example.org",
        "https://",
        "https:///x",
        "https://:443",
        "https://user:pw@example.org",
        "https://example.org/#x",
        "https://example.org/a b",
    ] {
        assert!(WebhookUrl::parse("webhooks", wrong).is_err(), "{wrong}");
    }
    let shown = format!("{:?} {:?}", email(), hook("secret"));
    assert!(!shown.contains("anna") && !shown.contains("secret"), "{shown}");
}

#[test]
fn events_are_stored_so_and_are_in_the_contract() {
    let mut events: Vec<Event> = settings().into_iter().map(|(_, event, _)| event).collect();
    events.extend([Event::WebhookRemoved { url: hook("a") }, Event::ZoneChanged { zone: None }, Event::EmailChanged { email: None }]);
    events.extend([Event::QuietHoursChanged { quiet_hours: None }, Event::DisplayNameChanged { display_name: None }]);
    let data: Vec<_> = events.iter().map(|event| serde_json::to_value(event).expect("JSON")["data"].to_string()).collect();
    let expected = [
        r#"{"displayName":"Anna"}"#,
        r#"{"zone":"Europe/Berlin"}"#,
        r#"{"quietHours":{"from":"22:00","to":"07:00"}}"#,
        r#"{"email":"anna@example.org"}"#,
        r#"{"channels":["page"]}"#,
        r#"{"url":"https://example.org/a"}"#,
        r#"{"url":"https://example.org/a"}"#,
        r#"{"zone":null}"#,
        r#"{"email":null}"#,
        r#"{"quietHours":null}"#,
        r#"{"displayName":null}"#,
    ];
    assert_eq!(data, expected);
    let changes = settings().into_iter().map(|(change, ..)| change);
    let envelope = domain::Envelope {
        command_id: "c".parse().expect("an id"),
        aggregate_id: PersonId::of(&user("anna")).to_string(),
        expected_version: None,
        principal: user("anna"),
        at: testkit::samples::at(0),
        replayable: false,
        trace: domain::Trace::default(),
        access: domain::Access::default(),
        command: set(changes),
    };
    for record in domain::EventRecord::of::<User>(&envelope, 0, &events) {
        assert_eq!(check(&serde_json::to_value(&record).expect("JSON")), Ok(&*record.event_type));
    }
}
