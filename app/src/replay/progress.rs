use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines where nobody watches.
const LINES: Duration = Duration::from_secs(2);

/// How far a replay has come: a bar where somebody watches, else a line every now and then.
pub(crate) struct Progress {
    view: &'static str,
    bar: Option<ProgressBar>,
    total: u64,
    done: u64,
    /// Of which an earlier replay did so many.
    before: u64,
    begun: Instant,
    told: Instant,
}

impl Progress {
    /// `done` of `total` events are in from an earlier replay.
    pub(crate) fn begin(view: &'static str, done: u64, total: u64) -> Self {
        let bar = io::stdout().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), indicatif::ProgressDrawTarget::stdout());
            let style = ProgressStyle::with_template("{msg} [{wide_bar}] {human_pos}/{human_len} events, {per_sec}, {eta} left");
            let bar = bar.with_message(view).with_position(done);
            bar.reset_eta();
            style.map_or(bar.clone(), |style| bar.with_style(style.progress_chars("=> ")))
        });
        let now = Instant::now();
        let progress = Self { view, bar, total, done, before: done, begun: now, told: now };
        progress.tell(&progress.line());
        progress
    }

    /// So many more are in.
    pub(crate) fn add(&mut self, events: usize) {
        self.done += events as u64;
        self.total = self.total.max(self.done);
        match &self.bar {
            Some(bar) => {
                bar.set_length(self.total);
                bar.set_position(self.done);
            }
            None if self.told.elapsed() >= LINES => {
                self.told = Instant::now();
                self.tell(&self.line());
            }
            None => {}
        }
    }

    /// A line to people.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(format!("{}: {line}", self.view)),
            None => self.tell(line),
        }
    }

    /// Nothing is to be seen of it any more.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// The last line.
    pub(crate) fn end(self, line: &str) {
        self.clear();
        let rate = self.rate().map_or(String::new(), |rate| format!(" ({rate:.0} events/s)"));
        self.print(&format!("{line}{rate}"));
    }

    /// How many are in.
    pub(crate) fn done(&self) -> u64 {
        self.done
    }

    fn tell(&self, line: &str) {
        if self.bar.is_none() {
            self.print(line);
        }
    }

    fn print(&self, line: &str) {
        // Whoever read it may have gone: the replay goes on.
        let _ = writeln!(io::stdout(), "{}: {line}", self.view);
    }

    fn line(&self) -> String {
        let (done, total) = (self.done, self.total);
        let begin = format!("{done} of {total} events");
        match self.rate() {
            Some(rate) => format!("{begin}, {rate:.0}/s, {:.0} s left", (total - done) as f64 / rate),
            None => begin,
        }
    }

    /// Events a second, by this replay.
    fn rate(&self) -> Option<f64> {
        let (done, seconds) = (self.done - self.before, self.begun.elapsed().as_secs_f64());
        (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
    }
}
