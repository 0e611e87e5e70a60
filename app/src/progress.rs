//! How far a long work over events has come: a bar where somebody watches, else a line every now and then.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Between two lines where nobody watches.
const LINES: Duration = Duration::from_secs(2);

/// Shown on standard output while it lives.
pub(crate) struct Progress {
    /// What is worked on: lines begin with it.
    name: &'static str,
    watched: bool,
    /// Where nobody watches it shows nothing, and counts all the same.
    bar: ProgressBar,
    /// So many events were done by an earlier run.
    before: u64,
    begun: Instant,
    /// When the last line was written.
    told: Mutex<Instant>,
}

impl Progress {
    /// `done` of `total` events are done from an earlier run.
    pub(crate) fn begin(name: &'static str, done: u64, total: u64) -> Self {
        let watched = io::stdout().is_terminal();
        let target = if watched { ProgressDrawTarget::stdout() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target).with_message(name).with_position(done);
        bar.reset_eta();
        if let Ok(style) = ProgressStyle::with_template("{msg} [{wide_bar}] {human_pos}/{human_len} events, {per_sec}, {eta} left") {
            bar.set_style(style.progress_chars("=> "));
        }
        let now = Instant::now();
        let progress = Self { name, watched, bar, before: done, begun: now, told: Mutex::new(now) };
        progress.tell(&progress.line());
        progress
    }

    /// So many more are done.
    pub(crate) fn add(&self, events: usize) {
        self.reached(self.done() + events as u64);
    }

    /// So many are done in all.
    pub(crate) fn reached(&self, done: u64) {
        if self.total() < done {
            self.bar.set_length(done);
        }
        self.bar.set_position(done);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() >= LINES {
            *told = Instant::now();
            self.tell(&self.line());
        }
    }

    /// A line to people.
    pub(crate) fn say(&self, line: &str) {
        self.bar.println(format!("{}: {line}", self.name));
        self.tell(line);
    }

    /// Nothing is to be seen of it any more.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// The last line.
    pub(crate) fn end(self, line: &str) {
        self.clear();
        let rate = self.rate().map_or(String::new(), |rate| format!(" ({rate:.0} events/s)"));
        self.print(&format!("{line}{rate}"));
    }

    /// How many are done.
    pub(crate) fn done(&self) -> u64 {
        self.bar.position()
    }

    fn total(&self) -> u64 {
        self.bar.length().unwrap_or_default()
    }

    /// Where there is no bar.
    fn tell(&self, line: &str) {
        if !self.watched {
            self.print(line);
        }
    }

    fn print(&self, line: &str) {
        // Whoever read it may have gone: the work goes on.
        let _ = writeln!(io::stdout(), "{}: {line}", self.name);
    }

    fn line(&self) -> String {
        let (done, total) = (self.done(), self.total());
        let begin = format!("{done} of {total} events");
        match self.rate() {
            Some(rate) => format!("{begin}, {rate:.0}/s, {:.0} s left", total.saturating_sub(done) as f64 / rate),
            None => begin,
        }
    }

    /// Events a second, by this run.
    fn rate(&self) -> Option<f64> {
        let (done, seconds) = (self.done().saturating_sub(self.before), self.begun.elapsed().as_secs_f64());
        (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
