//! Ten thousand reminders of one moment in the embedded shape, which is killed while they ring.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests fail by panicking; this one tells how late reminders are")]

mod support;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use adapters::sqlite::{SqliteJournal, SqliteTimers};
use domain::{Aggregate, todo::Todo};
use jiff::{SignedDuration, Timestamp};
use ports::{Journal, Timers};
use serde_json::{Value, json};
use support::Embedded;

const REMINDERS: usize = 10_000;
const CLIENTS: usize = 32;

/// Creates todos with a reminder each, until there are `count`.
async fn create(todo: &Embedded, count: usize, at: Timestamp) {
    let (url, made) = (format!("{}/api/v1/todos", todo.base), Arc::new(AtomicUsize::new(0)));
    let client = || {
        let (url, made) = (url.clone(), made.clone());
        tokio::spawn(async move {
            let http = reqwest::Client::new();
            while made.fetch_add(1, Ordering::SeqCst) < count {
                let answer = http.post(&url).json(&json!({ "title": "ring", "reminders": [{ "at": at }] })).send().await.unwrap();
                assert_eq!(answer.status(), 201);
            }
        })
    };
    let clients: Vec<_> = (0..CLIENTS).map(|_| client()).collect();
    for client in clients {
        client.await.unwrap();
    }
}

/// Each reminder that rang: how often, and how long after its moment first.
struct Rung {
    each: BTreeMap<String, (usize, SignedDuration)>,
    late: usize,
    position: u64,
}

impl Rung {
    /// Reads on in the journal.
    async fn read(&mut self, data: &Path) {
        let journal = SqliteJournal::open(&data.join("todo.db")).unwrap();
        loop {
            let rows = journal.all_since(self.position, 5_000).await.unwrap();
            let Some(last) = rows.last() else { return };
            self.position = last.position;
            for row in &rows {
                let record: Value = serde_json::from_str(&row.record).unwrap();
                if record["eventType"] == "TodoReminded" {
                    let moment = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
                    let after = moment(&record["timestamp"]).duration_since(moment(&record["data"]["due"]));
                    let name = format!("{} {}", record["aggregateId"], record["data"]);
                    self.each.entry(name).or_insert((0, after)).0 += 1;
                    self.late += usize::from(record["data"]["late"] == true);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_reminders_of_one_moment_ring_once_each_although_it_is_killed_meanwhile() {
    let mut todo = Embedded::start().await;
    // How fast this machine is tells when the others will have been set: one that is set too late would not ring. Others may be at
    // work meanwhile, so it gets much more than that.
    let begun = Instant::now();
    let sample = 300;
    create(&todo, sample, "2090-01-01T00:00:00Z".parse().unwrap()).await;
    let whole = begun.elapsed() * u32::try_from(REMINDERS / sample).unwrap();
    let due = Timestamp::now() + SignedDuration::try_from(whole.mul_f64(2.5) + Duration::from_secs(5)).unwrap();
    create(&todo, REMINDERS, due).await;
    assert!(Timestamp::now() < due, "creating took longer than was thought");

    let mut rung = Rung { each: BTreeMap::new(), late: 0, position: 0 };
    let reached = async |rung: &mut Rung, data: &Path, count: usize| {
        let end = Instant::now() + Duration::from_secs(150);
        while rung.each.len() < count {
            assert!(Instant::now() < end, "{} of {count} reminders rang", rung.each.len());
            tokio::time::sleep(Duration::from_millis(100)).await;
            rung.read(data).await;
        }
    };
    reached(&mut rung, &todo.data.clone(), REMINDERS / 10).await;
    todo.kill();
    rung.read(&todo.data).await;
    let before = rung.each.len();
    assert!(before < REMINDERS, "it was killed too late to tell anything");
    let again = Embedded::start_in(&todo.data).await;
    let restarted = Instant::now();
    reached(&mut rung, &again.data, REMINDERS).await;
    let rate = (REMINDERS - before) as f64 / restarted.elapsed().as_secs_f64();
    // Nothing is left to ring, and what rang again meant nothing.
    let timers = SqliteTimers::open(&again.data.join("timers.db"), &[Todo::TYPE]).unwrap();
    let none_left = testkit::poll_until(Duration::from_secs(60), async || {
        timers.due_before(Timestamp::now(), 1).await.unwrap().is_empty().then_some(())
    });
    assert!(none_left.await.is_some(), "timers ring on and on");
    rung.read(&again.data).await;
    assert_eq!(rung.each.len(), REMINDERS);
    assert!(rung.each.values().all(|(times, _)| *times == 1), "one rang twice");

    let mut after: Vec<_> = rung.each.values().map(|(_, after)| *after).collect();
    after.sort_unstable();
    let at = |percent: usize| after[(after.len() - 1) * percent / 100].as_secs_f64();
    println!(
        "{REMINDERS} reminders of one moment, {before} before the kill: lateness p50 {:.2} s, p99 {:.2} s, max {:.2} s; {rate:.0} a second after the \
         restart; {} flagged late",
        at(50),
        at(99),
        at(100),
        rung.late
    );
    assert_eq!(rung.late, after.iter().filter(|after| **after > domain::todo::LATE).count());
}
