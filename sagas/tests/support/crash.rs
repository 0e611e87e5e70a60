//! A saga whose host dies before and after each of its steps outwards.

use domain::{
    SagaId, TodoId,
    saga::{Command, Saga},
};

use super::{Doom, World};

/// What a saga does, as a test needs to know it.
pub struct Case {
    pub world: World,
    pub saga: SagaId,
    pub todos: Vec<TodoId>,
}

/// Starts `command` at a host that dies at step `at`, and goes on at another; `None` where it did not get to die.
async fn through_a_crash(case: &Case, start: &Command, abort: bool, at: usize) -> Option<Saga> {
    let doomed = case.world.doomed(Doom::at(at));
    let begin = case.world.envelope(case.saga.to_string(), start.clone());
    // As a client does that has an Idempotency-Key: until it is answered.
    if doomed.tell::<Saga>(&begin).await.is_ok() && abort {
        let _ = doomed.tell::<Saga>(&case.world.envelope(case.saga.to_string(), Command::Abort)).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(20)).await;
    let struck = doomed.doom.struck();
    let host = case.world.host();
    if case.world.saga(case.saga).await.is_none() {
        host.tell::<Saga>(&begin).await.unwrap();
    }
    if abort && case.world.saga(case.saga).await.is_some_and(|saga| saga.is_open() && saga.stopping.is_none()) {
        host.tell::<Saga>(&case.world.envelope(case.saga.to_string(), Command::Abort)).await.unwrap();
    }
    let ended = case.world.settle(&host, case.saga).await;
    // Whatever still rings means nothing now.
    let before = case.world.events(&case.saga.to_string()).await;
    for timer in ports::Timers::due_before(&*case.world.timers, jiff::Timestamp::MAX, 100).await.unwrap() {
        case.world.ring(&host, &timer).await;
    }
    assert_eq!(case.world.events(&case.saga.to_string()).await, before, "a stale timer did something");
    struck.then_some(ended)
}

/// Runs a case with every point of death, until there is no further one.
pub async fn every_crash(prepare: impl AsyncFn() -> (Case, Command), abort: bool, check: impl AsyncFn(&Case, &Saga, usize)) {
    let mut deaths = 0;
    for at in 1.. {
        let (case, start) = prepare().await;
        let Some(ended) = through_a_crash(&case, &start, abort, at).await else { break };
        deaths += 1;
        check(&case, &ended, at).await;
    }
    assert!(deaths > 40, "only {deaths} steps outwards: what is missing?");
}
