//! A journal that anybody can have their hands in.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use domain::{ChainHash, CheckpointStatement, ListId, UserId};
use ports::{
    Chain, ChangedHeads, Checkpoint, CheckpointKey, CheckpointVerifier, Checkpoints, CoveredHead, Journal, JournalError, JournalRow,
    Positioned,
};
use testkit::samples::records;
use tokio::sync::mpsc;

/// A key whose signature is easily made; that real ones are not is tested where they are.
pub(crate) struct Key(pub(crate) u8);

impl CheckpointKey for Key {
    fn sign(&self, statement: &[u8]) -> [u8; 64] {
        let text: String = statement.iter().map(|byte| format!("{byte:02x}")).collect();
        let hash = ChainHash::START.then(&text);
        let mut signature = [self.0; 64];
        signature[..32].copy_from_slice(hash.as_bytes());
        signature
    }
}

impl CheckpointVerifier for Key {
    fn verifies(&self, statement: &[u8], signature: &[u8; 64]) -> bool {
        self.sign(statement) == *signature
    }
}

/// All of it open.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) chains: Vec<Chain>,
    last_position: u64,
    checkpoints: Mutex<Vec<Checkpoint>>,
    covered: Mutex<Vec<(u64, CoveredHead)>>,
}

impl Shelf {
    /// So many more events of this aggregate.
    pub(crate) fn append(&mut self, id: &str, events: u64) {
        if self.chains.iter().all(|chain| chain.aggregate_id != id) {
            self.chains.push(Chain { aggregate_id: id.to_owned(), rows: vec![], head: None });
            self.chains.sort_by(|a, b| a.aggregate_id.cmp(&b.aggregate_id));
        }
        let mut position = self.last_position;
        let chain = self.chain_mut(id);
        let (from, mut hash) = chain.rows.last().map_or((1, ChainHash::START), |row| (row.version + 1, row.hash.expect("a hash")));
        for event in records(id, from..=from + events - 1) {
            let record = serde_json::to_string(&event).expect("JSON");
            hash = hash.then(&record);
            position += 1;
            chain.rows.push(JournalRow { position, version: event.version, record, hash: Some(hash) });
        }
        chain.head = Some(from + events - 1);
        self.last_position = position;
    }

    /// Another principal from this version on, with all hashes made anew.
    pub(crate) fn rewrite(&mut self, id: &str, from: u64) {
        let mut hash = ChainHash::START;
        for row in &mut self.chain_mut(id).rows {
            if row.version >= from {
                row.record = row.record.replace("\"principal\":\"", "\"principal\":\"not-");
            }
            hash = hash.then(&row.record);
            row.hash = Some(hash);
        }
    }

    /// Leaves so many, and a head that says so.
    pub(crate) fn truncate(&mut self, id: &str, left: u64) {
        let chain = self.chain_mut(id);
        chain.rows.retain(|row| row.version <= left);
        chain.head = Some(left);
    }

    pub(crate) fn chain(&self, id: &str) -> &Chain {
        self.chains.iter().find(|chain| chain.aggregate_id == id).expect("a chain")
    }

    pub(crate) fn chain_mut(&mut self, id: &str) -> &mut Chain {
        self.chains.iter_mut().find(|chain| chain.aggregate_id == id).expect("a chain")
    }

    pub(crate) fn checkpoints(&self) -> MutexGuard<'_, Vec<Checkpoint>> {
        self.checkpoints.lock().expect("a lock")
    }

    /// In the order of ids.
    pub(crate) fn covered(&self) -> MutexGuard<'_, Vec<(u64, CoveredHead)>> {
        self.covered.lock().expect("a lock")
    }
}

#[async_trait]
impl Journal for Shelf {
    async fn chain(&self, _: &str) -> Result<Option<Chain>, JournalError> {
        unreachable!("not asked for")
    }

    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        for chain in &self.chains {
            to.send(chain.clone()).await.expect("somebody receives");
        }
        Ok(())
    }

    async fn since(&self, _: &UserId, _: &[ListId], _: u64, _: usize) -> Result<Vec<Positioned>, JournalError> {
        unreachable!("not asked for")
    }

    async fn all_since(&self, _: u64, _: usize) -> Result<Vec<Positioned>, JournalError> {
        unreachable!("not asked for")
    }

    async fn last_position(&self) -> Result<u64, JournalError> {
        Ok(self.last_position)
    }
}

#[async_trait]
impl Checkpoints for Shelf {
    async fn changed(&self, after: u64, most: u64) -> Result<ChangedHeads, JournalError> {
        let position = self.last_position.min(after.saturating_add(most)).max(after);
        let mut heads = BTreeMap::new();
        for chain in &self.chains {
            for row in chain.rows.iter().filter(|row| row.position > after && row.position <= position) {
                let (aggregate_id, hash) = (chain.aggregate_id.clone(), row.hash.expect("a hash"));
                heads.insert(aggregate_id.clone(), CoveredHead { aggregate_id, version: row.version, hash });
            }
        }
        Ok(ChangedHeads { position, heads: heads.into_values().collect() })
    }

    async fn all(&self) -> Result<Vec<Checkpoint>, JournalError> {
        Ok(self.checkpoints().clone())
    }

    async fn last(&self) -> Result<Option<Checkpoint>, JournalError> {
        Ok(self.checkpoints().last().cloned())
    }

    async fn add(&self, checkpoint: &Checkpoint, heads: &[CoveredHead]) -> Result<(), JournalError> {
        let CheckpointStatement { number, .. } = checkpoint.statement;
        self.checkpoints().push(checkpoint.clone());
        self.covered().extend(heads.iter().map(|head| (number, head.clone())));
        self.covered().sort_by(|(number, head), (other, other_head)| (&head.aggregate_id, number).cmp(&(&other_head.aggregate_id, other)));
        Ok(())
    }

    async fn covered(&self, to: mpsc::Sender<(u64, CoveredHead)>) -> Result<(), JournalError> {
        let covered = self.covered().clone();
        for one in covered {
            to.send(one).await.expect("somebody receives");
        }
        Ok(())
    }
}
