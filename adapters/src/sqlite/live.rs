use async_trait::async_trait;
use domain::UserId;
use ports::{Live, LiveError, News, memory::MemoryLive};
use tokio::{sync::watch, task::JoinSet};

/// News of the events that [`super::SqliteStore`] commits in this process. Everybody is told of every commit: one person
/// has all of them.
#[derive(Debug)]
pub struct SqliteLive {
    watchers: MemoryLive,
    _telling: JoinSet<()>,
}

impl SqliteLive {
    /// `last_event` is [`super::SqliteStore::last_event`]. Must be called within a tokio runtime.
    pub fn start(mut last_event: watch::Receiver<i64>) -> Self {
        let watchers = MemoryLive::default();
        let mut telling = JoinSet::new();
        let told = watchers.clone();
        telling.spawn(async move {
            while last_event.changed().await.is_ok() {
                let last = *last_event.borrow_and_update();
                told.tell_all(last.cast_unsigned());
            }
        });
        Self { watchers, _telling: telling }
    }
}

#[async_trait]
impl Live for SqliteLive {
    async fn publish(&self, news: &[(UserId, u64)]) -> Result<(), LiveError> {
        self.watchers.publish(news).await
    }

    fn watch(&self, user: &UserId) -> News {
        self.watchers.watch(user)
    }
}
