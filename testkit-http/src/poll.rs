use std::time::{Duration, Instant};

/// How long to wait between two attempts: others share the machine.
const PAUSE: Duration = Duration::from_millis(20);

/// Asks `attempt` again and again until it gives something, at least once and for at most `patience`; then what it gave last.
pub(crate) async fn poll_until<T, E>(patience: Duration, attempt: impl AsyncFn() -> Result<T, E>) -> Result<T, E> {
    let deadline = Instant::now() + patience;
    loop {
        let given = attempt().await;
        if given.is_ok() || Instant::now() >= deadline {
            return given;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
