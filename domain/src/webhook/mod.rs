//! A program of somebody's that is told things: whether it answers, and which of its secrets counts. Where it is, only the person's
//! settings say.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Aggregate, Envelope, EventRecord, Refusal, UpcastError, UserId, WebhookId, todo::upcast::read};

/// After so many attempts in a row that failed nothing is sent to it any more, but for a try now and then, until one works or its
/// person says so.
pub const MAX_FAILURES: u32 = 30;
/// So long after it was disabled, or after the last try, what is to be sent to it is tried again.
pub const TRY_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// A web hook as it stands. Everyone that a person names is there from the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Webhook {
    /// Whose it is, once anything happened to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// How many secrets it has had. The secret itself is made of this by a key that no event and no state holds.
    pub generation: u32,
    /// How many attempts failed since the last that did not.
    pub failures: u32,
    /// Why the last one failed: a constant word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Whether nothing is sent to it any more.
    pub disabled: bool,
    /// When it was disabled, or last tried since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
}

impl Webhook {
    /// Whether what is to be sent at `now` is sent: also to one that is disabled now and then, so that it finds back by itself.
    pub fn takes(&self, now: Timestamp) -> bool {
        !self.disabled || self.disabled_at.is_none_or(|at| now.duration_since(at) >= TRY_AFTER)
    }
}

/// What somebody asks of a web hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Command {
    /// It took what was sent.
    Worked,
    /// It did not.
    Failed {
        /// Why: a constant word.
        problem: String,
    },
    /// Send to it again.
    Enable,
    /// Sign by another secret from now on.
    NewSecret,
    /// Forget whose it was: a step of their erasure. Asked by the platform itself.
    Erase,
    /// Say how it stands. Changes nothing.
    Look,
}

/// What happened to a web hook. The names are the storage format: they never change, and what they mean never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    /// It did not take what was sent.
    WebhookFailed {
        /// Whose it is.
        owner: UserId,
        /// Why: a constant word.
        problem: String,
    },
    /// It took what was sent, after it had not.
    WebhookRecovered {},
    /// Nothing is sent to it any more.
    WebhookDisabled {
        /// After so many attempts in a row that failed.
        failures: u32,
        /// When. Those before there were tries do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// It is sent to again.
    WebhookEnabled {
        /// Who wants it.
        by: UserId,
    },
    /// Another secret counts.
    WebhookSecretChanged {
        /// Whose it is.
        owner: UserId,
        /// Which, from 1.
        generation: u32,
    },
    /// Whoever had it is erased. How many secrets it had stays, so that none is used twice.
    WebhookErased {},
}

impl Event {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] =
        &["WebhookFailed", "WebhookRecovered", "WebhookDisabled", "WebhookEnabled", "WebhookSecretChanged", "WebhookErased"];
}

impl Aggregate for Webhook {
    const TYPE: &'static str = "Webhook";
    const ID_PREFIX: &'static str = WebhookId::PREFIX;
    type State = Self;
    type Command = Command;
    type Event = Event;

    fn decide(state: &Self, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
        let by = &envelope.principal;
        if state.owner.as_ref().is_some_and(|owner| owner != by) {
            return Err(Refusal::NotFound);
        }
        Ok(match &envelope.command {
            Command::Look => vec![],
            Command::Erase if state.owner.is_some() => vec![Event::WebhookErased {}],
            // A try worked.
            Command::Worked if state.disabled => vec![Event::WebhookEnabled { by: by.clone() }],
            Command::Worked if state.failures > 0 => vec![Event::WebhookRecovered {}],
            // Also after a try: the next one is as far away again.
            Command::Failed { problem } if state.takes(envelope.at) => {
                let failures = state.failures.saturating_add(1);
                let failed = Event::WebhookFailed { owner: by.clone(), problem: problem.clone() };
                let disabled = (failures >= MAX_FAILURES).then_some(Event::WebhookDisabled { failures, at: Some(envelope.at) });
                std::iter::once(failed).chain(disabled).collect()
            }
            Command::Enable if state.disabled => vec![Event::WebhookEnabled { by: by.clone() }],
            Command::NewSecret => vec![Event::WebhookSecretChanged { owner: by.clone(), generation: state.generation + 1 }],
            // It is that way already; what was under way when it was disabled counts no more.
            Command::Worked | Command::Failed { .. } | Command::Enable | Command::Erase => vec![],
        })
    }

    fn evolve(mut state: Self, event: &Event) -> Self {
        match event {
            Event::WebhookFailed { owner, problem } => {
                state.owner = Some(owner.clone());
                (state.failures, state.problem) = (state.failures.saturating_add(1), Some(problem.clone()));
            }
            Event::WebhookRecovered {} => (state.failures, state.problem) = (0, None),
            Event::WebhookDisabled { at, .. } => (state.disabled, state.disabled_at) = (true, *at),
            Event::WebhookEnabled { .. } => {
                (state.disabled, state.disabled_at, state.failures, state.problem) = (false, None, 0, None);
            }
            Event::WebhookSecretChanged { owner, generation } => {
                (state.owner, state.generation) = (Some(owner.clone()), *generation);
            }
            Event::WebhookErased {} => return Self { generation: state.generation, ..Self::default() },
        }
        state
    }

    fn upcast(record: &EventRecord) -> Result<Event, UpcastError> {
        read(record, Event::TYPES)
    }

    fn forgets(event: &Event) -> bool {
        matches!(event, Event::WebhookErased {})
    }
}
