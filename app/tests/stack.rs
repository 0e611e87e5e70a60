//! The cluster shape on the real engine: Dapr, Redis, Kafka, PostgreSQL as processes.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack};
use testkit::poll_until;

async fn create(stack: &Stack, title: &str) -> Value {
    let answer = Client::new().post(stack.url("/api/v1/todos")).json(&json!({ "title": title })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

async fn patch(stack: &Stack, id: &str, patch: Value) -> reqwest::Response {
    Client::new().patch(stack.url(&format!("/api/v1/todos/{id}"))).json(&patch).send().await.unwrap()
}

fn id(todo: &Value) -> &str {
    todo["id"].as_str().unwrap()
}

/// Each scenario of the API on the stack.
macro_rules! scenarios {
    ($($test:ident: $name:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $test() {
            let stack = Stack::up("split", "stream");
            testkit_http::$name(stack.var("GATEWAY_URL")).await;
        }
    )*};
}

scenarios!(
    stack_analytics: analytics,
    stack_todo_backend_contract: todo_backend_contract,
    stack_bad_input_matrix: bad_input_matrix,
    stack_conditional_requests: conditional_requests,
    stack_idempotency: idempotency,
    stack_read_your_writes: read_your_writes,
    stack_lifecycle: lifecycle,
    stack_queries: queries,
    stack_history: history,
    stack_time_travel: time_travel,
    stack_undo: undo,
    stack_smart_lists: smart_lists,
    stack_saved_filters: saved_filters,
    stack_settings: settings,
    stack_counts: counts,
    stack_live_updates: live_updates,
    stack_operations: operations,
    stack_recurrence: recurrence,
    stack_reminders: reminders,
    stack_reminders_ring: reminders_ring,
    stack_list_operations: list_operations,
);

#[tokio::test]
async fn stack_notifications_over_http() {
    let stack = Stack::up("split", "stream");
    let made = stack.token(&["--user", &format!("ana-{}", uuid::Uuid::new_v4())]);
    testkit_http::notifications(stack.var("GATEWAY_URL"), &made).await;
}

#[tokio::test]
async fn stack_analytics_facts_are_told_to_whoever_counts() {
    let stack = Stack::up("split", "stream");
    let todo = create(&stack, "words that nobody else reads").await;
    assert_eq!(patch(&stack, id(&todo), json!({ "title": "other words", "completed": true })).await.status(), 200);
    let told = poll_until(PATIENCE, async || Some(stack.facts_of(id(&todo))).filter(|facts| facts.len() == 2)).await;
    let told = told.unwrap_or_else(|| panic!("not two facts: {:?}", stack.facts_of(id(&todo))));
    for ((key, headers, fact), (kind, version)) in told.iter().zip([("todo-created", 1), ("todo-completed", 3)]) {
        assert_eq!((key.as_str(), &fact["kind"], &fact["version"]), ("local", &json!(kind), &json!(version)), "{fact}");
        let todo_id: domain::TodoId = id(&todo).parse().unwrap();
        let fact_id = ports::Fact::id_of(todo_id, version).to_string();
        assert_eq!(fact["factId"], fact_id, "{fact}");
        for header in ["ce_specversion=1.0", &format!("ce_id={fact_id}"), &format!("ce_type={kind}"), &format!("ce_subject={todo_id}")] {
            assert!(headers.split(',').any(|found| found == header), "no {header} among {headers}");
        }
        assert!(!fact.to_string().contains("words"), "{fact}");
    }
}

#[tokio::test]
async fn stack_a_todo_lies_under_its_actors_key_and_its_events_are_published_once() {
    let stack = Stack::up("split", "stream");
    let todo = create(&stack, "buy milk").await;
    assert_eq!(patch(&stack, id(&todo), json!({ "completed": true })).await.status(), 200);
    let record = stack.record(id(&todo));
    assert_eq!((&record["writes"], &record["version"]), (&json!(2), &json!(2)));
    assert_eq!(stack.redis_hash(&Stack::record_key(id(&todo)))["version"], "2", "Redis counts as the record does");
    stack.expect_versions(id(&todo), &[1, 2]).await;
    let events = stack.events_of(id(&todo));
    assert_eq!(events[0]["eventType"], "TodoCreated");
    assert_eq!(events[0]["data"]["title"], "buy milk");
    assert_eq!(events[1]["eventType"], "TodoCompleted");
    assert_eq!(events[1]["data"]["completedBy"], "local");
    for field in ["eventId", "aggregateId", "timestamp"] {
        assert!(events[0][field].is_string(), "{field}");
    }
    let cleared = poll_until(PATIENCE, async || (stack.marks() == 0).then_some(())).await;
    assert!(cleared.is_some(), "{} marks stay", stack.marks());
}

#[tokio::test]
async fn stack_a_write_with_a_stale_fence_is_refused_and_changes_nothing() {
    let stack = Stack::up("split", "stream");
    let todo = create(&stack, "buy milk").await;
    assert_eq!(patch(&stack, id(&todo), json!({ "title": "buy bread" })).await.status(), 200);
    let before = stack.redis_hash(&Stack::record_key(id(&todo)));
    // As a second activation would that still believes in the first write; and one that believes in none.
    for etag in ["1", "2147483647"] {
        let write = json!([{ "operation": "upsert", "request": { "key": "aggregate", "value": "overwritten", "etag": etag } }]);
        let url = format!("{}/v1.0/actors/Todo/{}/state", stack.var("ACTORS_DAPR_HTTP"), id(&todo));
        let answer = Client::new().post(url).json(&write).send().await.unwrap();
        assert!(!answer.status().is_success(), "etag {etag} was taken: {}", answer.status());
        assert_eq!(stack.redis_hash(&Stack::record_key(id(&todo))), before, "etag {etag}");
    }
    assert_eq!(patch(&stack, id(&todo), json!({ "title": "buy cheese" })).await.json::<Value>().await.unwrap()["version"], 3);
}

#[tokio::test]
async fn stack_kill_9_between_commit_and_publish_delays_events_and_loses_none() {
    let stack = Stack::up("split", "stream");
    // Without Kafka, commits happen and publishing does not: the host dies between the two for sure.
    stack.tell(&["stop", "kafka"]);
    let mut todos = Vec::new();
    for n in 0..20 {
        let todo = create(&stack, &format!("todo {n}")).await;
        assert_eq!(patch(&stack, id(&todo), json!({ "completed": true })).await.status(), 200);
        todos.push(todo);
    }
    assert!(stack.marks() >= 40);
    stack.tell(&["kill", "actors-1"]);
    stack.tell(&["start", "kafka"]);
    stack.tell(&["start", "actors-1"]);
    // Nobody calls these actors again but the sweeper.
    for todo in &todos {
        stack.expect_versions(id(todo), &[1, 2]).await;
    }
    // The views, too, go on by themselves.
    for todo in &todos {
        let shown = poll_until(PATIENCE, async || {
            let answer = Client::new().get(stack.url(&format!("/api/v1/todos/{}", id(todo)))).send().await.ok()?;
            let shown: Value = answer.json().await.ok()?;
            (shown["completed"] == true).then_some(())
        });
        assert!(shown.await.is_some(), "the views never show {}", id(todo));
    }
    let cleared = poll_until(PATIENCE, async || (stack.marks() == 0).then_some(())).await;
    assert!(cleared.is_some(), "{} marks stay", stack.marks());
}

#[tokio::test]
async fn stack_a_client_that_hangs_up_leaves_no_half_turn_and_no_second_effect() {
    use tokio::io::AsyncWriteExt;
    let stack = Stack::up("split", "stream");
    let address = stack.var("GATEWAY_URL").trim_start_matches("http://");
    let run = uuid::Uuid::now_v7();
    let body = json!({ "title": "hang up" }).to_string();
    for n in 0..32 {
        let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!(
            "POST /api/v1/todos HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nIdempotency-Key: {run}-{n}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        drop(connection);
    }
    // The same requests again, by somebody who waits: each finds its todo once, and the actor goes on.
    for n in 0..32 {
        let post = || Client::new().post(stack.url("/api/v1/todos")).header("Idempotency-Key", format!("{run}-{n}")).body(body.clone());
        let answered = poll_until(PATIENCE, async || {
            let answer = post().header("Content-Type", "application/json").send().await.unwrap();
            // 409: the first one is still on its way.
            (answer.status() != StatusCode::CONFLICT).then_some(answer)
        });
        let answer = answered.await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED);
        let todo: Value = answer.json().await.unwrap();
        assert_eq!(todo["version"], 1);
        let changed = patch(&stack, id(&todo), json!({ "completed": true })).await;
        assert_eq!((changed.status(), changed.json::<Value>().await.unwrap()["version"].clone()), (StatusCode::OK, json!(2)));
        stack.expect_versions(id(&todo), &[1, 2]).await;
    }
}

#[tokio::test]
async fn stack_another_app_invokes_through_its_own_sidecar() {
    let stack = Stack::up("split", "stream");
    let http = Client::new();
    // The edge's sidecar belongs to another app-id.
    let invoke = async |method: &str, body: Value| {
        let url = format!("{}/v1.0/invoke/todo-backend/method/{method}", stack.var("GATEWAY_DAPR_HTTP"));
        http.post(url).json(&body).send().await.unwrap()
    };
    let created = invoke("create-todo", json!({ "title": "from elsewhere" })).await;
    assert!(created.status().is_success(), "{:?}", created.text().await);
    let todo: Value = created.json().await.unwrap();
    let completed: Value = invoke("complete-todo", json!({ "id": todo["id"] })).await.json().await.unwrap();
    assert_eq!(completed["completed"], true);
    let got: Value = invoke("get-todo", json!({ "id": todo["id"] })).await.json().await.unwrap();
    assert_eq!((&got["title"], &got["completed"]), (&json!("from elsewhere"), &json!(true)));
    let listed: Value = invoke("list-todos", json!({})).await.json().await.unwrap();
    assert!(listed.as_array().unwrap().iter().any(|listed| listed["id"] == todo["id"]));
    let wrong = invoke("create-todo", json!({ "title": "" })).await;
    assert!(wrong.status().is_client_error(), "{}", wrong.status());
    assert!(wrong.text().await.unwrap().contains("title"));
}

#[tokio::test]
async fn stack_topics_are_as_declared() {
    let stack = Stack::up("split", "stream");
    let topics = adapters::kafka::topics::Topics::new(stack.var("KAFKA_BROKERS")).unwrap();
    assert_eq!(topics.apply().await.unwrap(), vec![], "tools/stack applied them");
    let names: Vec<_> = ["todo-events", "todo-commands", "todo-notifications", "todo-analytics"].map(String::from).into();
    let (_, present) = topics.describe(&names).await.unwrap();
    let day = 24 * 60 * 60 * 1000u64;
    let found: Vec<_> = names
        .iter()
        .map(|name| {
            let topic = present.iter().find(|topic| topic.name == *name).unwrap_or_else(|| panic!("no {name}"));
            (topic.partitions, topic.config["retention.ms"].parse::<u64>().unwrap() / day)
        })
        .collect();
    assert_eq!(found, [(3, 7), (3, 7), (2, 1), (3, 30)]);
}

// More than one thread: `tools/stack` blocks the test's own while the load goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_hosts_come_and_go_under_load_and_nothing_is_lost_or_doubled() {
    let stack = Stack::up("split", "stream");
    let http = Client::new();
    let mut todos = Vec::new();
    for n in 0..30 {
        todos.push(id(&create(&stack, &format!("todo {n}")).await).to_owned());
    }
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writers: Vec<_> = todos
        .iter()
        .map(|id| {
            let (http, url, stop) = (http.clone(), stack.url(&format!("/api/v1/todos/{id}")), stop.clone());
            tokio::spawn(async move {
                let mut version = 1;
                while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                    // One key for each change, sent until it is answered: as a careful client does.
                    let key = uuid::Uuid::now_v7().to_string();
                    let body = json!({ "title": format!("change {version}") });
                    loop {
                        let answer = http.patch(&url).header("Idempotency-Key", &key).json(&body).send().await;
                        if let Ok(answer) = answer
                            && answer.status() == StatusCode::OK
                        {
                            let answered = answer.json::<Value>().await.unwrap()["version"].as_u64().unwrap();
                            assert_eq!(answered, version + 1, "a change was lost or doubled");
                            version = answered;
                            break;
                        }
                        tokio::task::yield_now().await;
                    }
                }
                version
            })
        })
        .collect();
    for hosts in ["3", "1"] {
        tokio::task::block_in_place(|| stack.tell(&["scale", "actors", hosts]));
    }
    stop.store(true, std::sync::atomic::Ordering::SeqCst);
    for (id, writer) in todos.iter().zip(writers) {
        let version = writer.await.unwrap();
        assert!(version > 1, "{id} never changed");
        let events = poll_until(PATIENCE, async || {
            let events = stack.events_of(id);
            (events.last()?["version"] == version).then_some(events)
        });
        let mut versions: Vec<_> = events.await.expect("the last event").iter().map(|event| event["version"].as_u64().unwrap()).collect();
        // An event may be published again when its host is lost, never out of the order of first arrivals.
        let mut highest = 0;
        versions.retain(|version| {
            let first = *version > highest;
            highest = highest.max(*version);
            first
        });
        assert_eq!(versions, (1..=version).collect::<Vec<_>>(), "{id}");
    }
}

#[tokio::test]
async fn stack_z_both_callbacks_and_both_layouts_serve_the_same_state() {
    let todo = create(&Stack::up("split", "stream"), "made by the split layout").await;
    for (layout, callbacks, version) in [("split", "http", 2), ("combined", "http", 3), ("combined", "stream", 4)] {
        // What runs now belongs to another layout.
        Stack::down();
        let stack = Stack::up(layout, callbacks);
        let changed = patch(&stack, id(&todo), json!({ "title": format!("{layout} {callbacks}") })).await;
        assert_eq!(changed.status(), 200, "{layout} {callbacks}");
        assert_eq!(changed.json::<Value>().await.unwrap()["version"], version, "{layout} {callbacks}");
        testkit_http::lifecycle(stack.var("GATEWAY_URL")).await;
    }
    Stack::down();
}
