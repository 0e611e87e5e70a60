//! `/unsubscribe`: what the link in every mail leads to. Asks nobody to log in: the link itself proves that somebody got the mail.
//!
//! `GET` changes nothing, since mail programs follow links by themselves; `POST` takes mail out of the person's channels (RFC 8058).

use axum::{
    Router,
    extract::{Query, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY},
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use domain::{
    Access, CommandId, Envelope, PersonId, Trace, UserId,
    user::{Channel, Command, SettingChange, Settings, User},
};
use jiff::Timestamp;
use ports::{Accepted, DispatchError, Reply, send, unsubscribe_token};
use serde::Deserialize;
use tracing::warn;

use crate::{
    edge::Edge,
    http::{Problem, kind},
};

/// Nothing is loaded or run, and the form goes back to where it came from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<Edge> {
    Router::new().route("/unsubscribe", get(ask).post(unsubscribe))
}

/// Whom no mail is to be sent any more, and what proves that they want that.
#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    person: String,
    #[serde(default)]
    token: String,
}

async fn ask(State(edge): State<Edge>, Query(link): Query<Link>) -> Result<Response, Problem> {
    Ok(match known(&edge, &link).await? {
        None => page(StatusCode::NOT_FOUND, "This link counts no more", ""),
        Some(_) => page(
            StatusCode::OK,
            "No more mail about your todos?",
            "<form method=\"post\"><button>No more mail</button></form><p>You can have it again in your settings.</p>",
        ),
    })
}

async fn unsubscribe(State(edge): State<Edge>, Query(link): Query<Link>) -> Result<Response, Problem> {
    let Some((person, Settings { mut channels, .. })) = known(&edge, &link).await? else {
        return Ok(page(StatusCode::NOT_FOUND, "This link counts no more", ""));
    };
    if channels.remove(&Channel::Email) {
        if channels.is_empty() {
            // Nothing would mean the page.
            channels.insert(Channel::Page);
        }
        let changes = vec![SettingChange::Channels(channels)];
        tell(&edge, &person, changes).await?;
    }
    Ok(page(StatusCode::OK, "You get no more mail", "<p>You can have it again in your settings.</p>"))
}

/// Whom the link speaks for, and their settings; nobody if it does not hold.
async fn known(edge: &Edge, link: &Link) -> Result<Option<(UserId, Settings)>, Problem> {
    let (Some(key), Ok(person)) = (&edge.gateway.secrets, link.person.parse::<UserId>()) else { return Ok(None) };
    let settings = tell(edge, &person, vec![]).await?;
    let holds = settings.email.as_ref().is_some_and(|address| same(&unsubscribe_token(&**key, &person, address), &link.token));
    Ok(holds.then_some((person, settings)))
}

/// In a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

async fn tell(edge: &Edge, person: &UserId, changes: Vec<SettingChange>) -> Result<Settings, Problem> {
    let now = edge.gateway.clock.now();
    let envelope = Envelope {
        command_id: CommandId::new(edge.gateway.ids.uuid()),
        aggregate_id: PersonId::of(person).to_string(),
        expected_version: None,
        principal: person.clone(),
        at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        replayable: false,
        trace: Trace::default(),
        access: Access::default(),
        command: Command::ChangeSettings { changes },
    };
    let away = |error: DispatchError| {
        warn!(?error, "somebody could not unsubscribe");
        Problem::of(&kind::UNAVAILABLE)
    };
    match send::<User>(&*edge.gateway.dispatch, &envelope).await.map_err(away)? {
        Reply::Accepted(Accepted { state, .. }) => Ok(state.settings),
        Reply::Refused { refusal } => Err(refusal.into()),
    }
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title></head>\n\
         <body style=\"font-family: sans-serif; margin: 3em auto; max-width: 30em; padding: 0 1em\"><h1>{title}</h1>{body}</body></html>\n"
    );
    let headers = [(CACHE_CONTROL, "no-store"), (CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer")];
    (status, headers, Html(html)).into_response()
}
