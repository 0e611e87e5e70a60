//! From events to facts that can be counted, and from there to whoever counts.

mod fold;
mod life;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use ports::{AnalyticsStore, Delivery, FactFeed, Source};

pub use fold::{FoldedFacts, fold_facts};

use crate::{Applied, Projection, Quarantine, fold::todo_id, sift::Sifted, views::next_offsets};

/// What is counted about todos.
///
/// Built from the beginning of the feed into an empty store, it holds exactly what a store holds that was kept in step.
pub struct Analytics {
    store: Arc<dyn AnalyticsStore>,
    feed: Option<Arc<dyn FactFeed>>,
}

impl Analytics {
    /// Keeps facts and tells them to nobody: where nobody listens, and for building them again.
    pub fn quiet(store: Arc<dyn AnalyticsStore>) -> Self {
        Self { store, feed: None }
    }

    /// Keeps facts and tells each of them to `feed`, at least once, before the offsets move past its event.
    pub fn telling(store: Arc<dyn AnalyticsStore>, feed: Arc<dyn FactFeed>) -> Self {
        Self { store, feed: Some(feed) }
    }
}

#[async_trait]
impl Projection for Analytics {
    fn name(&self) -> &'static str {
        "analytics"
    }

    /// From the facts that are there now: so it is right too after an attempt of which nobody knows whether it was stored.
    async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<Applied, Source> {
        let mut sifted = Sifted::of(batch, quarantine).await?;
        let events = || sifted.events();
        let ids: BTreeSet<_> = events().filter_map(|event| todo_id(event)?.ok()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let known = if ids.is_empty() { vec![] } else { self.store.facts(&ids).await? };
        let folded = fold_facts(known, events());
        sifted.refuse(folded.refused);
        let stopped = [folded.stopped, sifted.put(quarantine).await?].concat();
        if let Some(feed) = self.feed.as_ref().filter(|_| !folded.told.is_empty()) {
            feed.publish(&folded.told).await?;
        }
        self.store.store(&folded.facts, &folded.past, &next_offsets(batch)).await?;
        let reached = folded.facts.iter().map(|facts| (facts.id.to_string(), facts.version)).collect();
        Ok(Applied { applied: folded.applied, known: folded.known, stopped, reached })
    }
}
