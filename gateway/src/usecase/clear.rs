use domain::{Refusal, TodoId, todo::Command};
use futures::{StreamExt, stream};
use ports::{Sort, TodoQuery, TodoRow};

use super::{
    Caller, Expected, Failure,
    command::command,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// How many actors are asked at a time.
const AT_A_TIME: usize = 16;
/// How many rows are read at a time.
const PAGE: usize = 500;

/// Puts every todo that is the caller's alone into the trash. All are tried; the first failure is what is answered, and asking again
/// goes on where it stopped.
pub(crate) async fn delete_all(edge: &Edge, caller: &Caller) -> Result<(), Failure> {
    let _entered = caller.enter(edge)?;
    // What the views lack would stay without anybody being told.
    if catch_up(edge, &caller.principal, None).await? != Waited::Enough {
        return Err(Failure::Behind);
    }
    let outcomes: Vec<_> =
        stream::iter(all(edge, caller).await?).map(|id| delete_one(edge, caller, id)).buffer_unordered(AT_A_TIME).collect().await;
    outcomes.into_iter().collect()
}

async fn delete_one(edge: &Edge, caller: &Caller, id: TodoId) -> Result<(), Failure> {
    match command(edge, caller, id, &Expected::Any, &Command::Delete).await {
        Ok(_) | Err(Failure::Refused(Refusal::NotFound)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// The ids of the caller's todos, read before the first one goes: a page must not depend on what was deleted.
pub(super) async fn all(edge: &Edge, caller: &Caller) -> Result<Vec<TodoId>, Failure> {
    let rows = rows(edge, caller, TodoQuery { sort: Sort::Created, ..TodoQuery::default() }).await?;
    // What is shared is not the caller's alone to clear.
    Ok(rows.into_iter().filter(|row| !row.todo.list.has_members()).map(|row| row.id).collect())
}

/// Everything that meets `query`, page by page.
pub(super) async fn rows(edge: &Edge, caller: &Caller, query: TodoQuery) -> Result<Vec<TodoRow>, Failure> {
    let mut rows = vec![];
    let mut query = TodoQuery { limit: PAGE, ..query };
    loop {
        let page = edge.gateway.views.todos(&caller.principal, &query).await?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(rows),
        }
    }
}
