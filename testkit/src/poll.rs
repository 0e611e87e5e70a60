use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long to wait between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

/// Asks `attempt` again and again until it gives something, at least once and for at most `patience`.
///
/// With tokio's paused clock it takes no real time.
pub async fn poll_until<T>(patience: Duration, mut attempt: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = attempt().await {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        sleep(PAUSE).await;
    }
}
