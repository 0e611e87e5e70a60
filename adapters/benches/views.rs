//! How fast the views of the embedded shape are: `cargo bench -p adapters --bench views`. Alone, or the figures mean little.
#![allow(clippy::print_stdout, reason = "it prints figures")]

use std::{
    fs,
    time::{Duration, Instant},
};

use adapters::sqlite::SqliteViews;
use domain::UserId;
use ports::{Completion, Sort, TodoQuery, TodoRow, ViewReader, ViewStore};
use testkit::samples::{at, order, row_with, tags, user};

const BATCH: usize = 500;
const WORDS: [&str; 16] = [
    "call", "write", "water", "plants", "bank", "garden", "invoice", "dentist", "report", "holiday", "milk", "window", "train", "letter",
    "budget", "phone",
];

fn todos(owner: &UserId, count: usize) -> Vec<TodoRow> {
    let word = |number: usize| WORDS[number.wrapping_mul(2_654_435_761) >> 7 & 15];
    let todo = |number: usize| {
        let title = format!("{} the {} and {} number {number}", word(number), word(number * 3 + 1), word(number * 7 + 2));
        row_with(owner, &title, |row| {
            row.created_at = at(number as i64);
            row.updated_at = at(number as i64);
            row.todo.order = number.is_multiple_of(2).then(|| order(number as f64));
            if number.is_multiple_of(5) {
                row.todo.tags = tags(&["home"]);
            }
        })
    };
    (0..count).map(todo).collect()
}

/// What this process has used of the processors so far.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("a Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: u64 = [11, 12].map(|field: usize| fields[field].parse::<u64>().expect("ticks")).iter().sum();
    Duration::from_millis(ticks * 10)
}

async fn project(views: &SqliteViews, rows: &[TodoRow], batch: usize, what: &str) {
    let (begin, used) = (Instant::now(), cpu());
    for (number, batch) in rows.chunks(batch).enumerate() {
        // As the projection does: first what is there, then what becomes of it.
        views.rows(&batch.iter().map(|row| row.id).collect::<Vec<_>>()).await.expect("rows");
        views.store(batch, &[(0, number as i64)]).await.expect("stored");
    }
    let (wall, used) = (begin.elapsed(), cpu() - used);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / rows.len() as f64;
    println!("{what}, {batch} a batch: {:.0}/s, {:.1} µs each, of these {:.1} µs of processor", 1e6 / each(wall), each(wall), each(used));
}

async fn query(views: &SqliteViews, me: &UserId, what: &str, query: TodoQuery) {
    let mut times = Vec::new();
    for _ in 0..200 {
        let begin = Instant::now();
        views.todos(me, &query).await.expect("a page");
        times.push(begin.elapsed());
    }
    times.sort();
    println!("  {what}: p50 {:?}, p95 {:?}", times[100], times[190]);
}

#[tokio::main]
async fn main() {
    // Built and run as a test, too (`--all-targets`), where it has nothing to say.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let views = SqliteViews::open(&folder.path().join("views.db")).expect("views");
    let me = user("me");
    let many = todos(&me, 100_000);
    for (from, to) in [(0, 1_000), (1_000, 20_000), (20_000, 60_000), (60_000, 100_000)] {
        project(&views, &many[from..to], BATCH, &format!("creates from {from} to {to}")).await;
        println!("of {to} todos of one person, a page of 50:");
        let page = TodoQuery { limit: 50, ..TodoQuery::default() };
        query(&views, &me, "by hand", page.clone()).await;
        query(
            &views,
            &me,
            "open, last changed first",
            TodoQuery { completion: Completion::Open, sort: Sort::UpdatedDescending, ..page.clone() },
        )
        .await;
        query(&views, &me, "search for a word in a quarter of them", TodoQuery { search: Some("milk".into()), ..page.clone() }).await;
        query(&views, &me, "search for a rare word", TodoQuery { search: Some("number 777".into()), ..page.clone() }).await;
        query(&views, &me, "one tag", TodoQuery { tags: vec![testkit::samples::text("home")], ..page }).await;
    }
    project(&views, &todos(&me, 5_000), 20, "creates").await;
    let mut changed: Vec<TodoRow> = many.into_iter().step_by(5).collect();
    for row in &mut changed {
        row.version += 1;
        row.todo.completed = true;
        row.updated_at = at(200_000);
    }
    project(&views, &changed, BATCH, "completions").await;
}
