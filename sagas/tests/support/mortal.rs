//! Ports as a host sees them that dies at a given step outwards.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use actors::LateDispatch;
use async_trait::async_trait;
use bytes::Bytes;
use domain::{ListId, UserId};
use jiff::Timestamp;
use ports::{
    ActorKey, AggregateStore, ArmedTimer, Chain, CommitError, Dispatch, DispatchError, Journal, JournalError, LoadError, NewRecord,
    Positioned, Stored, Timers, TimersError,
};

use super::World;

/// When a host dies: at its so-manieth step outwards, counted before and after each.
#[derive(Default)]
pub struct Doom {
    steps: AtomicUsize,
    at: usize,
    dead: AtomicBool,
}

impl Doom {
    pub fn at(at: usize) -> Arc<Self> {
        Arc::new(Self { at, ..Self::default() })
    }

    /// Whether the host still lives after this step.
    fn lives(&self) -> bool {
        if self.steps.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            self.dead.store(true, Ordering::SeqCst);
        }
        !self.dead.load(Ordering::SeqCst)
    }

    pub fn struck(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::SeqCst)
    }
}

/// A port as a host sees it: once the host is dead, nothing that it does reaches the world.
pub struct Mortal<P: ?Sized>(pub Arc<P>, pub Arc<Doom>);

/// Does `$call` unless the host died before, and keeps the answer from it if it dies after.
macro_rules! mortal {
    ($self:ident, $error:expr, $call:expr) => {{
        if !$self.1.lives() {
            return Err($error);
        }
        let answer = $call;
        if $self.1.lives() { answer } else { Err($error) }
    }};
}

#[async_trait]
impl AggregateStore for Mortal<World> {
    async fn load(&self, key: &ActorKey) -> Result<Option<Stored>, LoadError> {
        mortal!(self, LoadError("dead".into()), self.0.store.load(key).await)
    }
    async fn commit(&self, key: &ActorKey, expected: u64, record: NewRecord) -> Result<(), CommitError> {
        mortal!(self, CommitError::Unclear("dead".into()), {
            let events = record.events.clone();
            let committed = self.0.store.commit(key, expected, record).await;
            if committed.is_ok() && !events.is_empty() {
                self.0.journal.append(&events).unwrap();
                self.0.show(&key.id).await;
            }
            committed
        })
    }
    fn appends_to_feed(&self) -> bool {
        true
    }
}

#[async_trait]
impl Timers for Mortal<World> {
    async fn arm(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        mortal!(self, TimersError("dead".into()), self.0.timers.arm(timer).await)
    }
    async fn cancel(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        mortal!(self, TimersError("dead".into()), self.0.timers.cancel(timer).await)
    }
    async fn due_before(&self, before: Timestamp, limit: usize) -> Result<Vec<ArmedTimer>, TimersError> {
        self.0.timers.due_before(before, limit).await
    }
}

#[async_trait]
impl Journal for Mortal<World> {
    async fn chain(&self, id: &str) -> Result<Option<Chain>, JournalError> {
        mortal!(self, JournalError("dead".into()), self.0.journal.chain(id).await)
    }
    async fn chains(&self, to: tokio::sync::mpsc::Sender<Chain>) -> Result<(), JournalError> {
        self.0.journal.chains(to).await
    }
    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.0.journal.since(person, lists, after, limit).await
    }
    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.0.journal.all_since(after, limit).await
    }
    async fn last_position(&self) -> Result<u64, JournalError> {
        self.0.journal.last_position().await
    }
}

#[async_trait]
impl Dispatch for Mortal<LateDispatch> {
    async fn call(&self, key: &ActorKey, method: &str, body: Bytes, trace: Option<&str>) -> Result<Bytes, DispatchError> {
        mortal!(self, DispatchError::Unavailable("dead".into()), self.0.call(key, method, body, trace).await)
    }
}
