use std::{collections::BTreeMap, sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use domain::Aggregate;
use ports::{ActorHost, ActorKey, Dispatch, DispatchError, HostError};
use tokio_util::sync::CancellationToken;

use crate::{
    TakeTypes,
    host::{Host, Services},
};

/// The actors of this process, of all types.
pub struct Hosts {
    by_type: BTreeMap<&'static str, Arc<dyn AnyHost>>,
    services: Arc<Services>,
}

/// A [`Host`] of some aggregate.
#[async_trait]
trait AnyHost: Send + Sync {
    async fn call(&self, id: Arc<str>, method: &str, body: Bytes) -> Result<Bytes, HostError>;
    async fn deactivate(&self, id: &str);
    async fn deactivate_all(&self);
    async fn keep_house(&self);
}

#[async_trait]
impl<A: Aggregate> AnyHost for Host<A> {
    async fn call(&self, id: Arc<str>, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        Host::call(self, id, method, body).await
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
}

impl Hosts {
    /// A host without actor types.
    pub fn new(services: Services) -> Self {
        Self { by_type: BTreeMap::new(), services: Arc::new(services) }
    }

    /// Looks after idle actors until `shutdown`.
    pub async fn keep_house_until(&self, shutdown: CancellationToken) {
        while shutdown.run_until_cancelled(tokio::time::sleep(self.services.options.housekeeping)).await.is_some() {
            for host in self.by_type.values() {
                host.keep_house().await;
            }
        }
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
        self.by_type.insert(A::TYPE, Arc::new(Host::<A>::new(self.services.clone())));
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

    async fn remind(&self, actor_type: &str, _id: &str, name: &str, _data: Bytes) -> Result<(), HostError> {
        self.of(actor_type)?;
        Err(HostError::Unknown(format!("reminder {name} of {actor_type}")))
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
