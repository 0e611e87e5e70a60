//! Every saga, with its host dying before and after each step outwards: it ends, and nothing runs twice.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use domain::{
    SagaId, TodoId,
    saga::{Command, Direction, Item, Outcome, Saga, Status, Tally, Work},
    todo::{Draft, Todo},
};
use support::{
    World,
    crash::{Case, every_crash},
};
use testkit::samples::text;

async fn bulk(work: Work) -> (Case, Command) {
    let world = World::new();
    let todos = world.todos(7).await;
    let mut items: Vec<_> = todos.iter().copied().map(Item::Todo).collect();
    // One that there is not: an outcome of its own, no failure of the whole.
    items.insert(4, Item::Todo(TodoId::new(uuid::Uuid::now_v7())));
    let (saga, start) = world.fill(&work, items, 3).await;
    (Case { world, saga, todos }, start)
}

#[tokio::test(start_paused = true)]
async fn a_bulk_ends_completed_wherever_its_host_dies() {
    every_crash(
        async || bulk(Work::Complete).await,
        false,
        async |case, ended, at| {
            assert_eq!((ended.status, ended.taken, ended.steps), (Status::Completed, 3, 3), "{at} {ended:?}");
            assert_eq!(ended.tally, Tally { done: 7, unchanged: 0, refused: 1 }, "{at}");
            for todo in &case.todos {
                assert_eq!(case.world.events(&todo.to_string()).await, ["TodoCreated", "TodoCompleted"], "{at}");
            }
            let refused = case.world.batch(case.saga, 1).await.outcomes[&1].clone();
            assert_eq!(refused, Outcome::Refused { refused: "not-found".into() }, "{at}");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_aborted_bulk_ends_compensated_wherever_its_host_dies() {
    every_crash(
        async || bulk(Work::Tag { tag: text("bulk") }).await,
        true,
        async |case, ended, at| {
            // It may have been over before anybody could abort it.
            assert!(matches!(ended.status, Status::Compensated | Status::Completed), "{at}: {ended:?}");
            let compensated = ended.status == Status::Compensated;
            assert!(!compensated || ended.taken == ended.taken_back, "{at}: {ended:?}");
            for todo in &case.todos {
                let events = case.world.events(&todo.to_string()).await;
                let tags = case.world.todo(*todo).await.unwrap().tags.as_set().len();
                match events.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                    ["TodoCreated"] | ["TodoCreated", "TodoTagged", "TodoUntagged"] => assert!(compensated && tags == 0, "{at}"),
                    ["TodoCreated", "TodoTagged"] => assert!(!compensated && tags == 1, "{at}"),
                    _ => panic!("{at}: {events:?}"),
                }
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_import_creates_each_todo_once_wherever_its_host_dies() {
    let prepare = async || {
        let world = World::new();
        let todos: Vec<_> = (0..7).map(|_| TodoId::new(uuid::Uuid::now_v7())).collect();
        let item = |todo: &TodoId| Item::Draft { todo: *todo, draft: Box::new(Draft::titled(text("imported"))) };
        let (saga, start) = world.fill(&Work::Create, todos.iter().map(item).collect(), 3).await;
        (Case { world, saga, todos }, start)
    };
    every_crash(prepare, false, async |case, ended, at| {
        assert_eq!((ended.status, ended.tally.done), (Status::Completed, 7), "{at}");
        for todo in &case.todos {
            assert_eq!(case.world.events(&todo.to_string()).await, ["TodoCreated"], "{at}");
        }
        let kept = case.world.batch(case.saga, 0).await;
        assert!(kept.items.iter().all(|item| matches!(item, Item::Todo(_))), "{at}: drafts are kept twice");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_undo_takes_back_what_was_done_and_no_more_wherever_its_host_dies() {
    let prepare = async || {
        let (mut case, start) = bulk(Work::Delete).await;
        let host = case.world.host();
        host.tell::<Saga>(&case.world.envelope(case.saga.to_string(), start)).await.unwrap();
        case.world.settle(&host, case.saga).await;
        let mut items = vec![];
        for step in 0..3 {
            let batch = case.world.batch(case.saga, step).await;
            items.extend((0..3).filter_map(|at| batch.change(at)));
        }
        let (saga, start) = case.world.fill(&Work::Undo, items, 3).await;
        case.saga = saga;
        (case, start)
    };
    every_crash(prepare, false, async |case, ended, at| {
        assert_eq!((ended.status, ended.tally), (Status::Completed, Tally { done: 7, unchanged: 0, refused: 0 }), "{at}");
        for todo in &case.todos {
            assert_eq!(case.world.events(&todo.to_string()).await, ["TodoCreated", "TodoDeleted", "TodoRestored"], "{at}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_done_is_parked_and_goes_on_when_an_operator_says_so() {
    let (case, start) = bulk(Work::Complete).await;
    // From its second step outwards on, this host reaches nobody, but its own state.
    let host = case.world.host();
    let lost = SagaId::new(uuid::Uuid::now_v7());
    // No batch was filled for it.
    host.tell::<Saga>(&case.world.envelope(lost.to_string(), start)).await.unwrap();
    let parked = case.world.settle(&host, lost).await;
    assert_eq!((parked.status, parked.problem.as_deref(), parked.attempt), (Status::Parked, Some("batch-lost"), 10));
    assert_eq!(ports::Timers::due_before(&*case.world.timers, jiff::Timestamp::MAX, 9).await.unwrap(), [], "nothing rings for it");
    for step in 0..3 {
        let id = domain::BatchId::of(&case.world.owner, lost, step);
        let items = case.todos[step as usize * 2..][..2].iter().copied().map(Item::Todo).collect();
        let fill = domain::saga::BatchCommand::Fill { saga: lost, work: Work::Complete, list: None, items };
        host.tell::<domain::saga::Batch>(&case.world.envelope(id.to_string(), fill)).await.unwrap();
    }
    let mut retry = case.world.envelope(lost.to_string(), Command::Retry);
    retry.principal = domain::saga::OPERATOR.parse().unwrap();
    host.tell::<Saga>(&retry).await.unwrap();
    let ended = case.world.settle(&host, lost).await;
    assert_eq!((ended.status, ended.tally.done), (Status::Completed, 6));
    assert!(host.tell::<Saga>(&case.world.envelope(lost.to_string(), Command::Abort)).await.unwrap_err().contains("over"));
}

#[tokio::test(start_paused = true)]
async fn an_undo_does_not_touch_what_was_changed_since() {
    let (case, start) = bulk(Work::Complete).await;
    let host = case.world.host();
    host.tell::<Saga>(&case.world.envelope(case.saga.to_string(), start)).await.unwrap();
    case.world.settle(&host, case.saga).await;
    let change = |changes| domain::todo::Command::Change { changes };
    let title = change(vec![domain::todo::Change::Title(text("another"))]);
    host.tell::<Todo>(&case.world.envelope(case.todos[0].to_string(), title)).await.unwrap();
    let mut items = vec![];
    for step in 0..3 {
        let batch = case.world.batch(case.saga, step).await;
        items.extend((0..3).filter_map(|at| batch.change(at)));
    }
    let (undo, start) = case.world.fill(&Work::Undo, items, 3).await;
    host.tell::<Saga>(&case.world.envelope(undo.to_string(), start)).await.unwrap();
    let ended = case.world.settle(&host, undo).await;
    assert_eq!((ended.status, ended.direction, ended.tally.done), (Status::Completed, Direction::Forward, 7));
    let todo = case.world.todo(case.todos[0]).await.unwrap();
    assert!(!todo.completed && todo.title.expose() == "another", "the title is another field: it stays");
}
