use domain::{
    Envelope, PersonId, Refusal,
    user::{Command, FilterName, FilterQuery, SettingChange, User},
};
use jiff::Timestamp;
use ports::{Accepted, PersonRow, Reply, send};

use super::{
    Caller, Expected, Failure, Seen,
    command::note,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// What the caller keeps.
pub(crate) async fn user(edge: &Edge, caller: &Caller) -> Result<Seen<User>, Failure> {
    let id = PersonId::of(&caller.principal).to_string();
    let waited = catch_up(edge, &caller.principal, Some(&id)).await?;
    let answer = edge.gateway.views.user(&caller.principal).await?;
    Ok(Seen { answer, stale: waited != Waited::Enough })
}

/// What the caller keeps, with its version.
pub(crate) async fn me(edge: &Edge, caller: &Caller) -> Result<Seen<PersonRow>, Failure> {
    let id = PersonId::of(&caller.principal).to_string();
    let waited = catch_up(edge, &caller.principal, Some(&id)).await?;
    let answer = edge.gateway.views.person(&caller.principal).await?;
    Ok(Seen { answer, stale: waited != Waited::Enough })
}

/// Has the platform another way for the caller. How it is then, and whether this is a replay.
pub(crate) async fn change_settings(
    edge: &Edge,
    caller: &Caller,
    changes: Vec<SettingChange>,
    expected: &Expected,
) -> Result<(PersonRow, bool), Failure> {
    let accepted = command(edge, caller, Command::ChangeSettings { changes }, expected).await?;
    let Accepted { version, replayed, state: user, .. } = accepted;
    Ok((PersonRow { id: PersonId::of(&caller.principal), version, user }, replayed))
}

/// Keeps a query under a name. Whether this is a replay.
pub(crate) async fn save_filter(edge: &Edge, caller: &Caller, name: FilterName, query: FilterQuery) -> Result<bool, Failure> {
    Ok(command(edge, caller, Command::SaveFilter { name, query }, &Expected::Any).await?.replayed)
}

/// Keeps it no longer. Whether this is a replay.
pub(crate) async fn remove_filter(edge: &Edge, caller: &Caller, name: FilterName) -> Result<bool, Failure> {
    Ok(command(edge, caller, Command::RemoveFilter { name }, &Expected::Any).await?.replayed)
}

async fn command(edge: &Edge, caller: &Caller, command: Command, expected: &Expected) -> Result<Accepted<User>, Failure> {
    let _entered = caller.enter(edge)?;
    let now = edge.gateway.clock.now();
    let mut envelope = Envelope {
        command_id: caller.command_id(edge),
        aggregate_id: PersonId::of(&caller.principal).to_string(),
        expected_version: expected.first(),
        principal: caller.principal.clone(),
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: caller.key.is_some(),
        trace: caller.trace.clone(),
        access: caller.access(),
        command,
    };
    let accepted = loop {
        match send::<User>(&*edge.gateway.dispatch, &envelope).await? {
            Reply::Accepted(accepted) => break accepted,
            Reply::Refused { refusal: Refusal::VersionConflict { actual, .. } }
                if envelope.expected_version != Some(actual) && matches!(expected, Expected::OneOf(some) if some.contains(&actual)) =>
            {
                envelope.expected_version = Some(actual);
            }
            Reply::Refused { refusal } => return Err(refusal.into()),
        }
    };
    if accepted.events > 0 || accepted.replayed {
        note(edge, caller, &envelope.aggregate_id, accepted.version).await;
    }
    Ok(accepted)
}
