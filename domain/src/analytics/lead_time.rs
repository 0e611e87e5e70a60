use std::time::Duration;

/// How long things took.
///
/// Percentiles are exact, by nearest rank: the *p*th of *n* values is the one at place ⌈*n*·*p*/100⌉ in ascending order. So
/// each is a value that occurred, and the median of an even number of values is the lower of the middle two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadTime {
    /// Half of them took no longer.
    pub median: Duration,
    /// 95 in 100 took no longer.
    pub p95: Duration,
}

impl LeadTime {
    /// Of these; `None` of none.
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        Some(Self { median: nearest_rank(&times, 50)?, p95: nearest_rank(&times, 95)? })
    }
}

fn nearest_rank(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}
