use std::collections::BTreeMap;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{MemoryJournal, locked};
use crate::{ChangedHeads, Checkpoint, Checkpoints, CoveredHead, JournalError};

#[async_trait]
impl Checkpoints for MemoryJournal {
    async fn changed(&self, after: u64, most: u64) -> Result<ChangedHeads, JournalError> {
        let kept = locked(&self.kept);
        let position = (kept.entries.len() as u64).min(after.saturating_add(most));
        let mut heads = BTreeMap::new();
        for (_, entry) in (1..=position).zip(&kept.entries).skip_while(|(at, _)| *at <= after) {
            let head = CoveredHead { aggregate_id: entry.aggregate_id.clone(), version: entry.version, hash: entry.hash };
            heads.insert(entry.aggregate_id.clone(), head);
        }
        Ok(ChangedHeads { position: position.max(after), heads: heads.into_values().collect() })
    }

    async fn all(&self) -> Result<Vec<Checkpoint>, JournalError> {
        Ok(locked(&self.kept).checkpoints.iter().map(|(checkpoint, _)| checkpoint.clone()).collect())
    }

    async fn last(&self) -> Result<Option<Checkpoint>, JournalError> {
        Ok(locked(&self.kept).checkpoints.last().map(|(checkpoint, _)| checkpoint.clone()))
    }

    async fn add(&self, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> Result<(), JournalError> {
        let mut kept = locked(&self.kept);
        if checkpoint.statement.number != kept.checkpoints.len() as u64 + 1 {
            return Err(JournalError("the checkpoint's number is taken".into()));
        }
        kept.checkpoints.push((checkpoint.clone(), heads.to_vec()));
        Ok(())
    }

    async fn covered(&self, to: mpsc::Sender<(u64, CoveredHead)>) -> Result<(), JournalError> {
        let mut all: Vec<_> = {
            let kept = locked(&self.kept);
            let of = |(checkpoint, heads): &(Checkpoint, Vec<CoveredHead>)| {
                let number = checkpoint.statement.number;
                heads.iter().map(move |head| (number, head.clone())).collect::<Vec<_>>()
            };
            kept.checkpoints.iter().flat_map(of).collect()
        };
        all.sort_by(|(number, head), (other, other_head)| (&head.aggregate_id, number).cmp(&(&other_head.aggregate_id, other)));
        for one in all {
            if to.send(one).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}
