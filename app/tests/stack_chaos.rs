//! Redis, Kafka, sidecars and hosts are killed at random while people do things to whole lists, on the real engine: whatever was
//! begun ends, once, and every store tells the same story.
//!
//! `STACK_CHAOS_SEED` repeats what was drawn, of faults and of what people do, though not to the millisecond;
//! `STACK_CHAOS_KILLS` says how many kills there are.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{
    load::Load,
    people::{Begun, Lots, Person},
    stack::{Stack, metric},
    truth::Truth,
};

/// What dies, in the order in which it must be started again: a sidecar does not start without Redis.
const MORTAL: [&str; 6] = ["redis", "kafka", "actors-1", "actors-1-daprd", "sagas", "sagas-daprd"];
/// A step of which nothing was heard is taken again after half a minute, and its timer may be lost as well.
const RECOVERY: Duration = Duration::from_secs(150);
/// How many todos there are in each list at first.
const TODOS: usize = 40;

fn number(name: &str, or_else: u64) -> u64 {
    env::var(name).ok().map_or(or_else, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// `tools/stack` with these words. Redis is to have each write on the disk before it acknowledges it: with `everysec` it answers
/// while an fsync takes its time and writes later, and what it has not written is lost with the process.
fn tell(stack: &Stack, words: &[&str]) {
    tokio::task::block_in_place(|| stack.tell_with(&[("STACK_REDIS_FSYNC", "always")], words));
}

/// Kills one or two at a time, each at least once, at any moment, and starts them again after any other.
async fn faults(stack: &Stack, kills: usize, lots: &mut Lots) {
    let begun = Instant::now();
    let mut doomed: Vec<&str> = MORTAL.into();
    lots.shuffle(&mut doomed);
    while doomed.len() < kills {
        doomed.push(MORTAL[lots.below(MORTAL.len())]);
    }
    doomed.truncate(kills);
    while let Some(first) = doomed.pop() {
        let second = if lots.below(3) == 0 { doomed.pop().filter(|second| *second != first) } else { None };
        let mut together: Vec<_> = [Some(first), second].into_iter().flatten().collect();
        together.sort_by_key(|name| MORTAL.iter().position(|mortal| mortal == name));
        // Any moment will do: these pauses wait for nothing.
        tokio::time::sleep(Duration::from_millis(500 + lots.below(2_000) as u64)).await;
        together.iter().for_each(|name| tell(stack, &["kill", name]));
        let dead = begun.elapsed();
        tokio::time::sleep(Duration::from_millis(lots.below(2_500) as u64)).await;
        together.iter().for_each(|name| tell(stack, &["start", name]));
        eprintln!("{:5.1} s to {:5.1} s: {together:?}", dead.as_secs_f64(), begun.elapsed().as_secs_f64());
    }
}

/// Sees to it that whatever was begun is over: what is parked goes on once an operator says so.
async fn all_ended(stack: &Stack, begun: &Begun) {
    let deadline = Instant::now() + RECOVERY;
    let all = begun.lock().unwrap().clone();
    for (person, what, operation) in &all {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let url = operation["url"].as_str().unwrap();
            let Some(over) = person.over(operation, left).await else { panic!("{what} never ends: {:?}", person.get(url).await) };
            if over["status"] != "parked" {
                break;
            }
            eprintln!("{what} was parked: {over}");
            let (fine, _, problem) = tokio::task::block_in_place(|| stack.operate(&["retry", over["id"].as_str().unwrap()]));
            assert!(fine || problem.contains("not parked"), "{problem}");
        }
    }
}

/// Three people with two lists each, and one that all of them may change; with todos in all of them.
async fn people_with_lists(stack: &Stack) -> Vec<(Person, Vec<String>)> {
    let people = ["ana", "ben", "cyn"].map(|name| Person::new(stack, name));
    let shared = people[0].list("ours").await;
    for other in &people[1..] {
        let path = format!("/api/v1/lists/{shared}/members/{}", other.name);
        people[0].ask("PUT", &path, Some(&json!({ "role": "editor" }))).await.expect("a member");
    }
    let mut all = vec![];
    for person in people {
        let lists = vec![person.list("one").await, person.list("two").await, shared.clone()];
        for list in &lists {
            let drafts: Vec<_> = (0..TODOS).map(|n| json!({ "title": format!("todo {n}"), "list": list })).collect();
            let import = person.ask("POST", "/api/v1/todos/import", Some(&json!(drafts))).await.expect("an import");
            let import = person.over(&import, RECOVERY).await.expect("an import over");
            assert_eq!((&import["status"], &import["outcomes"]["done"]), (&json!("completed"), &json!(TODOS)), "{import}");
        }
        all.push((person, lists));
    }
    all
}

/// How often projections stopped at an event.
async fn stopped(stack: &Stack) -> f64 {
    metric(stack.var("PROJECTIONS_URL"), "todo_projection_stopped_total").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_chaos_sagas_of_lists_end_once_whatever_is_killed_under_load() {
    let stack = Stack::up("split", "stream");
    let seed = number("STACK_CHAOS_SEED", u64::from_be_bytes(uuid::Uuid::new_v4().as_bytes()[..8].try_into().unwrap()));
    let kills = usize::try_from(number("STACK_CHAOS_KILLS", 9)).unwrap();
    eprintln!("STACK_CHAOS_SEED={seed} STACK_CHAOS_KILLS={kills}");
    let mut lots = Lots::new(seed);
    tell(&stack, &["stop", "redis"]);
    tell(&stack, &["start", "redis"]);
    assert_eq!(stack.redis(&["CONFIG", "GET", "appendfsync"]).split_whitespace().last(), Some("always"));
    let (stopped_before, people) = (stopped(&stack).await, people_with_lists(&stack).await);

    let (load, stop, begun) = (Load::start(&stack, 5).await, Arc::new(AtomicBool::new(false)), Begun::default());
    let hands: Vec<_> = people
        .iter()
        .flat_map(|(person, lists)| [(person, lists), (person, lists)])
        .map(|(person, lists)| tokio::spawn(person.clone().keeps_busy(lists.clone(), lots.split(), begun.clone(), stop.clone())))
        .collect();
    faults(&stack, kills, &mut lots).await;
    load.progress(1).await;
    stop.store(true, Ordering::SeqCst);
    for hand in hands {
        hand.await.unwrap();
    }
    all_ended(&stack, &begun).await;
    let written = load.stop().await;
    written.is_kept(&stack).await;

    let people: Vec<_> = people.into_iter().map(|(person, _)| person).collect();
    let truth = Truth::of(&stack, &people).await;
    for (_, what, operation) in begun.lock().unwrap().iter() {
        let id = operation["id"].as_str().unwrap().parse().unwrap();
        assert!(truth.sagas.contains_key(&id), "{what} was acknowledged, and is lost: {operation}");
    }
    truth.sagas_are_over();
    truth.todos_are_in_one_list();
    truth.views_agree(&stack, &people).await;
    truth.topic_agrees(&stack);
    assert_eq!(stopped(&stack).await, stopped_before, "a gap or a fork was met");
    told(&truth, &begun, written.events());
}

/// What came of it, for whoever reads the test's output.
fn told(truth: &Truth, begun: &Begun, written: u64) {
    let mut kinds = std::collections::BTreeMap::<(&str, String), usize>::new();
    for (_, what, operation) in begun.lock().unwrap().iter() {
        let id = operation["id"].as_str().unwrap().parse().unwrap();
        let status = serde_json::to_value(truth.sagas[&id].status).unwrap();
        *kinds.entry((*what, status.as_str().unwrap_or(&Value::Null.to_string()).to_owned())).or_default() += 1;
    }
    let (sagas, todos, events) = (truth.sagas.len(), truth.todos.len(), truth.events());
    let tried: u32 = truth.sagas.values().map(|saga| saga.attempt).max().unwrap_or_default();
    eprintln!("{sagas} sagas over {todos} todos, {events} events, up to {tried} attempts; {written} events beside them; {kinds:?}");
}
