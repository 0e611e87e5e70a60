//! The journal, filled from the feed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use domain::{ChainHash, EventRecord};
use ports::{Delivery, JournalEntry, JournalHead, JournalStore, Live, Secret, Source};
use uuid::Uuid;

use crate::{Applied, Obstacle, Projection, Stopped, tell::Teller, views::next_offsets};

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

    async fn apply(&self, batch: &[Delivery]) -> Result<Applied, Source> {
        let ids: BTreeSet<_> = events(batch).map(|(event, _)| event.aggregate_id.clone()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let heads = if ids.is_empty() { HashMap::new() } else { self.journal.heads(&ids).await? };
        let mut ingest = Ingest::behind(heads);
        for (event, body) in events(batch) {
            ingest.take(event, body);
        }
        // What is there already should be the same event; another one with its version is a fork.
        if !ingest.known.is_empty() {
            let asked: Vec<_> = ingest.known.keys().cloned().collect();
            let there = self.journal.event_ids(&asked).await?;
            ingest.compare(&there);
        }
        let news = self.journal.append(&ingest.entries, &next_offsets(batch)).await?;
        if let Some(teller) = &self.teller {
            teller.tell(news);
        }
        Ok(ingest.applied())
    }
}

/// The events of a batch, each with its JSON as it came.
fn events(batch: &[Delivery]) -> impl Iterator<Item = (&EventRecord, &str)> {
    batch.iter().filter_map(|delivery| Some((delivery.event.as_ref().ok()?, str::from_utf8(&delivery.body).ok()?)))
}

/// What a batch adds to the journal.
struct Ingest {
    heads: HashMap<String, JournalHead>,
    entries: Vec<JournalEntry>,
    /// The events of this batch that have a version that was there before.
    known: HashMap<(String, u64), Uuid>,
    stopped: HashMap<String, Stopped>,
}

impl Ingest {
    fn behind(heads: HashMap<String, JournalHead>) -> Self {
        Self { heads, entries: vec![], known: HashMap::new(), stopped: HashMap::new() }
    }

    fn take(&mut self, event: &EventRecord, body: &str) {
        let head = self.heads.get(&event.aggregate_id).copied().unwrap_or(JournalHead { version: 0, hash: ChainHash::START });
        if event.version <= head.version {
            let earlier = self.entries.iter().find(|entry| entry.aggregate_id == event.aggregate_id && entry.version == event.version);
            match earlier {
                Some(entry) if entry.event_id == event.event_id => {}
                Some(_) => self.stop(&event.aggregate_id, event.version, Obstacle::Fork),
                None => drop(self.known.insert((event.aggregate_id.clone(), event.version), event.event_id)),
            }
            return;
        }
        if event.version != head.version + 1 {
            return self.stop(&event.aggregate_id, event.version, Obstacle::Gap { reached: head.version });
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
        });
    }

    fn compare(&mut self, there: &HashMap<(String, u64), Uuid>) {
        let forks: Vec<_> =
            self.known.iter().filter(|(of, id)| there.get(*of).is_some_and(|there| there != *id)).map(|(of, _)| of.clone()).collect();
        for (aggregate_id, version) in forks {
            self.stop(&aggregate_id, version, Obstacle::Fork);
        }
    }

    fn stop(&mut self, aggregate_id: &str, version: u64, obstacle: Obstacle) {
        let stopped = || Stopped { aggregate_id: aggregate_id.to_owned(), version, obstacle };
        self.stopped.entry(aggregate_id.to_owned()).or_insert_with(stopped);
    }

    fn applied(self) -> Applied {
        let reached: HashMap<_, _> = self.entries.iter().map(|entry| (entry.aggregate_id.clone(), entry.version)).collect();
        Applied {
            applied: self.entries.len() as u64,
            known: self.known.len() as u64,
            stopped: self.stopped.into_values().collect(),
            reached: reached.into_iter().collect(),
        }
    }
}
