//! The todo: one thing to do, of one person, in one list.

mod command;
mod day;
mod decide;
mod diff;
mod due;
mod erasure;
mod event;
mod reminder;
mod state;
mod subtask;
mod undo;
pub(crate) mod upcast;
mod values;

pub use command::{Change, Command, Draft, Later};
pub use day::LocalDay;
pub use diff::{Field, FieldChange, FieldValue, diff};
pub use due::{Due, LocalTime, Zone};
pub use event::Event;
pub use reminder::{
    LATE, MAX_MINUTES_AFTER, MAX_MINUTES_BEFORE, MAX_REMINDERS, MAX_SNOOZE, RemindAt, Reminder, ReminderId, ReminderSpec, Reminders,
};
pub use state::{Todo, TodoState};
pub use subtask::{MAX_SUBTASKS, Subtask, SubtaskDraft};
pub use undo::{ChangedSince, undo};
pub use values::{Description, MAX_TAGS, Order, Priority, Tag, Tags, Title};

use crate::{Aggregate, Envelope, EventRecord, Refusal, Timer, TodoId, UpcastError, UserId};

impl Aggregate for Todo {
    const TYPE: &'static str = "Todo";
    const ID_PREFIX: &'static str = TodoId::PREFIX;
    type State = TodoState;
    type Command = Command;
    type Event = Event;

    fn decide(state: &TodoState, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, envelope)
    }

    fn begins(command: &Command) -> bool {
        matches!(command, Command::Create(_))
    }

    fn evolve(state: TodoState, event: &Event) -> TodoState {
        state::evolve(state, event)
    }

    fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
        upcast::upcast(record)
    }

    fn forgets(event: &Event) -> bool {
        matches!(event, Event::TodoErased {} | Event::TodoLeft { .. })
    }

    fn timers(state: &TodoState) -> Vec<Timer> {
        state.as_ref().map(Todo::reminder_timers).unwrap_or_default()
    }

    /// Whoever set a reminder is told by it.
    fn on_timer(state: &TodoState, name: &str) -> Option<(UserId, Command)> {
        let reminder = ReminderId::of_timer(name)?;
        let person = state.as_ref()?.reminders.get(&reminder)?.person.clone();
        Some((person, Command::Remind { reminder }))
    }
}
