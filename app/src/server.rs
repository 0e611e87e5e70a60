use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

/// How long requests under way may take to end once the process is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long a client may take nothing of what was sent to it. Without this, one that stops reading and stays, as a live stream
/// invites to, would hold its connection and what waits in it for ever.
const UNREAD: Duration = Duration::from_secs(30);

/// Cancelled by SIGTERM or Ctrl+C.
pub(crate) fn stop_signal() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        info!("stopping");
        told.cancel();
    });
    Ok(stop)
}

/// Takes the address.
pub(crate) async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen)
        .await
        .with_context(|| format!("{listen} cannot be listened on: is another process there? Choose another with --listen"))
}

/// Serves until `stop`; requests under way are then given some time to end.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> anyhow::Result<()> {
    use axum::serve::ListenerExt;
    let listener = listener.tap_io(|stream| {
        // Answers are small and whole: waiting to fill a packet only costs time.
        drop(stream.set_nodelay(true));
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(&*stream, u32::try_from(UNREAD.as_millis()).unwrap_or(u32::MAX)) {
            debug!(%error, "a connection without a time-out");
        }
    });
    let ended = stop.clone();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
    tokio::select! {
        outcome = serving.into_future() => outcome.context("serving"),
        // Connections that stay open (live updates, idle clients) must not hold the process.
        () = async { ended.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}
