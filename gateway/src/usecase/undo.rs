use std::ops::RangeInclusive;

use domain::{Invalid, Refusal, TodoId, Trace, todo};

use super::{
    Caller, Done, Expected, Failure,
    command::{command, done},
    past::{Past, past},
    read::Waited,
    times,
};
use crate::edge::Edge;

/// How often a todo may change between reading it and undoing before the caller is told.
const ATTEMPTS: u32 = 5;

/// Undoes the change that `version` is part of, or else the last one, by a command that compensates for it.
///
/// It is decided on a version of the journal and takes effect only on that version; where the actor is further on, it is
/// decided anew.
pub(crate) async fn undo(edge: &Edge, caller: &Caller, id: TodoId, version: Option<u64>, expected: &Expected) -> Result<Done, Failure> {
    let _entered = caller.enter(edge)?;
    let mut at_least = 0;
    let mut attempt = 1;
    loop {
        let (past, waited) = past(edge, caller, id, at_least).await?;
        if let Some(done) = done_before(edge, caller, &past, version)? {
            return Ok(done);
        }
        let head = past.version();
        // Somebody who wrote more than the journal has means another change than the last one there.
        if waited == Waited::InVain {
            return Err(Failure::Behind);
        }
        if !expected.allows(head) {
            return Err(Refusal::VersionConflict { expected: expected.first().unwrap_or_default(), actual: head }.into());
        }
        let change = change_to_undo(&past, version, head)?;
        let undoing = todo::undo(&past.until(change.start() - 1), &past.until(*change.end()), &past.until(head))?;
        let caller = caused_by(caller, &past, *change.end());
        match command(edge, &caller, id, &Expected::OneOf(vec![head]), &undoing).await {
            Err(Failure::Refused(Refusal::VersionConflict { actual, .. })) if attempt < ATTEMPTS => {
                metrics::counter!("todo_undo_retries_total").increment(1);
                (at_least, attempt) = (actual, attempt + 1);
            }
            Err(failure) => return Err(failure),
            Ok(taken) if taken.replayed => {
                let times = times::of_change(edge, &caller, &taken).await;
                return Ok(done(edge, taken, times));
            }
            Ok(taken) => {
                let times = past.shown(head).and_then(|shown| shown.times).map(|times| times.after(&taken));
                return Ok(done(edge, taken, times));
            }
        }
    }
}

/// The answer that the caller's key was given before, if the journal has what it did.
fn done_before(edge: &Edge, caller: &Caller, past: &Past, version: Option<u64>) -> Result<Option<Done>, Failure> {
    if caller.key.is_none() {
        return Ok(None);
    }
    let Some(own) = past.change_by(&caller.command_id(edge)) else { return Ok(None) };
    let cause = past.events(own.clone()).first().and_then(|entry| entry.record.causation_id.as_deref());
    let undone = change_to_undo(past, version, own.start() - 1).ok();
    let undone = undone.and_then(|change| past.events(change).last().map(|entry| entry.record.event_id.to_string()));
    // The key came with something else: another operation, or the undoing of another change.
    if undone.is_none() || undone.as_deref() != cause {
        return Err(Refusal::CommandIdReused.into());
    }
    Ok(past.shown(*own.end()).map(|shown| Done { shown, replayed: true }))
}

/// The change that is meant where the todo is at version `head`.
fn change_to_undo(past: &Past, version: Option<u64>, head: u64) -> Result<RangeInclusive<u64>, Failure> {
    let change = past.change_around(version.unwrap_or_else(|| past.last_asked(head)), head);
    let remedy = "send a version that GET /api/v1/todos/{id}/history shows, or leave it out to undo the last change";
    change.ok_or_else(|| Invalid::new("version", "is no version of this todo", remedy).into())
}

/// The same caller, whose command is a consequence of event `version` and part of the same conversation.
fn caused_by(caller: &Caller, past: &Past, version: u64) -> Caller {
    let mut caller = caller.clone();
    if let Some(entry) = past.events(version..=version).first() {
        let (correlation_id, causation_id) = (Some(entry.record.correlation_id.clone()), Some(entry.record.event_id.to_string()));
        caller.trace = Trace { traceparent: caller.trace.traceparent, correlation_id, causation_id };
    }
    caller
}
