//! Commands as messages, over the real actor host, with topics in memory.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use gateway::intake::{Config, Intake, run};
use ports::{
    CommandOutcome, DispatchError, Outcomes, OutcomesError, Verdict,
    memory::{MemoryDeadLetters, MemoryOutcomes, MemoryTopic},
};
use serde_json::{Value, json};
use support::Backend;
use testkit::poll_until;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);
const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// An intake over a backend, and all that it says.
struct Rig {
    backend: Backend,
    topic: Arc<MemoryTopic>,
    outcomes: Arc<MemoryOutcomes>,
    letters: Arc<MemoryDeadLetters>,
    running: Option<(CancellationToken, JoinHandle<()>)>,
}

impl Rig {
    fn new() -> Self {
        let mut rig =
            Self { backend: Backend::new(), topic: Arc::default(), outcomes: Arc::default(), letters: Arc::default(), running: None };
        rig.start();
        rig
    }

    fn start(&mut self) {
        let outcomes = self.outcomes.clone();
        self.start_telling(outcomes);
    }

    fn start_telling(&mut self, outcomes: Arc<dyn Outcomes>) {
        let stop = CancellationToken::new();
        let config = Config { first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(20), ..Config::new("test") };
        let intake = Intake { outcomes, letters: self.letters.clone() };
        let task = run(config, self.backend.gateway.clone(), intake, Box::new(self.topic.open()), stop.clone());
        self.running = Some((stop, tokio::spawn(task)));
    }

    async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        stop.cancel();
        task.await.unwrap();
    }

    /// As kill -9 would.
    fn kill(&mut self) {
        self.running.take().unwrap().1.abort();
    }

    fn send(&self, key: Option<&str>, body: &Value) {
        self.topic.write(key, &[], Some(body.to_string().as_bytes()));
    }

    /// The outcomes, once there are so many.
    async fn told(&self, count: usize) -> Vec<CommandOutcome> {
        let told = poll_until(PATIENCE, async || Some(self.outcomes.all()).filter(|told| told.len() >= count)).await;
        let told = told.unwrap_or_else(|| panic!("only {:?}", self.outcomes.all()));
        assert_eq!(told.len(), count, "{told:?}");
        told
    }

    async fn committed(&self, messages: i64) {
        let all = poll_until(PATIENCE, async || (self.topic.committed().values().sum::<i64>() == messages).then_some(())).await;
        assert!(all.is_some(), "{:?}", self.topic.committed());
    }
}

fn create(command: &str, title: &str) -> Value {
    json!({ "commandId": command, "type": "CreateTodo", "principal": "ada", "data": { "title": title } })
}

fn to(todo: &str, command: &str, kind: &str, data: Value) -> Value {
    json!({ "commandId": command, "type": kind, "todoId": todo, "principal": "ada", "data": data })
}

fn slug(outcome: &CommandOutcome) -> &str {
    outcome.problem.as_ref().map_or("", |problem| &problem.slug)
}

/// Without what two answers to the same command may differ in.
fn said(outcome: &CommandOutcome) -> Value {
    let mut said = serde_json::to_value(outcome).unwrap();
    said.as_object_mut().unwrap().remove("timestamp").unwrap();
    said
}

#[tokio::test]
async fn each_type_of_command_is_done_and_answered() {
    let rig = Rig::new();
    rig.send(Some("k"), &create("c1", "buy milk"));
    let todo = rig.told(1).await[0].todo_id.unwrap().to_string();
    for (command, kind, data) in [
        (
            "c2",
            "ChangeTodo",
            json!({ "title": "buy bread", "priority": "high", "due": { "local": "2026-11-24", "zone": "Europe/Berlin" } }),
        ),
        ("c3", "CompleteTodo", json!({})),
        ("c4", "ReopenTodo", json!({})),
        ("c5", "DeleteTodo", json!({})),
        ("c6", "RestoreTodo", json!({})),
        ("c7", "CompleteTodo", json!({})),
        ("c8", "CompleteTodo", json!({})),
    ] {
        rig.send(Some("k"), &to(&todo, command, kind, data));
    }
    let told = rig.told(8).await;
    let seen: Vec<_> = told.iter().map(|told| (told.command_id.as_str(), told.version.unwrap(), told.events.unwrap())).collect();
    assert_eq!(
        seen,
        [("c1", 1, 1), ("c2", 4, 3), ("c3", 5, 1), ("c4", 6, 1), ("c5", 7, 1), ("c6", 8, 1), ("c7", 9, 1), ("c8", 9, 0)],
        "in order of the key"
    );
    assert!(told.iter().all(|told| told.outcome == Verdict::Accepted && told.todo_id.unwrap().to_string() == todo));
    assert!(told.iter().all(|told| told.correlation_id == told.command_id), "where none was given");
    let shown = support::ask(&rig.backend.router(), "GET", &format!("/api/v1/todos/{todo}")).await.json();
    assert_eq!((&shown["title"], &shown["completed"], &shown["version"]), (&json!("buy bread"), &json!(true), &json!(9)));
    rig.committed(8).await;
    assert_eq!(rig.letters.all(), []);
}

#[tokio::test]
async fn a_command_may_come_in_an_envelope_as_daprs_component_writes_it() {
    let rig = Rig::new();
    let command = create("c1", "from elsewhere");
    let envelope = |data: Value| {
        json!({ "specversion": "1.0", "id": "5", "source": "other-app", "type": "com.dapr.event.sent", "topic": "todo-commands",
            "pubsubname": "kafka-pubsub", "datacontenttype": "application/json", "time": "2026-11-24T09:00:00Z",
            "traceparent": TRACE, "tracestate": "", "traceid": TRACE, "data": data })
    };
    rig.send(None, &envelope(command.clone()));
    let first = rig.told(1).await.remove(0);
    assert_eq!((first.version, first.events), (Some(1), Some(1)));
    assert_eq!(rig.backend.traces.lock().unwrap().last().unwrap().as_deref(), Some(TRACE), "its trace goes on");
    // As text, in base64, as it is with CloudEvents' headers beside it: the same command.
    rig.send(None, &envelope(Value::String(command.to_string())));
    rig.send(None, &json!({ "specversion": "1.0", "data_base64": base64(&command.to_string()) }));
    rig.topic.write(None, &[("ce_specversion", "1.0"), ("traceparent", TRACE)], Some(command.to_string().as_bytes()));
    for again in rig.told(4).await {
        assert_eq!(said(&again), said(&first));
    }
}

fn base64(text: &str) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(text)
}

#[tokio::test]
async fn the_same_message_twice_has_one_effect_and_one_outcome_also_beside_http() {
    let rig = Rig::new();
    for _ in 0..2 {
        rig.send(Some("a"), &create("the-key", "once"));
    }
    // Another key: both may be with the actor at once.
    rig.send(Some("other"), &create("the-key", "once"));
    let told = rig.told(3).await;
    assert!(told.iter().all(|again| said(again) == said(&told[0])), "{told:?}");
    let todo = told[0].todo_id.unwrap().to_string();
    // By HTTP it is the same request, for it has the same person and key.
    let request = axum::http::Request::post("/api/v1/todos").header("content-type", "application/json");
    let request = request.header("idempotency-key", "the-key").body(json!({ "title": "once" }).to_string().into()).unwrap();
    let answer = support::call(&rig.backend.router(), request).await;
    assert_eq!((answer.header("idempotency-replayed"), &answer.json()["id"]), ("true", &json!(todo)));
    // The same id with other words is another request.
    rig.send(Some("a"), &create("the-key", "twice"));
    let other = rig.told(4).await.pop().unwrap();
    assert_eq!((other.outcome, slug(&other)), (Verdict::Refused, "idempotency-key-reused"));
    assert_ne!(other.outcome_id, told[0].outcome_id);
    // Another person's command of this name is another's.
    rig.send(Some("a"), &json!({ "commandId": "the-key", "type": "CreateTodo", "principal": "bob", "data": { "title": "once" } }));
    let bobs = rig.told(5).await.pop().unwrap();
    assert!(bobs.outcome == Verdict::Accepted && bobs.todo_id != told[0].todo_id && bobs.outcome_id != told[0].outcome_id);
}

#[tokio::test]
async fn what_is_refused_says_why_as_the_api_does() {
    let rig = Rig::new();
    let own = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
    let mut named = create("c1", "named");
    named["todoId"] = json!(own);
    named["correlationId"] = json!("import 7");
    rig.send(Some("k"), &named);
    let mut stale = to(own, "c2", "CompleteTodo", json!({}));
    stale["expectedVersion"] = json!(7);
    rig.send(Some("k"), &stale);
    rig.send(Some("k"), &to("todo-01932c07-5a3e-7cc0-9a55-000000000000", "c3", "CompleteTodo", json!({})));
    rig.send(
        Some("k"),
        &to(own, "c4", "ChangeTodo", json!({ "title": "", "due": { "local": "hush", "zone": "Europe/Berlin" }, "colour": 1 })),
    );
    rig.send(Some("k"), &json!({ "commandId": "c5", "type": "ChangeTodo", "todoId": own, "principal": "ada" }));
    let mut right = to(own, "c6", "DeleteTodo", json!({}));
    right["expectedVersion"] = json!(1);
    rig.send(Some("k"), &right);
    let told = rig.told(6).await;
    let slugs: Vec<_> = told.iter().map(slug).collect();
    assert_eq!(slugs, ["", "precondition-failed", "not-found", "invalid-fields", "invalid-fields", ""]);
    assert_eq!((told[0].todo_id.unwrap().to_string().as_str(), told[0].correlation_id.as_str()), (own, "import 7"));
    assert_eq!((told[1].version, told[1].events), (Some(1), None), "the version that it is at");
    let fields: Vec<_> = told[3].problem.as_ref().unwrap().errors.iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["data.title", "data.due.local", "data.colour"]);
    assert_eq!(told[4].problem.as_ref().unwrap().errors[0].field, "data");
    assert!(!serde_json::to_string(&told).unwrap().contains("hush"));
    assert_eq!(rig.letters.all(), [], "a refusal is an answer");
    rig.committed(6).await;
}

#[tokio::test]
async fn what_is_no_command_is_a_dead_letter_and_answered_where_possible() {
    let rig = Rig::new();
    let good = create("good", "good");
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body["commandId"] = json!("bad");
        body[field] = value;
        body.to_string().into_bytes()
    };
    let bodies: Vec<(Option<Vec<u8>>, &str, bool)> = vec![
        (None, "body", false),
        (Some(b"hush".to_vec()), "body", false),
        (Some(b"\xff\xfe".to_vec()), "body", false),
        (Some(b"[1]".to_vec()), "body", false),
        (Some(b"{}".to_vec()), "commandId", false),
        (Some(with("commandId", json!(""))), "commandId", false),
        (Some(with("type", json!("hush"))), "type", true),
        (Some(with("principal", json!("hush hush"))), "principal", true),
        (Some(with("todoId", json!("todo-hush"))), "todoId", true),
        (Some(with("type", json!("DeleteTodo"))), "todoId", true),
        (Some(with("expectedVersion", json!(-1))), "expectedVersion", true),
        (Some(with("correlationId", json!(""))), "correlationId", true),
        (Some(with("expectedVersoin", json!(1))), "expectedVersoin", true),
        (Some(br#"{"specversion":"0.3","data":{}}"#.to_vec()), "specversion", false),
        (Some(br#"{"specversion":"1.0"}"#.to_vec()), "data", false),
        (Some(br#"{"specversion":"1.0","data_base64":"hush!"}"#.to_vec()), "data_base64", false),
    ];
    for (body, ..) in &bodies {
        rig.topic.write(Some("k"), &[("from", "test")], body.as_deref());
    }
    rig.send(Some("k"), &good);
    rig.committed(bodies.len() as i64 + 1).await;
    let letters = rig.letters.all();
    assert_eq!(letters.len(), bodies.len());
    for (letter, (body, field, _)) in letters.iter().zip(&bodies) {
        assert_eq!((letter.message.body.as_deref(), letter.message.key.as_deref()), (body.as_deref(), Some(&b"k"[..])));
        assert_eq!((letter.message.header("from"), letter.kind.as_str(), letter.group.as_str()), (Some("test"), "malformed", "test"));
        assert!(letter.reason.contains(field) && !letter.reason.contains("hush"), "{field}: {}", letter.reason);
    }
    let told = rig.outcomes.all();
    assert_eq!(told.len(), bodies.iter().filter(|(.., answered)| *answered).count() + 1);
    let (last, refused) = told.split_last().unwrap();
    assert!(refused.iter().all(|told| told.command_id == "bad" && slug(told) == "invalid-fields"));
    assert_eq!(last.outcome, Verdict::Accepted, "what comes after goes on");
}

#[tokio::test]
async fn what_fails_is_tried_again_and_not_overtaken() {
    let rig = Rig::new();
    rig.send(Some("k"), &create("c1", "x"));
    let todo = rig.told(1).await[0].todo_id.unwrap().to_string();
    let calls = || rig.backend.traces.lock().unwrap().len();
    let before = calls();
    let fault = |n| if n % 3 == 0 { DispatchError::Failed("once".into()) } else { DispatchError::Unavailable("once".into()) };
    rig.backend.faults.lock().unwrap().extend((0..9).map(fault));
    for n in 0..5 {
        rig.send(Some("k"), &to(&todo, &format!("t{n}"), "ChangeTodo", json!({ "title": format!("title {n}") })));
    }
    let versions: Vec<_> = rig.told(6).await.iter().map(|told| told.version.unwrap()).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
    assert_eq!(calls() - before, 5 + 9);
    let shown = support::ask(&rig.backend.router(), "GET", &format!("/api/v1/todos/{todo}")).await.json();
    assert_eq!(shown["title"], "title 4");
}

/// Loses the answer to every second outcome, and some outcomes.
struct Forgetful(Arc<MemoryOutcomes>, AtomicU32);

#[async_trait]
impl Outcomes for Forgetful {
    async fn publish(&self, outcome: &CommandOutcome) -> Result<(), OutcomesError> {
        match self.1.fetch_add(1, Ordering::SeqCst) % 3 {
            0 => Err(OutcomesError("lost".into())),
            1 => {
                self.0.publish(outcome).await?;
                Err(OutcomesError("answer lost".into()))
            }
            _ => self.0.publish(outcome).await,
        }
    }
}

#[tokio::test]
async fn nothing_is_committed_before_its_outcome_is_told() {
    let mut rig = Rig::new();
    rig.stop().await;
    rig.start_telling(Arc::new(Forgetful(rig.outcomes.clone(), AtomicU32::new(0))));
    for n in 0..10 {
        rig.send(Some(&format!("k{n}")), &create(&format!("c{n}"), "x"));
    }
    rig.committed(10).await;
    let mut told: Vec<_> = rig.outcomes.all().into_iter().map(|told| told.command_id).collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 10);
}

#[tokio::test]
async fn after_a_crash_each_command_has_had_its_effect_once() {
    let mut rig = Rig::new();
    rig.send(Some("k"), &create("c", "x"));
    let todo = rig.told(1).await[0].todo_id.unwrap().to_string();
    for n in 0..60 {
        // There and back: twice in effect would be seen.
        rig.send(Some("k"), &to(&todo, &format!("t{n}"), "ChangeTodo", json!({ "title": format!("title {}", n % 2) })));
        rig.send(Some(&format!("other {n}")), &create(&format!("c{n}"), "y"));
    }
    for told in [5, 20, 50, 80] {
        assert!(poll_until(PATIENCE, async || (rig.outcomes.all().len() >= told).then_some(())).await.is_some());
        rig.kill();
        rig.start();
    }
    rig.committed(121).await;
    let mut last = std::collections::HashMap::new();
    for told in rig.outcomes.all() {
        let said = said(&told);
        assert_eq!(told.outcome, Verdict::Accepted);
        assert_eq!(last.entry(told.command_id).or_insert_with(|| said.clone()), &said, "a second delivery says the same");
    }
    assert_eq!(last.len(), 121);
    let shown = support::ask(&rig.backend.router(), "GET", &format!("/api/v1/todos/{todo}")).await.json();
    assert_eq!((&shown["version"], &shown["title"]), (&json!(61), &json!("title 1")));
}

#[tokio::test]
async fn whoever_loses_a_partition_stops_working_on_it() {
    let rig = Rig::new();
    rig.backend.calls_held.send_replace(true);
    for n in 0..5 {
        rig.send(Some("k"), &create(&format!("c{n}"), "x"));
    }
    let called = poll_until(PATIENCE, async || (!rig.backend.traces.lock().unwrap().is_empty()).then_some(())).await;
    assert!(called.is_some());
    for partition in 0..3 {
        rig.topic.rebalance(partition);
    }
    // It comes again, although the first call never ended.
    assert!(poll_until(PATIENCE, async || (rig.backend.traces.lock().unwrap().len() == 2).then_some(())).await.is_some());
    rig.backend.calls_held.send_replace(false);
    let told = rig.told(5).await;
    assert!(told.iter().all(|told| told.outcome == Verdict::Accepted));
    rig.committed(5).await;
}
