use std::any::Any;

use async_trait::async_trait;
use domain::UserId;
use tokio::sync::watch;

use crate::Source;

/// Tells those who watch that the journal has news for them.
///
/// A message may come late, twice or never: whoever must miss nothing looks into the journal from time to time as well.
#[async_trait]
pub trait Live: Send + Sync {
    /// The journal has events of what these people have, up to these positions.
    ///
    /// # Errors
    /// If it could not be told to everybody. The events stand all the same.
    async fn publish(&self, news: &[(UserId, u64)]) -> Result<(), LiveError>;

    /// Watches for news of `user`, whichever process publishes them. What was published before may be missed: look into
    /// the journal after this and before waiting.
    fn watch(&self, user: &UserId) -> News;
}

/// News could not be told.
#[derive(Debug, thiserror::Error)]
#[error("those who watch could not be told")]
pub struct LiveError(#[source] pub Source);

/// What was heard of one person's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Heard {
    /// The highest position that was told.
    pub position: u64,
    /// How often something may have been missed.
    pub doubts: u64,
}

impl Heard {
    /// Whether `position` is new.
    pub(crate) fn raise(&mut self, position: u64) -> bool {
        let new = position > self.position;
        self.position = self.position.max(position);
        new
    }
}

/// News of one person's events, until it is dropped. Holds one number, however much happens.
pub struct News {
    heard: watch::Receiver<Heard>,
    /// What this was told before.
    told: Heard,
    /// Ends the watching when dropped.
    _watching: Box<dyn Any + Send + Sync>,
}

impl News {
    pub(crate) fn new(heard: watch::Receiver<Heard>, watching: impl Any + Send + Sync) -> Self {
        let told = Heard { position: 0, ..*heard.borrow() };
        Self { heard, told, _watching: Box::new(watching) }
    }

    /// Waits until the journal may have events behind position `after` that this did not tell of before. Gives the
    /// highest position that was told; lower than `after` where something may have been missed. Can be given up and called
    /// again.
    pub async fn behind(&mut self, after: u64) -> u64 {
        let (known, doubts) = (after.max(self.told.position), self.told.doubts);
        let heard = self.heard.wait_for(|heard| heard.position > known || heard.doubts != doubts).await.map(|heard| *heard);
        match heard {
            Ok(heard) => self.told = heard,
            // Nobody will ever tell.
            Err(_) => std::future::pending().await,
        }
        self.told.position
    }
}

impl std::fmt::Debug for News {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "News({:?})", *self.heard.borrow())
    }
}
