use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use domain::UserId;
use tokio::sync::{mpsc, watch};

use super::locked;
use crate::{Live, LiveError, News, live::Heard};

/// Those who watch within this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct MemoryLive(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    watched: Mutex<HashMap<UserId, Watched>>,
    changes: Option<mpsc::UnboundedSender<UserId>>,
}

#[derive(Debug, Default)]
struct Watched {
    heard: watch::Sender<Heard>,
    watchers: usize,
}

impl MemoryLive {
    /// Also tells whose first watcher came and whose last watcher left, for an adapter that must know. What is sent is only
    /// a hint to look at [`is_watched`](Self::is_watched).
    pub fn with_changes() -> (Self, mpsc::UnboundedReceiver<UserId>) {
        let (sender, changes) = mpsc::unbounded_channel();
        (Self(Arc::new(Inner { watched: Mutex::default(), changes: Some(sender) })), changes)
    }

    /// Tells those who watch `user` of events up to `position`.
    pub fn tell(&self, user: &UserId, position: u64) {
        if let Some(watched) = locked(&self.0.watched).get(user) {
            watched.heard.send_if_modified(|heard| heard.raise(position));
        }
    }

    /// Tells everybody of events up to `position`, whosever they are.
    pub fn tell_all(&self, position: u64) {
        for watched in locked(&self.0.watched).values() {
            watched.heard.send_if_modified(|heard| heard.raise(position));
        }
    }

    /// Makes those who watch `user` look, because something may have been missed.
    pub fn doubt(&self, user: &UserId) {
        if let Some(watched) = locked(&self.0.watched).get(user) {
            watched.heard.send_modify(|heard| heard.doubts += 1);
        }
    }

    /// Whether anybody watches `user`.
    pub fn is_watched(&self, user: &UserId) -> bool {
        locked(&self.0.watched).contains_key(user)
    }

    /// Everybody who is watched.
    pub fn watched(&self) -> Vec<UserId> {
        locked(&self.0.watched).keys().cloned().collect()
    }
}

/// One watcher, until it is dropped.
struct Watching {
    among: Arc<Inner>,
    user: UserId,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut all = locked(&self.among.watched);
        if let Entry::Occupied(mut watched) = all.entry(self.user.clone()) {
            watched.get_mut().watchers -= 1;
            if watched.get().watchers == 0 {
                watched.remove();
                self.among.changed(&self.user);
            }
        }
    }
}

impl Inner {
    fn changed(&self, user: &UserId) {
        if let Some(changes) = &self.changes {
            // Nobody wants to know any more: fine.
            let _ = changes.send(user.clone());
        }
    }
}

#[async_trait]
impl Live for MemoryLive {
    async fn publish(&self, news: &[(UserId, u64)]) -> Result<(), LiveError> {
        for (user, position) in news {
            self.tell(user, *position);
        }
        Ok(())
    }

    fn watch(&self, user: &UserId) -> News {
        let mut all = locked(&self.0.watched);
        let watched = all.entry(user.clone()).or_default();
        watched.watchers += 1;
        if watched.watchers == 1 {
            self.0.changed(user);
        }
        News::new(watched.heard.subscribe(), Watching { among: self.0.clone(), user: user.clone() })
    }
}
