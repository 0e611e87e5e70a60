use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    NotificationId, WebhookId,
    user::{Email, WebhookUrl},
};
use jiff::Timestamp;

use crate::Source;

/// A mail to one person. Debug shows nothing that is private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it tells of: receivers drop repetitions by the `Message-ID` that is made of it.
    pub id: NotificationId,
    /// When that happened.
    pub at: Timestamp,
    /// To whom.
    pub to: Email,
    /// What it is about, in a line.
    pub subject: Private,
    /// What it says.
    pub text: Private,
    /// The same as HTML.
    pub html: Private,
    /// Where its receiver can say that they want no more of these, by one click (RFC 8058).
    pub unsubscribe: Private,
}

/// Text that Debug does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Private(pub String);

impl std::fmt::Debug for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands `letter` to a mail server, and returns once that has it.
    ///
    /// # Errors
    /// If that is not known. It may have arrived all the same.
    async fn send(&self, letter: &Letter) -> Result<(), ChannelError>;
}

/// A request to a program of somebody's. Debug shows nothing that is private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookCall {
    /// What it tells of: receivers drop repetitions by it.
    pub id: NotificationId,
    /// Which program.
    pub hook: WebhookId,
    /// Where it is.
    pub url: WebhookUrl,
    /// What signs it.
    pub secret: Private,
    /// What it says: JSON.
    pub body: Private,
    /// The time that it is signed for.
    pub now: Timestamp,
}

/// Calls programs of people's.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Sends `call`, and returns once the program said that it has it (a status of 200 to 299).
    ///
    /// # Errors
    /// If that is not known. It may have arrived all the same.
    async fn call(&self, call: &WebhookCall) -> Result<(), ChannelError>;
}

/// Something could not be delivered. Neither the address nor what was sent is in it.
#[derive(Debug, thiserror::Error)]
#[error("not delivered: {problem}")]
pub struct ChannelError {
    /// Why, in one constant word: `a-z 0-9 -`, 40 characters at most.
    pub problem: String,
    /// Whether another attempt cannot help.
    pub lasting: bool,
    /// What the library below said.
    #[source]
    pub source: Option<Source>,
}

impl ChannelError {
    /// One that may pass.
    pub fn passing(problem: &str, source: impl Into<Source>) -> Self {
        Self { problem: problem.to_owned(), lasting: false, source: Some(source.into()) }
    }

    /// One that stays.
    pub fn lasting(problem: &str) -> Self {
        Self { problem: problem.to_owned(), lasting: true, source: None }
    }
}

/// A key that only the platform has, to make and check what only the platform can have made.
pub trait MacKey: Send + Sync {
    /// HMAC-SHA256 of `text`.
    fn mac(&self, text: &[u8]) -> [u8; 32];
}

/// The secret number `generation` of a web hook. Made and never kept: it is in no event, no state and no log.
pub fn webhook_secret(key: &dyn MacKey, hook: WebhookId, generation: u32) -> Private {
    Private(format!("whsec_{}", hex(&key.mac(format!("webhook-secret/{hook}/{generation}").as_bytes()))))
}

/// What proves that whoever unsubscribes `person` from mail to `address` got such a mail.
pub fn unsubscribe_token(key: &dyn MacKey, person: &domain::UserId, address: &Email) -> String {
    hex(&key.mac(format!("unsubscribe/{person}/{}", address.expose()).as_bytes()))
}

/// In lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a web hook's receiver checks: `body` signed by `secret` for the time `seconds` (since 1970).
///
/// The header `Todo-Signature` is `t=SECONDS,v1=HEX`, HEX being HMAC-SHA256 of `SECONDS.BODY` under the secret.
pub fn signed_text(seconds: i64, body: &str) -> Bytes {
    format!("{seconds}.{body}").into()
}
