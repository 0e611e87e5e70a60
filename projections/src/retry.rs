use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long to wait before trying again: twice as long each time, up to a bound.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// Before the second attempt.
    pub first: Duration,
    /// At most.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(50), longest: Duration::from_secs(5) }
    }
}

impl Backoff {
    /// Before attempt `failures + 1`.
    fn pause(&self, failures: u32) -> Duration {
        self.first.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(self.longest)
    }

    /// Waits before the next attempt after so many `failures` in a row, or until `shutdown`.
    pub(crate) async fn wait(&self, failures: u32, shutdown: &CancellationToken) {
        let _ = tokio::time::timeout(self.pause(failures), shutdown.cancelled()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound() {
        let backoff = Backoff { first: Duration::from_millis(50), longest: Duration::from_secs(5) };
        let pauses: Vec<_> = [1, 2, 3, 7, 8, 33, u32::MAX].map(|failures| backoff.pause(failures).as_millis()).into();
        assert_eq!(pauses, [50, 100, 200, 3200, 5000, 5000, 5000]);
    }
}
