use std::{collections::HashSet, sync::Arc};

use domain::Aggregate;
use ports::{ActorKey, Mark, Source};

use crate::{
    host::Services,
    outbox::{self, Progress},
    reactions::Reactions,
    record::Record,
};

/// What memory holds of one actor. Whoever has it locked is the actor's turn.
pub(crate) struct Cell<A: Aggregate> {
    pub key: ActorKey,
    /// The record as it was last read or written; `None` when that must be found out first.
    pub record: Option<Record<A::State>>,
    pub progress: Arc<Progress>,
    /// What a commit leads to besides.
    pub reactions: Option<Arc<Reactions<A>>>,
    /// Taken out of the host's map: whoever waited for it must look there again.
    pub retired: bool,
}

impl<A: Aggregate> Cell<A> {
    pub(crate) fn new(key: ActorKey, reactions: Option<Arc<Reactions<A>>>) -> Self {
        Self { key, record: None, progress: Arc::default(), reactions, retired: false }
    }

    /// Has done what the record asks for.
    pub(crate) fn recorded(&self) {
        if let (Some(reactions), Some(record)) = (&self.reactions, &self.record) {
            reactions.recorded(&self.key, &record.state);
        }
    }

    /// Forgets what memory holds, since the store may know better.
    pub(crate) fn forget(&mut self) {
        self.record = None;
    }

    /// Sees to it that memory holds the actor's record.
    pub(crate) async fn load(&mut self, services: &Services) -> Result<(), Source> {
        self.record = Some(self.take_record(services).await?);
        Ok(())
    }

    /// The actor's record, taken out of memory or else loaded from the store.
    pub(crate) async fn take_record(&mut self, services: &Services) -> Result<Record<A::State>, Source> {
        if let Some(record) = self.record.take() {
            return Ok(record);
        }
        metrics::counter!("todo_actor_loads_total", "type" => A::TYPE).increment(1);
        let record = match services.store.load(&self.key).await? {
            Some(stored) => Record::read(&stored.value, stored.writes)?,
            None => Record::default(),
        };
        Ok(self.resume(record, services).await)
    }

    /// Takes up the outbox where another activation left it: what is no longer marked is published, the rest is shipped.
    async fn resume(&mut self, mut record: Record<A::State>, services: &Services) -> Record<A::State> {
        let Some(relay) = &services.relay else { return record };
        self.progress.prune(&mut record.outbox);
        if record.outbox.is_empty() || self.progress.is_busy() {
            return record;
        }
        let commits = outbox::commits(&self.key, &record.outbox);
        let standing: HashSet<Mark> = relay.standing(commits.iter().map(|(mark, _)| mark.clone()).collect()).await.into_iter().collect();
        self.progress.resume();
        for (mark, events) in commits {
            if standing.contains(&mark) {
                relay.ship(mark, events.into(), &self.progress);
            } else {
                self.progress.begin();
                self.progress.end(&events, true);
            }
        }
        self.progress.prune(&mut record.outbox);
        record
    }
}
