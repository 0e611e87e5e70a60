use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use ports::{ActorHost, HostError};
use testkit::poll_until;
use tokio::sync::Semaphore;

use super::PATIENCE;

/// Actors that do as their callers say, and remember what happened to them.
pub(crate) struct Puppets {
    seen: Mutex<Seen>,
    /// Held by "wait" calls.
    pub(crate) gate: Semaphore,
}

/// What happened.
#[derive(Default, Debug, Clone)]
pub(crate) struct Seen {
    /// Bodies, by method.
    pub(crate) calls: HashMap<String, Vec<Bytes>>,
    /// Type, id, name, data.
    pub(crate) reminders: Vec<(String, String, String, Bytes)>,
    /// Type and id.
    pub(crate) deactivated: Vec<(String, String)>,
    pub(crate) all_deactivated: usize,
}

impl Seen {
    /// How many calls of a method have begun.
    pub(crate) fn begun(&self, method: &str) -> usize {
        self.calls.get(method).map_or(0, Vec::len)
    }
}

impl Puppets {
    /// Two actor types, `Todo` and `Other`.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { seen: Mutex::default(), gate: Semaphore::new(0) })
    }

    pub(crate) fn seen(&self) -> Seen {
        self.locked().clone()
    }

    /// Waits until `found` finds something in what happened.
    pub(crate) async fn wait_for<T>(&self, what: &str, found: impl Fn(&Seen) -> Option<T>) -> T {
        poll_until(PATIENCE, async || found(&self.locked())).await.unwrap_or_else(|| panic!("{what}; but {:?}", self.seen()))
    }

    /// How often `method` was called.
    pub(crate) fn calls(&self, method: &str) -> usize {
        self.locked().calls.get(method).map_or(0, Vec::len)
    }

    fn locked(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ActorHost for Puppets {
    fn types(&self) -> Vec<&'static str> {
        testkit::contracts::aggregate_store::TYPES.to_vec()
    }

    async fn call(&self, actor_type: &str, id: &str, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        if !self.types().contains(&actor_type) {
            return Err(HostError::Unknown(format!("actor type {actor_type}")));
        }
        self.locked().calls.entry(method.to_owned()).or_default().push(body.clone());
        match method {
            "echo" => Ok(body),
            "who" => Ok(format!("{actor_type}/{id}").into()),
            "wait" => {
                self.gate.acquire().await.expect("an open gate").forget();
                Ok(body)
            }
            "fail" => Err(HostError::Failed("on purpose".into())),
            "panic" => panic!("on purpose"),
            "refuse" => Err(HostError::Malformed("field \"x\" is missing".into())),
            _ => Err(HostError::Unknown(format!("method {method}"))),
        }
    }

    async fn remind(&self, actor_type: &str, id: &str, name: &str, data: Bytes) -> Result<(), HostError> {
        self.locked().reminders.push((actor_type.into(), id.into(), name.into(), data));
        Ok(())
    }

    async fn deactivate(&self, actor_type: &str, id: &str) {
        self.locked().deactivated.push((actor_type.into(), id.into()));
    }

    async fn deactivate_all(&self) {
        self.locked().all_deactivated += 1;
    }
}
