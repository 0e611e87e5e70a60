use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use domain::{
    Aggregate, CommandId, EventRecord, Refusal, TodoId, fold,
    todo::{Event, Todo, TodoState},
};
use ports::{Chain, JournalRow};
use tracing::{debug, warn};

use super::{Caller, Failure, Shown, Times, lists::grant, read::Waited};
use crate::edge::Edge;

/// How long the first wait for the journal is; each later one is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Everything that happened to one todo, as the journal tells it: versions 1, 2, 3, … without a gap, at least one.
pub(super) struct Past {
    pub id: TodoId,
    entries: Vec<Entry>,
}

/// One event.
pub(super) struct Entry {
    /// Who and when; what is in `event`, no longer in its `data`.
    pub record: EventRecord,
    pub event: Event,
}

impl Past {
    /// How many events there are.
    pub(super) fn version(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The events of these versions, as far as there are any.
    pub(super) fn events(&self, versions: RangeInclusive<u64>) -> &[Entry] {
        let end = self.entries.len().min(index(versions.end().saturating_add(1)));
        &self.entries[index(*versions.start()).min(end)..end]
    }

    /// The todo right after `version`.
    pub(super) fn until(&self, version: u64) -> TodoState {
        fold::<Todo>(None, self.events(1..=version).iter().map(|entry| &entry.event))
    }

    /// The todo right after `version`, which is at least 1, with its times then.
    pub(super) fn shown(&self, version: u64) -> Option<Shown> {
        let events = self.events(1..=version);
        let (mut state, mut completed) = (None, None);
        for Entry { record, event } in events {
            state = Todo::evolve(state, event);
            let done = state.as_ref().is_some_and(|todo| todo.completed);
            completed = done.then(|| completed.unwrap_or(record.timestamp));
        }
        let (first, last) = (events.first()?, events.last()?);
        let times = Times { created: first.record.timestamp, updated: last.record.timestamp, completed };
        Some(Shown { id: self.id, version, todo: state?, times: Some(times) })
    }

    /// The last version up to `head` that somebody asked for: that a reminder rang is no change to undo.
    pub(super) fn last_asked(&self, head: u64) -> u64 {
        let by_itself = |entry: &&Entry| matches!(entry.event, Event::TodoReminded { .. });
        head - self.events(1..=head).iter().rev().take_while(by_itself).count() as u64
    }

    /// The versions of the whole change that `version` is part of, if none later than `head` counts: what one command did.
    pub(super) fn change_around(&self, version: u64, head: u64) -> Option<RangeInclusive<u64>> {
        let events = self.events(1..=head);
        let at = usize::try_from(version).ok()?.checked_sub(1)?;
        let command = &events.get(at)?.record.command_id;
        let same = |entry: &&Entry| entry.record.command_id == *command;
        let before = events[..at].iter().rev().take_while(same).count() as u64;
        let after = events[at..].iter().skip(1).take_while(same).count() as u64;
        Some(version - before..=version + after)
    }

    /// The versions of the change that the command `id` made.
    pub(super) fn change_by(&self, id: &CommandId) -> Option<RangeInclusive<u64>> {
        let at = self.entries.iter().position(|entry| entry.record.command_id == *id)?;
        self.change_around(at as u64 + 1, self.version())
    }
}

/// The place of `version` among the events.
fn index(version: u64) -> usize {
    usize::try_from(version.saturating_sub(1)).unwrap_or(usize::MAX)
}

/// What happened to a todo of the caller's. Waits, bounded, until the journal has what the caller wrote before, and what
/// the views show, and `at_least` that version.
pub(super) async fn past(edge: &Edge, caller: &Caller, id: TodoId, at_least: u64) -> Result<(Past, Waited), Failure> {
    let (wanted, known) = match known(edge, caller, id).await {
        Ok(version) => (version.max(at_least), true),
        Err(()) => (at_least, false),
    };
    let (chain, reached) = wait(edge, id, wanted).await?;
    let waited = match (reached, known) {
        (false, _) => Waited::InVain,
        (true, false) => Waited::Blindly,
        (true, true) => Waited::Enough,
    };
    let Some(past) = chain.map(|chain| read(id, chain)).transpose()? else {
        // "It does not exist" would be a lie to somebody who was told of it.
        return Err(if reached { Refusal::NotFound.into() } else { Failure::Behind });
    };
    let Some(todo) = past.until(past.version()) else { return Err(Refusal::NotFound.into()) };
    // Of what is in a list with members, its members may know all, and nobody else anything.
    let theirs =
        if todo.list.has_members() { grant(edge, caller, todo.list, false).await?.is_some() } else { todo.owner == caller.principal };
    if theirs { Ok((past, waited)) } else { Err(Refusal::NotFound.into()) }
}

/// The version that the caller knows of at least: what they wrote last, and what the views have shown to them, for what was
/// shown counts as settled, and the views may be ahead of the journal.
async fn known(edge: &Edge, caller: &Caller, id: TodoId) -> Result<u64, ()> {
    let name = id.to_string();
    let written = edge.gateway.positions.outstanding(&caller.principal).await.map_err(|error| {
        metrics::counter!("todo_read_your_writes_unknown_total").increment(1);
        warn!(?error, "telling of the past without knowing what the caller wrote last");
    })?;
    let shown = edge.gateway.views.todo(&caller.principal, id).await.map_err(|error| {
        debug!(?error, "telling of the past without knowing what the views show");
    })?;
    let written = written.into_iter().find(|(noted, _)| *noted == name).map_or(0, |(_, version)| version);
    Ok(written.max(shown.map_or(0, |row| row.version)))
}

/// The chain once it has reached `version`, and whether it has. The journal tells nobody when it grows, so it is asked
/// again and again; mostly the first answer will do.
async fn wait(edge: &Edge, id: TodoId, version: u64) -> Result<(Option<Chain>, bool), Failure> {
    let (begun, mut pause) = (Instant::now(), FIRST_PAUSE);
    let name = id.to_string();
    loop {
        let chain = edge.gateway.journal.chain(&name).await?.filter(|chain| !chain.rows.is_empty());
        let reached = chain.iter().flat_map(|chain| &chain.rows).any(|row| row.version >= version) || version == 0;
        let waited = begun.elapsed();
        if reached || waited >= edge.gateway.options.patience {
            metrics::histogram!("todo_journal_wait_seconds").record(waited.as_secs_f64());
            if !reached {
                metrics::counter!("todo_journal_wait_timeouts_total").increment(1);
            }
            return Ok((chain, reached));
        }
        tokio::time::sleep(pause.min(edge.gateway.options.patience - waited)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Reads a chain. What does not follow one event from the other is no history, and is not told as one.
fn read(id: TodoId, chain: Chain) -> Result<Past, Failure> {
    let entry = |(row, version): (JournalRow, u64)| {
        entry(&chain.aggregate_id, row, version).map_err(|problem| Failure::Damaged { id, version, problem })
    };
    let entries = chain.rows.into_iter().zip(1..).map(entry).collect::<Result<_, _>>()?;
    Ok(Past { id, entries })
}

/// The event of `version`, or what is wrong with it.
fn entry(aggregate_id: &str, row: JournalRow, version: u64) -> Result<Entry, String> {
    // serde's own words may quote what a person wrote.
    let mut record: EventRecord =
        serde_json::from_str(&row.record).map_err(|error| format!("{:?} error in its record", error.classify()))?;
    if (row.version, record.version, &*record.aggregate_id) != (version, version, aggregate_id) {
        return Err(format!("its place has version {} of {}, filed as {}", record.version, record.aggregate_id, row.version));
    }
    let event = Todo::upcast(&record).map_err(|error| error.to_string())?;
    record.data = serde_json::Value::Null;
    Ok(Entry { record, event })
}
