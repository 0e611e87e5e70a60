//! Live updates where something is lost, slow, too much or at its end.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::Router;
use domain::{ListId, UserId};
use gateway::Auth;
use ports::{Chain, Journal, JournalError, Live, Positioned, memory::MemoryLive};
use serde_json::json;
use support::{Backend, Server, send};
use testkit::poll_until;
use testkit_http::Events;
use tokio::{io::AsyncWriteExt, net::TcpSocket, sync::mpsc};

const TODOS: &str = "/api/v1/todos";
const PATIENCE: Duration = Duration::from_secs(20);
/// A heartbeat that no test lives to see.
const NEVER: Duration = Duration::from_secs(3600);

async fn create(router: &Router, title: &str) -> String {
    let created = send(router, "POST", TODOS, &json!({ "title": title })).await;
    assert_eq!(created.status, 201);
    created.json()["id"].as_str().unwrap().to_owned()
}

/// The status of the answer to one more request for a stream, which is closed at once.
async fn asked(server: &Server) -> u16 {
    Events::ask(&server.base, "", None).await.map_or_else(|reply| reply.status, |_| 200)
}

#[tokio::test]
async fn a_wake_up_is_enough() {
    let mut backend = Backend::new();
    backend.gateway.options.live.heartbeat = NEVER;
    let (router, server) = (backend.router(), Server::of(backend.router()).await);
    let mut stream = Events::open(&server.base, None).await;
    for n in 0..100 {
        let id = create(&router, &format!("todo {n}")).await;
        assert_eq!(stream.event_of(&id).await.json()["version"], 1);
    }
}

/// Nobody is told anything by it.
struct Deaf(MemoryLive);

#[async_trait]
impl Live for Deaf {
    async fn publish(&self, _: &[(UserId, u64)]) -> Result<(), ports::LiveError> {
        Ok(())
    }

    fn watch(&self, user: &UserId) -> ports::News {
        self.0.watch(user)
    }
}

#[tokio::test]
async fn the_heartbeat_finds_what_nobody_told() {
    let mut backend = Backend::new();
    backend.gateway.live = Arc::new(Deaf(MemoryLive::default()));
    backend.gateway.options.live.heartbeat = Duration::from_millis(20);
    let (router, server) = (backend.router(), Server::of(backend.router()).await);
    let mut stream = Events::open(&server.base, None).await;
    assert_eq!(stream.next().await.unwrap().event, "hello");
    assert_eq!(stream.next().await.unwrap(), testkit_http::Message::default(), "a comment");
    let id = create(&router, "unheard").await;
    stream.event_of(&id).await;
}

/// A journal that can be taken away.
struct Flaky {
    journal: Arc<dyn Journal>,
    away: AtomicBool,
}

impl Flaky {
    fn there(&self) -> Result<&dyn Journal, JournalError> {
        if self.away.load(Ordering::SeqCst) { Err(JournalError("away".into())) } else { Ok(&*self.journal) }
    }
}

#[async_trait]
impl Journal for Flaky {
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError> {
        self.there()?.chain(aggregate_id).await
    }

    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        self.there()?.chains(to).await
    }

    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.there()?.since(person, lists, after, limit).await
    }

    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.there()?.all_since(after, limit).await
    }

    async fn last_position(&self) -> Result<u64, JournalError> {
        self.there()?.last_position().await
    }
}

#[tokio::test]
async fn a_stream_waits_for_the_journal_and_goes_on() {
    let mut backend = Backend::new();
    let flaky = Arc::new(Flaky { journal: backend.gateway.journal.clone(), away: AtomicBool::new(false) });
    backend.gateway.journal = flaky.clone();
    backend.gateway.options.live.heartbeat = Duration::from_millis(20);
    let (router, server) = (backend.router(), Server::of(backend.router()).await);
    let mut stream = Events::open(&server.base, None).await;
    assert_eq!(stream.event().await.event, "hello");
    flaky.away.store(true, Ordering::SeqCst);
    let refused = Events::ask(&server.base, "", None).await.expect_err("no stream");
    assert_eq!((refused.header("retry-after"), refused.status), ("1", 503));
    refused.problem(503, "unavailable");
    let id = create(&router, "meanwhile").await;
    for _ in 0..3 {
        assert_eq!(stream.next().await.unwrap(), testkit_http::Message::default(), "it still says that it is there");
    }
    flaky.away.store(false, Ordering::SeqCst);
    stream.event_of(&id).await;
}

#[tokio::test]
async fn streams_are_counted() {
    let mut backend = Backend::new();
    backend.gateway.options.live.streams_per_person = 2;
    backend.gateway.options.live.streams = 3;
    let server = Server::of(backend.router()).await;
    let (first, _second) = (Events::open(&server.base, None).await, Events::open(&server.base, None).await);
    let refused = Events::ask(&server.base, "", None).await.expect_err("no stream");
    refused.problem(429, "too-many-streams");
    assert_eq!(refused.header("retry-after"), "1");
    drop(first);
    let again = poll_until(PATIENCE, async || (asked(&server).await == 200).then_some(())).await;
    assert!(again.is_some(), "a stream that is closed still counts");
}

#[tokio::test]
async fn all_streams_together_are_counted() {
    let mut backend = Backend::new();
    backend.gateway.options.live.streams = 1;
    let server = Server::of(backend.router()).await;
    let only = Events::open(&server.base, None).await;
    let refused = Events::ask(&server.base, "", None).await.expect_err("no stream");
    refused.problem(503, "no-more-streams");
    drop(only);
    let again = poll_until(PATIENCE, async || (asked(&server).await == 200).then_some(())).await;
    assert!(again.is_some(), "a stream that is closed still counts");
}

#[tokio::test]
async fn people_are_apart() {
    let mut backend = Backend::new();
    let mine = Server::of(backend.router()).await;
    let my_router = backend.router();
    backend.gateway.options.auth = Auth::LocalPerson("bob".parse().unwrap());
    let (theirs, their_router) = (Server::of(backend.router()).await, backend.router());
    let (mut me, mut them) = (Events::open(&mine.base, Some(0)).await, Events::open(&theirs.base, Some(0)).await);
    for n in 0..10 {
        create(&my_router, &format!("mine {n}")).await;
        create(&their_router, &format!("theirs {n}")).await;
    }
    for (stream, who) in [(&mut me, "ada"), (&mut them, "bob")] {
        assert_eq!(stream.event().await.event, "hello");
        for _ in 0..10 {
            assert_eq!(stream.event().await.json()["principal"], who);
        }
    }
}

#[tokio::test]
async fn streams_end_when_the_process_is_to_stop() {
    let backend = Backend::new();
    let server = Server::of(backend.router()).await;
    let mut stream = Events::open(&server.base, None).await;
    assert_eq!(stream.event().await.event, "hello");
    backend.gateway.stop.cancel();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_reader_that_takes_too_long_is_dropped_and_nobody_else() {
    let mut backend = Backend::new();
    backend.gateway.options.live.patience = Duration::from_millis(200);
    backend.gateway.options.live.streams_per_person = 2;
    let (router, server) = (backend.router(), Server::of(backend.router()).await);
    // It asks, and reads nothing of the answer.
    let address = server.base.trim_start_matches("http://").parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut slow = socket.connect(address).await.unwrap();
    slow.write_all(format!("GET /api/v1/events/stream HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await.unwrap();
    let mut fast = Events::open(&server.base, None).await;
    let taken = poll_until(PATIENCE, async || (asked(&server).await == 429).then_some(())).await;
    assert!(taken.is_some(), "both streams are open");

    // Four bytes each as UTF-8: far more than sockets take without a reader.
    let id = create(&router, "large").await;
    let text = "𝄞".repeat(19_999);
    let mut written = 1;
    let dropped = poll_until(Duration::from_secs(60), async || {
        for _ in 0..20 {
            written += 1;
            let change = json!({ "description": format!("{text}{}", written % 10) });
            assert_eq!(send(&router, "PATCH", &format!("{TODOS}/{id}"), &change).await.status, 200);
            assert_eq!(fast.event_of(&id).await.json()["version"], written - 1, "the other one misses nothing");
        }
        (asked(&server).await == 200).then_some(())
    });
    assert!(dropped.await.is_some(), "the slow reader still has its stream after {written} events");
    assert_eq!(fast.event_of(&id).await.json()["version"], written);
}
