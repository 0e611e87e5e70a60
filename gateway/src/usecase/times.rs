use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};

use domain::{TodoId, todo::Todo};
use jiff::Timestamp;
use ports::{TodoRow, ViewsError};

use super::{Caller, command::Taken};
use crate::edge::Edge;

/// When things happened to a todo. Actors do not keep it: it follows from the times of their events, as the views show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub created: Timestamp,
    pub updated: Timestamp,
    pub completed: Option<Timestamp>,
}

impl Times {
    /// The times after `taken`, if these are the times of the version right before it.
    pub(super) fn after(self, taken: &Taken) -> Self {
        let completed = taken.todo.completed.then(|| self.completed.unwrap_or(taken.at));
        Self { created: self.created, updated: if taken.events > 0 { taken.at } else { self.updated }, completed }
    }
}

/// The times of the answer to a first request, which its later replay must give again: all of them are the creation's.
pub(super) async fn of_creation(edge: &Edge, caller: &Caller, taken: &Taken) -> Option<Times> {
    let created = row(edge, caller, taken, 1).await?.created_at;
    Some(Times { created, updated: created, completed: taken.todo.completed.then_some(created) })
}

/// The times after a change: from what this gateway answered last, else from the views, which are waited for only if
/// they do not even show the version before. `None` if they cannot tell in time: the change is done all the same.
pub(super) async fn of_change(edge: &Edge, caller: &Caller, taken: &Taken) -> Option<Times> {
    let before = taken.version.saturating_sub(taken.events);
    if !taken.replayed
        && let Some(times) = edge.recent_times.at(taken.id, before)
    {
        return Some(times.after(taken));
    }
    let wanted = if taken.replayed { taken.version } else { before };
    let row = row(edge, caller, taken, wanted).await?;
    let shown = Times { created: row.created_at, updated: row.updated_at, completed: row.completed_at };
    if row.version == before && !taken.replayed {
        return Some(shown.after(taken));
    }
    // The row shows this very version, or others came after it: then `completed` is the best that can be said.
    let completed = if row.version == taken.version { row.completed_at } else { completed_then(&taken.todo, &row, taken.at) };
    let updated = if row.version == taken.version || taken.replayed { row.updated_at } else { taken.at };
    Some(Times { created: row.created_at, updated, completed })
}

fn completed_then(todo: &Todo, row: &TodoRow, at: Timestamp) -> Option<Timestamp> {
    todo.completed.then(|| row.completed_at.unwrap_or(at))
}

/// The todo's row at `version` or later.
async fn row(edge: &Edge, caller: &Caller, taken: &Taken, version: u64) -> Option<TodoRow> {
    let found = async {
        let views = &edge.gateway.views;
        match views.todo(&caller.principal, taken.id).await? {
            Some(row) if row.version >= version => Ok::<_, ViewsError>(Some(row)),
            _ => {
                views.wait_for(&[(taken.id.to_string(), version)], edge.gateway.options.patience).await?;
                Ok(views.todo(&caller.principal, taken.id).await?.filter(|row| row.version >= version))
            }
        }
    };
    found.await.unwrap_or_else(|error| {
        tracing::debug!(?error, "an answer goes out without its times");
        None
    })
}

/// The times that this gateway answered lately, so that a change that follows soon need not ask the views.
#[derive(Debug, Default)]
pub(crate) struct RecentTimes(Mutex<Generations>);

/// Two halves: when the younger one is full, the older one is forgotten.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<TodoId, (u64, Times)>,
    old: HashMap<TodoId, (u64, Times)>,
}

/// About 64 bytes each.
const GENERATION: usize = 16_384;

impl RecentTimes {
    pub(super) fn remember(&self, id: TodoId, version: u64, times: Times) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.young.len() >= GENERATION {
            recent.old = mem::take(&mut recent.young);
        }
        recent.young.insert(id, (version, times));
    }

    /// The times of exactly this version.
    fn at(&self, id: TodoId, version: u64) -> Option<Times> {
        let recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, times) = recent.young.get(&id).or_else(|| recent.old.get(&id))?;
        (*at == version).then_some(*times)
    }
}
