//! Every saga about lists, with its host dying before and after each step outwards: it ends, nothing runs twice, every todo is in
//! one list, and no place in a list is lost.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use domain::{
    ListId, TodoId,
    list::{MAX_TODOS, TodoList},
    saga::{Command, Item, Kind, Outcome, Reason, Saga, Status, Tally, Work},
    todo::{Draft, Todo},
};
use ports::ViewReader;
use support::{
    World,
    crash::{Case, every_crash},
    items, of_list,
};
use testkit::samples::text;

/// A list with todos in it, and another.
struct Lists {
    world: World,
    from: ListId,
    to: ListId,
    todos: Vec<TodoId>,
}

impl Lists {
    async fn new() -> Self {
        let world = World::new();
        let (from, to) = (world.list().await, world.list().await);
        let mut todos = vec![];
        for _ in 0..5 {
            todos.push(world.todo_in(Some(from)).await);
        }
        Self { world, from, to, todos }
    }

    async fn case(self, kind: Kind, list: ListId, groups: Vec<support::Group>) -> (Case, Command) {
        let (saga, start) = self.world.plan(kind, Some(list), groups, 2).await;
        (Case { world: self.world, saga, todos: self.todos }, start)
    }

    async fn moving(self) -> (Case, Command) {
        let (to, mut moved) = (self.to, items(&self.todos));
        // One that there is not: an outcome of its own.
        moved.insert(2, Item::Todo(TodoId::new(uuid::Uuid::now_v7())));
        self.case(Kind::Bulk, to, vec![(Work::Move, Some(to), moved)]).await
    }

    async fn deleting(self) -> (Case, Command) {
        let list = self.from;
        let groups = vec![of_list(Work::DeleteList, list), (Work::Delete, Some(list), items(&self.todos))];
        self.case(Kind::ListDelete, list, groups).await
    }

    async fn archiving(self) -> (Case, Command) {
        let list = self.from;
        let groups = vec![of_list(Work::ArchiveList, list), (Work::Complete, Some(list), items(&self.todos))];
        self.case(Kind::ListArchive, list, groups).await
    }

    async fn copying(mut self) -> (Case, Command) {
        let copy = ListId::with_members(uuid::Uuid::now_v7());
        let mut draft = Draft::titled(text("copied"));
        draft.list = Some(copy);
        self.todos = self.todos.iter().map(|_| TodoId::new(uuid::Uuid::now_v7())).collect();
        let drafts = self.todos.iter().map(|todo| Item::Draft { todo: *todo, draft: Box::new(draft.clone()) }).collect();
        let make = Work::CreateList { name: text("copy"), description: None };
        self.case(Kind::ListCopy, copy, vec![of_list(make, copy), (Work::Create, Some(copy), drafts)]).await
    }
}

/// Which list a saga is about.
fn about(saga: &Saga) -> ListId {
    saga.list.unwrap()
}

/// The types of a todo's events after its creation.
async fn since(case: &Case, todo: TodoId) -> Vec<String> {
    case.world.events(&todo.to_string()).await.split_off(1)
}

/// What holds of every saga's end, wherever its host died.
async fn checked(case: &Case, ended: &Saga, at: usize) {
    let world = &case.world;
    assert!(matches!(ended.status, Status::Completed | Status::Compensated), "{at}: {ended:?}");
    if ended.status == Status::Compensated {
        assert_eq!(ended.taken, ended.taken_back, "{at}: {ended:?}");
        for step in 0..ended.taken {
            let batch = world.batch(case.saga, step).await;
            assert_eq!(batch.undone.len(), batch.items.len(), "{at}: step {step} is not taken back wholly");
        }
    }
    let there: Vec<_> = futures::future::join_all(case.todos.iter().map(|todo| world.todo(*todo))).await.into_iter().flatten().collect();
    world.nothing_happened_twice::<Todo>(&case.todos).await;
    world.nothing_happened_twice::<TodoList>([about(ended)]).await;
    // Each that is not in the trash takes one place, in the list that it says; and nothing else takes one.
    let lists: std::collections::BTreeSet<_> = there.iter().map(|todo| todo.list).collect();
    for list in lists {
        let places = there.iter().filter(|todo| todo.list == list && !todo.deleted).count() as u64;
        assert_eq!(world.views.list_size(list).await.unwrap(), places, "{at}: places in {list}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_move_of_many_ends_completed_wherever_its_host_dies() {
    every_crash(
        async || Lists::new().await.moving().await,
        false,
        async |case, ended, at| {
            checked(case, ended, at).await;
            assert_eq!((ended.status, ended.tally), (Status::Completed, Tally { done: 5, unchanged: 0, refused: 1 }), "{at}");
            for todo in &case.todos {
                assert_eq!(case.world.todo(*todo).await.unwrap().list, about(ended), "{at}");
                assert_eq!(since(case, *todo).await, ["TodoMoved"], "{at}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_aborted_move_brings_everything_back_wherever_its_host_dies() {
    every_crash(
        async || Lists::new().await.moving().await,
        true,
        async |case, ended, at| {
            checked(case, ended, at).await;
            for todo in &case.todos {
                let (moved, events) = (case.world.todo(*todo).await.unwrap().list == about(ended), since(case, *todo).await);
                assert_eq!(moved, ended.status == Status::Completed, "{at}: {ended:?}");
                assert!(if moved { events == ["TodoMoved"] } else { [0, 2].contains(&events.len()) }, "{at}: {events:?}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_list_is_deleted_with_what_is_in_it_wherever_its_host_dies() {
    every_crash(
        async || Lists::new().await.deleting().await,
        false,
        async |case, ended, at| {
            checked(case, ended, at).await;
            let list = case.world.list_state(about(ended)).await.unwrap();
            assert_eq!((list.deleted, list.deleted_with), (true, Some(case.saga)), "{at}");
            assert_eq!((ended.status, ended.tally.done), (Status::Completed, 6), "{at}");
            for todo in &case.todos {
                assert_eq!(since(case, *todo).await, ["TodoDeleted"], "{at}");
            }
            assert_eq!(case.world.views.list_size(about(ended)).await.unwrap(), 0, "{at}");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_aborted_deletion_of_a_list_leaves_it_as_it_was_wherever_its_host_dies() {
    every_crash(
        async || Lists::new().await.deleting().await,
        true,
        async |case, ended, at| {
            checked(case, ended, at).await;
            let deleted = ended.status == Status::Completed;
            assert_eq!(case.world.list_state(about(ended)).await.unwrap().deleted, deleted, "{at}");
            for todo in &case.todos {
                assert_eq!(case.world.todo(*todo).await.unwrap().deleted, deleted, "{at}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_list_comes_back_with_what_was_deleted_with_it_and_no_more_wherever_its_host_dies() {
    let prepare = async || {
        let lists = Lists::new().await;
        let (before, world) = (lists.todos[4], lists.world.clone());
        world.host().tell::<Todo>(&world.deletion_of(before, lists.from)).await.unwrap();
        let (mut case, start) = lists.deleting().await;
        assert_eq!(case.world.carry_out(case.saga, start).await.tally, Tally { done: 5, unchanged: 1, refused: 0 });
        let (saga, start) = case.world.undo_of(case.saga, 2).await;
        case.saga = saga;
        (case, start)
    };
    every_crash(prepare, false, async |case, ended, at| {
        checked(case, ended, at).await;
        assert_eq!((ended.status, ended.tally), (Status::Completed, Tally { done: 5, unchanged: 0, refused: 0 }), "{at}");
        let list = case.world.list_state(about(ended)).await.unwrap();
        assert_eq!((list.deleted, list.deleted_with), (false, None), "{at}");
        for todo in &case.todos[..4] {
            assert_eq!(since(case, *todo).await, ["TodoDeleted", "TodoRestored"], "{at}");
        }
        assert_eq!(since(case, case.todos[4]).await, ["TodoDeleted"], "{at}: it lay in the trash before");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_list_is_archived_and_what_is_open_in_it_completed_wherever_its_host_dies() {
    for abort in [false, true] {
        every_crash(
            async || Lists::new().await.archiving().await,
            abort,
            async |case, ended, at| {
                checked(case, ended, at).await;
                let done = ended.status == Status::Completed;
                assert!(abort || done, "{at}: {ended:?}");
                assert_eq!(case.world.list_state(about(ended)).await.unwrap().archived, done, "{at}");
                for todo in &case.todos {
                    assert_eq!(case.world.todo(*todo).await.unwrap().completed, done, "{at}");
                }
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_copied_once_wherever_its_host_dies() {
    for abort in [false, true] {
        every_crash(
            async || Lists::new().await.copying().await,
            abort,
            async |case, ended, at| {
                checked(case, ended, at).await;
                let done = ended.status == Status::Completed;
                assert!(abort || done, "{at}: {ended:?}");
                assert_eq!(case.world.list_state(about(ended)).await.is_some_and(|list| !list.deleted), done, "{at}");
                for todo in &case.todos {
                    let todo = case.world.todo(*todo).await;
                    assert_eq!(todo.is_some_and(|todo| !todo.deleted && todo.list == about(ended)), done, "{at}");
                }
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_list_takes_what_it_has_room_for_and_an_undo_gives_the_places_back() {
    let lists = Lists::new().await;
    lists.world.fill_up(lists.to, 3).await;
    let to = lists.to;
    let (case, start) = lists.moving().await;
    let ended = case.world.carry_out(case.saga, start).await;
    assert_eq!((ended.status, ended.tally), (Status::Completed, Tally { done: 3, unchanged: 0, refused: 3 }));
    assert_eq!(case.world.views.list_size(to).await.unwrap(), MAX_TODOS, "not one too many");
    let mut why = vec![];
    for step in 0..ended.steps {
        let batch = case.world.batch(case.saga, step).await;
        why.extend(batch.outcomes.into_values().filter_map(|outcome| match outcome {
            Outcome::Refused { refused } => Some(refused),
            Outcome::Done { .. } => None,
        }));
    }
    why.sort();
    assert_eq!(why, ["limit-reached", "limit-reached", "not-found"]);
    let (undo, start) = case.world.undo_of(case.saga, 2).await;
    assert_eq!(case.world.carry_out(undo, start).await.tally.done, 3);
    assert_eq!(case.world.views.list_size(to).await.unwrap(), MAX_TODOS - 3);
}

#[tokio::test(start_paused = true)]
async fn where_the_list_refuses_nothing_else_is_done() {
    let lists = Lists::new().await;
    let list = lists.from;
    let stale = (Work::DeleteList, Some(list), vec![Item::List { list, version: Some(7) }]);
    let groups = vec![stale, (Work::Delete, Some(list), items(&lists.todos))];
    let (case, start) = lists.case(Kind::ListDelete, list, groups).await;
    let ended = case.world.carry_out(case.saga, start).await;
    assert_eq!((ended.status, ended.stopping, ended.taken), (Status::Compensated, Some(Reason::Refused), 1));
    let refused = case.world.batch(case.saga, 0).await.outcomes[&0].clone();
    assert_eq!(refused, Outcome::Refused { refused: "precondition-failed".into() });
    for todo in &case.todos {
        assert_eq!(since(&case, *todo).await, Vec::<String>::new());
    }
    assert!(!case.world.list_state(list).await.unwrap().deleted);
}

#[tokio::test(start_paused = true)]
async fn what_has_left_the_list_is_not_deleted_with_it() {
    let lists = Lists::new().await;
    let (left, from, to, world) = (lists.todos[1], lists.from, lists.to, lists.world.clone());
    let (case, start) = lists.deleting().await;
    let (moving, go) = world.plan(Kind::Bulk, Some(to), vec![(Work::Move, Some(to), items(&[left]))], 2).await;
    assert_eq!(world.carry_out(moving, go).await.tally.done, 1);
    let ended = world.carry_out(case.saga, start).await;
    assert_eq!((ended.status, ended.tally), (Status::Completed, Tally { done: 5, unchanged: 0, refused: 1 }));
    let todo = world.todo(left).await.unwrap();
    assert_eq!((todo.deleted, todo.list), (false, to));
    assert_eq!(world.views.list_size(from).await.unwrap(), 0);
}
