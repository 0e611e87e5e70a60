//! The contract of [`Timers`]. Each case needs timers of its own: they are asked for what is due, whosesoever it is.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ports::{ActorKey, ArmedTimer, Ring, Timers};

use super::Fresh;
use crate::{poll_until, samples::at};

/// Timers of which no scheduler knows, or whose scheduler has nothing to do in time.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<T: Timers + 'static>(fresh: impl AsyncFn() -> Fresh<T>) {
    a_name_is_armed_once(&*fresh().await.port).await;
    only_the_arming_that_is_meant_is_disarmed(&*fresh().await.port).await;
    what_is_due_first_comes_first(&*fresh().await.port).await;
}

fn timer(id: &str, name: &str, due: Timestamp) -> ArmedTimer {
    ArmedTimer { actor: ActorKey::new("Saga", format!("saga-{id}")), name: name.to_owned(), due }
}

async fn due<T: Timers>(timers: &T, before: Timestamp, limit: usize) -> Vec<ArmedTimer> {
    timers.due_before(before, limit).await.expect("timers that answer")
}

/// Long after every sample.
fn end() -> Timestamp {
    at(10_000_000)
}

async fn a_name_is_armed_once<T: Timers>(timers: &T) {
    assert_eq!(due(timers, end(), 9).await, [], "these timers are not new");
    timers.arm(&timer("a", "step", at(1000))).await.expect("armed");
    for _ in 0..2 {
        timers.arm(&timer("a", "step", at(1001))).await.expect("armed again");
    }
    timers.arm(&timer("a", "deadline", at(2000))).await.expect("another of the same actor");
    timers.arm(&timer("b", "step", at(3000))).await.expect("one of another actor");
    let all = [timer("a", "step", at(1001)), timer("a", "deadline", at(2000)), timer("b", "step", at(3000))];
    assert_eq!(due(timers, end(), 9).await, all);
}

async fn only_the_arming_that_is_meant_is_disarmed<T: Timers>(timers: &T) {
    let (old, new) = (timer("a", "step", at(1000)), timer("a", "step", at(1000) + SignedDuration::from_micros(1)));
    timers.arm(&new).await.expect("armed");
    timers.cancel(&old).await.expect("cancelling what is not armed is fine");
    timers.fired(&old).await.expect("so is a ring of it");
    assert_eq!(due(timers, end(), 9).await, std::slice::from_ref(&new), "a later arming stays, if by a microsecond");
    timers.cancel(&timer("b", "step", new.due)).await.expect("fine");
    timers.cancel(&timer("a", "deadline", new.due)).await.expect("fine");
    assert_eq!(due(timers, end(), 9).await, std::slice::from_ref(&new), "nobody else's is meant");
    timers.fired(&new).await.expect("told");
    assert_eq!(due(timers, end(), 9).await, []);
    timers.arm(&old).await.expect("armed");
    timers.cancel(&old).await.expect("cancelled");
    assert_eq!(due(timers, end(), 9).await, []);
}

async fn what_is_due_first_comes_first<T: Timers>(timers: &T) {
    // By time, by name and by arrival are three orders.
    let armed: Vec<_> = (0..40).map(|second| timer(&format!("{:02}", second * 17 % 40), "step", at(2_000_000 + second))).collect();
    for second in (0..40).map(|arrival| arrival * 23 % 40) {
        timers.arm(&armed[second]).await.expect("armed");
    }
    assert_eq!(due(timers, end(), 99).await, armed);
    assert_eq!(due(timers, end(), 7).await, armed[..7], "not more than asked for");
    assert_eq!(due(timers, armed[10].due, 99).await, armed[..10], "only those before");
    assert_eq!(due(timers, armed[0].due, 99).await, [], "not yet");
    let microsecond = SignedDuration::from_micros(1);
    assert_eq!(due(timers, armed[0].due + microsecond, 99).await, armed[..1], "now");
}

/// Timers that ring, and what they told the actor `actor`.
#[async_trait]
pub trait Rung: Send + Sync {
    /// The timers.
    fn timers(&self) -> &dyn Timers;
    /// An actor that can have some.
    fn actor(&self) -> ActorKey;
    /// The rings that it got, each with when that was.
    async fn rings(&self) -> Vec<(Ring, Timestamp)>;
}

/// So long a ring may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Timers that ring by themselves, whatever makes them.
///
/// # Panics
/// Where the contract is broken.
pub async fn ringing(rig: &dyn Rung) {
    let timers = rig.timers();
    let soon = |name: &str, milliseconds: i64| {
        let due = Timestamp::now() + SignedDuration::from_millis(milliseconds);
        ArmedTimer { actor: rig.actor(), name: name.to_owned(), due: Timestamp::from_microsecond(due.as_microsecond()).expect("a moment") }
    };
    let cancelled = soon("cancelled", 1_500);
    timers.arm(&cancelled).await.expect("armed");
    timers.cancel(&cancelled).await.expect("cancelled");
    let old = soon("moved", 60_000);
    timers.arm(&old).await.expect("armed");
    let expected = [soon("past", -5_000), soon("first", 700), soon("second", 1_234), soon("moved", 2_000)];
    for timer in &expected {
        timers.arm(timer).await.expect("armed");
    }
    let all = expected.each_ref().map(Ring::of);
    let rung = poll_until(PATIENCE, async || {
        let rings = rig.rings().await;
        all.iter().all(|expected| rings.iter().any(|(ring, _)| ring == expected)).then_some(rings)
    });
    let rings = rung.await.unwrap_or_else(|| panic!("not all of {all:?} rang"));
    for (ring, at) in &rings {
        assert!(all.contains(ring), "{ring:?} rang and was not armed, or was cancelled");
        assert!(ring.due <= at.as_microsecond(), "{ring:?} rang early, at {at}");
    }
    for timer in &expected {
        timers.fired(timer).await.expect("told");
    }
    let left = timers.due_before(Timestamp::now() + SignedDuration::from_secs(3600), 99).await.expect("timers that answer");
    assert!(left.iter().all(|timer| timer.actor != rig.actor()), "{left:?}");
}
