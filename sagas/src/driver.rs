use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use dashmap::DashSet;
use domain::{Envelope, saga::Process};
use ports::{Answer, Dispatch, Effects, Reply, send};
use serde::de::DeserializeOwned;
use tracing::{debug, warn};

/// Takes one action of a process.
#[async_trait]
pub trait Perform<P: Process>: Send + Sync {
    /// Takes `action` of the process `id`, and gives what the process is to be told of it. Must not give up for a crash of
    /// others: it says so in what it tells.
    async fn perform(&self, id: &str, action: &P::Action) -> Envelope<P::Command>;
}

/// How often the process is told what came of an action before its timer has to bring it up again.
const TELLS: u32 = 5;
/// The pause after the first failure to tell; it doubles with each.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes the actions that recorded states ask for.
pub struct Driver<P: Process>(Arc<Inner<P>>);

struct Inner<P: Process> {
    perform: Arc<dyn Perform<P>>,
    dispatch: Arc<dyn Dispatch>,
    running: DashSet<(String, P::Action)>,
}

impl<P: Process> Driver<P> {
    /// A driver whose actions are taken by `perform`, and which tells processes by `dispatch`.
    pub fn new(perform: Arc<dyn Perform<P>>, dispatch: Arc<dyn Dispatch>) -> Self {
        Self(Arc::new(Inner { perform, dispatch, running: DashSet::new() }))
    }
}

impl<P: Process> Effects<P> for Driver<P>
where
    Answer<P>: DeserializeOwned,
{
    fn recorded(&self, id: &str, state: &P::State) {
        for action in P::actions(state) {
            let key = (id.to_owned(), action);
            if self.0.running.insert(key.clone()) {
                let running = Running { inner: self.0.clone(), key };
                tokio::spawn(running.run());
            }
        }
    }
}

/// One action that is being taken; whatever ends it, it is no longer.
struct Running<P: Process> {
    inner: Arc<Inner<P>>,
    key: (String, P::Action),
}

impl<P: Process> Drop for Running<P> {
    fn drop(&mut self) {
        self.inner.running.remove(&self.key);
    }
}

impl<P: Process> Running<P>
where
    Answer<P>: DeserializeOwned,
{
    async fn run(self) {
        let begun = std::time::Instant::now();
        let told = self.inner.perform.perform(&self.key.0, &self.key.1).await;
        metrics::histogram!("todo_saga_step_seconds", "type" => P::TYPE).record(begun.elapsed().as_secs_f64());
        let inner = self.inner.clone();
        let id = self.key.0.clone();
        // What comes of the telling may be the next action, or this one once more.
        drop(self);
        for attempt in 0..TELLS {
            match send::<P>(&*inner.dispatch, &told).await {
                Ok(Reply::Accepted(_)) => return,
                Ok(Reply::Refused { refusal }) => {
                    return debug!(saga = id, %refusal, "a saga does not want to know; its timer goes on");
                }
                Err(error) => {
                    warn!(saga = id, ?error, "a saga could not be told of its step");
                    tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await;
                }
            }
        }
    }
}
