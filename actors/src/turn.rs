use std::{sync::Arc, time::Duration};

use domain::{Aggregate, Envelope, EventRecord, Refusal, fold};
use ports::{Accepted, Answer, CommitError, Mark, NewRecord, Reply, Source};
use tracing::warn;

use crate::{
    cell::Cell,
    command::Wake,
    host::Services,
    outbox,
    recent::{Recent, Seen, fingerprint},
    record::{Record, SCHEMA},
};

/// Why a turn could not be finished. Whether it took effect is unknown; asking again with the same command id is right.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The state cannot be read.
    #[error("the actor's record cannot be read")]
    Load(#[source] Source),
    /// The coming commit could not be marked. Nothing was written.
    #[error("the commit could not be marked")]
    Mark(#[source] Source),
    /// A timer that the coming commit needs could not be armed. Nothing was written.
    #[error("a timer could not be armed")]
    Timer(#[source] Source),
    /// Every attempt lost a race or ended unclear.
    #[error("the commit did not succeed in {attempts} attempts")]
    Commit {
        /// How many there were.
        attempts: u32,
        /// What the last one said.
        #[source]
        last: CommitError,
    },
    /// The record cannot be written as JSON: a defect.
    #[error("the record cannot be serialised")]
    Serialise(#[from] serde_json::Error),
}

/// One command's turn, with the cell locked: dedupe, decide, commit once, relay.
///
/// The record leaves the cell for the turn and comes back when it is known to be what the store holds. Whatever else
/// ends a turn, a panic included, leaves the cell empty, so that the next one loads.
pub(crate) async fn execute<A: Aggregate>(
    cell: &mut Cell<A>,
    services: &Services,
    envelope: &Envelope<A::Command>,
) -> Result<Answer<A>, TurnError> {
    let print = fingerprint(envelope)?;
    // What begins an aggregate mostly finds nothing, and the fence tells if it was otherwise: that saves the look.
    if cell.record.is_none()
        && A::begins(&envelope.command)
        && let Ok(events) = judge::<A>(&Record::default(), envelope, &print)
        && let Ok(answer) = commit(cell, services, envelope, print.clone(), Record::default(), &events).await?
    {
        return Ok(Reply::Accepted(answer));
    }
    let mut attempt = 0;
    loop {
        attempt += 1;
        let record = cell.take_record(services).await.map_err(TurnError::Load)?;
        let events = match judge::<A>(&record, envelope, &print) {
            Ok(events) => events,
            Err(answer) => {
                cell.record = Some(record);
                return Ok(answer);
            }
        };
        match commit(cell, services, envelope, print.clone(), record, &events).await? {
            Ok(answer) => return Ok(Reply::Accepted(answer)),
            // What memory held may be wrong now, and after an unclear end the command may have taken effect: look again.
            Err(last) => {
                metrics::counter!("todo_commit_retries_total", "type" => A::TYPE, "why" => why(&last)).increment(1);
                warn!(actor = %cell.key, attempt, error = ?last, "deciding again");
                if attempt >= services.options.attempts {
                    return Err(TurnError::Commit { attempts: attempt, last });
                }
                tokio::time::sleep(pause(services.options.retry_pause, attempt)).await;
            }
        }
    }
}

/// The events to commit, or else the answer that needs no commit.
fn judge<A: Aggregate>(record: &Record<A::State>, envelope: &Envelope<A::Command>, print: &str) -> Result<Vec<A::Event>, Answer<A>> {
    match record.recent_commands.look_up(envelope, print, &record.state) {
        Seen::Answered(answer) => return Err(Reply::Accepted(answer)),
        Seen::Reused => return Err(Reply::Refused { refusal: Refusal::CommandIdReused }),
        Seen::Never => {}
    }
    let events = decide::<A>(record, envelope).map_err(|refusal| Reply::Refused { refusal })?;
    if events.is_empty() {
        return Err(Reply::Accepted(Accepted { version: record.version, events: 0, replayed: false, state: record.state.clone() }));
    }
    Ok(events)
}

/// The decision, with the caller's expectation held against the current version. A stranger learns no version.
fn decide<A: Aggregate>(record: &Record<A::State>, envelope: &Envelope<A::Command>) -> Result<Vec<A::Event>, Refusal> {
    let decision = A::decide(&record.state, envelope);
    match envelope.expected_version {
        Some(expected)
            if expected != record.version
                && !matches!(decision, Err(Refusal::NotFound | Refusal::RoleNeeded { .. } | Refusal::Forbidden { .. })) =>
        {
            Err(Refusal::VersionConflict { expected, actual: record.version })
        }
        _ => decision,
    }
}

/// One fenced write of everything that `events` change. The inner error is the store's; then the cell is empty.
async fn commit<A: Aggregate>(
    cell: &mut Cell<A>,
    services: &Services,
    envelope: &Envelope<A::Command>,
    print: String,
    before: Record<A::State>,
    events: &[A::Event],
) -> Result<Result<Accepted<A::State>, CommitError>, TurnError> {
    let expected = before.writes;
    let mark = Mark { key: cell.key.clone(), version: before.version + 1 };
    let records: Arc<[EventRecord]> = EventRecord::of::<A>(envelope, before.version, events).into();
    let count = records.len() as u64;
    let timers = A::timers(&before.state);
    let state = fold::<A>(before.state, events);
    let answer = Accepted { version: before.version + count, events: count, replayed: false, state: state.clone() };

    if let Some(reactions) = &cell.reactions {
        reactions.arm_new(&cell.key, &timers, &state).await.map_err(|error| TurnError::Timer(error.into()))?;
    }
    let Record { mut recent_commands, mut outbox, .. } = before;
    if events.iter().any(A::forgets) {
        recent_commands = Recent::default();
    }
    recent_commands.remember(envelope, print, &answer);
    if let Some(relay) = &services.relay {
        cell.progress.prune(&mut outbox);
        outbox.extend(records.iter().cloned());
        relay.mark(&mark, services.clock.now()).await.map_err(|error| TurnError::Mark(error.into()))?;
    }
    let after = Record { schema: SCHEMA, version: answer.version, writes: expected + 1, state, recent_commands, outbox };
    let new = NewRecord { value: after.write()?, events: records.clone() };
    if let Err(error) = services.store.commit(&cell.key, expected, new).await {
        return Ok(Err(error));
    }
    if let Some(reactions) = &cell.reactions {
        reactions.cancel_old(&cell.key, timers, &after.state);
    }
    cell.record = Some(after);
    if let Some(relay) = &services.relay {
        relay.ship(mark, records, &cell.progress);
    }
    Ok(Ok(answer))
}

/// The sweeper's turn: ships what waits, and clears marks that stand for nothing.
pub(crate) async fn relay<A: Aggregate>(cell: &mut Cell<A>, services: &Services, wake: &Wake) -> Result<(), TurnError> {
    let Some(relay) = &services.relay else { return Ok(()) };
    cell.load(services).await.map_err(TurnError::Load)?;
    let Some(record) = &cell.record else { return Ok(()) };
    let version = record.version;
    if cell.progress.is_busy() {
        return Ok(());
    }
    let waiting: Vec<_> =
        outbox::commits(&cell.key, &record.outbox).into_iter().filter(|(mark, _)| !cell.progress.has(mark.version)).collect();
    let done = |found: &&crate::command::FoundMark| {
        let committed = found.version <= version;
        let waits = waiting.iter().any(|(mark, _)| mark.version == found.version);
        // A mark above the version is of a commit that never came, or that is still on its way from a host that lost
        // the actor: only age tells.
        if committed { !waits } else { found.abandoned }
    };
    let over: Vec<_> = wake.marks.iter().filter(done).map(|found| Mark { key: cell.key.clone(), version: found.version }).collect();
    relay.unmark(&over).await.map_err(|error| TurnError::Mark(error.into()))?;
    cell.progress.resume();
    for (mark, events) in waiting {
        relay.ship(mark, events.into(), &cell.progress);
    }
    Ok(())
}

/// Writes the record once more without the events that the feed has, so that an actor at rest holds none.
pub(crate) async fn tidy<A: Aggregate>(cell: &mut Cell<A>, services: &Services) -> Result<(), TurnError> {
    let Some(record) = &cell.record else { return Ok(()) };
    let mut after = record.clone();
    cell.progress.prune(&mut after.outbox);
    if after.outbox == record.outbox {
        return Ok(());
    }
    let expected = record.writes;
    after.writes += 1;
    let new = NewRecord { value: after.write()?, events: Arc::from([]) };
    match services.store.commit(&cell.key, expected, new).await {
        Ok(()) => cell.record = Some(after),
        // Nothing is lost by leaving it: the next load finds out what is published.
        Err(error) => {
            cell.forget();
            return Err(TurnError::Commit { attempts: 1, last: error });
        }
    }
    Ok(())
}

fn why(error: &CommitError) -> &'static str {
    match error {
        CommitError::LostRace => "lost-race",
        CommitError::Unclear(_) => "unclear",
    }
}

/// Longer after each attempt: two hosts that fight over an actor must not do so in step with each other's reloads.
fn pause(first: Duration, attempt: u32) -> Duration {
    first * 2u32.saturating_pow(attempt.saturating_sub(1)).min(32)
}
