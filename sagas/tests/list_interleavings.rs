//! Sagas about the same lists and the same todos, at the same time, with hosts that die: whatever the order, each ends, every todo
//! is in one list, no place in a list is lost or given twice, and nothing happens twice.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use domain::{
    ListId, TodoId,
    list::{MAX_TODOS, TodoList},
    saga::{Command, Item, Kind, Saga, Status, Work},
    todo::{Draft, Todo},
};
use ports::ViewReader;
use proptest::prelude::*;
use support::{Doom, World, items, of_list};
use testkit::samples::text;
use uuid::Uuid;

/// How many todos there are in the first list, and in both.
const IN_FIRST: usize = 4;
const ALL: usize = 6;

#[derive(Debug, Clone, Copy)]
enum What {
    Move { to: usize },
    Delete { list: usize },
    Archive { list: usize },
    Copy { list: usize },
}

#[derive(Debug, Clone)]
struct Plan {
    /// What each saga does, to which of the todos where it moves some, whether it is aborted, and whether it is undone later.
    sagas: Vec<(What, Vec<bool>, bool, bool)>,
    /// At which steps outwards hosts die, one after another.
    deaths: Vec<usize>,
    /// How many todos the second list has room for.
    room: u64,
}

fn plans() -> impl Strategy<Value = Plan> {
    let what = prop_oneof![
        4 => (0..2_usize).prop_map(|to| What::Move { to }),
        2 => (0..2_usize).prop_map(|list| What::Delete { list }),
        1 => (0..2_usize).prop_map(|list| What::Archive { list }),
        1 => (0..2_usize).prop_map(|list| What::Copy { list }),
    ];
    let saga = (what, prop::collection::vec(any::<bool>(), ALL), prop::bool::weighted(0.3), any::<bool>());
    (prop::collection::vec(saga, 2..5), prop::collection::vec(5..150_usize, 0..3), 0..6_u64).prop_map(|(sagas, deaths, room)| Plan {
        sagas,
        deaths,
        room,
    })
}

/// What exists before, and what copies make.
struct There {
    world: World,
    lists: Vec<ListId>,
    todos: Vec<TodoId>,
    copies: Vec<TodoId>,
}

impl There {
    async fn new(room: u64) -> Self {
        let world = World::new();
        let lists = vec![world.list().await, world.list().await];
        let mut todos = vec![];
        for n in 0..ALL {
            todos.push(world.todo_in(Some(lists[usize::from(n >= IN_FIRST)])).await);
        }
        world.fill_up(lists[1], room).await;
        Self { world, lists, todos, copies: vec![] }
    }

    /// What is in `list` before anything runs.
    fn within(&self, list: usize) -> Vec<Item> {
        items(if list == 0 { &self.todos[..IN_FIRST] } else { &self.todos[IN_FIRST..] })
    }

    async fn plan(&mut self, what: What, chosen: &[bool]) -> (domain::SagaId, Command) {
        let (kind, list, groups) = match what {
            What::Move { to } => {
                let chosen: Vec<_> = self.todos.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(todo, _)| *todo).collect();
                (Kind::Bulk, self.lists[to], vec![(Work::Move, Some(self.lists[to]), items(&chosen))])
            }
            What::Delete { list } => {
                let (id, within) = (self.lists[list], self.within(list));
                (Kind::ListDelete, id, vec![of_list(Work::DeleteList, id), (Work::Delete, Some(id), within)])
            }
            What::Archive { list } => {
                let (id, within) = (self.lists[list], self.within(list));
                (Kind::ListArchive, id, vec![of_list(Work::ArchiveList, id), (Work::Complete, Some(id), within)])
            }
            What::Copy { list } => {
                let copy = ListId::with_members(Uuid::now_v7());
                let copies: Vec<_> = self.within(list).iter().map(|_| TodoId::new(Uuid::now_v7())).collect();
                let draft = |todo: &TodoId| {
                    let mut draft = Draft::titled(text("copied"));
                    draft.list = Some(copy);
                    Item::Draft { todo: *todo, draft: Box::new(draft) }
                };
                let drafts = copies.iter().map(draft).collect();
                self.lists.push(copy);
                self.copies.extend(copies);
                let make = Work::CreateList { name: text("copy"), description: None };
                (Kind::ListCopy, copy, vec![of_list(make, copy), (Work::Create, Some(copy), drafts)])
            }
        };
        self.world.plan(kind, Some(list), groups, 2).await
    }

    async fn checked(&self, sagas: usize, room: u64, plan: &Plan) {
        let world = &self.world;
        world.nothing_happened_twice::<Todo>(self.todos.iter().chain(&self.copies)).await;
        world.nothing_happened_twice::<TodoList>(&self.lists).await;
        let mut places = vec![0; self.lists.len()];
        for id in self.todos.iter().chain(&self.copies) {
            // A copy may not have been made.
            let Some(todo) = world.todo(*id).await else { continue };
            let at = self.lists.iter().position(|list| *list == todo.list);
            places[at.unwrap_or_else(|| panic!("{id} is in no list: {plan:?}"))] += u64::from(!todo.deleted);
        }
        let fillers = MAX_TODOS - room - (ALL - IN_FIRST) as u64;
        for (at, (list, mut places)) in self.lists.iter().zip(places).enumerate() {
            if at == 1 {
                places += fillers;
            }
            assert_eq!(world.views.list_size(*list).await.unwrap(), places, "places in list {at}: {plan:?}");
            // What is under way may pass the bound, by as many as are worked on at a time.
            assert!(places <= MAX_TODOS + 2 * sagas as u64, "{places} places in list {at}: {plan:?}");
        }
    }

    async fn ended(&self, host: &support::Process, id: domain::SagaId) -> Saga {
        let ended = self.world.settle(host, id).await;
        assert!(matches!(ended.status, Status::Completed | Status::Compensated), "{ended:?}");
        if ended.status == Status::Compensated {
            assert_eq!(ended.taken, ended.taken_back, "{ended:?}");
            for step in 0..ended.taken {
                let batch = self.world.batch(id, step).await;
                assert_eq!(batch.undone.len(), batch.items.len(), "step {step} of {ended:?} is not taken back wholly");
            }
        }
        ended
    }
}

async fn carry_out(plan: Plan) {
    let mut there = There::new(plan.room).await;
    let world = there.world.clone();
    let mut running = vec![];
    for (what, chosen, abort, undo) in &plan.sagas {
        let (saga, start) = there.plan(*what, chosen).await;
        running.push((saga, world.envelope(saga.to_string(), start), *abort, *undo));
    }
    let mut hosts: Vec<_> = plan.deaths.iter().map(|at| world.doomed(Doom::at(*at))).collect();
    hosts.push(world.host());
    for host in &hosts {
        for (saga, start, abort, _) in &running {
            // Twice is once: every host is asked.
            let _ = host.tell::<Saga>(start).await;
            if *abort {
                let _ = host.tell::<Saga>(&world.envelope(saga.to_string(), Command::Abort)).await;
            }
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let host = hosts.last().unwrap();
    let mut undone = vec![];
    for (saga, _, _, undo) in &running {
        if there.ended(host, *saga).await.status == Status::Completed && *undo {
            undone.push(*saga);
        }
    }
    there.checked(plan.sagas.len(), plan.room, &plan).await;
    // All that is undone is undone at the same time, too.
    let mut undoing = vec![];
    for saga in undone {
        let (undo, start) = world.undo_of(saga, 2).await;
        host.tell::<Saga>(&world.envelope(undo.to_string(), start)).await.unwrap();
        undoing.push(undo);
    }
    for undo in undoing {
        there.ended(host, undo).await;
    }
    there.checked(plan.sagas.len(), plan.room, &plan).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_every_todo_is_in_one_list_and_no_place_is_lost(plan in plans()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(carry_out(plan));
    }
}
