use std::collections::HashSet;

use metrics::{counter, histogram};
use ports::Delivery;
use tracing::{error, info, warn};

use crate::{Folded, Stopped};

/// So many stopped todos are told apart: beyond that, one that is met again is logged again.
const REMEMBERED: usize = 10_000;

/// Tells people what happens: metrics count everything, the log says each trouble once.
#[derive(Debug, Default)]
pub(crate) struct Report {
    stopped: HashSet<String>,
}

impl Report {
    /// A delivery that is no event. Whose it was shows when that aggregate's next event meets the gap.
    pub(crate) fn unreadable(&self, delivery: &Delivery, problem: &str) {
        counter!("todo_views_unreadable_deliveries_total").increment(1);
        error!(partition = delivery.partition, offset = delivery.offset, problem, "a delivery is no event: the views miss what it said");
    }

    /// A batch that is stored.
    pub(crate) fn stored(&mut self, folded: &Folded, seconds: f64) {
        counter!("todo_views_events_total").increment(folded.applied);
        counter!("todo_views_known_events_total").increment(folded.known);
        histogram!("todo_views_batch_seconds").record(seconds);
        if !self.stopped.is_empty() {
            for row in &folded.rows {
                let id = row.id.to_string();
                if self.stopped.remove(&id) {
                    info!(aggregate_id = id, version = row.version, "this view goes on");
                }
            }
        }
        for stopped in &folded.stopped {
            self.stopped(stopped);
        }
    }

    fn stopped(&mut self, Stopped { aggregate_id, version, obstacle }: &Stopped) {
        counter!("todo_views_stopped_total", "reason" => obstacle.kind()).increment(1);
        if self.stopped.len() < REMEMBERED && !self.stopped.insert(aggregate_id.clone()) {
            return;
        }
        error!(aggregate_id, version, reason = obstacle.kind(), %obstacle, "this view cannot take an event and stops");
    }

    /// Something did not work and is tried again.
    pub(crate) fn failed(&self, what: &'static str, failures: u32, error: &(dyn std::error::Error + 'static)) {
        counter!("todo_views_failures_total", "of" => what).increment(1);
        // The first few, then ever fewer: an outage must not fill the disk.
        if failures <= 3 || failures.is_power_of_two() {
            warn!(of = what, failures, error, "the projection waits and tries again");
        }
    }
}
