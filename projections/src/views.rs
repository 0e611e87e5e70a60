use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use ports::{Delivery, Source, ViewStore};

use crate::{
    Applied, Projection, Quarantine,
    fold::{fold, todo_id},
    lists::{fold_lists, list_id},
    people::{fold_people, person_id},
    rows::FoldedRows,
    sift::Sifted,
};

/// The todos as people see them, and what people keep besides.
pub struct TodoViews(pub Arc<dyn ViewStore>);

#[async_trait]
impl Projection for TodoViews {
    fn name(&self) -> &'static str {
        "views"
    }

    /// From the rows that are there now: so it is right too after an attempt of which nobody knows whether it was stored.
    async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<Applied, Source> {
        let mut sifted = Sifted::of(batch, quarantine).await?;
        let events = || sifted.events();
        let ids: BTreeSet<_> = events().filter_map(|event| todo_id(event)?.ok()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = if ids.is_empty() { vec![] } else { self.0.rows(&ids).await? };
        let folded = fold(rows, events());
        let people: BTreeSet<_> = events().filter_map(|event| person_id(event)?.ok()).collect();
        let people: Vec<_> = people.into_iter().collect();
        let people = if people.is_empty() { vec![] } else { self.0.people(&people).await? };
        let FoldedRows { rows: people, mut applied, refused } = fold_people(people, events());
        let lists: BTreeSet<_> = events().filter_map(|event| list_id(event)?.ok()).collect();
        let lists: Vec<_> = lists.into_iter().collect();
        let lists = if lists.is_empty() { vec![] } else { self.0.list_rows(&lists).await? };
        let lists = fold_lists(lists, events());
        sifted.refuse(folded.refused.into_iter().chain(refused).chain(lists.refused));
        applied.stopped.extend(sifted.put(quarantine).await?);
        applied.add(lists.applied);
        self.0.store_all(&folded.rows, &people, &lists.rows, &next_offsets(batch)).await?;
        applied.applied += folded.applied;
        applied.known += folded.known;
        applied.stopped.extend(folded.stopped);
        applied.reached.extend(folded.rows.iter().map(|row| (row.id.to_string(), row.version)));
        Ok(applied)
    }
}

/// Where each partition goes on after `batch`.
pub(crate) fn next_offsets(batch: &[Delivery]) -> Vec<(i32, i64)> {
    let offsets: BTreeMap<i32, i64> = batch.iter().map(|delivery| (delivery.partition, delivery.offset + 1)).collect();
    offsets.into_iter().collect()
}
