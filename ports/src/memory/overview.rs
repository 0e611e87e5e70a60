use std::{collections::BTreeMap, ops::Range, sync::Arc};

use async_trait::async_trait;

use crate::{FeedEnds, HostState, HostWatch, Overview, Source};

/// A platform with one host that has nothing in memory, and a feed that ends where it is told.
#[derive(Debug, Clone, Default)]
pub struct MemoryOverview {
    /// The offsets that each partition has.
    pub ends: Vec<(i32, Range<i64>)>,
}

impl MemoryOverview {
    /// Everything that can be asked of it.
    pub fn whole(self) -> Overview {
        let it = Arc::new(self);
        Overview { feed: it.clone(), projections: vec![], outbox: None, hosts: it, letters: None, replays: None }
    }
}

#[async_trait]
impl FeedEnds for MemoryOverview {
    async fn ends(&self) -> Result<Vec<(i32, Range<i64>)>, Source> {
        Ok(self.ends.clone())
    }
}

#[async_trait]
impl HostWatch for MemoryOverview {
    async fn hosts(&self) -> Result<Vec<HostState>, Source> {
        Ok(vec![HostState { name: "memory".to_owned(), actors: BTreeMap::new() }])
    }
}
