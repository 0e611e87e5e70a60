//! A person's saved filters.

use domain::{
    Aggregate, Envelope, EventRecord, PersonId, Refusal, Trace, fold,
    user::{Command, Event, MAX_FILTERS, User},
};
use testkit::samples::{at, fresh_command_id, text, user};

fn envelope(command: Command) -> Envelope<Command> {
    Envelope {
        command_id: fresh_command_id(),
        aggregate_id: PersonId::of(&user("anna")).to_string(),
        expected_version: None,
        principal: user("anna"),
        at: at(0),
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command,
    }
}

fn save(name: &str, query: &str) -> Command {
    Command::SaveFilter { name: text(name), query: text(query) }
}

fn remove(name: &str) -> Command {
    Command::RemoveFilter { name: text(name) }
}

fn after(commands: impl IntoIterator<Item = Command>) -> User {
    commands.into_iter().fold(User::default(), |state, command| {
        let events = User::decide(&state, &envelope(command)).expect("no refusal");
        fold::<User>(state, &events)
    })
}

#[test]
fn a_name_stands_for_its_last_query() {
    let state = after([save("a", "q=1"), save("b", "q=2"), save("a", "q=3"), remove("b"), remove("never")]);
    let kept: Vec<_> = state.filters.iter().map(|(name, query)| (name.expose(), query.expose())).collect();
    assert_eq!(kept, [("a", "q=3")]);
}

#[test]
fn what_changes_nothing_is_no_event() {
    let state = after([save("a", "q=1")]);
    for command in [save("a", "q=1"), remove("b")] {
        assert_eq!(User::decide(&state, &envelope(command)), Ok(vec![]));
    }
}

#[test]
fn there_is_a_most() {
    let full = after((0..MAX_FILTERS).map(|number| save(&number.to_string(), "q=1")));
    let refused = User::decide(&full, &envelope(save("one more", "q=1")));
    assert!(matches!(refused, Err(Refusal::Invalid(invalid)) if invalid.field == "filters"));
    assert_eq!(
        User::decide(&full, &envelope(save("7", "q=2"))).map(|events| events.len()),
        Ok(1),
        "another query for a name that is there"
    );
}

#[test]
fn nobody_reaches_into_anothers() {
    let mut strange = envelope(save("a", "q=1"));
    strange.principal = user("bert");
    assert_eq!(User::decide(&User::default(), &strange), Err(Refusal::NotFound));
}

#[test]
fn events_are_stored_in_this_form_and_read_back() {
    let events = [Event::FilterSaved { name: text("Zq§a"), query: text("q=Zq§") }, Event::FilterRemoved { name: text("Zq§a") }];
    let records = EventRecord::of::<User>(&envelope(remove("Zq§a")), 0, &events);
    let forms: Vec<_> = records.iter().map(|record| (record.event_type.as_str(), record.data.to_string())).collect();
    assert_eq!(
        forms,
        [("FilterSaved", r#"{"name":"Zq§a","query":"q=Zq§"}"#.to_owned()), ("FilterRemoved", r#"{"name":"Zq§a"}"#.to_owned()),]
    );
    for (record, event) in records.iter().zip(&events) {
        assert_eq!(&User::upcast(record).expect("an event"), event);
    }
    let shown = format!("{events:?} {:?}", after([save("Zq§", "q=Zq§")]));
    assert!(!shown.contains("Zq§"), "{shown}");
    let mut other = records[0].clone();
    other.event_type = "TodoCreated".into();
    assert!(User::upcast(&other).is_err());
}
