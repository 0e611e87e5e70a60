//! From the commit to the feed: nothing is lost or overtakes, whatever dies in between.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use actors::{LocalDispatch, Options, SweepOptions, sweep_until};
use jiff::{SignedDuration, Timestamp};
use ports::{ActorHost, ActorKey, AggregateStore, Mark, OutboxIndex, SystemClock};
use support::{Fault, World, accepted, create, envelope, new_id, retitle, send};
use testkit::poll_until;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(10);

async fn published(world: &World, versions: &[u64]) {
    let arrived = poll_until(PATIENCE, async || (world.versions() == versions).then_some(())).await;
    assert!(arrived.is_some(), "expected {versions:?}, have {:?}", world.versions());
}

async fn marks(world: &World) -> Vec<Mark> {
    world.index.older_than(Timestamp::now() + SignedDuration::from_hours(1), 1000).await.unwrap()
}

async fn no_marks(world: &World) {
    assert!(poll_until(PATIENCE, async || marks(world).await.is_empty().then_some(())).await.is_some(), "{:?}", marks(world).await);
}

/// A sweeper that takes every mark for overdue at once.
fn sweep(world: &World, host: &Arc<actors::Hosts>, abandoned: Duration) -> CancellationToken {
    let options = SweepOptions { every: Duration::from_millis(10), overdue: Duration::ZERO, abandoned, ..SweepOptions::default() };
    let stop = CancellationToken::new();
    tokio::spawn(sweep_until(
        world.index.clone(),
        Arc::new(LocalDispatch::new(host.clone())),
        Arc::new(SystemClock),
        options,
        stop.clone(),
    ));
    stop
}

#[tokio::test]
async fn events_reach_the_feed_once_in_order_and_leave_no_mark() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    accepted(send(&host, &envelope(id, create("milk"))).await);
    for n in 0..20 {
        accepted(send(&host, &envelope(id, retitle(&n.to_string()))).await);
    }
    published(&world, &(1..=21).collect::<Vec<_>>()).await;
    no_marks(&world).await;
}

#[tokio::test]
async fn a_host_that_dies_between_commit_and_publish_delays_its_event_only() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    accepted(send(&host, &envelope(id, create("milk"))).await);
    published(&world, &[1]).await;
    world.fault(Fault::LandAndDie);
    assert!(ports::send::<domain::todo::Todo>(&LocalDispatch::new(host), &envelope(id, retitle("bread"))).await.is_err());
    assert_eq!(world.versions(), [1]);
    // Another process, and nobody calls the actor again but the sweeper.
    world.store.dead.store(false, Ordering::SeqCst);
    let next = world.host();
    let stop = sweep(&world, &next, Duration::from_secs(60));
    published(&world, &[1, 2]).await;
    no_marks(&world).await;
    stop.cancel();
}

#[tokio::test]
async fn a_host_that_dies_after_publish_does_not_publish_again() {
    let (world, id) = (World::default(), new_id());
    accepted(send(&world.host(), &envelope(id, create("milk"))).await);
    published(&world, &[1]).await;
    no_marks(&world).await;
    // Its record still holds the event; the mark that is gone says that the feed has it.
    accepted(send(&world.host(), &envelope(id, retitle("bread"))).await);
    published(&world, &[1, 2]).await;
}

#[tokio::test]
async fn while_the_feed_is_away_commands_go_on_and_events_come_later_in_order() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    world.feed.away.store(true, Ordering::SeqCst);
    accepted(send(&host, &envelope(id, create("milk"))).await);
    for n in 0..5 {
        accepted(send(&host, &envelope(id, retitle(&n.to_string()))).await);
    }
    world.feed.away.store(false, Ordering::SeqCst);
    // What comes now must not overtake what waits.
    accepted(send(&host, &envelope(id, retitle("last"))).await);
    let stop = sweep(&world, &host, Duration::from_secs(60));
    published(&world, &[1, 2, 3, 4, 5, 6, 7]).await;
    no_marks(&world).await;
    stop.cancel();
}

#[tokio::test]
async fn a_mark_without_a_commit_is_cleared_only_when_it_is_old() {
    let (world, id) = (World::default(), new_id());
    let host = world.host();
    accepted(send(&host, &envelope(id, create("milk"))).await);
    no_marks(&world).await;
    let mark = Mark { key: ActorKey::new("Todo", id.to_string()), version: 9 };
    world.index.set(std::slice::from_ref(&mark), Timestamp::now() - SignedDuration::from_secs(30)).await.unwrap();
    let young = sweep(&world, &host, Duration::from_secs(3600));
    // Something that the same sweep must have come past.
    let witness = Mark { key: mark.key.clone(), version: 1 };
    world.index.set(std::slice::from_ref(&witness), Timestamp::now() - SignedDuration::from_secs(1)).await.unwrap();
    assert!(poll_until(PATIENCE, async || (marks(&world).await == [mark.clone()]).then_some(())).await.is_some());
    young.cancel();
    let old = sweep(&world, &host, Duration::from_secs(10));
    no_marks(&world).await;
    old.cancel();
}

#[tokio::test(start_paused = true)]
async fn an_actor_at_rest_holds_no_published_events_and_then_leaves_memory() {
    let (world, id) = (World::default(), new_id());
    let brief = Duration::from_millis(30);
    let options = Options { idle: brief * 4, tidy_after: brief, housekeeping: brief, ..Options::default() };
    let host = world.host_with(options);
    let stop = CancellationToken::new();
    tokio::spawn({
        let (host, stop) = (host.clone(), stop.clone());
        async move { host.keep_house_until(stop).await }
    });
    accepted(send(&host, &envelope(id, create("milk"))).await);
    let key = ActorKey::new("Todo", id.to_string());
    let outbox = async || {
        let stored = world.store.inner.load(&key).await.unwrap().unwrap();
        serde_json::from_slice::<serde_json::Value>(&stored.value).unwrap()["outbox"].clone()
    };
    assert_eq!(outbox().await.as_array().map(Vec::len), Some(1));
    assert!(poll_until(PATIENCE, async || outbox().await.is_null().then_some(())).await.is_some(), "the outbox stays in the record");
    let loads = world.store.loads.load(Ordering::SeqCst);
    let left = poll_until(PATIENCE, async || {
        // A command that changes nothing, to see whether the actor must be loaded.
        tokio::time::sleep(brief * 8).await;
        accepted(send(&host, &envelope(id, domain::todo::Command::Restore)).await);
        (world.store.loads.load(Ordering::SeqCst) > loads).then_some(())
    });
    assert!(left.await.is_some(), "the actor never left memory");
    assert_eq!(accepted(send(&host, &envelope(id, retitle("bread"))).await).version, 2);
    host.deactivate_all().await;
    stop.cancel();
}
