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
    list_operations,
    queries,
    smart_lists,
    saved_filters,
    settings,
    counts,
    history,
    time_travel,
    undo,
    recurrence,
    reminders,
    reminders_ring
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

/// `todo token` for the data folder, with more words.
fn token(data: &std::path::Path, words: &[&str]) -> std::process::Output {
    todo().arg("token").args(words).arg("--data").arg(data).output().unwrap()
}

#[tokio::test]
async fn people_are_told_apart_by_their_tokens() {
    let local = Embedded::start().await;
    // The key was made when the process began; whoever can read the folder can make tokens beside it.
    let made = token(&local.data, &["--user", "ana", "--role", "owner", "--expires", "1h"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let ana = testkit_http::Api::at(&local.base).with_token(String::from_utf8(made.stdout).unwrap().trim());
    ana.create("hers").await;
    assert_eq!(ana.all().await.len(), 1);
    assert_eq!(testkit_http::Api::at(&local.base).all().await.len(), 0, "the local person is somebody else");
    let looks = String::from_utf8(token(&local.data, &["--user", "ana", "--role", "viewer"]).stdout).unwrap();
    let looks = testkit_http::Api::at(&local.base).with_token(looks.trim());
    assert_eq!(looks.all().await.len(), 1);
    looks.bare("DELETE", "/api/v1/todos", &[]).await.problem(403, "forbidden");
    for (words, said) in [
        (&["--user", "no name"][..], "--user"),
        (&["--user", "ana", "--role", "king"], "owner, editor or viewer"),
        (&["--user", "ana", "--expires", "soon"], "30d"),
        (&["--user", "ana", "--expires", "9999d"], "366d"),
    ] {
        let refused = token(&local.data, words);
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && text.contains(said) && refused.stdout.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn sharing() {
    let local = Embedded::start().await;
    let made = ["ana", "ben", "cyn"].map(|name| String::from_utf8(token(&local.data, &["--user", name]).stdout).unwrap());
    testkit_http::sharing(&local.base, [made[0].trim(), made[1].trim(), made[2].trim()]).await;
}

#[tokio::test]
async fn strangers() {
    let local = Embedded::start().await;
    let made = ["ana", "ben"].map(|name| String::from_utf8(token(&local.data, &["--user", name]).stdout).unwrap());
    testkit_http::strangers(&local.base, [made[0].trim(), made[1].trim()]).await;
}

#[tokio::test]
async fn shared_live() {
    let local = Embedded::start().await;
    let made = ["ana", "ben", "cyn"].map(|name| String::from_utf8(token(&local.data, &["--user", name]).stdout).unwrap());
    testkit_http::shared_live(&local.base, [made[0].trim(), made[1].trim(), made[2].trim()]).await;
}

#[tokio::test]
async fn invitations() {
    let local = Embedded::start().await;
    let made = ["ana", "ben", "cyn"].map(|name| String::from_utf8(token(&local.data, &["--user", name]).stdout).unwrap());
    testkit_http::invitations(&local.base, [made[0].trim(), made[1].trim(), made[2].trim()]).await;
}

#[tokio::test]
async fn notifications() {
    let local = Embedded::start().await;
    let made = String::from_utf8(token(&local.data, &["--user", "ana"]).stdout).unwrap();
    testkit_http::notifications(&local.base, made.trim()).await;
}

#[tokio::test]
async fn where_others_reach_it_everybody_must_say_who_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let open = Embedded::start_at("0.0.0.0", folder.path()).await;
    let api = testkit_http::Api::at(&open.base);
    api.bare("GET", "/api/v1/todos", &[]).await.problem(401, "unauthorized");
    api.with_token("nonsense").bare("GET", "/api/v1/todos", &[]).await.problem(401, "unauthorized");
    let made = token(folder.path(), &["--user", "ana"]);
    let ana = api.with_token(String::from_utf8(made.stdout).unwrap().trim());
    ana.create("hers").await;
    assert_eq!(ana.all().await.len(), 1);
}

#[tokio::test]
async fn a_data_folder_in_use_is_refused_by_name() {
    let first = Embedded::start().await;
    let second = todo().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&first.data).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(!second.status.success() && said.contains("in use") && said.contains("--data"), "{said}");
}

#[tokio::test]
async fn a_health_check_tells_whether_somebody_is_ready_there() {
    let mut embedded = Embedded::start().await;
    let at = embedded.base.strip_prefix("http://").unwrap().to_owned();
    let healthy = |path: &str| todo().args(["healthy", "--at", &at, "--path", path]).output().unwrap();
    assert!(healthy("/readyz").status.success());
    let lost = healthy("/nowhere");
    assert!(!lost.status.success());
    assert!(String::from_utf8_lossy(&lost.stderr).contains("/nowhere answers 404"), "{lost:?}");
    embedded.kill();
    let gone = healthy("/readyz");
    assert!(!gone.status.success());
    assert!(String::from_utf8_lossy(&gone.stderr).contains("is it running there?"), "{gone:?}");
}

#[tokio::test]
async fn what_compose_seeds_is_taken_and_taken_once() {
    let embedded = Embedded::start().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("deploy/compose");
    for _ in 0..2 {
        let mut seed = std::process::Command::new("sh");
        seed.arg(folder.join("seed.sh")).env("SEED", folder.join("seed.jsonl")).env("GATEWAY_URL", &embedded.base);
        let said = seed.output().unwrap();
        assert!(said.status.success(), "{said:?}");
    }
    let todos: Value = reqwest::get(format!("{}/api/v1/todos", embedded.base)).await.unwrap().json().await.unwrap();
    let lines = std::fs::read_to_string(folder.join("seed.jsonl")).unwrap().lines().count();
    assert_eq!(todos.as_array().unwrap().len(), lines);
}
