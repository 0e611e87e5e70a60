//! One request's trace through the whole platform, as a real collector gets it.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::collections::{BTreeSet, HashMap};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack};
use testkit::poll_until;

/// A span: who made it, its name, its parent.
#[derive(Debug, Clone)]
struct Span {
    service: String,
    name: String,
    parent: String,
}

/// The spans of one trace by their ids, out of what the collector wrote.
fn spans(file: &str, trace: &str) -> HashMap<String, Span> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut found = HashMap::new();
    // The last line may be half written.
    for batch in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        for resource in batch["resourceSpans"].as_array().unwrap() {
            let attributes = resource["resource"]["attributes"].as_array().unwrap();
            let service = attributes.iter().find(|attribute| attribute["key"] == "service.name").unwrap();
            let service = service["value"]["stringValue"].as_str().unwrap();
            for span in resource["scopeSpans"].as_array().unwrap().iter().flat_map(|scope| scope["spans"].as_array().unwrap()) {
                let text = |name: &str| span[name].as_str().unwrap_or_default().to_owned();
                if text("traceId") == trace {
                    let span = Span { service: service.to_owned(), name: text("name"), parent: text("parentSpanId") };
                    found.insert(text("spanId"), span);
                }
            }
        }
    }
    found
}

/// Whether each span hangs, over others of them, below `root`.
fn is_one_tree(spans: &HashMap<String, Span>, root: &str) -> bool {
    spans.values().all(|span| {
        let mut parent = &span.parent;
        for _ in 0..spans.len() {
            match spans.get(parent) {
                Some(above) => parent = &above.parent,
                None => break,
            }
        }
        parent == root
    })
}

/// What must be in it: the edge, the actor's turn, its write to Redis, the way to Kafka, and each projection.
const EXPECTED: [(&str, &str); 5] = [
    ("todo-gateway", "http"),
    ("todo-backend", "turn"),
    ("todo-backend", "redis-store"),
    ("todo-backend", "publish"),
    ("todo-projections", "project"),
];

/// Who is given each event, also where it keeps nothing of it.
const PROJECTIONS: [&str; 5] = ["journal", "views", "operations", "analytics", "notices"];

#[tokio::test(flavor = "multi_thread")]
async fn stack_one_trace_goes_from_the_edge_to_the_projections_and_holds_no_text() {
    Stack::down();
    let stack = Stack::up_observed();
    // What is looked at first in a place may be missed while tracing learns of the place, so one request goes ahead; it is read
    // back, too, for what dashboards say of that.
    let ahead = Client::new().post(stack.url("/api/v1/todos")).json(&json!({ "title": "ahead" })).send().await.unwrap();
    let ahead: Value = ahead.json().await.unwrap();
    let path = format!("/api/v1/todos/{}", ahead["id"].as_str().unwrap());
    let projected = poll_until(PATIENCE, async || {
        let answer = Client::new().get(stack.url(&path)).send().await.ok()?;
        let text = Client::new().get(format!("{}/metrics", stack.var("PROJECTIONS_URL"))).send().await.ok()?.text().await.ok()?;
        let of = |projection: &&str| {
            text.lines().any(|line| {
                line.starts_with(&format!("todo_projection_events_total{{projection=\"{projection}\"}}")) && !line.ends_with(" 0")
            })
        };
        (answer.status() == StatusCode::OK && ["journal", "views", "analytics"].iter().all(of)).then_some(())
    });
    assert!(projected.await.is_some(), "the request that went ahead does not arrive");

    let (trace, root) = (uuid::Uuid::now_v7().simple().to_string(), "00f067aa0ba902b7");
    let secret = format!("private-{}", uuid::Uuid::now_v7());
    let request = Client::new().post(stack.url("/api/v1/todos")).json(&json!({ "title": secret }));
    let answer = request.header("traceparent", format!("00-{trace}-{root}-01")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);

    let file = stack.var("TRACES_FILE");
    let whole = poll_until(PATIENCE, async || {
        let spans = spans(file, &trace);
        let seen: BTreeSet<_> = spans.values().map(|span| (span.service.as_str(), span.name.as_str())).collect();
        let projected = spans.values().filter(|span| span.name == "project").count();
        // Sidecars are in it, between edge and actor; they tell of themselves in their own time.
        let sidecars = spans.values().any(|span| span.name.contains("CallActor") || span.name.contains("InvokeActor"));
        let whole = EXPECTED.iter().all(|expected| seen.contains(expected))
            && projected == PROJECTIONS.len()
            && sidecars
            && is_one_tree(&spans, root);
        whole.then_some(spans)
    });
    assert!(whole.await.is_some(), "the trace is not whole: {:#?}", spans(file, &trace));
    assert!(!std::fs::read_to_string(file).unwrap().contains(&secret), "a span holds what a person wrote");

    watched(&stack).await;
    Stack::down();
}

/// Prometheus reaches every process, understands the cluster's rules, and has whatever dashboards and alerts read.
async fn watched(stack: &Stack) {
    let asked = async |path: &str| -> Option<Value> {
        let answer: Value =
            Client::new().get(format!("{}/api/v1/{path}", stack.var("PROMETHEUS_URL"))).send().await.ok()?.json().await.ok()?;
        Some(answer["data"].clone())
    };
    let all_up = poll_until(PATIENCE, async || (asked("query?query=min(up)").await?["result"][0]["value"][1] == "1").then_some(())).await;
    assert!(all_up.is_some(), "Prometheus does not reach every process");

    let read = Stack::says("tools/dashboards");
    let missing = async || -> Vec<String> {
        let shown = asked("label/__name__/values").await.unwrap_or_default();
        let shown: BTreeSet<_> = shown.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let there = |name: &&str| shown.contains(*name) || shown.contains(&*format!("{name}_count"));
        read.lines().filter(|name| !there(name)).map(str::to_owned).collect()
    };
    let none_missing = poll_until(PATIENCE, async || missing().await.is_empty().then_some(())).await;
    assert!(none_missing.is_some(), "dashboards or alerts read what no process exposes: {:?}", missing().await);

    let well = poll_until(PATIENCE, async || {
        let groups = asked("rules").await?;
        let rules: Vec<_> = groups["groups"].as_array()?.iter().flat_map(|group| group["rules"].as_array().unwrap()).cloned().collect();
        (!rules.is_empty() && rules.iter().all(|rule| rule["health"] == "ok")).then_some(())
    });
    assert!(well.await.is_some(), "Prometheus cannot evaluate every rule");
}
