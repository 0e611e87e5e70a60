//! Sagas as people and operators see them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use domain::{
    Aggregate, EventRecord, SagaId,
    saga::{Event, Saga, Status},
};
use ports::{Delivery, OperationRow, OperationStore, Source};

use crate::{Applied, Obstacle, Projection, Stopped, views::next_offsets};

/// The operations that there are, with what became of them so far.
pub struct Operations(pub Arc<dyn OperationStore>);

#[async_trait]
impl Projection for Operations {
    fn name(&self) -> &'static str {
        "operations"
    }

    /// From the rows that are there now: so it is right too after an attempt of which nobody knows whether it was stored.
    async fn apply(&self, batch: &[Delivery]) -> Result<Applied, Source> {
        let events = || batch.iter().filter_map(|delivery| delivery.event.as_ref().ok());
        let ids: BTreeSet<_> = events().filter_map(|event| saga_id(event)?.ok()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = if ids.is_empty() { vec![] } else { self.0.rows(&ids).await? };
        let (rows, applied) = fold(rows, events());
        self.0.store(&rows, &next_offsets(batch)).await?;
        if !rows.is_empty() {
            metrics::gauge!("todo_sagas_parked").set(self.0.count(Status::Parked).await? as f64);
        }
        Ok(applied)
    }
}

/// The saga that `record` is about: `None` if it is about something else.
fn saga_id(record: &EventRecord) -> Option<Result<SagaId, Stopped>> {
    let (prefix, _) = record.aggregate_id.split_once('-')?;
    (prefix == SagaId::PREFIX).then(|| record.aggregate_id.parse().map_err(|_| stopped(record, Obstacle::Impossible)))
}

fn stopped(record: &EventRecord, obstacle: Obstacle) -> Stopped {
    Stopped { aggregate_id: record.aggregate_id.clone(), version: record.version, obstacle }
}

fn fold<'a>(rows: Vec<OperationRow>, events: impl Iterator<Item = &'a EventRecord>) -> (Vec<OperationRow>, Applied) {
    let mut rows: BTreeMap<SagaId, OperationRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let (mut changed, mut stops) = (BTreeSet::new(), BTreeMap::new());
    let mut applied = Applied::default();
    for record in events {
        let outcome = match saga_id(record) {
            None => continue,
            Some(Ok(id)) => step(&mut rows, id, record).map(|new| (id, new)).map_err(|obstacle| stopped(record, obstacle)),
            Some(Err(stopped)) => Err(stopped),
        };
        match outcome {
            Ok((id, true)) => {
                applied.applied += 1;
                changed.insert(id);
            }
            Ok((_, false)) => applied.known += 1,
            Err(stopped) => drop(stops.entry(record.aggregate_id.clone()).or_insert(stopped)),
        }
    }
    rows.retain(|id, _| changed.contains(id));
    applied.stopped = stops.into_values().collect();
    applied.reached = rows.values().map(|row| (row.id.to_string(), row.version)).collect();
    (rows.into_values().collect(), applied)
}

/// Applies one event: `false` if the row has seen it.
fn step(rows: &mut BTreeMap<SagaId, OperationRow>, id: SagaId, record: &EventRecord) -> Result<bool, Obstacle> {
    let reached = rows.get(&id).map_or(0, |row| row.version);
    if record.version <= reached {
        return Ok(false);
    }
    if record.version != reached + 1 {
        return Err(Obstacle::Gap { reached });
    }
    let event = Saga::upcast(record)?;
    let saga = Saga::evolve(rows.get(&id).map(|row| row.saga.clone()), &event).ok_or(Obstacle::Impossible)?;
    count(&event, &saga);
    rows.insert(id, OperationRow { id, version: record.version, saga });
    Ok(true)
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
