//! A list of todos that several people share: its name, and who may do what in it.

mod command;
mod decide;
mod erasure;
mod event;
mod invitation;
mod state;

pub use command::{Change, Command};
pub(crate) use decide::may;
pub use event::Event;
pub use invitation::{INVITATION_STANDS, INVITATION_STANDS_AT_MOST, Invitation};
pub use state::{ListDescription, ListName, ListState, MAX_LISTS, MAX_MEMBERS, MAX_TODOS, TodoList};

use crate::{Aggregate, Envelope, EventRecord, ListId, Refusal, Timer, UpcastError, UserId, todo::upcast::read};

impl Aggregate for TodoList {
    const TYPE: &'static str = "TodoList";
    const ID_PREFIX: &'static str = ListId::PREFIX;
    type State = ListState;
    type Command = Command;
    type Event = Event;

    fn decide(state: &ListState, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, envelope)
    }

    fn begins(command: &Command) -> bool {
        matches!(command, Command::Create { .. })
    }

    fn evolve(state: ListState, event: &Event) -> ListState {
        state::evolve(state, event)
    }

    fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
        read(record, Event::TYPES)
    }

    fn forgets(event: &Event) -> bool {
        matches!(event, Event::ListErased {})
    }

    fn timers(state: &ListState) -> Vec<Timer> {
        state.iter().flat_map(TodoList::timers).collect()
    }

    fn on_timer(state: &ListState, name: &str) -> Option<(UserId, Command)> {
        let list = state.as_ref()?;
        let Timer { due, .. } = list.timers().into_iter().find(|timer| timer.name == name)?;
        Some((list.owner.clone(), Command::ExpireInvitations { due }))
    }
}
