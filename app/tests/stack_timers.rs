//! Rings that Dapr's scheduler loses, or could not take, on the real engine: the sweep finds them, and each rings once.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack, metric};
use testkit::poll_until;

/// So that the test need not wait long: others sweep, too, but so much later that only this host's can be in time.
const SWIFT: [(&str, &str); 2] = [("TODO_TIMER_SWEEP_EVERY", "200ms"), ("TODO_TIMER_SWEEP_AFTER", "1s")];

/// The one host of todos, started anew with this in its environment.
fn host_with(stack: &Stack, env: &[(&str, &str)]) {
    tokio::task::block_in_place(|| {
        stack.tell(&["stop", "actors-1"]);
        stack.tell_with(env, &["start", "actors-1"]);
    });
}

/// A todo that reminds at a moment, in so many seconds, and the timer of its reminder.
struct Reminding {
    id: String,
    /// Its name and its moment in microseconds, as the truth has them.
    timer: (String, i64),
}

impl Reminding {
    async fn in_seconds(stack: &Stack, seconds: i64) -> Self {
        let at = Timestamp::now() + SignedDuration::from_secs(seconds);
        let new = json!({ "title": "ring", "reminders": [{ "at": at }] });
        // Who hosts it may have come back just now.
        let made = poll_until(PATIENCE, async || {
            let answer = Client::new().post(stack.url("/api/v1/todos")).json(&new).send().await.unwrap();
            (answer.status() == StatusCode::CREATED).then_some(answer)
        });
        let todo: Value = made.await.expect("a todo").json().await.unwrap();
        let id = todo["id"].as_str().unwrap().to_owned();
        let timer = armed(stack, &id).unwrap_or_else(|| panic!("{id} has no timer"));
        assert_eq!(timer.1, at.as_microsecond(), "{timer:?}");
        Self { id, timer }
    }

    /// Where daprd has its reminder.
    fn reminder(&self, stack: &Stack) -> String {
        let (name, due) = &self.timer;
        format!("{}/v1.0/actors/Todo/{}/reminders/{name}.{due}", stack.var("ACTORS_DAPR_HTTP"), self.id)
    }

    /// When it reminded, each time.
    fn reminded(&self, stack: &Stack) -> Vec<Timestamp> {
        let events = stack.events_of(&self.id);
        let rings = events.iter().filter(|event| event["eventType"] == "TodoReminded");
        rings.map(|event| event["timestamp"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Waits until it reminded, and nothing of it is armed any more. When that was.
    async fn rings_once(&self, stack: &Stack) -> Timestamp {
        let rung = poll_until(PATIENCE, async || {
            let over = armed(stack, &self.id).is_none();
            Some(self.reminded(stack)).filter(|rings| over && !rings.is_empty())
        });
        let rung = rung.await.unwrap_or_else(|| panic!("{} never rings; armed: {:?}", self.id, armed(stack, &self.id)));
        assert_eq!(rung.len(), 1, "{}: {rung:?}", self.id);
        assert!(rung[0].as_microsecond() >= self.timer.1, "{} rings early: {rung:?}", self.id);
        rung[0]
    }
}

/// The armed timer of a todo.
fn armed(stack: &Stack, id: &str) -> Option<(String, i64)> {
    let set = stack.redis(&["ZRANGE", "timers:armed", "0", "-1", "WITHSCORES"]);
    let lines: Vec<_> = set.lines().collect();
    let timer = |pair: &[&str]| Some((pair[0].strip_prefix(&format!("Todo/{id}/"))?.to_owned(), pair[1].parse().unwrap()));
    lines.chunks_exact(2).find_map(timer)
}

async fn swept(stack: &Stack) -> f64 {
    metric(stack.var("ACTORS_URL"), "todo_timers_swept_total").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_timers_that_the_scheduler_lost_are_swept_and_ring_once() {
    let stack = Stack::up("split", "stream");
    host_with(&stack, &SWIFT);
    let http = Client::new();
    let mut todos = vec![];
    for _ in 0..3 {
        todos.push(Reminding::in_seconds(&stack, 6).await);
    }
    let kept = Reminding::in_seconds(&stack, 6).await;
    for todo in &todos {
        let reminder = todo.reminder(&stack);
        let there = http.get(&reminder).send().await.unwrap();
        assert!(there.status().is_success(), "{reminder}: {}", there.status());
        let gone = http.delete(&reminder).send().await.unwrap();
        assert!(gone.status().is_success(), "{reminder}: {}", gone.status());
        let there = http.get(&reminder).send().await.unwrap();
        assert!(there.status().is_client_error(), "{reminder}: {}", there.status());
        assert!(Timestamp::now().as_microsecond() < todo.timer.1, "it was deleted too late to tell anything");
    }
    for todo in &todos {
        let rung = todo.rings_once(&stack).await;
        let grace = SignedDuration::from_secs(1).as_micros() as i64;
        assert!(rung.as_microsecond() >= todo.timer.1 + grace, "{}: not by the sweep, but at {rung}", todo.id);
    }
    kept.rings_once(&stack).await;
    assert!(swept(&stack).await >= todos.len() as f64, "{} were swept", swept(&stack).await);

    // What was lost turns up again: it means nothing any more.
    let stale = async || metric(stack.var("ACTORS_URL"), "todo_timers_rung_total").await;
    let before = stale().await;
    let (name, due) = &todos[0].timer;
    let again = json!({ "dueTime": "0s", "data": { "name": name, "due": due } });
    let taken = http.post(todos[0].reminder(&stack)).json(&again).send().await.unwrap();
    assert!(taken.status().is_success(), "{}", taken.status());
    assert!(poll_until(PATIENCE, async || (stale().await > before).then_some(())).await.is_some(), "it does not ring again");
    // An event of its own tells when whatever that ring led to would have been published, too.
    let touched = http.patch(stack.url(&format!("/api/v1/todos/{}", todos[0].id))).json(&json!({ "title": "touched" })).send().await;
    let version = touched.unwrap().json::<Value>().await.unwrap()["version"].as_u64().unwrap();
    stack.expect_versions(&todos[0].id, &(1..=version).collect::<Vec<_>>()).await;
    assert_eq!(todos[0].reminded(&stack).len(), 1, "it reminds twice");
    host_with(&stack, &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_timers_are_armed_and_ring_although_there_is_no_scheduler() {
    let stack = Stack::up("split", "stream");
    host_with(&stack, &SWIFT);
    // One that is killed leaves a lease behind, for the end of which the next one would wait 20 s before it takes anything.
    tokio::task::block_in_place(|| stack.tell(&["stop", "scheduler"]));
    let todo = Reminding::in_seconds(&stack, 6).await;
    assert!(metric(stack.var("ACTORS_URL"), "todo_timers_unscheduled_total").await >= 1.0, "who took it?");
    todo.rings_once(&stack).await;
    assert!(swept(&stack).await >= 1.0);
    tokio::task::block_in_place(|| stack.tell(&["start", "scheduler"]));
    // The scheduler is back, and rings what it is told of from now on.
    let ringing = async || metric(stack.var("ACTORS_URL"), "todo_timers_unscheduled_total").await;
    let scheduled = poll_until(PATIENCE, async || {
        let before = ringing().await;
        let todo = Reminding::in_seconds(&stack, 3).await;
        (ringing().await == before).then_some(todo)
    });
    scheduled.await.expect("the scheduler takes timers again").rings_once(&stack).await;
    host_with(&stack, &[]);
}
