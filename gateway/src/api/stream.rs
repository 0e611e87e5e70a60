use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderName, request::Parts},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use domain::{Invalid, NotificationId};
use futures::stream;
use serde_json::json;
use utoipa::IntoParams;

use super::fields::shortened;
use crate::{
    edge::Edge,
    http::{Problem, kind},
    live::{self, Said},
    usecase::Caller,
};

/// Which event a client has seen last. Browsers send it when they connect again.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// The same, for clients that cannot set a header.
const PARAMETER: &str = "lastEventId";

/// Follow what happens to the caller's todos.
///
/// Server-Sent Events. `hello` comes first, with the position that the stream begins behind; then a `todo` for each event,
/// a `notification` for those by which the caller is told something, in the order of the journal, its `id` the position and its data the
/// event's record. A comment comes where nothing
/// happened for a while. With `Last-Event-ID` or `lastEventId` the stream goes on behind that position, at any gateway;
/// without, it begins now. A `reset` instead of the `hello` says that the journal was never at that position: read
/// everything anew. A reader that takes too long is disconnected, and can go on where it was.
#[utoipa::path(get, path = "/events/stream", operation_id = "followEvents", tag = "events", params(StreamParameters,
        ("Last-Event-ID" = Option<u64>, Header, description = "The `id` of the last event that the client got: it goes on behind it.")),
    responses((status = 200, description = "What happens, as it happens.", body = String, content_type = "text/event-stream")))]
pub(super) async fn follow(State(edge): State<Edge>, caller: Caller, LastSeen(after): LastSeen) -> Result<Response, Problem> {
    let mut said = live::open(&edge, &caller.principal, after, caller.until).await?;
    let events = stream::poll_fn(move |context| said.poll_recv(context).map(|said| said.map(|said| Ok::<_, Infallible>(written(said)))));
    // nginx would hold events back until its buffer is full.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}

fn written(said: Said) -> Event {
    let at = |name: &str, position: u64| Event::default().event(name).id(position.to_string());
    match said {
        Said::Hello { position } => at("hello", position).data(json!({ "position": position }).to_string()),
        Said::Reset { position } => at("reset", position).data(json!({ "position": position }).to_string()),
        Said::Event(event) => at(name(&event.record), event.position).data(event.record),
        Said::Heartbeat => Event::default().comment("still here"),
    }
}

/// What an event is called: whoever wants only some of them listens only to those.
fn name(record: &str) -> &'static str {
    /// The only part that is needed.
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Of {
        aggregate_id: String,
    }
    let of = serde_json::from_str::<Of>(record).ok().and_then(|of| of.aggregate_id.parse::<NotificationId>().ok());
    if of.is_some() { "notification" } else { "todo" }
}

/// Where to go on.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "documents what LastSeen reads")]
struct StreamParameters {
    /// The same as `Last-Event-ID`, for clients that cannot set a header.
    #[param(minimum = 0)]
    last_event_id: Option<u64>,
}

/// The position that the client has seen last, if it says so.
pub(super) struct LastSeen(Option<u64>);

impl FromRequestParts<Edge> for LastSeen {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
        let asked = asked(parts.uri.query().unwrap_or_default())?;
        // The header counts: a browser that connects again sends it with the URL of the first time.
        let header = parts.headers.get(&LAST_EVENT_ID).filter(|value| !value.is_empty());
        let seen =
            header.map(|value| position(value.to_str().unwrap_or_default()).ok_or_else(|| wrong(&kind::INVALID_HEADER, "last-event-id")));
        Ok(Self(seen.transpose()?.or(asked)))
    }
}

fn asked(query: &str) -> Result<Option<u64>, Problem> {
    let mut seen = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let problem = match &*name {
            PARAMETER if seen.is_none() => {
                seen = Some(position(&value).ok_or_else(|| wrong(&kind::INVALID_QUERY, PARAMETER))?);
                continue;
            }
            PARAMETER => Invalid::new(PARAMETER, "is given twice", "send it once"),
            other => Invalid::new(shortened(other), "is unknown", format!("leave it out, or use {PARAMETER}")),
        };
        return Err(Problem::invalid(&kind::INVALID_QUERY, vec![problem]));
    }
    Ok(seen)
}

/// Digits alone: no sign, no spaces.
fn position(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn wrong(kind: &'static kind::Kind, field: &str) -> Problem {
    let remedy = "send the id of the last event that you got, or leave it out to begin now";
    Problem::invalid(kind, vec![Invalid::new(field, "is no position in the journal", remedy)])
}
