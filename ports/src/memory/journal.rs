mod checkpoints;
mod forks;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use async_trait::async_trait;
use domain::{ChainHash, EventRecord, ListId, UserId};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::locked;
use crate::{
    Audience, Chain, Checkpoint, CoveredHead, FeedPosition, FeedPositionError, Fork, Journal, JournalEntry, JournalError, JournalHead,
    JournalRow, JournalStore, Moved, Positioned, Secret,
};

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By position, from 1 on.
    entries: Vec<JournalEntry>,
    chains: BTreeMap<String, Vec<usize>>,
    offsets: BTreeMap<i32, i64>,
    checkpoints: Vec<(Checkpoint, Vec<CoveredHead>)>,
    /// Each with whether it was released.
    forks: Vec<(Fork, bool)>,
}

impl MemoryJournal {
    /// Appends events that follow those that are here. One that is here already is left as it is.
    ///
    /// # Errors
    /// If an event cannot be written as JSON, or does not follow.
    pub fn append(&self, events: &[EventRecord]) -> Result<(), JournalError> {
        let mut kept = locked(&self.kept);
        for event in events {
            let head = kept.head(&event.aggregate_id);
            if event.version <= head.version {
                continue;
            }
            let record = serde_json::to_string(event).map_err(|error| JournalError(error.into()))?;
            let entry = JournalEntry {
                aggregate_id: event.aggregate_id.clone(),
                version: event.version,
                at: event.timestamp,
                event_id: event.event_id,
                principal: event.principal.clone(),
                hash: head.hash.then(&record),
                record: Secret(record),
                audience: Audience::of(event),
            };
            kept.push(entry)?;
        }
        Ok(())
    }
}

impl Kept {
    fn head(&self, aggregate_id: &str) -> JournalHead {
        let last = self.chains.get(aggregate_id).and_then(|chain| chain.last()).map(|at| &self.entries[*at]);
        last.map_or(JournalHead { version: 0, hash: ChainHash::START }, |entry| JournalHead { version: entry.version, hash: entry.hash })
    }

    fn push(&mut self, entry: JournalEntry) -> Result<(), JournalError> {
        if entry.version != self.head(&entry.aggregate_id).version + 1 {
            return Err(JournalError("an entry does not follow its aggregate's head".into()));
        }
        self.chains.entry(entry.aggregate_id.clone()).or_default().push(self.entries.len());
        self.entries.push(entry);
        Ok(())
    }

    fn row(&self, at: usize) -> JournalRow {
        let entry = &self.entries[at];
        JournalRow { position: at as u64 + 1, version: entry.version, record: entry.record.0.clone(), hash: Some(entry.hash) }
    }

    fn chain(&self, aggregate_id: &str, at: &[usize]) -> Chain {
        let rows: Vec<_> = at.iter().map(|at| self.row(*at)).collect();
        let head = rows.last().map(|row| row.version);
        Chain { aggregate_id: aggregate_id.to_owned(), rows, head }
    }

    fn owner(&self, entry: &JournalEntry) -> Option<&UserId> {
        let first = self.chains.get(&entry.aggregate_id)?.first()?;
        Some(&self.entries[*first].principal)
    }

    /// The lists that an entry happened in.
    fn lists(&self, entry: &JournalEntry) -> Vec<ListId> {
        if let Some(Moved { from, to }) = entry.audience.moved {
            return from.into_iter().chain(to).collect();
        }
        let chain = self.chains.get(&entry.aggregate_id).into_iter().flatten().map(|at| &self.entries[*at]);
        let mut before = chain.filter(|other| other.version < entry.version).filter_map(|other| other.audience.moved);
        before.next_back().and_then(|moved| moved.to).into_iter().collect()
    }

    fn since(&self, after: u64, limit: usize, wanted: impl Fn(&JournalEntry) -> bool) -> Vec<Positioned> {
        let behind = (1..).zip(&self.entries).filter(|(position, entry)| *position > after && wanted(entry));
        let positioned =
            |(position, entry): (u64, &JournalEntry)| Positioned { position, record: entry.record.0.clone(), lists: self.lists(entry) };
        behind.take(limit).map(positioned).collect()
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError> {
        let kept = locked(&self.kept);
        Ok(kept.chains.get(aggregate_id).map(|at| kept.chain(aggregate_id, at)))
    }

    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        let all: Vec<_> = {
            let kept = locked(&self.kept);
            kept.chains.iter().map(|(id, at)| kept.chain(id, at)).collect()
        };
        for chain in all {
            if to.send(chain).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        let kept = locked(&self.kept);
        Ok(kept.since(after, limit, |entry| {
            kept.owner(entry) == Some(person)
                || entry.audience.named.contains(person)
                || kept.lists(entry).iter().any(|list| lists.contains(list))
        }))
    }

    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        Ok(locked(&self.kept).since(after, limit, |_| true))
    }

    async fn last_position(&self) -> Result<u64, JournalError> {
        Ok(locked(&self.kept).entries.len() as u64)
    }
}

#[async_trait]
impl FeedPosition for MemoryJournal {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        Ok(locked(&self.kept).offsets.iter().map(|(partition, next)| (*partition, *next)).collect())
    }
}

#[async_trait]
impl JournalStore for MemoryJournal {
    async fn heads(&self, aggregate_ids: &[String]) -> Result<HashMap<String, JournalHead>, JournalError> {
        let kept = locked(&self.kept);
        let known = aggregate_ids.iter().filter(|id| kept.chains.contains_key(*id));
        Ok(known.map(|id| (id.clone(), kept.head(id))).collect())
    }

    async fn event_ids(&self, of: &[(String, u64)]) -> Result<HashMap<(String, u64), Uuid>, JournalError> {
        let kept = locked(&self.kept);
        let find = |(id, version): &(String, u64)| {
            let at = kept.chains.get(id)?.iter().find(|at| kept.entries[**at].version == *version)?;
            Some(((id.clone(), *version), kept.entries[*at].event_id))
        };
        Ok(of.iter().filter_map(find).collect())
    }

    async fn append(&self, entries: &[JournalEntry], offsets: &[(i32, i64)]) -> Result<Vec<(UserId, u64)>, JournalError> {
        let mut kept = locked(&self.kept);
        let before = kept.entries.len();
        for entry in entries {
            if let Err(error) = kept.push(entry.clone()) {
                kept.entries.truncate(before);
                kept.chains.values_mut().for_each(|chain| chain.retain(|at| *at < before));
                kept.chains.retain(|_, chain| !chain.is_empty());
                return Err(error);
            }
        }
        kept.offsets.extend(offsets.iter().copied());
        let news = (1..).zip(&kept.entries).skip(before).flat_map(|(position, entry)| {
            let owner = kept.owner(entry).cloned().into_iter();
            owner.chain(entry.audience.named.clone()).map(move |user| (user, position))
        });
        Ok(news.collect::<HashMap<_, _>>().into_iter().collect())
    }
}
