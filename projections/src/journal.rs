//! The journal, filled from the feed.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use domain::{ChainHash, EventRecord};
use ports::{Audience, Delivery, Fork, JournalEntry, JournalHead, JournalStore, Live, Secret, Source};
use uuid::Uuid;

use crate::{
    Applied, Obstacle, Projection, Quarantine, Stopped, fold::stopped as stopped_at, sift::Sifted, tell::Teller, views::next_offsets,
};

/// Appends every event of the feed to the journal, each once, each right behind the one before it.
pub struct JournalIngest {
    journal: Arc<dyn JournalStore>,
    teller: Option<Teller>,
}

impl JournalIngest {
    /// Fills `journal` and tells nobody: where nobody watches.
    pub fn quiet(journal: Arc<dyn JournalStore>) -> Self {
        Self { journal, teller: None }
    }

    /// Fills `journal`, and tells those who watch what was committed, beside the work: it neither waits for them nor stops
    /// where they cannot be told. Must be called within a tokio runtime.
    pub fn telling(journal: Arc<dyn JournalStore>, live: Arc<dyn Live>) -> Self {
        Self { journal, teller: Some(Teller::start(live)) }
    }
}

#[async_trait]
impl Projection for JournalIngest {
    fn name(&self) -> &'static str {
        "journal"
    }

    async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<Applied, Source> {
        let mut sifted = Sifted::of(batch, quarantine).await?;
        let ids: BTreeSet<_> = sifted.events().map(|event| event.aggregate_id.clone()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let heads = if ids.is_empty() { HashMap::new() } else { self.journal.heads(&ids).await? };
        let there = self.there(&heads, &sifted).await?;
        let mut ingest = Ingest { heads, there, ..Ingest::default() };
        // Those that a person has decided about are known; the others hold their aggregate, from here on.
        let forks: Vec<_> = sifted.events().filter_map(|event| ingest.fork_of(event)).collect();
        if !forks.is_empty() {
            ingest.standing = quarantine.freeze(&forks).await?.iter().map(|fork| fork.other).collect();
        }
        for (nth, (event, body)) in sifted.bodies().enumerate() {
            ingest.take(nth, event, body);
        }
        if !ingest.found.is_empty() {
            quarantine.freeze(&ingest.found).await?;
        }
        sifted.refuse(std::mem::take(&mut ingest.refused));
        let frozen = sifted.put(quarantine).await?;
        let news = self.journal.append(&ingest.entries, &next_offsets(batch)).await?;
        if let Some(teller) = &self.teller {
            teller.tell(news);
        }
        Ok(ingest.applied(frozen))
    }
}

impl JournalIngest {
    /// What the journal has of the versions that come again: that should be the same events.
    async fn there(&self, heads: &HashMap<String, JournalHead>, sifted: &Sifted<'_>) -> Result<HashMap<(String, u64), Uuid>, Source> {
        let known = |event: &&EventRecord| heads.get(&event.aggregate_id).is_some_and(|head| event.version <= head.version);
        let asked: BTreeSet<_> = sifted.events().filter(known).map(|event| (event.aggregate_id.clone(), event.version)).collect();
        let asked: Vec<_> = asked.into_iter().collect();
        Ok(if asked.is_empty() { HashMap::new() } else { self.journal.event_ids(&asked).await? })
    }
}

/// What a batch adds to the journal.
#[derive(Default)]
struct Ingest {
    heads: HashMap<String, JournalHead>,
    /// What the journal has of the versions of this batch.
    there: HashMap<(String, u64), Uuid>,
    /// The later events of forks that hold their aggregate.
    standing: HashSet<Uuid>,
    entries: Vec<JournalEntry>,
    known: u64,
    /// Forks within this batch.
    found: Vec<Fork>,
    refused: Vec<(usize, Obstacle)>,
    stopped: HashMap<String, Stopped>,
}

impl Ingest {
    /// The fork that `event` makes with what the journal has.
    fn fork_of(&self, event: &EventRecord) -> Option<Fork> {
        let kept = *self.there.get(&(event.aggregate_id.clone(), event.version))?;
        (kept != event.event_id).then(|| fork(event, kept))
    }

    fn take(&mut self, nth: usize, event: &EventRecord, body: &str) {
        let forked = self.stopped.get(&event.aggregate_id).is_some_and(|stopped| stopped.obstacle == Obstacle::Fork);
        if forked {
            return self.stop(nth, event, Obstacle::Frozen);
        }
        let head = self.heads.get(&event.aggregate_id).copied().unwrap_or(JournalHead { version: 0, hash: ChainHash::START });
        if event.version <= head.version {
            let earlier = self.entries.iter().find(|entry| entry.aggregate_id == event.aggregate_id && entry.version == event.version);
            let fork = match earlier {
                Some(entry) => {
                    (entry.event_id != event.event_id).then(|| fork(event, entry.event_id)).inspect(|fork| self.found.push(fork.clone()))
                }
                None => self.fork_of(event).filter(|fork| self.standing.contains(&fork.other)),
            };
            if fork.is_some() {
                self.stop(nth, event, Obstacle::Fork);
            } else {
                self.known += 1;
            }
            return;
        }
        if event.version != head.version + 1 {
            return self.stop(nth, event, Obstacle::Gap { reached: head.version });
        }
        let hash = head.hash.then(body);
        self.heads.insert(event.aggregate_id.clone(), JournalHead { version: event.version, hash });
        self.entries.push(JournalEntry {
            aggregate_id: event.aggregate_id.clone(),
            version: event.version,
            at: event.timestamp,
            event_id: event.event_id,
            principal: event.principal.clone(),
            record: Secret(body.to_owned()),
            hash,
            audience: Audience::of(event),
        });
    }

    fn stop(&mut self, nth: usize, event: &EventRecord, obstacle: Obstacle) {
        self.refused.push((nth, obstacle.clone()));
        let stopped = self.stopped.entry(event.aggregate_id.clone());
        // A fork is worse than a gap, and what is told of it must stay what holds the aggregate.
        let stopped = stopped.or_insert_with(|| stopped_at(event, obstacle.clone()));
        if obstacle == Obstacle::Fork {
            *stopped = stopped_at(event, obstacle);
        }
    }

    fn applied(self, frozen: Vec<Stopped>) -> Applied {
        let reached: HashMap<_, _> = self.entries.iter().map(|entry| (entry.aggregate_id.clone(), entry.version)).collect();
        Applied {
            applied: self.entries.len() as u64,
            known: self.known,
            stopped: self.stopped.into_values().chain(frozen).collect(),
            reached: reached.into_iter().collect(),
        }
    }
}

fn fork(event: &EventRecord, kept: Uuid) -> Fork {
    let (aggregate_id, version, other) = (event.aggregate_id.clone(), event.version, event.event_id);
    // When the later event came to be: what is noted again is the same.
    Fork { aggregate_id, version, kept, other, at: event.timestamp }
}
