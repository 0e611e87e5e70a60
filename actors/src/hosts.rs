use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock, Weak},
    time::Instant,
};

use async_trait::async_trait;
use bytes::Bytes;
use domain::Aggregate;
use ports::{ActorHost, ActorKey, Dispatch, DispatchError, Effects, HostError, Ring, Timers};
use tokio_util::sync::CancellationToken;

use crate::{
    TakeTypes,
    host::{Host, Services},
    reactions::Reactions,
};

/// The actors of this process, of all types.
pub struct Hosts {
    by_type: BTreeMap<&'static str, Arc<dyn AnyHost>>,
    services: Arc<Services>,
    timers: Option<Arc<dyn Timers>>,
}

/// A [`Host`] of some aggregate.
#[async_trait]
trait AnyHost: Send + Sync {
    async fn call(&self, id: Arc<str>, method: &str, body: Bytes) -> Result<Bytes, HostError>;
    async fn ring(&self, id: Arc<str>, ring: &Ring) -> Result<(), HostError>;
    async fn deactivate(&self, id: &str);
    async fn deactivate_all(&self);
    async fn keep_house(&self);
    fn count(&self) -> usize;
}

#[async_trait]
impl<A: Aggregate> AnyHost for Host<A> {
    async fn call(&self, id: Arc<str>, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        Host::call(self, id, method, body).await
    }
    async fn ring(&self, id: Arc<str>, ring: &Ring) -> Result<(), HostError> {
        Host::ring(self, id, ring).await
    }
    async fn deactivate(&self, id: &str) {
        Host::deactivate(self, id).await;
    }
    async fn deactivate_all(&self) {
        Host::deactivate_all(self).await;
    }
    async fn keep_house(&self) {
        Host::keep_house(self).await;
    }
    fn count(&self) -> usize {
        Host::count(self)
    }
}

impl Hosts {
    /// A host without actor types.
    pub fn new(services: Services) -> Self {
        Self { by_type: BTreeMap::new(), services: Arc::new(services), timers: None }
    }

    /// From here on `timers` keeps the timers of every type that is hosted.
    #[must_use]
    pub fn with_timers(self, timers: Arc<dyn Timers>) -> Self {
        Self { timers: Some(timers), ..self }
    }

    /// Hosts actors of type `A`, too, whose timers `timers` keeps, and for whose recorded state `effects` has done what it asks.
    #[must_use]
    pub fn with_reactions<A: Aggregate>(mut self, timers: Arc<dyn Timers>, effects: Option<Arc<dyn Effects<A>>>) -> Self {
        let host = Host::<A>::new(self.services.clone(), Some(Reactions { timers, effects }));
        self.by_type.insert(A::TYPE, Arc::new(host));
        self
    }

    /// Looks after idle actors until `shutdown`.
    pub async fn keep_house_until(&self, shutdown: CancellationToken) {
        while shutdown.run_until_cancelled(tokio::time::sleep(self.services.options.housekeeping)).await.is_some() {
            for host in self.by_type.values() {
                host.keep_house().await;
            }
        }
    }

    /// How many actors are in memory, by type.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.by_type.iter().map(|(name, host)| ((*name).to_owned(), host.count() as u64)).collect()
    }

    fn of(&self, actor_type: &str) -> Result<(&'static str, &Arc<dyn AnyHost>), HostError> {
        self.by_type
            .get_key_value(actor_type)
            .map(|(name, host)| (*name, host))
            .ok_or_else(|| HostError::Unknown(format!("actor type {actor_type}")))
    }
}

/// Hosts actors of these types.
impl TakeTypes for Hosts {
    fn with<A: Aggregate>(mut self) -> Self {
        let reactions = self.timers.clone().map(|timers| Reactions { timers, effects: None });
        self.by_type.insert(A::TYPE, Arc::new(Host::<A>::new(self.services.clone(), reactions)));
        self
    }
}

#[async_trait]
impl ActorHost for Hosts {
    fn types(&self) -> Vec<&'static str> {
        self.by_type.keys().copied().collect()
    }

    async fn call(&self, actor_type: &str, id: &str, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        let (name, host) = self.of(actor_type)?;
        let (host, id, method) = (host.clone(), Arc::from(id), method.to_owned());
        let begun = Instant::now();
        // In a task of its own: whoever asked may hang up, and a turn must not stop half way.
        let turn = tokio::spawn(async move { host.call(id, &method, body).await });
        let answer = turn.await.map_err(|panic| HostError::Failed(panic.into()))?;
        metrics::histogram!("todo_turn_seconds", "type" => name).record(begun.elapsed().as_secs_f64());
        answer
    }

    async fn remind(&self, actor_type: &str, id: &str, name: &str, data: Bytes) -> Result<(), HostError> {
        let (_, host) = self.of(actor_type)?;
        let ring = Ring::read(&data).ok_or_else(|| HostError::Unknown(format!("reminder {name} of {actor_type}")))?;
        let (host, id) = (host.clone(), Arc::from(id));
        let turn = tokio::spawn(async move { host.ring(id, &ring).await });
        turn.await.map_err(|panic| HostError::Failed(panic.into()))?
    }

    async fn deactivate(&self, actor_type: &str, id: &str) {
        if let Ok((_, host)) = self.of(actor_type) {
            host.deactivate(id).await;
        }
    }

    async fn deactivate_all(&self) {
        for host in self.by_type.values() {
            host.deactivate_all().await;
        }
    }
}

/// Calls actors of this very process: the embedded shape's way.
#[derive(Clone)]
pub struct LocalDispatch(Arc<Hosts>);

impl LocalDispatch {
    /// Calls the actors of `hosts`.
    pub fn new(hosts: Arc<Hosts>) -> Self {
        Self(hosts)
    }
}

#[async_trait]
impl Dispatch for LocalDispatch {
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, _traceparent: Option<&str>) -> Result<Bytes, DispatchError> {
        self.0.call(key.actor_type, &key.id, method, body).await.map_err(|error| DispatchError::Failed(error.into()))
    }
}

/// Calls actors of this very process from within them: made before the hosts that it calls, and not keeping them alive.
#[derive(Clone, Default)]
pub struct LateDispatch(Arc<OnceLock<Weak<Hosts>>>);

impl LateDispatch {
    /// From now on calls the actors of `hosts`, if it calls nobody's yet.
    pub fn bind(&self, hosts: &Arc<Hosts>) {
        let _ = self.0.set(Arc::downgrade(hosts));
    }
}

#[async_trait]
impl Dispatch for LateDispatch {
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, traceparent: Option<&str>) -> Result<Bytes, DispatchError> {
        let hosts = self.0.get().and_then(Weak::upgrade).ok_or_else(|| DispatchError::Unavailable("there are no actors here".into()))?;
        LocalDispatch(hosts).call(key, method, body, traceparent).await
    }
}
