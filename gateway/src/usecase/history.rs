use domain::{
    Aggregate, EventRecord, Refusal, TodoId,
    todo::{FieldChange, Todo, diff},
};
use jiff::Timestamp;

use super::{
    Caller, Failure, Seen, Shown,
    past::{Entry, Past, past},
    read::Waited,
};
use crate::edge::Edge;

/// One event: who and when, and what it changed.
pub(crate) struct Happened {
    /// Its `data` is left out.
    pub record: EventRecord,
    pub changes: Vec<FieldChange>,
}

/// Some of what happened to a todo.
pub(crate) struct HistoryPage {
    /// In order.
    pub entries: Vec<Happened>,
    /// The todo's version: how many events there are in all.
    pub version: u64,
    /// The last version of this page, if there are more.
    pub next: Option<u64>,
}

/// What happened to a todo, in the trash or not, behind version `after`: at most `limit` events.
pub(crate) async fn history(edge: &Edge, caller: &Caller, id: TodoId, after: u64, limit: u64) -> Result<Seen<HistoryPage>, Failure> {
    let (past, waited) = past(edge, caller, id, 0).await?;
    let mut state = past.until(after.min(past.version()));
    let last = after.saturating_add(limit);
    let happened = |Entry { record, event }: &Entry| {
        let before = state.take();
        state = Todo::evolve(before.clone(), event);
        Happened { record: record.clone(), changes: diff(&before, &state) }
    };
    let entries = past.events(after.saturating_add(1)..=last.min(past.version())).iter().map(happened).collect();
    let next = (last < past.version()).then_some(last);
    Ok(Seen { answer: HistoryPage { entries, version: past.version(), next }, stale: waited != Waited::Enough })
}

/// The todo as it stood at an instant, unless it lay in the trash then.
pub(crate) async fn at(edge: &Edge, caller: &Caller, id: TodoId, instant: Timestamp) -> Result<Seen<Shown>, Failure> {
    let (past, waited) = past(edge, caller, id, 0).await?;
    let shown = past.shown(version_at(&past, instant)).filter(|shown| !shown.todo.deleted);
    shown.map(|answer| Seen { answer, stale: waited != Waited::Enough }).ok_or_else(|| Refusal::NotFound.into())
}

/// The last version that is no younger than `instant`. Clocks of several edges may disagree: whatever came before that
/// version had happened by then, too.
fn version_at(past: &Past, instant: Timestamp) -> u64 {
    let events = past.events(1..=past.version());
    events.iter().rposition(|entry| entry.record.timestamp <= instant).map_or(0, |at| at as u64 + 1)
}
