use std::time::Instant;

use domain::{Refusal, TodoId, UserId};
use ports::{Counts, DueBounds, Page, TodoQuery};
use tracing::warn;

use super::{Caller, Failure, Seen, Shown};
use crate::edge::Edge;

/// One todo that is not in the trash.
pub(crate) async fn read(edge: &Edge, caller: &Caller, id: TodoId) -> Result<Seen<Shown>, Failure> {
    let name = id.to_string();
    let waited = catch_up(edge, &caller.principal, Some(&name)).await?;
    match edge.gateway.views.todo(&caller.principal, id).await? {
        Some(row) if !row.todo.deleted => Ok(Seen { answer: row.into(), stale: waited != Waited::Enough }),
        // "It does not exist" would be a lie to somebody who was told of it.
        None if waited == Waited::InVain => Err(Failure::Behind),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// The todos that meet `query`.
pub(crate) async fn list(edge: &Edge, caller: &Caller, query: &TodoQuery) -> Result<Seen<Page>, Failure> {
    let waited = catch_up(edge, &caller.principal, None).await?;
    let answer = edge.gateway.views.todos(&caller.principal, query).await?;
    Ok(Seen { answer, stale: waited != Waited::Enough })
}

/// How many todos there are of each kind.
pub(crate) async fn counts(edge: &Edge, caller: &Caller, due: &DueBounds) -> Result<Seen<Counts>, Failure> {
    let waited = catch_up(edge, &caller.principal, None).await?;
    let answer = edge.gateway.views.counts(&caller.principal, due).await?;
    Ok(Seen { answer, stale: waited != Waited::Enough })
}

/// So begin the ids of lists.
const OF_LISTS: &str = "list-";

/// How a wait for the views ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    /// They show all that the person wrote.
    Enough,
    /// They still lack something.
    InVain,
    /// It is not known what the person wrote last.
    Blindly,
}

/// Waits, bounded, until the views show what `user` wrote: all of it, or the todo `only`.
pub(super) async fn catch_up(edge: &Edge, user: &UserId, only: Option<&str>) -> Result<Waited, Failure> {
    let gateway = &edge.gateway;
    let mut outstanding = match gateway.positions.outstanding(user).await {
        Ok(outstanding) => outstanding,
        Err(error) => {
            metrics::counter!("todo_read_your_writes_unknown_total").increment(1);
            warn!(?error, "answering a query without knowing what the caller wrote last");
            return Ok(Waited::Blindly);
        }
    };
    if let Some(only) = only {
        // What a person may see of it may hang on a list, too.
        outstanding.retain(|(id, _)| id == only || id.starts_with(OF_LISTS));
    }
    if outstanding.is_empty() {
        return Ok(Waited::Enough);
    }
    let begun = Instant::now();
    let reached = gateway.views.wait_for(&outstanding, gateway.options.patience).await?;
    metrics::histogram!("todo_read_your_writes_wait_seconds").record(begun.elapsed().as_secs_f64());
    if !reached {
        metrics::counter!("todo_read_your_writes_timeouts_total").increment(1);
        return Ok(Waited::InVain);
    }
    // Not told, they are waited for once more next time: no harm.
    if let Err(error) = gateway.positions.settled(user, &outstanding).await {
        warn!(?error, "positions that the views reached are still noted");
    }
    Ok(Waited::Enough)
}
