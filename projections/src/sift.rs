use std::collections::BTreeMap;

use domain::EventRecord;
use ports::{Delivery, Source};

use crate::{Obstacle, Quarantine, Refused, Stopped};

/// A batch, with what cannot be taken told apart.
pub(crate) struct Sifted<'a> {
    batch: &'a [Delivery],
    /// Where each event that may be taken is in the batch.
    events: Vec<(usize, &'a EventRecord)>,
    refused: BTreeMap<usize, (&'static str, String)>,
    /// The aggregates that stand still, each with its first event in the batch.
    frozen: BTreeMap<&'a str, Stopped>,
}

impl<'a> Sifted<'a> {
    /// What is no event, and what is of an aggregate that stands still, is not taken.
    pub(crate) async fn of(batch: &'a [Delivery], quarantine: &dyn Quarantine) -> Result<Self, Source> {
        let mut ids: Vec<_> = batch.iter().filter_map(|delivery| Some(delivery.event.as_ref().ok()?.aggregate_id.clone())).collect();
        ids.sort_unstable();
        ids.dedup();
        let frozen = if ids.is_empty() { Default::default() } else { quarantine.frozen(&ids).await? };
        let mut sifted = Self { batch, events: Vec::with_capacity(batch.len()), refused: BTreeMap::new(), frozen: BTreeMap::new() };
        for (at, delivery) in batch.iter().enumerate() {
            match &delivery.event {
                Err(problem) => drop(sifted.refused.insert(at, ("malformed", problem.clone()))),
                Ok(event) if frozen.contains(&event.aggregate_id) => {
                    let (aggregate_id, version, obstacle) = (event.aggregate_id.clone(), event.version, Obstacle::Frozen);
                    sifted.refused.insert(at, (obstacle.kind(), obstacle.to_string()));
                    sifted.frozen.entry(&event.aggregate_id).or_insert(Stopped { aggregate_id, version, obstacle });
                }
                Ok(event) => sifted.events.push((at, event)),
            }
        }
        Ok(sifted)
    }

    /// What may be taken, in the order of the feed.
    pub(crate) fn events(&self) -> impl Iterator<Item = &'a EventRecord> {
        self.events.iter().map(|(_, event)| *event)
    }

    /// The same, each with its JSON as it came.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = (&'a EventRecord, &'a str)> {
        self.events.iter().map(|(at, event)| (*event, str::from_utf8(&self.batch[*at].body).unwrap_or_default()))
    }

    /// These of [`events`](Self::events), counted from 0, cannot be taken either.
    pub(crate) fn refuse(&mut self, refused: impl IntoIterator<Item = (usize, Obstacle)>) {
        for (nth, obstacle) in refused {
            self.refused.insert(self.events[nth].0, (obstacle.kind(), obstacle.to_string()));
        }
    }

    /// Puts aside what cannot be taken, in the order of the feed; gives the aggregates that stand still.
    pub(crate) async fn put(self, quarantine: &dyn Quarantine) -> Result<Vec<Stopped>, Source> {
        let refused = self.refused.into_iter().map(|(at, (kind, reason))| Refused { delivery: &self.batch[at], kind, reason });
        let refused: Vec<_> = refused.collect();
        if !refused.is_empty() {
            quarantine.put(&refused).await?;
        }
        Ok(self.frozen.into_values().collect())
    }
}
