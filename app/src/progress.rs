//! How far a long work has come: a bar for people who watch, lines for whoever reads the log later.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};
use tracing::info;

/// Between two lines.
const EVERY: Duration = Duration::from_secs(5);

/// Shown on standard error while it lives.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    begun: Instant,
    /// When the next line is due, where there is nobody who sees a bar.
    line: Option<Mutex<Instant>>,
}

impl Progress {
    /// Of `total` things, called `what`.
    pub(crate) fn of(total: u64, what: &'static str) -> Self {
        let bar = ProgressBar::new(total);
        let style = format!("{{wide_bar}} {{human_pos}}/{{human_len}} {what}, {{per_sec}}, {{eta}} left");
        // The template is a constant of ours.
        bar.set_style(ProgressStyle::with_template(&style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        let begun = Instant::now();
        let line = bar.is_hidden().then(|| Mutex::new(begun + EVERY));
        Self { bar, what, begun, line }
    }

    /// So many are done.
    pub(crate) fn reached(&self, done: u64) {
        self.bar.set_position(done);
        let Some(due) = &self.line else { return };
        let (now, mut due) = (Instant::now(), due.lock().unwrap_or_else(PoisonError::into_inner));
        if now >= *due {
            *due = now + EVERY;
            let rate = done as f64 / self.begun.elapsed().as_secs_f64();
            let total = self.bar.length().unwrap_or(done).max(done);
            let left = Duration::from_secs_f64(((total - done) as f64 / rate).clamp(0.0, 1e9));
            info!(
                "{} of {} {}, {}/s, {} left",
                HumanCount(done),
                HumanCount(total),
                self.what,
                HumanCount(rate as u64),
                HumanDuration(left)
            );
        }
    }
}

/// The bar leaves no trace.
impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
