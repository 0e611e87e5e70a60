//! Sagas as people and operators see them.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use domain::{
    EventRecord, SagaId,
    saga::{Event, Saga, Status},
};
use ports::{Delivery, OperationRow, OperationStore, Source};

use crate::{
    Applied, Projection, Quarantine, Stopped,
    rows::{FoldedRows, Row, fold_rows, id_of},
    sift::Sifted,
    views::next_offsets,
};

/// The operations that there are, with what became of them so far.
pub struct Operations(pub Arc<dyn OperationStore>);

#[async_trait]
impl Projection for Operations {
    fn name(&self) -> &'static str {
        "operations"
    }

    /// From the rows that are there now: so it is right too after an attempt of which nobody knows whether it was stored.
    async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<Applied, Source> {
        let mut sifted = Sifted::of(batch, quarantine).await?;
        let events = || sifted.events();
        let ids: BTreeSet<_> = events().filter_map(|event| saga_id(event)?.ok()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = if ids.is_empty() { vec![] } else { self.0.rows(&ids).await? };
        let FoldedRows { rows, mut applied, refused } = fold(rows, events());
        sifted.refuse(refused);
        applied.stopped.extend(sifted.put(quarantine).await?);
        self.0.store(&rows, &next_offsets(batch)).await?;
        if !rows.is_empty() {
            metrics::gauge!("todo_sagas_parked").set(self.0.count(Status::Parked).await? as f64);
        }
        Ok(applied)
    }
}

/// The saga that `record` is about: `None` if it is about something else, an error if it claims to be about a saga but names
/// none.
fn saga_id(record: &EventRecord) -> Option<Result<SagaId, Stopped>> {
    id_of(SagaId::PREFIX, record)
}

fn fold<'a>(rows: Vec<OperationRow>, events: impl Iterator<Item = &'a EventRecord>) -> FoldedRows<OperationRow> {
    let rows = rows.into_iter().map(|OperationRow { id, version, saga }| Row { id, version, state: Some(saga) }).collect();
    let counted = |event: &Event, saga: &Option<Saga>| saga.as_ref().inspect(|saga| count(event, saga)).is_some();
    let folded = fold_rows::<Saga, _>(rows, events, saga_id, counted);
    folded.filter_map(|Row { id, version, state }| Some(OperationRow { id, version, saga: state? }))
}

/// For those who watch: once for each event, or again where its batch is applied again.
fn count(event: &Event, saga: &Saga) {
    let name = match event {
        Event::SagaStarted { .. } => "todo_sagas_started_total",
        Event::SagaCompleted { .. } => "todo_sagas_completed_total",
        Event::SagaCompensated { .. } => "todo_sagas_compensated_total",
        Event::SagaParked { .. } => "todo_sagas_parked_total",
        _ => return,
    };
    metrics::counter!(name, "kind" => saga.kind.name()).increment(1);
}
