use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use ports::{Clock, DeadLetter, DeadLetters, Delivery, Fork, Forks, Source};

/// A delivery that a projection cannot take.
#[derive(Debug, Clone)]
pub struct Refused<'a> {
    /// What came.
    pub delivery: &'a Delivery,
    /// Why, in one constant word.
    pub kind: &'static str,
    /// Why, in words that show no private text.
    pub reason: String,
}

/// Keeps what a projection must not take, so that it can go on with everything else and nothing is passed over in silence.
#[async_trait]
pub trait Quarantine: Send + Sync {
    /// Which of these aggregates stand still, because their history has split.
    ///
    /// # Errors
    /// If that is not known.
    async fn frozen(&self, aggregate_ids: &[String]) -> Result<HashSet<String>, Source>;

    /// As [`Forks::freeze`].
    ///
    /// # Errors
    /// If it is not known that all are noted.
    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, Source>;

    /// Puts deliveries aside, in order, and returns once they are there for good: before the projection stores that it is past
    /// them. After a crash in between they are put aside again.
    ///
    /// # Errors
    /// If it is not known that all are there.
    async fn put(&self, refused: &[Refused<'_>]) -> Result<(), Source>;
}

/// Puts deliveries into the topic of dead letters. From there a person has them delivered again, in their first order: so what
/// came behind an event that could not be taken is taken behind it then.
pub struct Parking {
    /// Where letters go.
    pub letters: Arc<dyn DeadLetters>,
    /// Which aggregates stand still.
    pub forks: Arc<dyn Forks>,
    /// The topic that the deliveries come from.
    pub topic: Arc<str>,
    /// The consumer group.
    pub group: String,
    /// What letters are dated by.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Quarantine for Parking {
    async fn frozen(&self, aggregate_ids: &[String]) -> Result<HashSet<String>, Source> {
        Ok(self.forks.frozen(aggregate_ids).await?)
    }

    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, Source> {
        Ok(self.forks.freeze(forks).await?)
    }

    async fn put(&self, refused: &[Refused<'_>]) -> Result<(), Source> {
        let at = self.clock.now();
        let letter = |refused: &Refused<'_>| DeadLetter {
            message: refused.delivery.message(&self.topic),
            group: self.group.clone(),
            kind: refused.kind.to_owned(),
            reason: refused.reason.clone(),
            at,
        };
        Ok(self.letters.park(&refused.iter().map(letter).collect::<Vec<_>>()).await?)
    }
}

/// Where the feed keeps everything for good and lets no version in twice, as the embedded shape's does: there is nothing to put
/// aside. What was refused is told.
#[derive(Debug, Clone, Copy)]
pub struct KeptByFeed {
    /// What a person does about it, in words.
    pub remedy: &'static str,
}

#[async_trait]
impl Quarantine for KeptByFeed {
    async fn frozen(&self, _: &[String]) -> Result<HashSet<String>, Source> {
        Ok(HashSet::new())
    }

    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, Source> {
        Ok(forks.to_vec())
    }

    async fn put(&self, refused: &[Refused<'_>]) -> Result<(), Source> {
        let Some(first) = refused.first() else { return Ok(()) };
        let (position, reason) = (first.delivery.offset, &first.reason);
        tracing::error!(count = refused.len(), position, reason, remedy = self.remedy, "events could not be taken");
        Ok(())
    }
}

/// For one batch: what was put aside in one attempt is not put aside again in the next.
pub(crate) struct Once<'a> {
    quarantine: &'a dyn Quarantine,
    done: Mutex<BTreeSet<(i32, i64)>>,
}

impl<'a> Once<'a> {
    pub(crate) fn of(quarantine: &'a dyn Quarantine) -> Self {
        Self { quarantine, done: Mutex::default() }
    }
}

#[async_trait]
impl Quarantine for Once<'_> {
    async fn frozen(&self, aggregate_ids: &[String]) -> Result<HashSet<String>, Source> {
        self.quarantine.frozen(aggregate_ids).await
    }

    async fn freeze(&self, forks: &[Fork]) -> Result<Vec<Fork>, Source> {
        self.quarantine.freeze(forks).await
    }

    async fn put(&self, refused: &[Refused<'_>]) -> Result<(), Source> {
        let place = |refused: &Refused<'_>| (refused.delivery.partition, refused.delivery.offset);
        let done = || self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let left: Vec<_> = {
            let done = done();
            refused.iter().filter(|refused| !done.contains(&place(refused))).cloned().collect()
        };
        if !left.is_empty() {
            self.quarantine.put(&left).await?;
        }
        done().extend(refused.iter().map(place));
        Ok(())
    }
}
