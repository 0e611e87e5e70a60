use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use ports::{ChannelError, Letter, Mailer};
use url::Url;

use super::tls;

/// Which mail server takes letters, and how.
#[derive(Clone)]
pub struct MailConfig {
    /// `smtps://HOST:PORT` for TLS from the first byte, or `smtp://HOST:PORT` for STARTTLS, which must succeed: nothing is ever sent in the
    /// clear. A user may stand before the host.
    pub url: String,
    /// The user's password.
    pub password: Option<String>,
    /// Who sends, as `Todo <todo@example.org>` or the address alone.
    pub from: String,
    /// Authorities to trust besides those of this machine, in PEM.
    pub more_authorities: Option<PathBuf>,
    /// How long each step may take.
    pub patience: Duration,
    /// At most so many connections.
    pub connections: u32,
}

impl MailConfig {
    /// The usual bounds.
    pub fn new(url: impl Into<String>, from: impl Into<String>) -> Self {
        let (url, from) = (url.into(), from.into());
        Self { url, password: None, from, more_authorities: None, patience: Duration::from_secs(20), connections: 4 }
    }
}

/// Why no mail can be sent at all. Shows no password.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// The server's URL.
    #[error(
        "the mail server's URL must be smtps://HOST:PORT or smtp://HOST:PORT (with STARTTLS), with USER@ before the host if it wants one"
    )]
    Url,
    /// The password stands where everybody reads it.
    #[error("leave the password out of the mail server's URL: name the file that it stands in")]
    PasswordInUrl,
    /// A user without a password, or the other way round.
    #[error("a user of the mail server and a password belong together")]
    Credentials,
    /// The sender.
    #[error("the sender is no mail address: write it as `Todo <todo@example.org>`")]
    From(#[source] AddressError),
    /// Whom to trust.
    #[error(transparent)]
    Trust(#[from] super::TrustError),
    /// TLS.
    #[error("TLS cannot be set up for mail")]
    Tls(#[source] smtp::Error),
}

/// Hands letters to a mail server, with TLS, over connections that are kept for the next ones.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer of these settings. The server need not be there yet.
    ///
    /// # Errors
    /// If the settings are wrong.
    pub fn new(config: &MailConfig) -> Result<Self, MailConfigError> {
        let url = Url::parse(&config.url).map_err(|_| MailConfigError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(MailConfigError::Url)?;
        if url.password().is_some() {
            return Err(MailConfigError::PasswordInUrl);
        }
        // Hosts in brackets are for URLs alone.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let mut trust = TlsParameters::builder(host.clone());
        if let Some(path) = &config.more_authorities {
            for certificate in tls::certificates(path)? {
                trust = trust.add_root_certificate(Certificate::from_der(certificate.to_vec()).map_err(MailConfigError::Tls)?);
            }
        }
        let trust = trust.build_rustls().map_err(MailConfigError::Tls)?;
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::Wrapper(trust), smtp::SUBMISSIONS_PORT),
            "smtp" => (Tls::Required(trust), smtp::SUBMISSION_PORT),
            _ => return Err(MailConfigError::Url),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(url.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(config.patience))
            .pool_config(PoolConfig::new().max_size(config.connections).idle_timeout(Duration::from_secs(30)));
        transport = match (url.username(), &config.password) {
            ("", None) => transport,
            ("", Some(_)) | (_, None) => return Err(MailConfigError::Credentials),
            (user, Some(password)) => transport.credentials(Credentials::new(decoded(user), password.clone())),
        };
        Ok(Self { transport: transport.build(), from: config.from.parse().map_err(MailConfigError::From)? })
    }

    /// The message itself: the same, however often it is sent.
    fn message(&self, letter: &Letter) -> Option<Message> {
        let to = letter.to.expose().parse().ok()?;
        let raw = |name: &'static str, value: &str| {
            let name = header::HeaderName::new_from_ascii_str(name);
            // As they stand: these are for programs, and none is folded.
            header::HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
        };
        let unsubscribe = &letter.unsubscribe.0;
        // Nothing that was made of what a person wrote: these two are the platform's own words.
        if !unsubscribe.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte)) {
            return None;
        }
        let body = MultiPart::alternative_plain_html(letter.text.0.clone(), letter.html.0.clone());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.0.clone())
            .date(std::time::UNIX_EPOCH + Duration::from_secs(letter.at.as_second().max(0).unsigned_abs()))
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .raw_header(raw("List-Unsubscribe", &format!("<{unsubscribe}>")))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .multipart(body)
            .ok()
    }
}

/// A user's name out of a URL.
fn decoded(user: &str) -> String {
    percent_encoding::percent_decode_str(user).decode_utf8_lossy().into_owned()
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), ChannelError> {
        let message = self.message(letter).ok_or_else(|| ChannelError::lasting("bad-address"))?;
        self.transport.send(message).await.map(drop).map_err(failed)
    }
}

/// What a mail server's refusal means. What it said may quote the address, so only its kind is told.
fn failed(error: smtp::Error) -> ChannelError {
    let code = error.status().map(u16::from);
    let problem = match code {
        // The operator's business and not the receiver's: it passes when that is put right.
        Some(530 | 534 | 535 | 538) => "mail-login-refused",
        Some(500..) => return ChannelError::lasting("mail-refused"),
        Some(_) => "mail-refused-for-now",
        None if error.is_timeout() => "timed-out",
        None if error.is_tls() => "tls-failed",
        None => "mail-server-away",
    };
    ChannelError::passing(problem, "the mail server did not take a letter")
}
