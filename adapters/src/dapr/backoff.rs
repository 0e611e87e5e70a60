use std::time::Duration;

use uuid::Uuid;

/// Waiting times that double up to a limit, each cut short by chance so that many clients do not come back at once.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    first: Duration,
    limit: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) const fn new(first: Duration, limit: Duration) -> Self {
        Self { first, limit, next: first }
    }

    /// How long to wait now: between half and all of the step.
    pub(super) fn step(&mut self) -> Duration {
        let step = self.next;
        self.next = (step * 2).min(self.limit);
        let chance = (Uuid::new_v4().as_u128() & 0xffff) as f64 / f64::from(0x1_0000);
        step.mul_f64(0.5 + chance / 2.0)
    }

    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_double_up_to_the_limit_and_start_over_after_a_reset() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(350));
        let bounds = |most: u64| Duration::from_millis(most / 2)..=Duration::from_millis(most);
        for most in [100, 200, 350, 350] {
            let step = backoff.step();
            assert!(bounds(most).contains(&step), "{step:?} for at most {most} ms");
        }
        backoff.reset();
        assert!(bounds(100).contains(&backoff.step()));
    }
}
