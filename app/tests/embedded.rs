//! The embedded shape, as its users meet it: the real binary, over HTTP.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use support::{Embedded, todo};

/// Each scenario of the API, in a process of its own.
macro_rules! scenarios {
    ($($name:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            let todo = Embedded::start().await;
            testkit_http::$name(&todo.base).await;
        }
    )*};
}

scenarios!(
    analytics,
    todo_backend_contract,
    bad_input_matrix,
    conditional_requests,
    idempotency,
    read_your_writes,
    lifecycle,
    operations,
    queries,
    smart_lists,
    saved_filters,
    counts,
    history,
    time_travel,
    undo
);

#[tokio::test]
async fn every_acknowledged_todo_survives_kill_9_under_load() {
    let mut todo = Embedded::start().await;
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let stopped = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..16)
        .map(|client| {
            let (url, acknowledged, stopped) = (format!("{}/api/v1/todos", todo.base), acknowledged.clone(), stopped.clone());
            tokio::spawn(async move {
                let http = reqwest::Client::new();
                for n in 0.. {
                    if stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    let answer = http.post(&url).json(&json!({ "title": format!("{client}/{n}") })).send().await;
                    // Once it is killed, requests fail: those were not acknowledged.
                    let Ok(answer) = answer else { break };
                    let Ok(body) = answer.json::<Value>().await else { break };
                    acknowledged.lock().unwrap().insert((body["id"].as_str().unwrap().to_owned(), format!("{client}/{n}")));
                }
            })
        })
        .collect();
    let enough = testkit::poll_until(Duration::from_secs(60), async || (acknowledged.lock().unwrap().len() > 2_000).then_some(()));
    assert!(enough.await.is_some(), "too few creates to tell anything");
    todo.kill();
    stopped.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    let again = Embedded::start_in(&todo.data).await;
    let http = reqwest::Client::new();
    // The views catch up from the feed by themselves: ask until the last one is there, then hold all to account.
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    for (id, title) in &acknowledged {
        let found = testkit::poll_until(Duration::from_secs(30), async || {
            let answer = http.get(format!("{}/api/v1/todos/{id}", again.base)).send().await.unwrap();
            answer.status().is_success().then_some(answer)
        });
        let body: Value = found.await.unwrap_or_else(|| panic!("{id} was acknowledged and is gone")).json().await.unwrap();
        assert_eq!(body["title"], *title);
    }
    // The state itself is there too, not only what the views show: it decides on the right version.
    for (id, _) in acknowledged.iter().take(50) {
        let url = format!("{}/api/v1/todos/{id}", again.base);
        let answer = http.patch(url).header("If-Match", "\"1\"").json(&json!({ "completed": true })).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{id}");
    }
}

#[tokio::test]
async fn it_stops_when_told() {
    let mut todo = Embedded::start().await;
    let status = todo.stop().await.expect("it ends");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn views_can_be_thrown_away() {
    let mut todo = Embedded::start().await;
    let http = reqwest::Client::new();
    let body: Value =
        http.post(format!("{}/api/v1/todos", todo.base)).json(&json!({ "title": "milk" })).send().await.unwrap().json().await.unwrap();
    assert!(todo.stop().await.is_some());
    for name in ["views.db", "views.db-wal", "views.db-shm"] {
        let _ = std::fs::remove_file(todo.data.join(name));
    }
    let again = Embedded::start_in(&todo.data).await;
    let id = body["id"].as_str().unwrap();
    let found = testkit::poll_until(Duration::from_secs(20), async || {
        http.get(format!("{}/api/v1/todos/{id}", again.base)).send().await.unwrap().status().is_success().then_some(())
    });
    assert!(found.await.is_some());
}

#[test]
fn it_refuses_what_would_endanger_its_person() {
    let folder = tempfile::tempdir().unwrap();
    let open = todo().args(["serve", "--listen", "0.0.0.0:0", "--data"]).arg(folder.path()).output().unwrap();
    let said = String::from_utf8(open.stderr).unwrap();
    assert!(!open.status.success() && said.contains("--listen") && said.contains("127.0.0.1"), "{said}");
}

#[tokio::test]
async fn a_data_folder_in_use_is_refused_by_name() {
    let first = Embedded::start().await;
    let second = todo().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&first.data).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(!second.status.success() && said.contains("in use") && said.contains("--data"), "{said}");
}
