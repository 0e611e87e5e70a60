use domain::{Access, Aggregate, CommandId, Envelope, Timer, Trace};
use jiff::{SignedDuration, Timestamp};
use ports::{Reply, Ring, TimersError};
use tracing::{info, warn};

use crate::{
    cell::Cell,
    host::Services,
    reactions::armed,
    turn::{self, TurnError},
};

/// So much the scheduler's clock may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_secs(1);

/// A timer rings: takes effect if the actor's state waits for just this ring, once, and else does nothing.
pub(crate) async fn ring<A: Aggregate>(cell: &mut Cell<A>, services: &Services, ring: &Ring) -> Result<(), TurnError> {
    let Some(reactions) = cell.reactions.clone() else { return Ok(()) };
    let timers = &reactions.timers;
    let told = |error: TimersError| TurnError::Timer(error.into());
    let Ok(due) = Timestamp::from_microsecond(ring.due) else { return Ok(()) };
    let rung = armed(&cell.key, Timer::new(ring.name.clone(), due));
    let count = |what: &'static str| metrics::counter!("todo_timers_rung_total", "type" => A::TYPE, "as" => what).increment(1);
    let record = cell.take_record(services).await.map_err(TurnError::Load)?;
    let wanted = A::timers(&record.state).into_iter().find(|timer| timer.name == ring.name);
    let command = A::on_timer(&record.state, &ring.name);
    cell.record = Some(record);
    let (Some(wanted), Some((principal, command))) = (wanted, command) else {
        count("stale");
        return timers.fired(&rung).await.map_err(told);
    };
    if wanted.due != due {
        count("stale");
        // Whatever became of the one that is wanted: from now on it is armed for sure.
        timers.fired(&rung).await.map_err(told)?;
        return timers.arm(&armed(&cell.key, wanted)).await.map_err(told);
    }
    let now = services.clock.now();
    if now + AHEAD < due {
        // Our clock was set back, or the scheduler's is wrong: it is not time yet.
        count("early");
        info!(actor = %cell.key, timer = ring.name, %due, "a timer rang too early and is armed again");
        return timers.arm(&rung).await.map_err(told);
    }
    metrics::histogram!("todo_timer_lateness_seconds", "type" => A::TYPE).record(now.duration_since(due.min(now)).as_secs_f64());
    let id = CommandId::try_from(format!("timer:{}:{}", ring.name, ring.due)).unwrap_or_else(|_| CommandId::new(uuid::Uuid::nil()));
    let envelope = Envelope {
        command_id: id,
        aggregate_id: cell.key.id.to_string(),
        expected_version: None,
        principal,
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: false,
        trace: Trace::default(),
        access: Access::default(),
        command,
    };
    match turn::execute(cell, services, &envelope).await? {
        Reply::Accepted(_) => count("expected"),
        Reply::Refused { refusal } => {
            count("refused");
            warn!(actor = %cell.key, timer = ring.name, %refusal, "a timer's command was refused");
        }
    }
    timers.fired(&rung).await.map_err(told)
}
