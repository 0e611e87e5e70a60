use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use jiff::Timestamp;

use super::locked;
use crate::{Mark, OutboxIndex, OutboxIndexError};

/// Marks in a map.
#[derive(Debug, Default)]
pub struct MemoryOutboxIndex {
    marks: Mutex<BTreeMap<Mark, Timestamp>>,
}

#[async_trait]
impl OutboxIndex for MemoryOutboxIndex {
    async fn set(&self, marks: &[Mark], at: Timestamp) -> Result<(), OutboxIndexError> {
        locked(&self.marks).extend(marks.iter().map(|mark| (mark.clone(), at)));
        Ok(())
    }

    async fn clear(&self, marks: &[Mark]) -> Result<(), OutboxIndexError> {
        let mut set = locked(&self.marks);
        for mark in marks {
            set.remove(mark);
        }
        Ok(())
    }

    async fn set_among(&self, marks: &[Mark]) -> Result<Vec<Mark>, OutboxIndexError> {
        let set = locked(&self.marks);
        Ok(marks.iter().filter(|mark| set.contains_key(mark)).cloned().collect())
    }

    async fn older_than(&self, before: Timestamp, limit: usize) -> Result<Vec<Mark>, OutboxIndexError> {
        let mut old: Vec<_> = locked(&self.marks).iter().filter(|(_, at)| **at < before).map(|(mark, at)| (*at, mark.clone())).collect();
        old.sort();
        Ok(old.into_iter().take(limit).map(|(_, mark)| mark).collect())
    }
}
