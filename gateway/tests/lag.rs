//! What a person is told while the views lag behind.

mod support;

use std::time::Duration;

use serde_json::json;
use support::{Backend, ask, send};

const TODOS: &str = "/api/v1/todos";

/// A backend whose views stand still, and whose edge gives up soon.
fn stuck() -> Backend {
    let mut backend = Backend::new();
    backend.gateway.options.patience = Duration::from_millis(20);
    backend.held.send_replace(true);
    backend
}

fn path_of(todo: &serde_json::Value) -> String {
    format!("{TODOS}/{}", todo["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn commands_do_not_wait_for_views() {
    let mut backend = stuck();
    backend.gateway.options.patience = Duration::from_secs(3600);
    let router = backend.router();
    let created = send(&router, "POST", TODOS, &json!({ "title": "at once" })).await;
    assert_eq!(created.status, 201);
    // A change right after the answer knows the times from it.
    let changed = send(&router, "PATCH", &path_of(&created.json()), &json!({ "completed": true })).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["createdAt"], created.json()["createdAt"]);
    assert_eq!(changed.json()["completedAt"], changed.json()["updatedAt"]);
}

#[tokio::test]
async fn an_answer_that_may_lack_something_says_so() {
    let backend = stuck();
    let router = backend.router();
    let todo = send(&router, "POST", TODOS, &json!({ "title": "not shown yet" })).await.json();

    let list = ask(&router, "GET", TODOS).await;
    assert_eq!((list.status, list.header("data-stale"), list.json()), (200, "?1", json!([])));
    // "It does not exist" would be a lie.
    let one = ask(&router, "GET", &path_of(&todo)).await;
    assert_eq!((one.status, one.header("retry-after"), &one.json()["type"]), (503, "1", &json!("/problems/views-behind")));
    // Deleting what is shown would leave what is not.
    let all = ask(&router, "DELETE", TODOS).await;
    assert_eq!((all.status, &all.json()["type"]), (503, &json!("/problems/views-behind")));

    backend.held.send_replace(false);
    let listed = testkit::poll_until(Duration::from_secs(5), async || {
        let list = ask(&router, "GET", TODOS).await;
        list.header("data-stale").is_empty().then(|| list.json())
    });
    assert_eq!(listed.await.unwrap().as_array().map(Vec::len), Some(1));
    assert_eq!(ask(&router, "GET", &path_of(&todo)).await.status, 200);
    assert_eq!(ask(&router, "DELETE", TODOS).await.status, 204);
    assert_eq!(ask(&router, "GET", TODOS).await.json(), json!([]));
}

#[tokio::test]
async fn one_todo_waits_only_for_itself() {
    let backend = stuck();
    let router = backend.router();
    backend.held.send_replace(false);
    let shown = send(&router, "POST", TODOS, &json!({ "title": "shown" })).await.json();
    let seen =
        testkit::poll_until(Duration::from_secs(5), async || (ask(&router, "GET", &path_of(&shown)).await.status == 200).then_some(()));
    seen.await.unwrap();
    backend.held.send_replace(true);
    send(&router, "POST", TODOS, &json!({ "title": "not shown yet" })).await;
    let one = ask(&router, "GET", &path_of(&shown)).await;
    assert_eq!((one.status, one.header("data-stale")), (200, ""));
}

#[tokio::test]
async fn another_gateway_takes_the_times_from_the_views() {
    let backend = Backend::new();
    let (here, there) = (backend.router(), backend.router());
    let created = send(&here, "POST", TODOS, &json!({ "title": "x", "completed": true })).await.json();
    // The views show the version before only after a while: the other gateway waits for it.
    let changed = send(&there, "PATCH", &path_of(&created), &json!({ "title": "y" })).await.json();
    assert_eq!((&changed["createdAt"], &changed["completedAt"]), (&created["createdAt"], &created["completedAt"]));
    assert_eq!(ask(&there, "GET", &path_of(&created)).await.json(), changed);
    // What was noted here is known there.
    send(&here, "PATCH", &path_of(&created), &json!({ "title": "z" })).await;
    assert_eq!(ask(&there, "GET", &path_of(&created)).await.json()["title"], "z");
}

#[tokio::test]
async fn a_change_succeeds_without_its_times() {
    let backend = stuck();
    let created = send(&backend.router(), "POST", TODOS, &json!({ "title": "x" })).await.json();
    let changed = send(&backend.router(), "PATCH", &path_of(&created), &json!({ "title": "y" })).await;
    let todo = changed.json();
    assert_eq!((changed.status, &todo["title"], &todo["version"]), (200, &json!("y"), &json!(2)));
    assert!(["createdAt", "updatedAt", "completedAt"].iter().all(|time| todo.get(time).is_none()), "{todo}");
}
