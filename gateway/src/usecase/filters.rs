use domain::{
    Envelope, PersonId,
    user::{Command, FilterName, FilterQuery, User},
};
use jiff::Timestamp;
use ports::{Reply, send};

use super::{
    Caller, Failure, Seen,
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

/// Keeps a query under a name. Whether this is a replay.
pub(crate) async fn save_filter(edge: &Edge, caller: &Caller, name: FilterName, query: FilterQuery) -> Result<bool, Failure> {
    command(edge, caller, Command::SaveFilter { name, query }).await
}

/// Keeps it no longer. Whether this is a replay.
pub(crate) async fn remove_filter(edge: &Edge, caller: &Caller, name: FilterName) -> Result<bool, Failure> {
    command(edge, caller, Command::RemoveFilter { name }).await
}

async fn command(edge: &Edge, caller: &Caller, command: Command) -> Result<bool, Failure> {
    let _entered = caller.enter(edge)?;
    let now = edge.gateway.clock.now();
    let envelope = Envelope {
        command_id: caller.command_id(edge),
        aggregate_id: PersonId::of(&caller.principal).to_string(),
        expected_version: None,
        principal: caller.principal.clone(),
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: caller.key.is_some(),
        trace: caller.trace.clone(),
        access: caller.access(),
        command,
    };
    match send::<User>(&*edge.gateway.dispatch, &envelope).await? {
        Reply::Refused { refusal } => Err(refusal.into()),
        Reply::Accepted(accepted) => {
            if accepted.events > 0 || accepted.replayed {
                note(edge, caller, &envelope.aggregate_id, accepted.version).await;
            }
            Ok(accepted.replayed)
        }
    }
}
