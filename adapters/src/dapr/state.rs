//! Fenced actor state: one key for each aggregate, through daprd's HTTP actor-state API.
//!
//! Only that API takes an etag; the gRPC call and the SDK have none. The store that Dapr keeps behind it counts a key's
//! writes, and refuses a write whose etag is not that count.

use std::{borrow::Cow, fmt::Write as _, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, StatusCode, Uri,
    header::{CONTENT_TYPE, HeaderValue},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use ports::{ActorKey, AggregateStore, CommitError, LoadError, NewRecord, Source, Stored};
use serde::Deserialize;
use tracing::{Instrument, info_span};

use super::API_TOKEN;

/// The one key that an aggregate has.
pub(crate) const KEY: &str = "aggregate";
/// An etag that no write count ever is: accepted only where the key does not exist yet. `0` and none would overwrite.
const CREATE_ONLY: u64 = i32::MAX as u64;
/// More than daprd itself takes in one message by default.
const LARGEST: usize = 16 << 20;

/// How to reach daprd's HTTP API.
#[derive(Debug, Clone)]
pub struct StateConfig {
    /// Scheme, host and port, for example `http://127.0.0.1:3500`.
    pub endpoint: String,
    /// What daprd's `DAPR_API_TOKEN` says, if it is set.
    pub api_token: Option<String>,
    /// How long one load or commit may take.
    pub deadline: Duration,
}

impl StateConfig {
    /// daprd at `endpoint`, 5 seconds for each call.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), api_token: None, deadline: Duration::from_secs(5) }
    }
}

/// Why state could not be used, or why an answer was not understood. Holds no state.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configured address is none.
    #[error("the address of daprd's HTTP API must look like http://127.0.0.1:3500: {0}")]
    Endpoint(String),
    /// The configured token cannot be sent.
    #[error("the API token of daprd has characters that a header cannot carry")]
    Token,
    /// No answer in time.
    #[error("daprd gave no answer within {0:?}")]
    Deadline(Duration),
    /// No connection, or it broke.
    #[error("the connection to daprd failed")]
    Connection(#[source] Source),
    /// daprd or the store behind it refused.
    #[error("daprd answered {status}: {body}")]
    Answer {
        /// The HTTP status.
        status: StatusCode,
        /// The beginning of what it said.
        body: String,
    },
    /// The record is no text, so no JSON.
    #[error("the record is not UTF-8")]
    NoText,
    /// What is stored was not written by this program.
    #[error("what is stored is no sealed record")]
    NoRecord(#[source] Source),
}

/// Aggregates in daprd's actor state store.
#[derive(Debug, Clone)]
pub struct DaprStore {
    client: Client<HttpConnector, Full<Bytes>>,
    endpoint: String,
    api_token: Option<HeaderValue>,
    deadline: Duration,
}

impl DaprStore {
    /// A store behind the daprd of `config`. Connects when first used, and keeps its connections open.
    ///
    /// # Errors
    /// If the configuration cannot be right.
    pub fn new(config: &StateConfig) -> Result<Self, Error> {
        let endpoint = config.endpoint.trim_end_matches('/').to_owned();
        let uri: Uri = endpoint.parse().map_err(|_| Error::Endpoint(endpoint.clone()))?;
        if uri.scheme_str() != Some("http") || uri.authority().is_none() {
            return Err(Error::Endpoint(endpoint));
        }
        let api_token = config.api_token.as_deref().map(HeaderValue::from_str).transpose().map_err(|_| Error::Token)?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(config.deadline));
        let client =
            Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).pool_idle_timeout(Duration::from_secs(90)).build(connector);
        Ok(Self { client, endpoint, api_token, deadline: config.deadline })
    }

    /// `…/state`, with the id's characters that mean something in a path escaped.
    fn path(&self, key: &ActorKey) -> String {
        let mut path = String::with_capacity(self.endpoint.len() + key.actor_type.len() + key.id.len() + 32);
        let _ = write!(path, "{}/v1.0/actors/{}/", self.endpoint, key.actor_type);
        for byte in key.id.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~:@".contains(&byte) {
                path.push(char::from(byte));
            } else {
                let _ = write!(path, "%{byte:02X}");
            }
        }
        path.push_str("/state");
        path
    }

    async fn ask(&self, method: Method, path: String, body: Bytes) -> Result<(StatusCode, Bytes), Error> {
        let span = ports::trace::child(|| info_span!("redis-store", otel.kind = "client", db.system = "redis", operation = %method));
        let mut request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
        if let Some(token) = &self.api_token {
            request = request.header(API_TOKEN, token);
        }
        if let Some(place) = ports::trace::place(&span) {
            request = request.header("traceparent", place);
        }
        let request = request.body(Full::new(body)).map_err(|error| Error::Connection(error.into()))?;
        let exchange = async {
            let (head, body) = self.client.request(request).await.map_err(|error| Error::Connection(error.into()))?.into_parts();
            // The body must be read to its end, or the connection cannot be used again.
            let body = Limited::new(body, LARGEST).collect().await.map_err(Error::Connection)?.to_bytes();
            Ok((head.status, body))
        };
        tokio::time::timeout(self.deadline, exchange.instrument(span)).await.map_err(|_| Error::Deadline(self.deadline))?
    }
}

#[async_trait]
impl AggregateStore for DaprStore {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        let answer = self.ask(Method::GET, self.path(key) + "/" + KEY, Bytes::new()).await;
        let (status, value) = answer.map_err(|error| LoadError(error.into()))?;
        match status {
            StatusCode::NO_CONTENT => Ok(None),
            StatusCode::OK if value.is_empty() => Ok(None),
            StatusCode::OK => unseal(&value).map(Some).map_err(|error| LoadError(error.into())),
            _ => Err(LoadError(refusal(status, &value).into())),
        }
    }

    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        let etag = match expected {
            0 => CREATE_ONLY,
            // No key has that many writes, and daprd could not read it.
            expected if i64::try_from(expected).is_err() => return Err(CommitError::LostRace),
            expected => expected,
        };
        let record = str::from_utf8(&record.value).map_err(|_| CommitError::Unclear(Error::NoText.into()))?;
        let body = transaction(etag, expected + 1, record).map_err(|error| CommitError::Unclear(error.into()))?;
        let answer = self.ask(Method::POST, self.path(key), body).await;
        let (status, answer) = answer.map_err(|error| CommitError::Unclear(error.into()))?;
        if status.is_success() {
            Ok(())
        } else if is_etag_mismatch(status, &answer, key) {
            Err(CommitError::LostRace)
        } else {
            Err(CommitError::Unclear(refusal(status, &answer).into()))
        }
    }
}

/// A record as it lies in the store: its write count for whoever looks there, and its JSON *as text*.
///
/// daprd decodes a value and encodes it again: as an object the record would come back with its fields in another order,
/// its fractions cut to six digits and its integers beyond 2^53 rounded. A text comes back as it was, and costs daprd less.
#[derive(Deserialize)]
struct Sealed<'a> {
    writes: u64,
    #[serde(borrow)]
    record: Cow<'a, str>,
}

/// The record in what the store holds under an aggregate's key.
///
/// # Errors
/// [`Error::NoRecord`]; shows nothing of it.
pub fn unseal(data: &[u8]) -> Result<Stored, Error> {
    let problem = |error: serde_json::Error| format!("{:?} at line {} column {}", error.classify(), error.line(), error.column());
    let sealed: Sealed<'_> = serde_json::from_slice(data).map_err(|error| Error::NoRecord(problem(error).into()))?;
    Ok(Stored { writes: sealed.writes, value: sealed.record.into_owned().into() })
}

/// The transaction that seals `record` and makes it the key's write number `writes`.
fn transaction(etag: u64, writes: u64, record: &str) -> Result<Bytes, serde_json::Error> {
    // Quotes take two bytes each; a record has about one in ten.
    let mut body = Vec::with_capacity(128 + record.len() + record.len() / 4);
    body.extend_from_slice(br#"[{"operation":"upsert","request":{"key":""#);
    body.extend_from_slice(KEY.as_bytes());
    body.extend_from_slice(format!(r#"","etag":"{etag}","value":"#).as_bytes());
    seal_into(&mut body, writes, record)?;
    body.extend_from_slice(b"}}]");
    Ok(body.into())
}

/// What the store is to hold under an aggregate's key: see [`Sealed`].
pub(crate) fn seal(writes: u64, record: &str) -> Result<Vec<u8>, serde_json::Error> {
    let mut data = Vec::with_capacity(48 + record.len() + record.len() / 4);
    seal_into(&mut data, writes, record)?;
    Ok(data)
}

fn seal_into(data: &mut Vec<u8>, writes: u64, record: &str) -> Result<(), serde_json::Error> {
    data.extend_from_slice(format!(r#"{{"writes":{writes},"record":"#).as_bytes());
    serde_json::to_writer(&mut *data, record)?;
    data.push(b'}');
    Ok(())
}

/// Whether the store's script says that the key's write count is not the etag.
///
/// daprd's Redis client repeats a transaction whose answer got lost, so the write that came first may be this very one:
/// whoever lost a race must look whether the record holds its own command.
fn is_etag_mismatch(status: StatusCode, body: &[u8], key: &ActorKey) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Refused {
        error_code: String,
        message: String,
    }
    let refused: Option<Refused> = serde_json::from_slice(body).ok();
    status == StatusCode::INTERNAL_SERVER_ERROR
        && refused.is_some_and(|refused| {
            refused.error_code == "ERR_ACTOR_STATE_TRANSACTION_SAVE"
                && refused.message.contains("failed to set key ")
                && refused.message.contains(&format!("||{}||{}||{KEY}", key.actor_type, key.id))
        })
}

fn refusal(status: StatusCode, body: &[u8]) -> Error {
    let body = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
    Error::Answer { status, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_record_comes_back_as_it_was() {
        let record = "{\"writes\":8,\t\"s\":\"\\u00e9\\n<🦀\",\n\"n\":[0.12345678901,18446744073709551615]}";
        let body = transaction(7, 8, record).unwrap();
        let operations: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let request = &operations[0]["request"];
        assert_eq!((&request["key"], &request["etag"]), (&"aggregate".into(), &"7".into()));
        let stored = unseal(request["value"].to_string().as_bytes()).unwrap();
        assert_eq!(stored, Stored { writes: 8, value: record.into() });
        assert!(matches!(unseal(br#"{"writes":8}"#), Err(Error::NoRecord(_))));
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let store = DaprStore::new(&StateConfig::new("http://127.0.0.1:3500/")).unwrap();
        let path = store.path(&ActorKey::new("Todo", "a/../b?c#d e@f"));
        assert_eq!(path, "http://127.0.0.1:3500/v1.0/actors/Todo/a%2F..%2Fb%3Fc%23d%20e@f/state");
    }

    #[test]
    fn only_an_http_address_is_an_address() {
        for wrong in ["", "127.0.0.1:3500", "https://x:1", "/path"] {
            assert!(matches!(DaprStore::new(&StateConfig::new(wrong)), Err(Error::Endpoint(_))), "{wrong}");
        }
    }
}
