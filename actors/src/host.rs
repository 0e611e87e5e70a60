use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use dashmap::DashMap;
use domain::Aggregate;
use ports::{ActorKey, AggregateStore, Clock, HostError, METHOD_COMMAND, METHOD_RELAY, METHOD_RING, Ring};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::Instant,
};
use tracing::{Instrument, debug, info_span, warn};

use crate::{Relay, cell::Cell, command, reactions::Reactions, ring, turn};

/// What every actor of this process stands on.
pub struct Services {
    /// Where state lives.
    pub store: Arc<dyn AggregateStore>,
    /// What brings events to the feed; `None` where the store's commits append to the feed themselves.
    pub relay: Option<Relay>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Bounds.
    pub options: Options,
}

/// Bounds on what the host does.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How often a turn decides before it gives up.
    pub attempts: u32,
    /// The pause after the first failed attempt; it doubles with each.
    pub retry_pause: Duration,
    /// An actor without calls for so long leaves memory.
    pub idle: Duration,
    /// An actor without calls for so long gets its published events out of its record.
    pub tidy_after: Duration,
    /// How often the two are looked after.
    pub housekeeping: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            attempts: 5,
            retry_pause: Duration::from_millis(20),
            idle: Duration::from_secs(600),
            tidy_after: Duration::from_secs(60),
            housekeeping: Duration::from_secs(10),
        }
    }
}

/// All actors of one type in this process.
pub(crate) struct Host<A: Aggregate> {
    slots: DashMap<Arc<str>, Arc<Slot<A>>>,
    services: Arc<Services>,
    reactions: Option<Arc<Reactions<A>>>,
    started: Instant,
}

/// One actor's place: the mutex that makes its turns exclusive, and when it was last called.
struct Slot<A: Aggregate> {
    cell: Arc<Mutex<Cell<A>>>,
    /// Milliseconds since the host started.
    called: AtomicU64,
}

impl<A: Aggregate> Host<A> {
    pub(crate) fn new(services: Arc<Services>, reactions: Option<Reactions<A>>) -> Self {
        Self { slots: DashMap::new(), services, reactions: reactions.map(Arc::new), started: Instant::now() }
    }

    /// One call. Not to be dropped half way: [`crate::Hosts`] runs it in a task of its own.
    pub(crate) async fn call(&self, id: Arc<str>, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        let key = ActorKey::new(A::TYPE, id);
        match method {
            METHOD_COMMAND => {
                let envelope = command::read::<A>(&key, &body)?;
                let span = ports::trace::span(envelope.trace.traceparent.as_deref(), || {
                    info_span!("turn", otel.kind = "server", actor.r#type = A::TYPE)
                });
                let turn = async {
                    let mut cell = self.lock(&key).await;
                    let answer = turn::execute(&mut cell, &self.services, &envelope).await?;
                    cell.recorded();
                    Ok(answer)
                };
                let answer = turn.instrument(span).await.map_err(|error| failed(&key, error))?;
                serde_json::to_vec(&answer).map(Bytes::from).map_err(|error| HostError::Failed(error.into()))
            }
            METHOD_RELAY => {
                let wake = command::read_wake(&body)?;
                let mut cell = self.lock(&key).await;
                turn::relay(&mut cell, &self.services, &wake).await.map_err(|error| failed(&key, error))?;
                Ok(Bytes::new())
            }
            METHOD_RING => {
                let ring = Ring::read(&body).ok_or_else(|| HostError::Malformed("no ring of a timer".to_owned()))?;
                self.ring(key.id, &ring).await?;
                Ok(Bytes::new())
            }
            other => Err(HostError::Unknown(format!("method {other} of {}", A::TYPE))),
        }
    }

    /// A timer of an actor rings.
    pub(crate) async fn ring(&self, id: Arc<str>, ring: &Ring) -> Result<(), HostError> {
        let key = ActorKey::new(A::TYPE, id);
        let mut cell = self.lock(&key).await;
        ring::ring(&mut cell, &self.services, ring).await.map_err(|error| failed(&key, error))?;
        cell.recorded();
        Ok(())
    }

    fn slot(&self, key: &ActorKey) -> Arc<Slot<A>> {
        if let Some(slot) = self.slots.get(&key.id) {
            return slot.clone();
        }
        let new =
            || Arc::new(Slot { cell: Arc::new(Mutex::new(Cell::new(key.clone(), self.reactions.clone()))), called: AtomicU64::new(0) });
        self.slots.entry(key.id.clone()).or_insert_with(new).clone()
    }

    /// Waits for the actor's turn. A slot that was retired meanwhile is exchanged for its successor: two cells of one
    /// actor must not both take turns.
    async fn lock(&self, key: &ActorKey) -> OwnedMutexGuard<Cell<A>> {
        loop {
            let slot = self.slot(key);
            let cell = slot.cell.clone().lock_owned().await;
            if !cell.retired {
                slot.called.store(self.elapsed(), Ordering::Relaxed);
                return cell;
            }
        }
    }

    /// Waits for the actor's turn and forgets the actor.
    pub(crate) async fn deactivate(&self, id: &str) {
        // Taken out of the map's guard first: an await must not hold a shard.
        let slot = self.slots.get(id).map(|slot| slot.clone());
        if let Some(slot) = slot {
            let mut cell = slot.cell.clone().lock_owned().await;
            self.retire(&mut cell);
        }
    }

    pub(crate) async fn deactivate_all(&self) {
        let ids: Vec<_> = self.slots.iter().map(|slot| slot.key().clone()).collect();
        for id in ids {
            self.deactivate(&id).await;
        }
    }

    /// Of two that retire one cell the second must not remove the cell's successor.
    fn retire(&self, cell: &mut Cell<A>) {
        if !std::mem::replace(&mut cell.retired, true) {
            self.slots.remove(&cell.key.id);
        }
    }

    /// Sends idle actors out of memory and takes published events out of records at rest.
    pub(crate) async fn keep_house(&self) {
        let Options { idle, tidy_after, .. } = self.services.options;
        let since = |slot: &Slot<A>| Duration::from_millis(self.elapsed().saturating_sub(slot.called.load(Ordering::Relaxed)));
        let resting: Vec<_> = self.slots.iter().filter(|slot| since(slot) >= tidy_after.min(idle)).map(|slot| slot.clone()).collect();
        for slot in resting {
            // Whoever holds it is not at rest.
            let Ok(mut cell) = slot.cell.clone().try_lock_owned() else { continue };
            if cell.retired {
                continue;
            }
            if let Err(error) = turn::tidy(&mut cell, &self.services).await {
                debug!(actor = %cell.key, %error, "an outbox stays as it is");
            }
            if since(&slot) >= idle && !cell.progress.is_busy() {
                self.retire(&mut cell);
            }
        }
        metrics::gauge!("todo_actors_active", "type" => A::TYPE).set(self.slots.len() as f64);
    }

    /// How many actors are in memory.
    pub(crate) fn count(&self) -> usize {
        self.slots.len()
    }

    fn elapsed(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }
}

fn failed(key: &ActorKey, error: turn::TurnError) -> HostError {
    warn!(actor = %key, error = ?error, "a turn was not finished");
    HostError::Failed(error.into())
}
