use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use domain::user::WebhookUrl;
use http_body_util::Full;
use hyper::{
    Request, StatusCode, Uri,
    client::conn::http1,
    header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use ports::{ChannelError, WebhookCall, Webhooks, hex, signed_text};
use ring::hmac;
use rustls::pki_types::ServerName;
use tokio::{net::TcpStream, sync::Semaphore, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Network, TrustError, key::signature, tls};

/// The header of the signature; see [`signed_text`].
const SIGNATURE: &str = "todo-signature";
/// The header that names what is told: receivers drop repetitions by it.
const NOTIFICATION: &str = "todo-notification-id";
/// The header that names the web hook.
const HOOK: &str = "todo-webhook-id";
/// As much of an answer's head is read.
const MOST_HEAD: usize = 16 * 1024;
/// Where `https` is if nothing is said.
const PORT: u16 = 443;

/// Bounds on requests to programs of people's.
#[derive(Debug, Clone)]
pub struct WebhooksConfig {
    /// Where they may be.
    pub network: Network,
    /// Authorities to trust besides those of this machine, in PEM.
    pub more_authorities: Option<PathBuf>,
    /// How long connecting may take: looking up, TCP and TLS.
    pub connect: Duration,
    /// How long the answer may take after that.
    pub answer: Duration,
    /// At most so many requests at a time; those to one program have an eighth of it.
    pub concurrency: usize,
}

impl Default for WebhooksConfig {
    fn default() -> Self {
        Self {
            network: Network::default(),
            more_authorities: None,
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(10),
            concurrency: 128,
        }
    }
}

/// Calls programs of people's by HTTPS.
///
/// The address is looked up first, judged, and then just that address is connected to: what the name stands for a moment later
/// (DNS rebinding) changes nothing. Redirects are not followed, proxies not used, cookies and credentials not sent, and of the answer
/// nothing but its status is read.
pub struct HttpWebhooks {
    config: WebhooksConfig,
    tls: TlsConnector,
    places: Semaphore,
    of_each: dashmap::DashMap<domain::WebhookId, Arc<Semaphore>>,
}

impl HttpWebhooks {
    /// A caller within these bounds.
    ///
    /// # Errors
    /// If it is not known whom to trust.
    pub fn new(config: WebhooksConfig) -> Result<Self, TrustError> {
        let tls = TlsConnector::from(tls::client(config.more_authorities.as_deref())?);
        Ok(Self { places: Semaphore::new(config.concurrency), config, tls, of_each: dashmap::DashMap::new() })
    }

    /// The address of a URL, whom its certificate must name, and what is asked for there.
    async fn connect(&self, uri: &Uri) -> Result<TlsStream<TcpStream>, ChannelError> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ChannelError::lasting("bad-address"))?;
        let addresses = self.addresses(host, uri.port_u16().unwrap_or(PORT)).await?;
        let stream = TcpStream::connect(&*addresses).await.map_err(|error| ChannelError::passing("unreachable", error))?;
        let _ = stream.set_nodelay(true);
        self.tls.connect(name, stream).await.map_err(|error| ChannelError::passing("tls-failed", error))
    }

    /// Where `host` is, as far as that may be connected to.
    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ChannelError> {
        let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(address) => vec![(address, port).into()],
            Err(_) => tokio::net::lookup_host((host, port)).await.map_err(|error| ChannelError::passing("no-such-host", error))?.collect(),
        };
        if found.is_empty() {
            return Err(ChannelError::passing("no-such-host", "nothing was found"));
        }
        // One that is forbidden condemns all: names that stand for both are made to get around this.
        if found.iter().all(|address| self.config.network.allows(address.ip())) {
            Ok(found)
        } else {
            Err(ChannelError::lasting("private-address"))
        }
    }

    async fn ask(&self, stream: TlsStream<TcpStream>, request: Request<Full<Bytes>>) -> Result<StatusCode, ChannelError> {
        let broken = |error: hyper::Error| ChannelError::passing("broken-answer", error);
        let (mut sender, connection) =
            http1::Builder::new().max_buf_size(MOST_HEAD).handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // Its end is the answer's, or that nobody waits for that any more.
        let driving = Driving(tokio::spawn(async move { drop(connection.await) }));
        let status = sender.send_request(request).await.map_err(broken)?.status();
        drop(driving);
        Ok(status)
    }

    async fn places(
        &self,
        call: &WebhookCall,
    ) -> Result<(tokio::sync::OwnedSemaphorePermit, tokio::sync::SemaphorePermit<'_>), ChannelError> {
        let each = (self.config.concurrency / 8).max(1);
        let own = self.of_each.entry(call.hook).or_insert_with(|| Arc::new(Semaphore::new(each))).clone();
        let wait = async {
            // First its own: who waits for a slow program must not hold a place of the others.
            let own = own.acquire_owned().await;
            (own, self.places.acquire().await)
        };
        match timeout(self.config.connect + self.config.answer, wait).await {
            Ok((Ok(own), Ok(common))) => Ok((own, common)),
            _ => Err(ChannelError::passing("busy", "too many at a time")),
        }
    }
}

/// Ends a task when it is dropped.
struct Driving(tokio::task::JoinHandle<()>);

impl Drop for Driving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn slow(_: tokio::time::error::Elapsed) -> ChannelError {
    ChannelError::passing("timed-out", "it took too long")
}

/// What is asked of the program.
fn request(call: &WebhookCall, uri: &Uri) -> Result<Request<Full<Bytes>>, ChannelError> {
    let bad = || ChannelError::lasting("bad-address");
    let seconds = call.now.as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, call.secret.0.as_bytes());
    let signed = hex(&signature(&key, &signed_text(seconds, &call.body.0)));
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Request::post(path)
        .header(HOST, uri.authority().ok_or_else(bad)?.as_str())
        .header(USER_AGENT, concat!("todo/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header(CONNECTION, "close")
        .header(NOTIFICATION, call.id.to_string())
        .header(HOOK, call.hook.to_string())
        .header(SIGNATURE, format!("t={seconds},v1={signed}"))
        .body(Full::new(Bytes::from(call.body.0.clone())))
        .map_err(|_| bad())
}

fn parsed(url: &WebhookUrl) -> Result<Uri, ChannelError> {
    let uri: Uri = url.expose().parse().map_err(|_| ChannelError::lasting("bad-address"))?;
    if uri.scheme_str() == Some("https") && uri.host().is_some() { Ok(uri) } else { Err(ChannelError::lasting("bad-address")) }
}

#[async_trait]
impl Webhooks for HttpWebhooks {
    async fn call(&self, call: &WebhookCall) -> Result<(), ChannelError> {
        let uri = parsed(&call.url)?;
        let request = request(call, &uri)?;
        let _places = self.places(call).await?;
        let stream = timeout(self.config.connect, self.connect(&uri)).await.map_err(slow)??;
        let status = timeout(self.config.answer, self.ask(stream, request)).await.map_err(slow)??;
        match status {
            status if status.is_success() => Ok(()),
            // It says itself that it is gone for good.
            StatusCode::GONE => Err(ChannelError::lasting("status-410")),
            status => Err(ChannelError { problem: format!("status-{}", status.as_u16()), lasting: false, source: None }),
        }
    }
}
