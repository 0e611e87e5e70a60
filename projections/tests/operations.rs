//! How many operations wait for an operator, for those who watch.

#![allow(clippy::expect_used, reason = "tests fail by panicking")]

use std::{sync::Arc, time::Duration};

use domain::{
    Access, Aggregate, Envelope, SagaId, Trace, fold,
    saga::{Command, Kind, Saga, Status, Work},
};
use ports::{OperationRow, OperationStore, memory::MemoryOperations};
use testkit::samples::{at, fresh_command_id, fresh_user, text};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A saga as it began, then as `status` says.
fn row(status: Status) -> OperationRow {
    let id = SagaId::new(Uuid::now_v7());
    let envelope = Envelope {
        command_id: fresh_command_id(),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal: fresh_user(),
        at: at(1),
        replayable: false,
        trace: Trace::default(),
        access: Access::default(),
        command: Command::Start { kind: Kind::Bulk, work: Work::Tag { tag: text("tag") }, undoes: None, list: None, items: 1, steps: 1 },
    };
    let begun = fold::<Saga>(None, &Saga::decide(&None, &envelope).expect("events")).expect("a saga");
    OperationRow { id, version: 1, saga: Saga { status, ..begun } }
}

/// Metrics are per thread here.
#[test]
fn parked_operations_are_counted_from_the_start_and_whoever_lets_them_go_on() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let scrape = recorder.handle();
    let shows = |line: &str| scrape.render().lines().any(|found| found == line);
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let store = Arc::new(MemoryOperations::default());
            let parked = row(Status::Parked);
            store.store(&[parked.clone(), row(Status::Acting)], &[]).await.expect("stored");
            let stop = CancellationToken::new();
            let counting = tokio::spawn(projections::count_parked_until(store.clone(), stop.clone()));
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(shows("todo_sagas_parked 1"), "{}", scrape.render());
            let acting = OperationRow { version: 2, saga: Saga { status: Status::Acting, ..parked.saga }, ..parked };
            store.store(&[acting], &[]).await.expect("stored");
            tokio::time::sleep(Duration::from_secs(20)).await;
            assert!(shows("todo_sagas_parked 0"), "{}", scrape.render());
            stop.cancel();
            counting.await.expect("it ends");
        });
    });
}
