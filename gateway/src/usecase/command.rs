use domain::{
    Envelope, Invalid, Refusal, TodoId,
    todo::{Change, Command, Draft, Later, ReminderId, Todo},
};
use jiff::Timestamp;
use ports::{DispatchError, Reply, send};
use tracing::warn;

use super::{Caller, Done, Failure, Shown, Times, lists::grant, times};
use crate::edge::Edge;

/// Which version the caller decided on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Expected {
    /// Whatever there is.
    #[default]
    Any,
    /// There must be nothing yet.
    Nothing,
    /// One of these. If there are none, nothing fits.
    OneOf(Vec<u64>),
}

/// So many lists are asked for one command: a todo that is moved on and on is given up.
const MOST_LISTS: usize = 4;

/// No aggregate gets there: what expects it learns the current version.
const NEVER: u64 = u64::MAX;

impl Expected {
    /// Whether it may be at `version`.
    pub(super) fn allows(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Nothing => version == 0,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }

    pub(super) fn first(&self) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Nothing => Some(0),
            Self::OneOf(versions) => Some(versions.first().copied().unwrap_or(NEVER)),
        }
    }
}

/// A command that an actor took.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub id: TodoId,
    pub version: u64,
    pub events: u64,
    pub replayed: bool,
    pub todo: Todo,
    pub at: Timestamp,
}

/// Creates a todo. A caller's key names the todo, so that the same request meets the same one.
pub(crate) async fn create(edge: &Edge, caller: &Caller, draft: Draft, expected: &Expected) -> Result<Done, Failure> {
    let _entered = caller.enter(edge)?;
    let id = caller.new_todo(edge);
    let taken = command(edge, caller, id, expected, &Command::Create(draft)).await?;
    let times = if taken.replayed && caller.key.is_some() {
        times::of_creation(edge, caller, &taken).await
    } else {
        let completed = taken.todo.completed.then_some(taken.at);
        Some(Times { created: taken.at, updated: taken.at, completed })
    };
    Ok(done(edge, taken, times))
}

/// Changes what `changes` say.
pub(crate) async fn change(edge: &Edge, caller: &Caller, id: TodoId, changes: Vec<Change>, expected: &Expected) -> Result<Done, Failure> {
    command_shown(edge, caller, id, expected, &Command::Change { changes }).await
}

/// Takes it out of the trash.
pub(crate) async fn restore(edge: &Edge, caller: &Caller, id: TodoId, expected: &Expected) -> Result<Done, Failure> {
    command_shown(edge, caller, id, expected, &Command::Restore).await
}

/// Passes over its present occurrence.
pub(crate) async fn skip(edge: &Edge, caller: &Caller, id: TodoId, expected: &Expected) -> Result<Done, Failure> {
    command_shown(edge, caller, id, expected, &Command::Skip).await
}

/// Lets a reminder ring again later.
pub(crate) async fn snooze(
    edge: &Edge,
    caller: &Caller,
    id: TodoId,
    reminder: Option<ReminderId>,
    until: Later,
    expected: &Expected,
) -> Result<Done, Failure> {
    command_shown(edge, caller, id, expected, &Command::Snooze { reminder, until }).await
}

/// Puts it into the trash. Whether this is a replay.
pub(crate) async fn delete(edge: &Edge, caller: &Caller, id: TodoId, expected: &Expected) -> Result<bool, Failure> {
    let _entered = caller.enter(edge)?;
    Ok(command(edge, caller, id, expected, &Command::Delete).await?.replayed)
}

/// Has `what` done, whatever it is, for a caller who does not ask how the todo looks then.
pub(crate) async fn execute(edge: &Edge, caller: &Caller, id: TodoId, expected: &Expected, what: &Command) -> Result<Taken, Failure> {
    let _entered = caller.enter(edge)?;
    command(edge, caller, id, expected, what).await
}

async fn command_shown(edge: &Edge, caller: &Caller, id: TodoId, expected: &Expected, what: &Command) -> Result<Done, Failure> {
    let _entered = caller.enter(edge)?;
    let taken = command(edge, caller, id, expected, what).await?;
    let times = times::of_change(edge, caller, &taken).await;
    Ok(done(edge, taken, times))
}

pub(super) fn done(edge: &Edge, taken: Taken, times: Option<Times>) -> Done {
    let Taken { id, version, replayed, todo, .. } = taken;
    if let Some(times) = times.filter(|_| !replayed) {
        edge.recent_times.remember(id, version, times);
    }
    Done { shown: Shown { id, version, todo, times }, replayed }
}

/// Sends one command, and notes where the todo is for the caller's next query.
pub(super) async fn command(edge: &Edge, caller: &Caller, id: TodoId, expected: &Expected, command: &Command) -> Result<Taken, Failure> {
    let now = edge.gateway.clock.now();
    let mut envelope = Envelope {
        command_id: caller.command_id(edge),
        aggregate_id: id.to_string(),
        expected_version: expected.first(),
        principal: caller.principal.clone(),
        // No finer than every store keeps it: the first answer and a later one must agree.
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: caller.key.is_some(),
        trace: caller.trace.clone(),
        access: caller.access(),
        command: command.clone(),
    };
    let accepted = loop {
        match send::<Todo>(&*edge.gateway.dispatch, &envelope).await? {
            Reply::Accepted(accepted) => break accepted,
            Reply::Refused { refusal: Refusal::VersionConflict { actual, .. } }
                if envelope.expected_version != Some(actual) && matches!(expected, Expected::OneOf(some) if some.contains(&actual)) =>
            {
                envelope.expected_version = Some(actual);
            }
            // It depends on a list, and which one only the todo knows for sure: the list says what the caller is in it.
            Reply::Refused { refusal: Refusal::RoleNeeded { list, into } }
                if envelope.access.grant(list).is_none() && envelope.access.grants.len() < MOST_LISTS =>
            {
                match grant(edge, caller, list, into).await? {
                    Some(grant) => envelope.access.grants.push(grant),
                    None if into => {
                        let remedy = "use the id of a list that GET /api/v1/lists shows, or leave it out";
                        return Err(Invalid::new("list", "is no list of yours", remedy).into());
                    }
                    None => return Err(Refusal::NotFound.into()),
                }
            }
            Reply::Refused { refusal } => return Err(refusal.into()),
        }
    };
    let todo = accepted.state.ok_or_else(|| DispatchError::Malformed("an accepted command left no todo".into()))?;
    if accepted.events > 0 || accepted.replayed {
        note(edge, caller, &envelope.aggregate_id, accepted.version).await;
    }
    let (version, events, replayed) = (accepted.version, accepted.events, accepted.replayed);
    Ok(Taken { id, version, events, replayed, todo, at: envelope.at })
}

/// The command took effect: that its position could not be noted must not look like a failure of it.
pub(super) async fn note(edge: &Edge, caller: &Caller, aggregate_id: &str, version: u64) {
    if let Err(error) = edge.gateway.positions.note(&caller.principal, aggregate_id, version).await {
        metrics::counter!("todo_read_your_writes_unknown_total").increment(1);
        warn!(?error, "a position was not noted: the caller's next query may not show this change");
    }
}
