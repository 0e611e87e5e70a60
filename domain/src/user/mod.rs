//! A person: what somebody keeps that is not a todo. Their saved filters, and how they want the platform to be.

mod command;
mod decide;
mod event;
mod settings;
mod state;

pub use command::Command;
pub use event::Event;
pub use settings::{Channel, ClockTime, DisplayName, Email, MAX_WEBHOOKS, QuietHours, SettingChange, Settings, WebhookUrl};
pub use state::{Erasure, FilterName, FilterQuery, MAX_FILTERS, User};

use crate::{Aggregate, Envelope, EventRecord, PersonId, Refusal, UpcastError, todo::upcast::read};

impl Aggregate for User {
    const TYPE: &'static str = "User";
    const ID_PREFIX: &'static str = PersonId::PREFIX;
    type State = Self;
    type Command = Command;
    type Event = Event;

    fn decide(state: &Self, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, envelope)
    }

    fn evolve(state: Self, event: &Event) -> Self {
        state::evolve(state, event)
    }

    fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
        read(record, Event::TYPES)
    }

    fn forgets(event: &Event) -> bool {
        matches!(event, Event::UserErased { .. })
    }
}
