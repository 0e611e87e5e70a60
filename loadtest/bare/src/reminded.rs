//! What was asked of Dapr's scheduler, and what it did.

use adapters::{dapr::reminders::DaprReminders, redis::timers::Scheduler};
use bytes::Bytes;
use dashmap::{DashMap, DashSet};
use jiff::Timestamp;
use ports::{ActorKey, ArmedTimer, HostError, Ring};

/// Reminders by the microsecond at which they are due.
pub(crate) struct Reminded {
    scheduler: DaprReminders,
    registered: DashMap<i64, u64>,
    /// Each once, however often it rings.
    rang: DashMap<i64, DashSet<String>>,
}

impl Reminded {
    pub(crate) fn new(scheduler: DaprReminders) -> Self {
        Self { scheduler, registered: DashMap::new(), rang: DashMap::new() }
    }

    /// Registers a reminder of `actor` for the microsecond that `body` names; counted once the scheduler has it.
    pub(crate) async fn register(&self, actor: ActorKey, body: &Bytes) -> Result<(), HostError> {
        let due = std::str::from_utf8(body).ok().and_then(|text| text.parse().ok());
        let due = due.and_then(|micros| Timestamp::from_microsecond(micros).ok());
        let due = due.ok_or_else(|| HostError::Malformed("no moment in microseconds".into()))?;
        self.scheduler.schedule(&ArmedTimer { actor, name: "ring".into(), due }).await.map_err(HostError::Failed)?;
        *self.registered.entry(due.as_microsecond()).or_default() += 1;
        Ok(())
    }

    pub(crate) fn rang(&self, id: &str, data: &[u8]) -> Result<(), HostError> {
        let ring = Ring::read(data).ok_or_else(|| HostError::Malformed("no ring".into()))?;
        self.rang.entry(ring.due).or_default().insert(id.to_owned());
        Ok(())
    }

    /// How many were registered, and how many of them rang: two numbers.
    pub(crate) fn told(&self, due: i64) -> String {
        let registered = self.registered.get(&due).map_or(0, |count| *count);
        format!("{registered} {}\n", self.rang.get(&due).map_or(0, |rang| rang.len()))
    }
}
