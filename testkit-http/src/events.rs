use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::Value;

use crate::client::Reply;

/// Long enough for an event to arrive on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where live updates are.
pub(crate) const STREAM: &str = "/api/v1/events/stream";

/// A stream of Server-Sent Events.
#[derive(Debug)]
pub struct Events {
    response: Response,
    received: Vec<u8>,
}

/// One block of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The kind; empty if it is a comment alone.
    pub event: String,
    /// The id, if it has one.
    pub id: Option<u64>,
    /// The data.
    pub data: String,
}

impl Message {
    /// The data as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

impl Events {
    /// Asks for the stream at `base`, with a query (`?…` or nothing) and maybe a `Last-Event-ID`.
    ///
    /// # Errors
    /// Gives the answer if it is no stream.
    pub async fn ask(base: &str, query: &str, last: Option<&str>) -> Result<Self, Reply> {
        Self::ask_as(base, query, last, None).await
    }

    /// [`ask`](Self::ask), with a bearer token where there is one.
    async fn ask_as(base: &str, query: &str, last: Option<&str>, token: Option<&str>) -> Result<Self, Reply> {
        let mut request = Client::new().get(format!("{}{STREAM}{query}", base.trim_end_matches('/')));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("no answer: {error:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if status == 200 {
            assert_eq!(headers["content-type"], "text/event-stream");
            assert_eq!(headers["cache-control"], "no-cache");
            return Ok(Self { response, received: vec![] });
        }
        Err(Reply { status, headers, text: response.text().await.unwrap_or_default() })
    }

    /// Opens the stream at `base`: behind `last`, or from now on.
    pub async fn open(base: &str, last: Option<u64>) -> Self {
        let opened = Self::ask(base, "", last.map(|last| last.to_string()).as_deref()).await;
        opened.unwrap_or_else(|reply| panic!("no stream: {reply:?}"))
    }

    /// [`open`](Self::open) for whomever `token` speaks for.
    pub async fn open_as(base: &str, last: Option<u64>, token: &str) -> Self {
        let opened = Self::ask_as(base, "", last.map(|last| last.to_string()).as_deref(), Some(token)).await;
        opened.unwrap_or_else(|reply| panic!("no stream: {reply:?}"))
    }

    /// The next block, or `None` at the end, also where the connection breaks.
    pub async fn next(&mut self) -> Option<Message> {
        tokio::time::timeout(PATIENCE, self.block()).await.unwrap_or_else(|_| panic!("nothing came"))
    }

    /// The next block that is no comment.
    pub async fn event(&mut self) -> Message {
        loop {
            let message = self.next().await.unwrap_or_else(|| panic!("the stream ended"));
            if !message.event.is_empty() {
                return message;
            }
        }
    }

    /// The next event of one aggregate.
    pub async fn event_of(&mut self, aggregate_id: &str) -> Message {
        loop {
            let message = self.event().await;
            if message.event == "todo" && message.json()["aggregateId"] == aggregate_id {
                return message;
            }
        }
    }

    async fn block(&mut self) -> Option<Message> {
        loop {
            if let Some(end) = self.received.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.received.drain(..end + 2).collect();
                return Some(read(str::from_utf8(&block).expect("UTF-8")));
            }
            self.received.extend_from_slice(&self.response.chunk().await.ok()??);
        }
    }
}

fn read(block: &str) -> Message {
    let mut message = Message::default();
    for line in block.lines().filter(|line| !line.is_empty()) {
        match line.split_once(": ").unwrap_or((line, "")) {
            ("event", event) => event.clone_into(&mut message.event),
            ("id", id) => message.id = Some(id.parse().expect("a position")),
            ("data", data) => message.data.push_str(data),
            ("" | ":", _) => {}
            _ => panic!("no field that is known: {line}"),
        }
    }
    message
}
