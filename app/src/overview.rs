//! What an operator sees of the embedded shape.

use std::{ops::Range, sync::Arc};

use actors::Hosts;
use async_trait::async_trait;
use ports::{FeedEnds, HostState, HostWatch, Source};
use tokio::sync::watch;

/// The feed's one partition.
const PARTITION: i32 = 0;

/// How far the one table goes that is the feed.
pub(crate) struct OneTable(pub(crate) watch::Receiver<i64>);

#[async_trait]
impl FeedEnds for OneTable {
    async fn ends(&self) -> Result<Vec<(i32, Range<i64>)>, Source> {
        // Its rows are counted from 1.
        Ok(vec![(PARTITION, 1..*self.0.borrow() + 1)])
    }
}

/// This process alone.
pub(crate) struct ThisProcess(pub(crate) Arc<Hosts>);

#[async_trait]
impl HostWatch for ThisProcess {
    async fn hosts(&self) -> Result<Vec<HostState>, Source> {
        Ok(vec![HostState { name: format!("process {}", std::process::id()), actors: self.0.counts() }])
    }
}
