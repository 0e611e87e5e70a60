//! People who change their todos without a pause while something else happens, and what must have come of it.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use testkit::poll_until;
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior},
};

use super::stack::{PATIENCE, Stack};

/// One change of each todo in so much time, unless the answer takes longer.
const PACE: Duration = Duration::from_millis(100);
/// Long enough for a consumer's group to notice that a member is gone, and for the rest to be caught up with.
const ARRIVAL: Duration = Duration::from_secs(120);

/// A load that goes on until it is stopped.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    writers: Vec<(String, Arc<AtomicU64>, JoinHandle<u64>)>,
}

/// What a load wrote.
pub(crate) struct Written {
    /// Todos and their last versions.
    versions: HashMap<String, u64>,
    /// How many answers were no success.
    pub(crate) refused: u64,
}

impl Load {
    /// Creates so many todos and changes each of them again and again.
    pub(crate) async fn start(stack: &Stack, todos: usize) -> Self {
        let (http, stop) = (Client::new(), Arc::new(AtomicBool::new(false)));
        let mut writers = vec![];
        for n in 0..todos {
            let create = http.post(stack.url("/api/v1/todos")).json(&json!({ "title": format!("todo {n}") }));
            let todo: Value = create.send().await.unwrap().json().await.unwrap();
            let id = todo["id"].as_str().unwrap().to_owned();
            let version = Arc::new(AtomicU64::new(1));
            let writer = write(http.clone(), stack.url(&format!("/api/v1/todos/{id}")), version.clone(), stop.clone());
            writers.push((id, version, tokio::spawn(writer)));
        }
        Self { stop, writers }
    }

    /// How many changes were acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.writers.iter().map(|(_, version, _)| version.load(Ordering::SeqCst) - 1).sum()
    }

    /// Waits until each todo was changed so many times more.
    pub(crate) async fn progress(&self, changes: u64) {
        for (id, version, _) in &self.writers {
            let from = version.load(Ordering::SeqCst);
            let on = poll_until(PATIENCE, async || (version.load(Ordering::SeqCst) >= from + changes).then_some(())).await;
            assert!(on.is_some(), "{id} stays at version {from}: changes are not acknowledged");
        }
    }

    /// Sees to it, until `end`, that every todo goes on being changed.
    pub(crate) async fn goes_on_until(&self, end: Instant) {
        while Instant::now() < end {
            self.progress(1).await;
        }
    }

    /// Stops, and gives what was acknowledged.
    pub(crate) async fn stop(self) -> Written {
        self.stop.store(true, Ordering::SeqCst);
        let (mut versions, mut refused) = (HashMap::new(), 0);
        for (id, version, writer) in self.writers {
            refused += writer.await.unwrap();
            versions.insert(id, version.load(Ordering::SeqCst));
        }
        Written { versions, refused }
    }
}

/// Changes a todo until told to stop. How many answers were no success.
async fn write(http: Client, url: String, version: Arc<AtomicU64>, stop: Arc<AtomicBool>) -> u64 {
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut refused = 0;
    while !stop.load(Ordering::SeqCst) {
        pace.tick().await;
        // One key for each change, sent until it is answered: as a careful client does.
        let (key, now) = (uuid::Uuid::now_v7().to_string(), version.load(Ordering::SeqCst));
        loop {
            let change = http.patch(&url).header("Idempotency-Key", &key).json(&json!({ "title": format!("change {now}") }));
            match change.send().await {
                Ok(answer) if answer.status() == StatusCode::OK => {
                    let answered = answer.json::<Value>().await.unwrap()["version"].as_u64();
                    assert_eq!(answered, Some(now + 1), "a change was lost or doubled");
                    version.store(now + 1, Ordering::SeqCst);
                    break;
                }
                Ok(answer) => eprintln!("{}: {}", answer.status(), answer.text().await.unwrap_or_default()),
                Err(error) => eprintln!("{error:?}"),
            }
            refused += 1;
            pace.tick().await;
        }
    }
    refused
}

impl Written {
    /// How many events that is.
    pub(crate) fn events(&self) -> u64 {
        self.versions.values().sum()
    }

    /// Waits until all of it is in the journal and in the views: each event once, in order, nothing else.
    pub(crate) async fn is_kept(&self, stack: &Stack) {
        let http = Client::new();
        for (id, version) in &self.versions {
            let expected: Vec<_> = (1..=*version).collect();
            let journal = poll_until(ARRIVAL, async || Some(stack.journal_of(id)).filter(|found| found.last() >= Some(version))).await;
            assert_eq!(journal.unwrap_or_else(|| stack.journal_of(id)), expected, "the journal of {id}");
            let shown =
                async || -> Option<Value> { http.get(stack.url(&format!("/api/v1/todos/{id}"))).send().await.ok()?.json().await.ok() };
            let seen = poll_until(ARRIVAL, async || shown().await.filter(|todo| todo["version"] == *version)).await;
            let seen = seen.unwrap_or_else(|| panic!("the views never show version {version} of {id}"));
            assert_eq!(seen["title"], format!("change {}", version - 1), "{id}");
        }
    }

    /// Waits until all of it is on the topic, in the journal and in the views: each event once, in order, nothing else.
    pub(crate) async fn arrive(&self, stack: &Stack) {
        self.is_kept(stack).await;
        let mut topic: HashMap<String, Vec<u64>> = HashMap::new();
        for (_, message) in stack.messages("todo-events") {
            let Some(key) = message.key.filter(|key| self.versions.contains_key(key)) else { continue };
            let event: Value = serde_json::from_slice(message.body.as_deref().unwrap()).unwrap();
            topic.entry(key).or_default().push(event["version"].as_u64().unwrap());
        }
        for (id, version) in &self.versions {
            // No host was lost, so nothing was published twice either.
            assert_eq!(topic[id], (1..=*version).collect::<Vec<_>>(), "{id} on the topic");
        }
    }
}
