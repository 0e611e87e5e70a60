//! The contracts of [`Mailer`] and [`Webhooks`]: what is handed over arrives as it is, and a repetition can be told for one.

use domain::{
    NotificationId, WebhookId,
    user::{Email, WebhookUrl},
};
use ports::{Letter, Mailer, Private, WebhookCall, Webhooks};
use uuid::Uuid;

use crate::samples::{at, user};

/// A letter as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivedLetter {
    /// What it tells of, out of its `Message-ID`.
    pub id: String,
    /// Where it arrived.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Where to say that no more of these are wanted.
    pub unsubscribe: String,
}

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivedCall {
    /// What it tells of.
    pub id: String,
    /// For which web hook.
    pub hook: String,
    /// What it says.
    pub body: String,
    /// Whether its receiver finds the signature right, by the secret of [`SECRET`].
    pub signed: bool,
}

/// What signs the calls of this contract.
pub const SECRET: &str = "whsec_contract";

/// A letter to `to` about something new.
///
/// # Panics
/// If `to` is no address.
pub fn letter(to: &str) -> Letter {
    Letter {
        id: NotificationId::new(Uuid::now_v7()),
        at: at(0),
        to: Email::parse("to", to).expect("an address"),
        subject: Private("Bücher zurückgeben 📚, and all that is a rather long line so that it must be folded somewhere".to_owned()),
        text: Private(".\n..dots, ümlauts and a long line: ".to_owned() + &"todo ".repeat(400) + "\nend\n"),
        html: Private("<p>ümlauts &amp; more</p>\n".to_owned()),
        unsubscribe: Private(format!("https://todo.example.org/unsubscribe?person=ana&token={}", "0123456789abcdef".repeat(4))),
    }
}

/// A call of a program at `url` about something new, signed for now.
pub fn call(url: &WebhookUrl) -> WebhookCall {
    WebhookCall {
        id: NotificationId::new(Uuid::now_v7()),
        hook: hook(url),
        url: url.clone(),
        secret: Private(SECRET.to_owned()),
        body: Private(r#"{"text":"ümlauts"}"#.to_owned()),
        now: jiff::Timestamp::now(),
    }
}

/// The web hook of the contract's person at `url`.
pub fn hook(url: &WebhookUrl) -> WebhookId {
    WebhookId::of(&user("anna"), url)
}

/// Holds `mailer` to its contract; `arrived` gives what its receiver has, in order.
///
/// # Panics
/// Where the contract is broken.
pub async fn mailer(mailer: &dyn Mailer, arrived: impl AsyncFn() -> Vec<ArrivedLetter>) {
    let (one, other) = (letter("ana@example.org"), letter("bert@example.org"));
    let before = arrived().await.len();
    for letter in [&one, &one, &other] {
        mailer.send(letter).await.expect("sent");
    }
    let seen = |letter: &Letter| ArrivedLetter {
        id: letter.id.to_string(),
        to: letter.to.expose().to_owned(),
        subject: letter.subject.0.clone(),
        text: letter.text.0.clone(),
        html: letter.html.0.clone(),
        unsubscribe: letter.unsubscribe.0.clone(),
    };
    let expected = [&one, &one, &other].map(seen);
    assert_eq!(arrived().await[before..], expected, "as it is, and a repetition under the same id");
}

/// Holds `channel` to its contract, for a program at `url` that takes all; `arrived` gives what that has, in order.
///
/// # Panics
/// Where the contract is broken.
pub async fn webhooks(channel: &dyn Webhooks, url: &WebhookUrl, arrived: impl AsyncFn() -> Vec<ArrivedCall>) {
    let (one, other) = (call(url), call(url));
    let before = arrived().await.len();
    for call in [&one, &one, &other] {
        channel.call(call).await.expect("called");
    }
    let seen =
        |call: &WebhookCall| ArrivedCall { id: call.id.to_string(), hook: call.hook.to_string(), body: call.body.0.clone(), signed: true };
    assert_eq!(arrived().await[before..], [&one, &one, &other].map(seen), "as it is, and a repetition under the same id");
}
