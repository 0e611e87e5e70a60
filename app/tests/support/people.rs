//! People who do things to whole lists, as careful clients do: each request has a key and is sent until it is answered for good.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, HeaderMap},
};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;

use super::stack::Stack;

/// How long it may take until a request is answered for good, faults included.
const ANSWER: Duration = Duration::from_secs(120);
/// How long somebody waits for an operation before they begin another one beside it.
const BORED: Duration = Duration::from_secs(4);
/// At most one thing is begun by one hand in so much time.
const PACE: Duration = Duration::from_millis(100);
/// Between two questions whether it is so.
const PAUSE: Duration = Duration::from_millis(100);
/// How many todos are named at once.
const MANY: usize = 30;

/// Numbers that are always the same for the same seed.
#[derive(Clone)]
pub(crate) struct Lots(u64);

impl Lots {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Others, for somebody else.
    pub(crate) fn split(&mut self) -> Self {
        Self(self.next())
    }

    /// As splitmix64 does.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to `end`, which it never is.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

/// Somebody with a token.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    http: Client,
    base: String,
}

/// The operations that were begun, each with whose it is and what it is.
pub(crate) type Begun = Arc<Mutex<Vec<(Person, &'static str, Value)>>>;

impl Person {
    pub(crate) fn new(stack: &Stack, name: &str) -> Self {
        let name = format!("{name}-{}", Uuid::new_v4());
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", stack.token(&["--user", &name])).parse().unwrap());
        let http = Client::builder().default_headers(headers).build().unwrap();
        Self { name, http, base: stack.url("") }
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let answer = self.http.get(url).send().await.ok()?;
        answer.status().is_success().then_some(())?;
        answer.json().await.ok()
    }

    /// The answer to a request; `None` where it is refused.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Option<Value> {
        let key = Uuid::now_v7().to_string();
        let end = Instant::now() + ANSWER;
        // No closure, as `poll_until` takes: it could not be sent between threads.
        loop {
            let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.base));
            let request = request.header("Idempotency-Key", &key).header("Prefer", "respond-async");
            let request = if let Some(body) = body { request.json(body) } else { request };
            if let Ok(answer) = request.send().await
                && let (status, Ok(text)) = (answer.status(), answer.text().await)
            {
                let later = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || text.contains("request-in-flight");
                if !later {
                    return status.is_success().then(|| serde_json::from_str(&text).unwrap_or(Value::Null));
                }
            }
            assert!(Instant::now() < end, "{method} {path} is never answered");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A list of theirs.
    pub(crate) async fn list(&self, name: &str) -> String {
        let list = self.ask("POST", "/api/v1/lists", Some(&json!({ "name": name }))).await.expect("a list");
        list["id"].as_str().unwrap().to_owned()
    }

    /// An operation, once it is over, if it is so in time.
    pub(crate) async fn over(&self, operation: &Value, patience: Duration) -> Option<Value> {
        let end = Instant::now() + patience;
        loop {
            if let Some(found) = self.get(operation["url"].as_str().unwrap()).await
                && ["completed", "compensated", "parked"].contains(&found["status"].as_str().unwrap())
            {
                return Some(found);
            }
            if Instant::now() >= end {
                return None;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Begins one thing after another in these lists until told to stop. Some of it is stopped halfway, some is taken back later.
    pub(crate) async fn keeps_busy(self, lists: Vec<String>, mut lots: Lots, begun: Begun, stop: Arc<AtomicBool>) {
        let (mut pace, mut done) = (tokio::time::interval(PACE), vec![]);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.load(Ordering::SeqCst) {
            pace.tick().await;
            let began = match lots.below(10) {
                0 if !done.is_empty() => {
                    let path = format!("/api/v1/operations/{}/undo", done.swap_remove(lots.below(done.len())));
                    self.ask("POST", &path, None).await.map(|operation| ("undo", operation))
                }
                _ => self.one_thing(&lists[lots.below(lists.len())], &lists, &mut lots).await,
            };
            // Without an operation it was over at once.
            let Some((what, operation)) = began.filter(|(_, answer)| answer["steps"].is_object()) else { continue };
            begun.lock().unwrap().push((self.clone(), what, operation.clone()));
            let id = operation["id"].as_str().unwrap().to_owned();
            if lots.below(8) == 0 {
                self.ask("POST", &format!("/api/v1/operations/{id}/abort"), None).await;
            }
            if self.over(&operation, BORED).await.is_some_and(|over| over["status"] == "completed") {
                done.push(id);
            }
        }
    }

    /// What is begun next in `list`, as it stands: its name, and what is asked for.
    async fn one_thing(&self, list: &str, lists: &[String], lots: &mut Lots) -> Option<(&'static str, Value)> {
        let path = format!("/api/v1/lists/{list}");
        let shown = self.get(&path).await?;
        let (what, method, path, body) = match lots.below(12) {
            // What was put away is taken out again, so that things go on.
            _ if shown["deleted"] == true => ("restore", "POST", format!("{path}/restore"), None),
            _ if shown["archived"] == true => ("take out", "PATCH", path, Some(json!({ "archived": false }))),
            0 => ("copy", "POST", format!("{path}/copy"), Some(json!({ "name": "copy", "reset": true }))),
            1 => ("archive", "POST", format!("{path}/archive"), Some(json!({ "complete": true }))),
            2 | 3 => ("delete", "DELETE", path, None),
            4 => {
                let drafts: Vec<_> = (0..8).map(|n| json!({ "title": format!("more {n}"), "list": list })).collect();
                ("import", "POST", "/api/v1/todos/import".to_owned(), Some(json!(drafts)))
            }
            other => {
                let todos = self.get(&format!("/api/v1/todos?list={list}&limit=1000")).await?;
                let mut ids: Vec<_> = todos.as_array()?.iter().map(|todo| todo["id"].clone()).collect();
                lots.shuffle(&mut ids);
                ids.truncate(MANY);
                if ids.is_empty() {
                    return None;
                }
                let (what, body) = match other {
                    5 => ("complete", json!({ "do": "complete", "todos": ids })),
                    6 => ("reopen", json!({ "do": "reopen", "todos": ids })),
                    7 => ("tag", json!({ "do": "tag", "tag": format!("t{}", lots.below(5)), "todos": ids })),
                    _ => ("move", json!({ "do": "move", "list": lists[lots.below(lists.len())], "todos": ids })),
                };
                (what, "POST", "/api/v1/todos/bulk".to_owned(), Some(body))
            }
        };
        Some((what, self.ask(method, &path, body.as_ref()).await?))
    }
}
