//! The contract of [`Checkpoints`]: they tell how chains stand, and are kept with the heads that they cover.

use std::{any::Any, sync::Arc};

use async_trait::async_trait;
use domain::{CheckpointStatement, EventRecord};
use ports::{Checkpoint, Checkpoints, CoveredHead, JournalStore};
use tokio::sync::mpsc;

use super::journal::entries;
use crate::samples::{at, fresh_todo_id, records};

/// How events come into a journal.
#[async_trait]
pub trait Appends: Send + Sync {
    /// Appends events of one aggregate, from its first on.
    async fn append(&self, events: &[EventRecord]);
}

#[async_trait]
impl<J: JournalStore> Appends for J {
    async fn append(&self, events: &[EventRecord]) {
        JournalStore::append(self, &entries(events, None), &[]).await.expect("appended");
    }
}

/// Checkpoints to be tested, and the journal that they are of.
pub struct Kept {
    /// The checkpoints.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// The journal.
    pub journal: Arc<dyn Appends>,
    /// What must live as long: a temporary folder, a server.
    pub keep: Box<dyn Any>,
}

impl Kept {
    /// A journal that is both.
    pub fn of<J: JournalStore + Checkpoints + 'static>(journal: J) -> Self {
        let journal = Arc::new(journal);
        Self { checkpoints: journal.clone(), journal, keep: Box::new(()) }
    }

    /// Appends chains of these lengths and gives the heads that they have then, in the order of ids.
    async fn chains(&self, lengths: &[u64]) -> Vec<CoveredHead> {
        let mut heads = vec![];
        for length in lengths {
            let events = records(&fresh_todo_id().to_string(), 1..=*length);
            self.journal.append(&events).await;
            let last = entries(&events, None).pop().expect("an entry");
            heads.push(CoveredHead { aggregate_id: last.aggregate_id, version: last.version, hash: last.hash });
        }
        heads.sort_by(|a, b| a.aggregate_id.cmp(&b.aggregate_id));
        heads
    }

    /// The last position that there is.
    async fn end(&self) -> u64 {
        self.checkpoints.changed(0, u64::MAX).await.expect("heads").position
    }
}

/// Holds what `fresh` makes to the contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(fresh: impl AsyncFn() -> Kept) {
    only_heads_that_changed_are_told(fresh().await).await;
    no_more_is_looked_at_than_is_asked_for(fresh().await).await;
    they_are_kept_by_number_with_their_heads(fresh().await).await;
}

async fn only_heads_that_changed_are_told(kept: Kept) {
    kept.chains(&[2]).await;
    let after = kept.end().await;
    let heads = kept.chains(&[1, 3, 2]).await;
    let changed = kept.checkpoints.changed(after, 100).await.expect("heads");
    assert_eq!((changed.position, &changed.heads), (after + 6, &heads), "in the byte order of ids");
    let nothing = kept.checkpoints.changed(after + 6, 100).await.expect("heads");
    assert_eq!((nothing.position, nothing.heads.len()), (after + 6, 0));
}

async fn no_more_is_looked_at_than_is_asked_for(kept: Kept) {
    let after = kept.end().await;
    let first = kept.chains(&[3]).await;
    let second = kept.chains(&[1]).await;
    let some = kept.checkpoints.changed(after, 2).await.expect("heads");
    assert_eq!((some.position, some.heads.len()), (after + 2, 1));
    assert_eq!((&some.heads[0].aggregate_id, some.heads[0].version), (&first[0].aggregate_id, 2), "as it stood there");
    assert_eq!(kept.checkpoints.changed(after + 3, 2).await.expect("heads").heads, second);
}

async fn they_are_kept_by_number_with_their_heads(kept: Kept) {
    let before = kept.checkpoints.all().await.expect("checkpoints");
    let number = before.len() as u64 + 1;
    let checkpoint = |number: u64, seed: u8| {
        let (digest, previous) = ([seed; 32], [seed + 1; 32]);
        let statement = CheckpointStatement { number, at: at(7), position: 3, aggregates: 2, digest, previous };
        Checkpoint { statement, signature: [seed + 2; 64] }
    };
    let (mut one, mut two) = (kept.chains(&[1, 2]).await, kept.chains(&[3]).await);
    kept.checkpoints.add(&checkpoint(number, 1), &one).await.expect("added");
    assert!(kept.checkpoints.add(&checkpoint(number, 2), &two).await.is_err(), "a number is taken once");
    two.extend(one.iter().cloned());
    kept.checkpoints.add(&checkpoint(number + 1, 3), &two).await.expect("added");
    assert_eq!(kept.checkpoints.last().await.expect("an answer"), Some(checkpoint(number + 1, 3)));
    let all = kept.checkpoints.all().await.expect("checkpoints");
    assert_eq!(all[before.len()..], [checkpoint(number, 1), checkpoint(number + 1, 3)]);

    let (to, mut from) = mpsc::channel(1);
    let mut covered: Vec<(u64, CoveredHead)> = vec![];
    let collect = async {
        while let Some(one) = from.recv().await {
            covered.push(one);
        }
    };
    let (sent, ()) = tokio::join!(kept.checkpoints.covered(to), collect);
    sent.expect("all heads");
    assert!(covered.is_sorted_by_key(|(number, head)| (head.aggregate_id.clone(), *number)));
    let heads_of =
        |wanted: u64| -> Vec<_> { covered.iter().filter(|(number, _)| *number == wanted).map(|(_, head)| head.clone()).collect() };
    one.sort_by(|a, b| a.aggregate_id.cmp(&b.aggregate_id));
    two.sort_by(|a, b| a.aggregate_id.cmp(&b.aggregate_id));
    assert_eq!((heads_of(number), heads_of(number + 1)), (one, two), "what was refused left nothing");
}
