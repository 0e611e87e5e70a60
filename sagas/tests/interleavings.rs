//! Sagas of one person on the same todos, at the same time, with hosts that die: whatever the order, each ends, and what the
//! todos have become is what their events say, each once.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use domain::saga::{Command, Item, Saga, Status, Work};
use proptest::prelude::*;
use support::{Doom, World};
use testkit::samples::text;

const WORKS: [fn() -> Work; 5] =
    [|| Work::Complete, || Work::Reopen, || Work::Delete, || Work::Tag { tag: text("a") }, || Work::Untag { tag: text("a") }];

#[derive(Debug, Clone)]
struct Plan {
    /// For each saga: what it does, to which of the todos, and whether it is aborted.
    sagas: Vec<(usize, Vec<bool>, bool)>,
    /// At which steps outwards hosts die, one after another.
    deaths: Vec<usize>,
}

fn plans() -> impl Strategy<Value = Plan> {
    let saga = (0..WORKS.len(), prop::collection::vec(any::<bool>(), 6), prop::bool::weighted(0.3));
    (prop::collection::vec(saga, 2..4), prop::collection::vec(5..120_usize, 0..3)).prop_map(|(sagas, deaths)| Plan { sagas, deaths })
}

async fn carry_out(plan: Plan) {
    let world = World::new();
    let todos = world.todos(6).await;
    let mut running = vec![];
    for (work, chosen, abort) in &plan.sagas {
        let items: Vec<_> = todos.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(todo, _)| Item::Todo(*todo)).collect();
        let (saga, start) = world.fill(&WORKS[*work](), items, 2).await;
        running.push((saga, world.envelope(saga.to_string(), start), *abort));
    }
    let mut hosts: Vec<_> = plan.deaths.iter().map(|at| world.doomed(Doom::at(*at))).collect();
    hosts.push(world.host());
    for host in &hosts {
        for (saga, start, abort) in &running {
            // Twice is once: every host is asked.
            let _ = host.tell::<Saga>(start).await;
            if *abort {
                let _ = host.tell::<Saga>(&world.envelope(saga.to_string(), Command::Abort)).await;
            }
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let host = hosts.last().unwrap();
    for (saga, ..) in &running {
        let ended = world.settle(host, *saga).await;
        assert!(matches!(ended.status, Status::Completed | Status::Compensated), "{ended:?}");
    }
    for todo in &todos {
        let state = world.todo(*todo).await.unwrap();
        let (mut completed, mut deleted, mut tagged) = (false, false, false);
        // Each event must change what the ones before left: a second effect of one command would not.
        let flip = |what: &mut bool, to: bool, event: &str| {
            assert_ne!(*what, to, "{event} happened twice: {plan:?}");
            *what = to;
        };
        for event in world.events(&todo.to_string()).await {
            match event.as_str() {
                "TodoCreated" => {}
                "TodoCompleted" => flip(&mut completed, true, &event),
                "TodoReopened" => flip(&mut completed, false, &event),
                "TodoDeleted" => flip(&mut deleted, true, &event),
                "TodoRestored" => flip(&mut deleted, false, &event),
                "TodoTagged" => flip(&mut tagged, true, &event),
                "TodoUntagged" => flip(&mut tagged, false, &event),
                other => panic!("{other}"),
            }
        }
        assert_eq!((state.completed, state.deleted, !state.tags.is_empty()), (completed, deleted, tagged), "{plan:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_everything_ends_once(plan in plans()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(carry_out(plan));
    }
}
