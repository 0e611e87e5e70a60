//! The contract of [`OperationReader`] and [`OperationStore`] over the same rows. Each case needs a store of its own.

use std::collections::BTreeSet;

use domain::{
    Access, Aggregate, Envelope, SagaId, Trace, UserId, fold,
    saga::{Command, Direction, Kind, Saga, Status, Tally, Work},
};
use ports::{OperationQuery, OperationReader, OperationRow, OperationStore};
use uuid::Uuid;

use super::Fresh;
use crate::samples::{at, fresh_command_id, fresh_user, text};

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<O: OperationReader + OperationStore>(fresh: impl AsyncFn() -> Fresh<O>) {
    rows_come_back_and_never_go_back(&*fresh().await.port).await;
    those_that_began_last_come_first_page_by_page(&*fresh().await.port).await;
    offsets_move_with_the_rows(&*fresh().await.port).await;
}

/// A saga of `owner` that began `second`, as far as `commands` bring it.
fn row(owner: &UserId, second: i64, commands: &[Command]) -> OperationRow {
    let id = SagaId::new(Uuid::now_v7());
    let start = Command::Start { kind: Kind::Bulk, work: Work::Tag { tag: text("tag") }, undoes: None, list: None, items: 150, steps: 2 };
    let (mut state, mut version) = (None, 0);
    for command in std::iter::once(&start).chain(commands) {
        let envelope = Envelope {
            command_id: fresh_command_id(),
            aggregate_id: id.to_string(),
            expected_version: None,
            principal: owner.clone(),
            at: at(second),
            replayable: false,
            trace: Trace::default(),
            access: Access::default(),
            command: command.clone(),
        };
        let events = Saga::decide(&state, &envelope).expect("events");
        version += events.len() as u64;
        state = fold::<Saga>(state, &events);
    }
    OperationRow { id, version, saga: state.expect("a saga") }
}

fn taken(step: u32) -> Command {
    Command::StepTaken { step, direction: Direction::Forward, tally: Tally { done: 70, unchanged: 4, refused: 1 }, refused: None }
}

async fn rows_come_back_and_never_go_back<O: OperationReader + OperationStore>(store: &O) {
    let owner = fresh_user();
    let (old, done) = (row(&owner, 1, &[]), row(&owner, 1, &[taken(0), taken(1)]));
    let new = OperationRow { id: old.id, ..done };
    assert_eq!(new.saga.status, Status::Completed);
    assert_eq!(store.rows(&[old.id]).await.expect("an answer"), []);
    for (written, stands) in [(&old, &old), (&new, &new), (&old, &new)] {
        store.store(std::slice::from_ref(written), &[]).await.expect("stored");
        assert_eq!(store.rows(&[old.id, SagaId::new(Uuid::now_v7())]).await.expect("an answer"), std::slice::from_ref(stands));
    }
    let (acting, completed) = (store.count(Status::Acting).await, store.count(Status::Completed).await);
    assert_eq!((acting.expect("a count"), completed.expect("a count")), (0, 1));
}

async fn those_that_began_last_come_first_page_by_page<O: OperationReader + OperationStore>(store: &O) {
    let (owner, other) = (fresh_user(), fresh_user());
    let mut rows: Vec<_> = (0..20).map(|n| row(&owner, n * 7 % 20 / 2, if n % 3 == 0 { &[] } else { &ALL })).collect();
    store.store(&rows, &[]).await.expect("stored");
    store.store(&[row(&other, 3, &[])], &[]).await.expect("stored");
    rows.sort_by_key(|row| std::cmp::Reverse((row.saga.started_at, row.id)));
    let whose = |owner: Option<&UserId>| OperationQuery { owner: owner.cloned(), limit: 100, ..OperationQuery::default() };
    assert_eq!(store.operations(&whose(Some(&owner))).await.expect("rows"), rows, "nobody else's");
    assert_eq!(store.operations(&whose(None)).await.expect("rows").len(), 21, "everybody's");
    let open = OperationQuery { statuses: vec![Status::Acting, Status::Parked], ..whose(Some(&owner)) };
    let acting: Vec<_> = rows.iter().filter(|row| row.saga.status == Status::Acting).cloned().collect();
    assert_eq!(store.operations(&open).await.expect("rows"), acting);
    let (mut seen, mut query) = (vec![], OperationQuery { limit: 3, ..whose(Some(&owner)) });
    loop {
        let page = store.operations(&query).await.expect("rows");
        let Some(last) = page.last() else { break };
        query.after = Some((last.saga.started_at, last.id));
        assert!(page.len() <= 3);
        seen.extend(page);
    }
    assert_eq!(seen, rows, "each once");
}

const ALL: [Command; 2] = [
    Command::StepTaken { step: 0, direction: Direction::Forward, tally: Tally { done: 1, unchanged: 0, refused: 0 }, refused: None },
    Command::StepTaken { step: 1, direction: Direction::Forward, tally: Tally { done: 1, unchanged: 0, refused: 0 }, refused: None },
];

async fn offsets_move_with_the_rows<O: OperationReader + OperationStore>(store: &O) {
    assert_eq!(store.offsets().await.expect("offsets"), []);
    store.store(&[], &[(0, 5), (2, 1)]).await.expect("stored");
    store.store(&[row(&fresh_user(), 0, &[])], &[(0, 7)]).await.expect("stored");
    let offsets: BTreeSet<_> = store.offsets().await.expect("offsets").into_iter().collect();
    assert_eq!(offsets, BTreeSet::from([(0, 7), (2, 1)]));
}
