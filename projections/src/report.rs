use std::collections::HashSet;

use metrics::{Counter, Histogram, counter, histogram};
use ports::Delivery;
use tracing::{error, info, warn};

use crate::{Applied, Obstacle, Stopped};

/// So many stopped aggregates are told apart: beyond that, one that is met again is logged again.
const REMEMBERED: usize = 10_000;

/// Tells people what happens to a projection: metrics count everything, the log says each trouble once.
pub(crate) struct Report {
    projection: &'static str,
    stopped: HashSet<String>,
    events: Counter,
    known: Counter,
    seconds: Histogram,
    delay: Histogram,
}

impl Report {
    pub(crate) fn of(projection: &'static str) -> Self {
        // From the start: of a counter that is first seen at one, nobody can tell that it has grown.
        for reason in Obstacle::KINDS {
            counter!("todo_projection_stopped_total", "projection" => projection, "reason" => reason).increment(0);
        }
        Self {
            projection,
            stopped: HashSet::new(),
            events: counter!("todo_projection_events_total", "projection" => projection),
            known: counter!("todo_projection_known_events_total", "projection" => projection),
            seconds: histogram!("todo_projection_batch_seconds", "projection" => projection),
            delay: histogram!("todo_projection_delay_seconds", "projection" => projection),
        }
    }

    /// A delivery that is no event. Whose it was shows when that aggregate's next event meets the gap.
    pub(crate) fn unreadable(&self, delivery: &Delivery, problem: &str) {
        let projection = self.projection;
        counter!("todo_projection_unreadable_deliveries_total", "projection" => projection).increment(1);
        error!(projection, partition = delivery.partition, offset = delivery.offset, problem, "a delivery is no event");
    }

    /// A batch that is stored. `delay`: how long ago its first event was asked for, in seconds; what a reader waits, or, where old
    /// events are read again, how old they are.
    pub(crate) fn applied(&mut self, applied: &Applied, seconds: f64, delay: Option<f64>) {
        self.events.increment(applied.applied);
        self.known.increment(applied.known);
        self.seconds.record(seconds);
        if let Some(delay) = delay {
            self.delay.record(delay);
        }
        if !self.stopped.is_empty() {
            for (aggregate_id, version) in &applied.reached {
                if self.stopped.remove(aggregate_id) {
                    info!(projection = self.projection, aggregate_id, version, "this aggregate goes on");
                }
            }
        }
        for stopped in &applied.stopped {
            self.stopped(stopped);
        }
    }

    fn stopped(&mut self, Stopped { aggregate_id, version, obstacle }: &Stopped) {
        let (projection, reason) = (self.projection, obstacle.kind());
        counter!("todo_projection_stopped_total", "projection" => projection, "reason" => reason).increment(1);
        if self.stopped.len() < REMEMBERED && !self.stopped.insert(aggregate_id.clone()) {
            return;
        }
        error!(projection, aggregate_id, version, reason, %obstacle, "this aggregate cannot take an event and stops");
    }

    /// Something did not work and is tried again.
    pub(crate) fn failed(&self, what: &'static str, failures: u32, error: &(dyn std::error::Error + 'static)) {
        let projection = self.projection;
        counter!("todo_projection_failures_total", "projection" => projection, "of" => what).increment(1);
        // The first few, then ever fewer: an outage must not fill the disk.
        if failures <= 3 || failures.is_power_of_two() {
            warn!(projection, of = what, failures, error, "the projection waits and tries again");
        }
    }
}
