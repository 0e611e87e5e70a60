use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::UserId;
use ports::Live;
use tokio::{sync::Notify, task::JoinSet};
use tracing::warn;

/// Tells people's news beside the work that makes them. What comes while the one before is still being told is merged: one
/// number for each person, however much happens and however slow the telling is.
pub(crate) struct Teller {
    pending: Arc<Pending>,
    /// Ends with this.
    _telling: JoinSet<()>,
}

#[derive(Default)]
struct Pending {
    news: Mutex<HashMap<UserId, u64>>,
    more: Notify,
}

impl Teller {
    pub(crate) fn start(live: Arc<dyn Live>) -> Self {
        let pending = Arc::<Pending>::default();
        let mut telling = JoinSet::new();
        telling.spawn(tell_all(pending.clone(), live));
        Self { pending, _telling: telling }
    }

    pub(crate) fn tell(&self, news: Vec<(UserId, u64)>) {
        if news.is_empty() {
            return;
        }
        let mut pending = self.pending.locked();
        for (user, position) in news {
            let highest = pending.entry(user).or_default();
            *highest = position.max(*highest);
        }
        drop(pending);
        self.pending.more.notify_one();
    }
}

impl Pending {
    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<UserId, u64>> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn tell_all(pending: Arc<Pending>, live: Arc<dyn Live>) {
    loop {
        pending.more.notified().await;
        let news: Vec<_> = std::mem::take(&mut *pending.locked()).into_iter().collect();
        metrics::counter!("todo_live_news_total").increment(news.len() as u64);
        // Not told again: those who watch look into the journal at their next heartbeat, and the next news tell of these too.
        if let Err(error) = live.publish(&news).await {
            metrics::counter!("todo_live_untold_total").increment(news.len() as u64);
            warn!(?error, people = news.len(), "those who watch were not told of news in the journal");
        }
    }
}
