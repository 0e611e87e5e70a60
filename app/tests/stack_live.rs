//! Live updates and read-your-writes across gateways, on the real engine.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::Write,
    net::TcpStream,
    time::Duration,
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack, metric};
use testkit::poll_until;
use testkit_http::{Api, Events, Message};
use tokio::net::TcpSocket;

/// A heartbeat that no test lives to see: what arrives was told.
const NEVER: (&str, &str) = ("TODO_LIVE_HEARTBEAT", "3600");

fn id(todo: &Value) -> &str {
    todo["id"].as_str().unwrap()
}

/// Changes a todo at the gateway at `base`, whatever it takes, and gives the version.
async fn change(http: &Client, base: &str, id: &str, patch: Value) -> u64 {
    let key = uuid::Uuid::now_v7().to_string();
    let send = async || {
        let answer = http.patch(format!("{base}/api/v1/todos/{id}")).header("Idempotency-Key", &key).json(&patch).send().await.ok()?;
        if answer.status() == StatusCode::OK { answer.json::<Value>().await.ok()?["version"].as_u64() } else { None }
    };
    poll_until(PATIENCE, send).await.unwrap_or_else(|| panic!("{base} never changed {id}"))
}

#[tokio::test]
async fn stack_live_what_is_done_at_one_gateway_is_told_at_another_without_any_heartbeat() {
    let stack = Stack::up("split", "stream");
    let [here, there] = stack.two_gateways(&[NEVER]);
    let (api, http) = (Api::at(&here), Client::new());
    let mut stream = Events::open(&there, None).await;
    for n in 0..25 {
        let todo = api.create(&format!("todo {n}")).await;
        assert_eq!(stream.event_of(id(&todo)).await.json()["version"], 1, "{n}");
        change(&http, &here, id(&todo), json!({ "completed": true })).await;
        assert_eq!(stream.event_of(id(&todo)).await.json()["eventType"], "TodoCompleted", "{n}");
    }
    // Told by whom: by the projection, not found by looking.
    assert_eq!(metric(&there, "todo_live_missed_total").await, 0.0);
    assert!(metric(stack.var("PROJECTIONS_URL"), "todo_live_news_total").await > 0.0);
}

#[tokio::test]
async fn stack_live_says_that_it_is_still_there() {
    let stack = Stack::up("split", "stream");
    let [_, there] = stack.two_gateways(&[("TODO_LIVE_HEARTBEAT", "1")]);
    let mut stream = Events::open(&there, None).await;
    assert_eq!(stream.event().await.event, "hello");
    for _ in 0..3 {
        let heard = poll_until(PATIENCE, async || (stream.next().await? == Message::default()).then_some(())).await;
        assert!(heard.is_some(), "no comment came");
    }
}

/// Somebody who follows, and connects again wherever they are sent when the stream breaks.
struct Follower {
    stream: Option<Events>,
    /// The id of the last event.
    last: u64,
    /// The versions of one todo, as they came.
    versions: Vec<u64>,
}

impl Follower {
    async fn follow(&mut self, base: &str, todo: &str, until: u64) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.versions.last().is_none_or(|version| *version < until) {
            assert!(tokio::time::Instant::now() < deadline, "only {:?} of {until} at {base}", self.versions.last());
            let Some(stream) = &mut self.stream else {
                // A gateway that is being started refuses the connection.
                if reqwest::get(format!("{base}/livez")).await.is_ok_and(|answer| answer.status() == 200) {
                    self.stream = Events::ask(base, "", Some(&self.last.to_string())).await.ok();
                } else {
                    tokio::task::yield_now().await;
                }
                continue;
            };
            let Some(message) = stream.next().await else {
                self.stream = None;
                continue;
            };
            assert_ne!(message.event, "reset", "the position is of another journal");
            if let Some(position) = message.id {
                assert!(position > self.last || message.event == "hello" && position == self.last, "{position} after {}", self.last);
                self.last = position;
            }
            if message.event == "todo" && message.json()["aggregateId"] == todo {
                self.versions.push(message.json()["version"].as_u64().unwrap());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_live_goes_on_where_it_was_at_any_gateway_and_loses_and_doubles_nothing() {
    let stack = Stack::up("split", "stream");
    let [here, there] = stack.two_gateways(&[NEVER]);
    let todo = Api::at(&here).create("followed").await;
    let first = Events::open(&there, None).await.event().await.id.unwrap();
    let mut follower = Follower { stream: None, last: first, versions: vec![] };
    let http = Client::new();
    let mut version = 1;
    for round in 0..4 {
        // Killed, told to stop, moved to the other gateway, and back.
        let base = if round < 2 { &there } else { &here };
        for n in 0..20 {
            version = change(&http, &here, id(&todo), json!({ "title": format!("{round} {n}") })).await;
            if n == 9 {
                follower.follow(base, id(&todo), version).await;
                match round {
                    0 => tokio::task::block_in_place(|| stack.tell(&["kill", "gateway-2"])),
                    1 => tokio::task::block_in_place(|| stack.tell(&["stop", "gateway-2"])),
                    _ => follower.stream = None,
                }
            }
        }
        if round < 2 {
            tokio::task::block_in_place(|| stack.tell_with(&[NEVER], &["start", "gateway-2"]));
        }
        follower.follow(base, id(&todo), version).await;
    }
    let expected: Vec<_> = (follower.versions[0]..=version).collect();
    assert_eq!(follower.versions, expected, "each once, in order");
    assert!(follower.versions[0] <= 2, "from the first change on");
}

/// Readers that do not read.
const DEAF: usize = 16;
/// So many large todos are changed at once. On a busy machine one alone might not fill what the system keeps for a deaf reader before
/// the system itself, after half a minute, drops it.
const TOGETHER: usize = 4;

/// Asks for a stream, and never reads of it. With the little room that such a client may have.
async fn deaf(base: &str) -> std::net::TcpStream {
    let address = base.trim_start_matches("http://");
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream: TcpStream = socket.connect(address.parse().unwrap()).await.unwrap().into_std().unwrap();
    stream.write_all(format!("GET /api/v1/events/stream HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).unwrap();
    stream
}

/// The memory of a process, in bytes.
fn resident(pid: u64) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// The remote ports of the open connections to a local port.
fn connected(port: u16) -> HashSet<u16> {
    const ESTABLISHED: &str = "01";
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let port_of = |address: &str| u16::from_str_radix(address.rsplit(':').next().unwrap(), 16).unwrap();
    let rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[3] == ESTABLISHED && port_of(row[1]) == port).map(|row| port_of(row[2])).collect()
}

#[tokio::test]
async fn stack_live_drops_readers_that_do_not_read_and_nobody_else() {
    let stack = Stack::up("split", "stream");
    let [here, there] = stack.two_gateways(&[NEVER, ("TODO_LIVE_PATIENCE", "2")]);
    let mut readers = vec![];
    for _ in 0..DEAF {
        readers.push(deaf(&there).await);
    }
    let mut fast = Events::open(&there, None).await;
    assert_eq!(fast.event().await.event, "hello");
    let open = poll_until(PATIENCE, async || (metric(&there, "todo_live_streams").await == DEAF as f64 + 1.0).then_some(())).await;
    assert!(open.is_some(), "{} streams are open", metric(&there, "todo_live_streams").await);

    let (api, http, text, mut sent) = (Api::at(&here), Client::new(), large(), 0);
    let mut todos = vec![];
    for _ in 0..TOGETHER {
        let todo = id(&api.create("large").await).to_owned();
        assert_eq!(fast.event_of(&todo).await.json()["version"], 1);
        todos.push(todo);
    }
    let dropped = poll_until(Duration::from_secs(90), async || {
        let patch = || json!({ "description": format!("{text}{}", sent % 10) });
        let change = async |n: usize| (todos[n].as_str(), change(&http, &here, &todos[n], patch()).await);
        let (a, b, c, d) = tokio::join!(change(0), change(1), change(2), change(3));
        let mut due = HashMap::from([a, b, c, d]);
        while !due.is_empty() {
            let event = fast.event().await.json();
            if let Some(version) = event["aggregateId"].as_str().and_then(|todo| due.remove(todo)) {
                assert_eq!(event["version"], version, "who reads misses nothing");
            }
        }
        sent += text.len() * TOGETHER;
        (metric(&there, "todo_live_slow_readers_dropped_total").await >= DEAF as f64).then_some(())
    });
    assert!(dropped.await.is_some(), "after {sent} bytes: {}", metric(&there, "todo_live_slow_readers_dropped_total").await);
    assert_eq!(metric(&there, "todo_live_streams").await, 1.0);
    // Nor do they keep their connections.
    let port = there.rsplit(':').next().unwrap().parse().unwrap();
    let theirs: HashSet<_> = readers.iter().map(|reader| reader.local_addr().unwrap().port()).collect();
    let gone = poll_until(Duration::from_secs(90), async || connected(port).is_disjoint(&theirs).then_some(())).await;
    assert!(gone.is_some(), "connections that nobody reads stay");
    let more = change(&http, &here, &todos[0], json!({ "title": "and on" })).await;
    assert_eq!(fast.event_of(&todos[0]).await.json()["version"], more);
}

/// Four bytes each as UTF-8: far more than the title of anything.
fn large() -> String {
    "𝄞".repeat(19_999)
}

#[tokio::test]
async fn stack_live_keeps_a_few_events_for_each_reader_however_slow_it_is() {
    const EVENTS: usize = 200;
    const BOUND: u64 = 96 << 20;
    let stack = Stack::up("split", "stream");
    // Readers that are waited for, as good as for ever.
    let [here, there] = stack.two_gateways(&[NEVER, ("TODO_LIVE_PATIENCE", "3600")]);
    let mut readers = vec![];
    for _ in 0..DEAF {
        readers.push(deaf(&there).await);
    }
    let mut fast = Events::open(&there, None).await;
    assert_eq!(fast.event().await.event, "hello");
    let before = resident(stack.pid("gateway-2"));
    let todo = Api::at(&here).create("large").await;
    let (http, text) = (Client::new(), large());
    // The system itself drops them after half a minute, which may come before the last event: what counts is the most that the
    // gateway held until then.
    let (mut sent, mut grown) = (0_u64, 0);
    for n in 0..EVENTS {
        let version = change(&http, &here, id(&todo), json!({ "description": format!("{text}{}", n % 10) })).await;
        while fast.event_of(id(&todo)).await.json()["version"] != version {}
        grown = grown.max(resident(stack.pid("gateway-2")).saturating_sub(before));
        if metric(&there, "todo_live_streams").await < DEAF as f64 + 1.0 {
            break;
        }
        sent += (text.len() * DEAF) as u64;
    }
    eprintln!("{sent} bytes for {DEAF} readers that read nothing: the gateway grew by {grown} bytes at most");
    assert!(sent > grown * 3 / 2, "the gateway grew by {grown} bytes for {sent}: it holds what nobody reads");
    assert!(grown < BOUND, "{grown} bytes");
}

#[tokio::test]
async fn stack_live_what_was_written_at_one_gateway_is_seen_at_the_other() {
    let stack = Stack::up("split", "stream");
    let [here, there] = stack.two_gateways(&[]);
    let (a, b) = (Api::at(&here), Api::at(&there));
    for n in 0..25 {
        let title = format!("round {n} of {}", uuid::Uuid::now_v7());
        let todo = a.create(&title).await;
        let listed = b.bare("GET", "/api/v1/todos?sort=-updated&limit=50", &[]).await.expect(200);
        assert_eq!(listed.header("data-stale"), "", "{n}");
        let found = listed.value().as_array().unwrap().iter().any(|found| found["title"] == title);
        assert!(found, "{n}: created at one, not in the list of the other");
        let path = format!("/api/v1/todos/{}", id(&todo));
        let changed = b.json("PATCH", &path, &[], &json!({ "completed": true })).await.expect(200).value();
        let shown = a.bare("GET", &path, &[]).await.expect(200).value();
        assert_eq!((&shown["version"], &shown["completed"]), (&changed["version"], &json!(true)), "{n}");
    }
    for base in [&here, &there] {
        assert!(metric(base, "todo_read_your_writes_wait_seconds_count").await > 0.0, "{base} shows no waits");
    }

    // The wait has an end where the views do not move, and says so in the answer and in a metric.
    stack.tell(&["stop", "projections"]);
    let before = metric(&there, "todo_read_your_writes_timeouts_total").await;
    let todo = a.create("not shown yet").await;
    let path = format!("/api/v1/todos/{}", id(&todo));
    b.bare("GET", &path, &[]).await.problem(503, "views-behind");
    assert_eq!(b.bare("GET", "/api/v1/todos?limit=1", &[]).await.expect(200).header("data-stale"), "?1");
    assert!(metric(&there, "todo_read_your_writes_timeouts_total").await >= before + 2.0);
    stack.tell(&["start", "projections"]);
    let shown = poll_until(PATIENCE, async || (b.bare("GET", &path, &[]).await.status == 200).then_some(())).await;
    assert!(shown.is_some(), "it is never shown");
    assert_eq!(b.bare("GET", "/api/v1/todos?limit=1", &[]).await.expect(200).header("data-stale"), "");
}
