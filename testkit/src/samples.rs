//! Small things to test with. Whatever is called "fresh" is new on every call, so that tests can share one store.

use domain::{
    CommandId, Envelope, EventRecord, ListId, Text, TodoId, Trace, UserId,
    todo::{Command, Due, Event, Order, Tags, Title, Todo},
};
use jiff::{SignedDuration, Timestamp};
use ports::{ActorKey, TodoRow};
use uuid::Uuid;

/// A whole second of 2026, `seconds` after noon (UTC) of the first of June.
pub fn at(seconds: i64) -> Timestamp {
    const NOON: i64 = 1_780_315_200;
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(NOON + seconds)
}

/// The person of that id.
pub fn user(id: &str) -> UserId {
    id.parse().expect("a user id")
}

/// Somebody new.
pub fn fresh_user() -> UserId {
    user(&format!("user-{}", Uuid::now_v7()))
}

/// A command id that nobody used.
pub fn fresh_command_id() -> CommandId {
    CommandId::new(Uuid::now_v7())
}

/// A todo that does not exist yet.
pub fn fresh_todo_id() -> TodoId {
    TodoId::new(Uuid::now_v7())
}

/// A list that does not exist yet.
pub fn fresh_list_id() -> ListId {
    ListId::new(Uuid::now_v7())
}

/// An actor that was never called.
pub fn fresh_key() -> ActorKey {
    ActorKey::new("Todo", fresh_todo_id().to_string())
}

/// A text within its bounds.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse("text", text).expect("a text within its bounds")
}

/// These words as a todo's tags.
pub fn tags(words: &[&str]) -> Tags {
    Tags::try_from(words.iter().map(|word| text(word)).collect::<std::collections::BTreeSet<_>>()).expect("not too many tags")
}

/// A due time by its two parts.
pub fn due(local: &str, zone: &str) -> Due {
    Due::parse(local, zone).expect("a due time")
}

/// A place by hand.
pub fn order(order: f64) -> Order {
    Order::try_from(order).expect("a place by hand")
}

/// A command on its way: from a new request of `principal` to the todo `id`.
pub fn envelope(principal: &UserId, id: TodoId, command: Command) -> Envelope<Command> {
    Envelope {
        command_id: fresh_command_id(),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal: principal.clone(),
        at: at(0),
        replayable: false,
        trace: Trace::default(),
        access: domain::Access::default(),
        command,
    }
}

/// The events `versions` of `aggregate_id`, as they lie in a feed: it is renamed again and again.
pub fn records(aggregate_id: &str, versions: std::ops::RangeInclusive<u64>) -> Vec<EventRecord> {
    let (command, principal) = (Command::Change { changes: vec![] }, user("somebody"));
    let mut envelope = envelope(&principal, fresh_todo_id(), command);
    envelope.aggregate_id = aggregate_id.to_owned();
    let after = *versions.start() - 1;
    let events: Vec<_> = versions.map(|version| Event::TitleChanged { title: text(&format!("title {version}")) }).collect();
    EventRecord::of::<Todo>(&envelope, after, &events)
}

/// A new open todo of `owner` in a view, with nothing but a title.
pub fn row(owner: &UserId, title: &str) -> TodoRow {
    row_with(owner, title, |_| ())
}

/// A new todo of `owner` in a view, with what `change` makes of it.
pub fn row_with(owner: &UserId, title: &str, change: impl FnOnce(&mut TodoRow)) -> TodoRow {
    let title: Title = text(title);
    let todo = Todo {
        owner: owner.clone(),
        list: ListId::inbox(owner),
        title,
        description: None,
        tags: Tags::default(),
        priority: None,
        due: None,
        recurrence: None,
        subtasks: vec![],
        last_subtask: 0,
        reminders: domain::todo::Reminders::new(),
        order: None,
        completed: false,
        deleted: false,
    };
    let mut row = TodoRow { id: fresh_todo_id(), version: 1, todo, created_at: at(0), updated_at: at(0), completed_at: None };
    change(&mut row);
    row
}
