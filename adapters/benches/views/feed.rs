//! Rows going in, as a projection brings them.

use std::{
    fs,
    time::{Duration, Instant},
};

use domain::UserId;
use ports::{TodoRow, ViewStore};
use testkit::samples::{at, fresh_user};

use crate::samples::todo;

const BATCH: usize = 500;

/// Creates `count` todos of one person.
pub(crate) async fn fill(views: &impl ViewStore, owner: &UserId, count: usize) {
    let mut begin = Mark::now();
    let mut since = 0;
    for from in (0..count).step_by(BATCH) {
        let rows: Vec<_> = (from..count.min(from + BATCH)).map(|number| todo(owner, number)).collect();
        store(views, &rows).await;
        since += rows.len();
        if since >= 250_000 || from + BATCH >= count {
            begin.print(&format!("creates up to {}", from + rows.len()), since);
            (begin, since) = (Mark::now(), 0);
        }
    }
}

/// Completes the first `count` todos.
pub(crate) async fn complete(views: &impl ViewStore, owner: &UserId, count: usize) {
    let begin = Mark::now();
    for from in (0..count).step_by(BATCH) {
        let mut rows: Vec<_> = (from..count.min(from + BATCH)).map(|number| todo(owner, number)).collect();
        for row in &mut rows {
            (row.version, row.todo.completed, row.updated_at) = (2, true, at(10_000_000));
        }
        store(views, &rows).await;
    }
    begin.print("completions", count);
}

/// Creates `count` todos, each of another person: no word, list or count is met twice.
pub(crate) async fn many_people(views: &impl ViewStore, count: usize) {
    let begin = Mark::now();
    for from in (0..count).step_by(BATCH) {
        let rows: Vec<_> = (from..count.min(from + BATCH)).map(|number| todo(&fresh_user(), number)).collect();
        store(views, &rows).await;
    }
    begin.print("creates, each of another person", count);
}

/// As the projection does: first what is there, then what becomes of it.
async fn store(views: &impl ViewStore, rows: &[TodoRow]) {
    views.rows(&rows.iter().map(|row| row.id).collect::<Vec<_>>()).await.expect("rows");
    views.store(rows, &[(0, 1)]).await.expect("stored");
}

struct Mark(Instant, Duration);

impl Mark {
    fn now() -> Self {
        Self(Instant::now(), cpu())
    }

    fn print(&self, what: &str, count: usize) {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
        let (wall, used) = (each(self.0.elapsed()), each(cpu() - self.1));
        println!("  {what}, {BATCH} a batch: {:.0}/s, {wall:.1} µs each, {used:.1} µs of processor here", 1e6 / wall);
    }
}

/// What this process has used of the processors so far.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("a Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: u64 = [11, 12].map(|field: usize| fields[field].parse::<u64>().expect("ticks")).iter().sum();
    Duration::from_millis(ticks * 10)
}
