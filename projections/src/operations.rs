//! Sagas as people and operators see them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    EventRecord, SagaId,
    saga::{Event, Saga, Status},
};
use ports::{Delivery, OperationRow, OperationStore, Source};
use tokio_util::sync::CancellationToken;
use tracing::warn;

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
        Ok(applied)
    }
}

/// How often parked operations are counted.
const COUNTED_EVERY: Duration = Duration::from_secs(15);

/// Counts now and then how many operations wait for an operator, for those who watch, until `shutdown`.
///
/// Out of the store and not out of events: a process that begins knows it at once, and one of several, to which the event never
/// comes by which a saga goes on, does not hold on to what it knew before.
pub async fn count_parked_until(store: Arc<dyn OperationStore>, shutdown: CancellationToken) {
    let mut looks = tokio::time::interval(COUNTED_EVERY);
    while shutdown.run_until_cancelled(looks.tick()).await.is_some() {
        match store.count(Status::Parked).await {
            Ok(parked) => metrics::gauge!("todo_sagas_parked").set(parked as f64),
            Err(error) => warn!(?error, "parked operations are not counted this time"),
        }
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
        Event::SagaStarted { .. } | Event::ErasureStarted { .. } => "todo_sagas_started_total",
        Event::SagaCompleted { .. } => "todo_sagas_completed_total",
        Event::SagaCompensated { .. } => "todo_sagas_compensated_total",
        Event::SagaParked { .. } => "todo_sagas_parked_total",
        _ => return,
    };
    metrics::counter!(name, "kind" => saga.kind.name()).increment(1);
}
