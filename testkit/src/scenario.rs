use std::fmt::Write;

use domain::{Access, Aggregate, CommandId, Envelope, EventRecord, Refusal, Trace, UserId, fold};
use jiff::Timestamp;
use serde::Serialize;

use crate::samples::{at, user};

/// *Given* that this happened, *when* somebody asks for that, *then* this happens.
///
/// ```
/// use domain::todo::{Command, Draft, Event, Todo};
/// use testkit::{Scenario, samples};
///
/// let milk = samples::row(&samples::user("anna"), "milk").todo;
/// let created = Scenario::<Todo>::given([]).when(Command::Create(Draft::titled(milk.title))).events();
/// let deleted = Event::TodoDeleted { deleted_by: milk.owner };
/// Scenario::<Todo>::given(created).when(Command::Delete).then([deleted]);
/// ```
pub struct Scenario<A: Aggregate> {
    given: Vec<A::Event>,
    principal: UserId,
    at: Timestamp,
    aggregate_id: String,
    command_id: CommandId,
    access: Access,
}

impl<A: Aggregate> Scenario<A> {
    /// What happened before. Whoever asks is `anna`, at [`samples::at(0)`](at), unless something else is said.
    pub fn given(events: impl IntoIterator<Item = A::Event>) -> Self {
        Self {
            given: events.into_iter().collect(),
            principal: user("anna"),
            at: at(0),
            aggregate_id: "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".to_owned(),
            command_id: "command-1".parse().expect("a command id"),
            access: Access::default(),
        }
    }

    /// Somebody else asks.
    #[must_use]
    pub fn by(self, principal: &str) -> Self {
        Self { principal: user(principal), ..self }
    }

    /// The edge found this out about their rights.
    #[must_use]
    pub fn with_access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// They ask at another time.
    #[must_use]
    pub fn at(self, at: Timestamp) -> Self {
        Self { at, ..self }
    }

    /// They ask another actor.
    #[must_use]
    pub fn on(self, aggregate_id: impl Into<String>) -> Self {
        Self { aggregate_id: aggregate_id.into(), ..self }
    }

    /// Their command has another id.
    #[must_use]
    pub fn with_command_id(self, command_id: CommandId) -> Self {
        Self { command_id, ..self }
    }

    /// They ask for this.
    #[must_use]
    pub fn when(self, command: A::Command) -> Outcome<A> {
        let Self { given, principal, at, aggregate_id, command_id, access } = self;
        let (expected_version, trace) = (None, Trace::default());
        let envelope = Envelope { command_id, aggregate_id, expected_version, principal, at, replayable: false, trace, access, command };
        let state = fold::<A>(A::State::default(), &given);
        let decided = A::decide(&state, &envelope);
        Outcome { given, envelope, state, decided }
    }
}

/// What was decided, to be compared with what should have been.
pub struct Outcome<A: Aggregate> {
    given: Vec<A::Event>,
    envelope: Envelope<A::Command>,
    state: A::State,
    decided: Result<Vec<A::Event>, Refusal>,
}

impl<A: Aggregate> Outcome<A> {
    /// Exactly these events happen, in this order. Gives them back.
    ///
    /// # Panics
    /// If something else happens, or what happens would not be read back from storage as it is.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = A::Event>) -> Vec<A::Event> {
        let expected: Vec<_> = expected.into_iter().collect();
        if self.decided.as_ref() != Ok(&expected) {
            self.fail(&lines(&expected));
        }
        let after = self.given.len() as u64;
        for (event, record) in expected.iter().zip(EventRecord::of::<A>(&self.envelope, after, &expected)) {
            let stored = serde_json::to_string(&record).expect("a record that can be written");
            let record = serde_json::from_str(&stored).expect("a record that can be read");
            let read = A::upcast(&record).expect("an event that can be read");
            assert!(read == *event, "stored as\n  {stored}\nit was read as\n{}", lines(&[read]));
        }
        expected
    }

    /// Nothing happens, and that is fine.
    ///
    /// # Panics
    /// If something happens or it is refused.
    #[track_caller]
    pub fn then_nothing(self) {
        self.then([]);
    }

    /// It is refused.
    ///
    /// # Panics
    /// If it is not, or for another reason.
    #[track_caller]
    pub fn then_refused(self, expected: Refusal) {
        if self.decided.as_ref() != Err(&expected) {
            self.fail(&format!("  refused: {expected}"));
        }
    }

    /// Whether it is refused.
    pub fn is_refused(&self) -> bool {
        self.decided.is_err()
    }

    /// Why it is refused.
    ///
    /// # Panics
    /// If it is not.
    #[track_caller]
    pub fn refusal(self) -> Refusal {
        match self.decided {
            Err(refusal) => refusal,
            Ok(_) => self.fail("  any refusal"),
        }
    }

    /// What happens, whatever it is.
    ///
    /// # Panics
    /// If it is refused.
    #[track_caller]
    pub fn events(self) -> Vec<A::Event> {
        match self.decided {
            Ok(events) => events,
            Err(_) => self.fail("  any events"),
        }
    }

    /// The state after it.
    ///
    /// # Panics
    /// If it is refused.
    #[track_caller]
    pub fn state(self) -> A::State {
        let before = self.state.clone();
        fold::<A>(before, &self.events())
    }

    #[track_caller]
    fn fail(&self, expected: &str) -> ! {
        let decided = match &self.decided {
            Ok(events) => lines(events),
            Err(refusal) => format!("  refused: {refusal}"),
        };
        panic!(
            "\ngiven\n{}\nwhen {} at {} asks\n{}\nthen\n{expected}\nbut it was\n{decided}\n",
            lines(&self.given),
            self.envelope.principal,
            self.envelope.at,
            lines(std::slice::from_ref(&self.envelope.command)),
        )
    }
}

/// One JSON text a line: whole values, which `Debug` does not show. They are a test's own.
fn lines(values: &[impl Serialize]) -> String {
    if values.is_empty() {
        return "  nothing".to_owned();
    }
    values.iter().enumerate().fold(String::new(), |mut lines, (number, value)| {
        let json = serde_json::to_string(value).unwrap_or_else(|error| error.to_string());
        let _ = write!(lines, "{}  {json}", if number == 0 { "" } else { "\n" });
        lines
    })
}
