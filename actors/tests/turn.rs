//! The turn: dedupe, decide, one fenced commit; calls at least once, effects exactly once.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::sync::{Arc, atomic::Ordering};

use actors::{LocalDispatch, RECENT_COMMANDS};
use domain::{Refusal, todo::Command};
use ports::{ActorHost, ActorKey, AggregateStore, HostError, METHOD_COMMAND, Reply};
use support::{Fault, World, accepted, create, envelope, new_id, retitle, send};
use tokio::sync::Semaphore;

#[tokio::test]
async fn state_stays_in_memory_between_turns() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    for command in [create("milk"), retitle("bread"), retitle("cheese")] {
        accepted(send(&host, &envelope(id, command)).await);
    }
    assert_eq!(world.store.loads.load(Ordering::SeqCst), 0, "a create need not look first");
    assert_eq!(world.store.commits.load(Ordering::SeqCst), 3);
    let other = world.host();
    for text in ["bread", "cheese", "wine"] {
        accepted(send(&other, &envelope(id, retitle(text))).await);
    }
    assert_eq!(world.store.loads.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_create_that_did_not_look_does_no_harm_to_what_is_there() {
    let (world, id) = (World::default(), new_id());
    accepted(send(&world.host(), &envelope(id, create("milk"))).await);
    accepted(send(&world.host(), &envelope(id, retitle("bread"))).await);
    let answer = send(&world.host(), &envelope(id, create("cheese"))).await;
    assert_eq!(answer, Reply::Refused { refusal: Refusal::AlreadyExists });
    assert_eq!(world.writes(id).await, 2);
}

#[tokio::test]
async fn a_command_sent_twice_has_one_effect_and_the_same_answer() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    let mut first = envelope(id, create("milk"));
    first.replayable = true;
    let answer = accepted(send(&host, &first).await);
    accepted(send(&host, &envelope(id, retitle("bread"))).await);
    // Also on another host, from what is stored.
    for host in [host, world.host()] {
        let again = accepted(send(&host, &first).await);
        assert!(again.replayed);
        assert_eq!((again.version, again.events, &again.state), (answer.version, answer.events, &answer.state));
    }
    assert_eq!(world.writes(id).await, 2);
}

#[tokio::test]
async fn a_command_id_names_one_request_only() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    let first = envelope(id, create("milk"));
    accepted(send(&host, &first).await);
    let mut other = first.clone();
    other.command = create("bread");
    assert_eq!(send(&host, &other).await, Reply::Refused { refusal: Refusal::CommandIdReused });
    let mut stranger = first;
    stranger.principal = "ben".parse().unwrap();
    assert_eq!(send(&host, &stranger).await, Reply::Refused { refusal: Refusal::CommandIdReused });
}

#[tokio::test]
async fn answers_are_remembered_for_a_window_and_keyed_ones_longest() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    let mut keyed = envelope(id, create("milk"));
    keyed.replayable = true;
    accepted(send(&host, &keyed).await);
    let early = envelope(id, retitle("0"));
    accepted(send(&host, &early).await);
    for n in 1..=RECENT_COMMANDS {
        accepted(send(&host, &envelope(id, retitle(&n.to_string()))).await);
    }
    assert!(accepted(send(&host, &keyed).await).replayed);
    // Outside the window it is a new command: it decides again.
    assert!(!accepted(send(&host, &early).await).replayed);
}

#[tokio::test]
async fn a_stale_expectation_is_refused_and_a_stranger_learns_no_version() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    accepted(send(&host, &envelope(id, create("milk"))).await);
    accepted(send(&host, &envelope(id, retitle("bread"))).await);
    let mut stale = envelope(id, retitle("cheese"));
    stale.expected_version = Some(1);
    assert_eq!(send(&host, &stale).await, Reply::Refused { refusal: Refusal::VersionConflict { expected: 1, actual: 2 } });
    stale.principal = "ben".parse().unwrap();
    assert_eq!(send(&host, &stale).await, Reply::Refused { refusal: Refusal::NotFound });
    stale.principal = "ana".parse().unwrap();
    stale.expected_version = Some(2);
    assert_eq!(accepted(send(&host, &stale).await).version, 3);
}

#[tokio::test]
async fn whatever_becomes_of_a_commit_the_effect_comes_once() {
    for fault in [Fault::LoseRace, Fault::LandUnclear, Fault::VanishUnclear] {
        let (world, id) = (World::default(), new_id());
        let host = world.host();
        world.fault(fault);
        let answer = accepted(send(&host, &envelope(id, create("milk"))).await);
        assert_eq!((answer.version, answer.events), (1, 1), "{fault:?}");
        world.fault(fault);
        let answer = accepted(send(&host, &envelope(id, retitle("bread"))).await);
        assert_eq!((answer.version, answer.events), (2, 1), "{fault:?}");
        assert_eq!(accepted(send(&host, &envelope(id, retitle("cheese"))).await).version, 3, "{fault:?}");
    }
}

#[tokio::test]
async fn attempts_are_bounded_and_a_later_retry_succeeds() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    let command = envelope(id, create("milk"));
    // The first is lost by not looking.
    for _ in 0..6 {
        world.fault(Fault::LoseRace);
    }
    let error = ports::send::<domain::todo::Todo>(&LocalDispatch::new(host.clone()), &command).await.unwrap_err();
    assert!(matches!(error, ports::DispatchError::Failed(_)), "{error:?}");
    assert_eq!(world.store.commits.load(Ordering::SeqCst), 6);
    assert_eq!(accepted(send(&host, &command).await).version, 1);
}

#[tokio::test]
async fn a_second_activation_cannot_overwrite_the_first() {
    let (world, id) = (World::default(), new_id());
    let (old, new) = (world.host(), world.host());
    accepted(send(&old, &envelope(id, create("milk"))).await);
    accepted(send(&new, &envelope(id, retitle("bread"))).await);
    // The old one still believes in version 1. Its write is refused; it reads, and decides on what is true.
    let answer = accepted(send(&old, &envelope(id, Command::Delete)).await);
    assert_eq!(answer.version, 3);
    assert_eq!(answer.state.unwrap().title, support::title("bread"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turns_of_one_actor_never_overlap() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    accepted(send(&host, &envelope(id, create("milk"))).await);
    let turns = (0..200).map(|n| {
        let host = host.clone();
        tokio::spawn(async move {
            // Deactivations in between: no two cells of one actor may both be alive.
            if n % 20 == 0 {
                host.deactivate("Todo", &id.to_string()).await;
            }
            accepted(send(&host, &envelope(id, retitle(&n.to_string()))).await).version
        })
    });
    let mut versions = Vec::new();
    for turn in turns.collect::<Vec<_>>() {
        versions.push(turn.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (2..=201).collect::<Vec<_>>());
    // Not one race was lost: the fence was never needed.
    assert_eq!(world.store.commits.load(Ordering::SeqCst), 201);
}

#[tokio::test]
async fn a_turn_that_began_is_finished_when_its_caller_hangs_up() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    let gate = Arc::new(Semaphore::new(0));
    *world.store.gate.lock().unwrap() = Some(gate.clone());
    let command = envelope(id, create("milk"));
    let body = serde_json::to_vec(&command).unwrap().into();
    let hung_up =
        tokio::time::timeout(std::time::Duration::from_millis(20), host.call("Todo", &id.to_string(), METHOD_COMMAND, body)).await;
    assert!(hung_up.is_err(), "the call was to be dropped half way");
    gate.add_permits(1000);
    let answer = accepted(send(&host, &command).await);
    assert!(answer.replayed, "the first call's turn was cut");
    assert_eq!(world.store.commits.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn calls_that_make_no_sense_are_refused_without_repeating_them() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    let key = id.to_string();
    let secret = r#"{"command":{"do":"create","title":"s3cret"#;
    let malformed = host.call("Todo", &key, METHOD_COMMAND, secret.into()).await.unwrap_err();
    assert!(matches!(&malformed, HostError::Malformed(_)) && !malformed.to_string().contains("s3cret"), "{malformed}");
    let elsewhere = serde_json::to_vec(&envelope(new_id(), create("milk"))).unwrap();
    assert!(matches!(host.call("Todo", &key, METHOD_COMMAND, elsewhere.into()).await, Err(HostError::Malformed(_))));
    assert!(matches!(host.call("Todo", &key, "dance", "".into()).await, Err(HostError::Unknown(_))));
    assert!(matches!(host.call("Dog", &key, METHOD_COMMAND, "".into()).await, Err(HostError::Unknown(_))));
    assert_eq!(world.store.commits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_record_of_a_newer_program_or_with_a_wrong_count_is_not_touched() {
    for (field, value) in [("schema", 2), ("writes", 7)] {
        let (world, id) = (World::default(), new_id());
        accepted(send(&world.host(), &envelope(id, create("milk"))).await);
        let key = ActorKey::new("Todo", id.to_string());
        let stored = world.store.inner.load(&key).await.unwrap().unwrap();
        let mut json: serde_json::Value = serde_json::from_slice(&stored.value).unwrap();
        json[field] = value.into();
        let record = ports::NewRecord { value: json.to_string().into(), events: Arc::from([]) };
        world.store.inner.commit(&key, 1, record).await.unwrap();
        let before = world.store.inner.load(&key).await.unwrap();
        let dispatch = LocalDispatch::new(world.host());
        assert!(ports::send::<domain::todo::Todo>(&dispatch, &envelope(id, retitle("bread"))).await.is_err(), "{field}");
        assert_eq!(world.store.inner.load(&key).await.unwrap(), before);
    }
}
