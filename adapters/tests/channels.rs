//! Mail and web hooks, on real servers of this machine.

mod support;

use std::time::Duration;

use adapters::channels::{HttpWebhooks, MailConfig, MailConfigError, Network, SmtpMailer, WebhooksConfig};
use domain::user::WebhookUrl;
use ports::{ChannelError, Letter, Mailer, Private, Webhooks};
use serde_json::{Value, json};
use support::{free_ports, receivers::Receivers};
use testkit::contracts::channels::{self, ArrivedCall, ArrivedLetter, SECRET, letter};

const FROM: &str = "Todo <todo@mail.example.org>";

fn config(receivers: &Receivers, url: String) -> MailConfig {
    MailConfig { more_authorities: Some(receivers.authority()), patience: Duration::from_secs(5), ..MailConfig::new(url, FROM) }
}

fn arrived(letter: &Value) -> ArrivedLetter {
    let text = |name: &str| letter[name].as_str().unwrap_or_default();
    let strip = |text: &str, end: &str| text.strip_prefix('<').and_then(|text| text.strip_suffix(end)).unwrap_or(text).to_owned();
    ArrivedLetter {
        id: strip(text("messageId"), "@mail.example.org>"),
        to: letter["to"][0].as_str().unwrap_or_default().to_owned(),
        subject: text("subject").to_owned(),
        text: text("text").replace("\r\n", "\n"),
        html: text("html").replace("\r\n", "\n"),
        unsubscribe: strip(text("unsubscribe"), ">"),
    }
}

async fn refused(mailer: &SmtpMailer, letter: &Letter) -> (String, bool) {
    let ChannelError { problem, lasting, .. } = mailer.send(letter).await.expect_err("not sent");
    (problem, lasting)
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_mail_keeps_the_contract_over_tls_and_never_goes_in_the_clear() {
    let receivers = Receivers::start(None).await;
    for (scheme, port) in [("smtp", receivers.starttls), ("smtps", receivers.smtps)] {
        let mailer = SmtpMailer::new(&config(&receivers, format!("{scheme}://127.0.0.1:{port}"))).expect("settings");
        channels::mailer(&mailer, async || receivers.mail().iter().map(arrived).collect()).await;
    }
    for letter in receivers.mail() {
        assert_eq!(letter["encrypted"], true, "{letter}");
        assert_eq!(letter["oneClick"], "List-Unsubscribe=One-Click");
        assert_eq!((&letter["from"], &letter["autoSubmitted"]), (&json!(FROM), &json!("auto-generated")));
        assert_eq!(letter["date"], "Mon, 01 Jun 2026 12:00:00 +0000", "of what happened: the same, however often it is sent");
    }
    let before = receivers.mail().len();
    let mailer = SmtpMailer::new(&config(&receivers, format!("smtp://127.0.0.1:{}", receivers.starttls))).expect("settings");
    assert_eq!(refused(&mailer, &letter("refused@example.org")).await, ("mail-refused".to_owned(), true));
    assert_eq!(refused(&mailer, &letter("later@example.org")).await, ("mail-refused-for-now".to_owned(), false));
    // What a person wrote adds no header and no receiver.
    let sly = Letter { subject: Private("hello\r\nBcc: eve@example.org\r\n\r\nbody".to_owned()), ..letter("ana@example.org") };
    if mailer.send(&sly).await.is_ok() {
        let last = receivers.mail().pop().expect("a letter");
        assert_eq!(last["to"], json!(["ana@example.org"]));
        assert!(!last["text"].as_str().unwrap_or_default().contains("Bcc"), "{last}");
    }
    let whole = receivers.mail().len();
    assert!(whole <= before + 1);
    // Without TLS, and where nobody vouches for the server.
    let plain = SmtpMailer::new(&config(&receivers, format!("smtp://127.0.0.1:{}", receivers.plain))).expect("settings");
    assert!(!refused(&plain, &letter("ana@example.org")).await.1);
    for (scheme, port) in [("smtp", receivers.starttls), ("smtps", receivers.smtps)] {
        let stranger = SmtpMailer::new(&MailConfig::new(format!("{scheme}://127.0.0.1:{port}"), FROM)).expect("settings");
        assert!(!refused(&stranger, &letter("ana@example.org")).await.1, "{scheme}");
    }
    let [nobody] = free_ports();
    let away = SmtpMailer::new(&config(&receivers, format!("smtp://127.0.0.1:{nobody}"))).expect("settings");
    assert_eq!(refused(&away, &letter("ana@example.org")).await, ("mail-server-away".to_owned(), false));
    assert_eq!(receivers.mail().len(), whole, "none of these arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_mail_logs_in_where_the_server_wants_it() {
    let receivers = Receivers::start(Some("todo@example.org:se cret")).await;
    let user = format!("smtps://todo%40example.org@127.0.0.1:{}", receivers.smtps);
    let with = |password: &str| MailConfig { password: Some(password.to_owned()), ..config(&receivers, user.clone()) };
    SmtpMailer::new(&with("se cret")).expect("settings").send(&letter("ana@example.org")).await.expect("sent");
    assert_eq!(receivers.mail()[0]["login"], "todo@example.org");
    let wrong = SmtpMailer::new(&with("another")).expect("settings");
    assert_eq!(refused(&wrong, &letter("ana@example.org")).await, ("mail-login-refused".to_owned(), false));
    assert_eq!(receivers.mail().len(), 1);
}

/// Connections are given back by tasks.
#[tokio::test]
async fn settings_of_mail_that_cannot_be_right_are_refused() {
    let refused = |config: MailConfig| SmtpMailer::new(&config).err().map(|error| error.to_string()).unwrap_or_default();
    let url = |url: &str| refused(MailConfig::new(url, FROM));
    assert!(url("https://example.org").contains("smtps://HOST:PORT"));
    assert!(url("example.org").contains("smtps://HOST:PORT"));
    assert!(url("smtps://ana:secret@example.org").contains("leave the password out"));
    assert!(url("smtps://ana@example.org").contains("belong together"));
    assert!(matches!(SmtpMailer::new(&MailConfig::new("smtps://example.org", "nobody")), Err(MailConfigError::From(_))));
    let file = MailConfig { more_authorities: Some("/nowhere/ca.crt".into()), ..MailConfig::new("smtps://example.org", FROM) };
    assert!(refused(file).contains("/nowhere/ca.crt"));
}

fn hook(url: &str) -> WebhookUrl {
    WebhookUrl::parse("url", url).expect("a URL")
}

async fn problem(webhooks: &HttpWebhooks, url: &str) -> (String, bool) {
    let ChannelError { problem, lasting, .. } = webhooks.call(&channels::call(&hook(url))).await.expect_err("not called");
    (problem, lasting)
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_webhooks_keep_the_contract_and_go_nowhere_else() {
    let receivers = Receivers::start(None).await;
    let port = receivers.https;
    let config = |network| WebhooksConfig {
        network,
        more_authorities: Some(receivers.authority()),
        answer: Duration::from_secs(2),
        ..WebhooksConfig::default()
    };
    let webhooks = HttpWebhooks::new(config(Network::Anywhere)).expect("settings");
    for host in ["127.0.0.1", "localhost"] {
        let url = hook(&format!("https://{host}:{port}/hook?secret=1"));
        receivers.know(&json!({ channels::hook(&url).to_string(): SECRET }));
        let seen = async || {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let call = |call: Value| ArrivedCall {
                id: text(&call["headers"]["todo-notification-id"]),
                hook: text(&call["headers"]["todo-webhook-id"]),
                body: text(&call["body"]),
                signed: call["signed"] == true,
            };
            receivers.calls().into_iter().map(call).collect()
        };
        channels::webhooks(&webhooks, &url, seen).await;
    }
    let last = receivers.calls().pop().expect("a call");
    assert_eq!((&last["path"], &last["headers"]["content-type"]), (&json!("/hook?secret=1"), &json!("application/json")));
    assert_eq!(last["headers"]["host"], format!("localhost:{port}"));
    // Another secret, or another body, is no right signature.
    let url = hook(&format!("https://localhost:{port}/hook"));
    receivers.know(&json!({ channels::hook(&url).to_string(): "whsec_other" }));
    webhooks.call(&channels::call(&url)).await.expect("called");
    assert_eq!(receivers.calls().pop().expect("a call")["signed"], false);

    let at = |path: &str| format!("https://localhost:{port}{path}");
    assert_eq!(problem(&webhooks, &at("/status/500")).await, ("status-500".to_owned(), false));
    assert_eq!(problem(&webhooks, &at("/status/404")).await, ("status-404".to_owned(), false));
    assert_eq!(problem(&webhooks, &at("/status/410")).await, ("status-410".to_owned(), true));
    assert_eq!(problem(&webhooks, &at("/slow")).await, ("timed-out".to_owned(), false));
    let before = receivers.calls().len();
    assert_eq!(problem(&webhooks, &at("/moved")).await, ("status-307".to_owned(), false));
    assert_eq!(receivers.calls().len(), before + 1, "a redirect is not followed");
    let [nobody] = free_ports();
    assert_eq!(problem(&webhooks, &format!("https://localhost:{nobody}/")).await, ("unreachable".to_owned(), false));
    assert_eq!(problem(&webhooks, "https://nobody.invalid/").await, ("no-such-host".to_owned(), false));
    let stranger = HttpWebhooks::new(WebhooksConfig { network: Network::Anywhere, ..WebhooksConfig::default() }).expect("settings");
    assert_eq!(problem(&stranger, &at("/hook")).await, ("tls-failed".to_owned(), false));

    // By number, by name, wrapped, as one number, and where nobody gave a name: this machine is not the public Internet.
    let public = HttpWebhooks::new(config(Network::Public)).expect("settings");
    let before = receivers.calls().len();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"] {
        assert_eq!(problem(&public, &format!("https://{host}:{port}/hook")).await, ("private-address".to_owned(), true), "{host}");
    }
    // What some resolvers take for an address is no name that a certificate could have.
    for host in ["2130706433", "127.1", "0", "0x7f.1"] {
        let (problem, lasting) = problem(&public, &format!("https://{host}:{port}/hook")).await;
        assert!(lasting && ["private-address", "bad-address"].contains(&problem.as_str()), "{host}: {problem}");
    }
    assert_eq!(receivers.calls().len(), before, "none of these arrived");
}
