//! The outbox index and recent positions on the real Redis.
#![cfg(feature = "cluster")]

mod support;

use std::{sync::Arc, time::Duration};

use adapters::redis::{
    connect,
    outbox::RedisOutboxIndex,
    positions::RedisPositions,
    records::RedisRecords,
    timers::{RedisTimers, Scheduler},
};
use async_trait::async_trait;
use jiff::Timestamp;
use ports::{ArmedTimer, Mark, OutboxIndex, Positions, PositionsBounds, Source};
use redis::AsyncCommands;
use support::{PATIENCE, engine::Redis};
use testkit::{
    contracts::{Fresh, aggregate_store::TYPES, outbox_index, positions, record_store, timers},
    poll_until,
    samples::{at, fresh_key, fresh_todo_id, fresh_user},
};
use tokio::task::JoinSet;

const DEADLINE: Duration = Duration::from_millis(500);

fn index(url: &str) -> RedisOutboxIndex {
    RedisOutboxIndex::new(connect(url, DEADLINE).expect("an address"), TYPES.to_vec(), DEADLINE)
}

fn fresh_mark() -> Mark {
    Mark { key: fresh_key(), version: 1 }
}

fn positions_at(url: &str, bounds: PositionsBounds) -> RedisPositions {
    RedisPositions::new(connect(url, DEADLINE).expect("an address"), DEADLINE, bounds)
}

async fn connection(url: &str) -> redis::aio::MultiplexedConnection {
    redis::Client::open(url).expect("an address").get_multiplexed_async_connection().await.expect("a redis")
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_outbox_keeps_the_contract() {
    let fresh = async || {
        let redis = Redis::start().await;
        Fresh::keeping(index(&redis.url()), redis)
    };
    outbox_index::suite(fresh).await;
}

/// A scheduler that is away: what is armed is armed all the same.
struct Away;

#[async_trait]
impl Scheduler for Away {
    async fn schedule(&self, _: &ArmedTimer) -> Result<(), Source> {
        Err("away".into())
    }
    async fn forget(&self, _: &ArmedTimer) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_timers_keep_the_contract() {
    timers::suite(async || {
        let redis = Redis::start().await;
        let connection = connect(&redis.url(), DEADLINE).expect("an address");
        Fresh::keeping(RedisTimers::new(connection, Box::new(Away), vec!["Saga"], DEADLINE), redis)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_records_keep_the_contract() {
    let redis = Redis::start().await;
    let fresh = async || Fresh::of(RedisRecords::new(connect(&redis.url(), DEADLINE).expect("an address"), [("Todo", "todo-backend")]));
    record_store::suite(fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_positions_keep_the_contract() {
    let redis = Redis::start().await;
    let fresh = async |bounds| Fresh::of(positions_at(&redis.url(), bounds));
    positions::suite(fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_positions_are_forgotten_after_a_minute() {
    let redis = Redis::start().await;
    let (user, mut raw) = (fresh_user(), connection(&redis.url()).await);
    positions_at(&redis.url(), PositionsBounds::default()).note(&user, "todo-1", 1).await.expect("noted");
    for what in ["versions", "times"] {
        let left: i64 = raw.ttl(format!("positions:{what}:{{{user}}}")).await.expect("an answer");
        assert!((50..=60).contains(&left), "{what}: {left} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_positions_stay_small_however_much_one_person_writes() {
    const WRITES: u64 = 20_000;
    let redis = Redis::start().await;
    let bounds = PositionsBounds::default();
    let (user, mut raw) = (fresh_user(), connection(&redis.url()).await);
    let positions = Arc::new(positions_at(&redis.url(), bounds));
    let mut writers = JoinSet::new();
    for _ in 0..32 {
        let (positions, user) = (positions.clone(), user.clone());
        writers.spawn(async move {
            for _ in 0..WRITES / 32 {
                positions.note(&user, &fresh_todo_id().to_string(), 1).await.expect("noted");
            }
        });
    }
    writers.join_all().await;
    let keys: Vec<String> = raw.keys("positions:*").await.expect("an answer");
    let mut bytes = 0;
    for key in &keys {
        bytes += redis::cmd("MEMORY").arg("USAGE").arg(key).arg("SAMPLES").arg(0).query_async::<u64>(&mut raw).await.expect("an answer");
    }
    let read: usize =
        positions.outstanding(&user).await.expect("an answer").iter().map(|(id, version)| id.len() + version.to_string().len()).sum();
    eprintln!("{WRITES} writes: {bytes} bytes in {keys:?}, {read} bytes to read");
    assert!(bytes < 100_000, "{bytes} bytes for one person");
    assert_eq!(positions.outstanding(&user).await.expect("an answer").len(), bounds.most);
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_outbox_members_are_type_id_version_by_time() {
    let redis = Redis::start().await;
    let (index, mark) = (index(&redis.url()), fresh_mark());
    index.set(std::slice::from_ref(&mark), at(1)).await.expect("set");
    let all: Vec<(String, f64)> = connection(&redis.url()).await.zrange_withscores("outbox:pending", 0, -1).await.expect("an answer");
    assert_eq!(all, [(format!("Todo/{}@1", mark.key.id), at(1).as_microsecond() as f64)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_outbox_passes_over_what_is_not_ours() {
    let redis = Redis::start().await;
    let (index, mark, mut raw) = (index(&redis.url()), fresh_mark(), connection(&redis.url()).await);
    index.set(std::slice::from_ref(&mark), at(100)).await.expect("set");
    for (number, foreign) in
        ["Unknown/x@1", "Todo/x", "Todo/x@", "Todo/x@-1", "nothing", "", "Todo/x@99999999999999999999"].into_iter().enumerate()
    {
        let _: () = raw.zadd("outbox:pending", foreign, number).await.expect("an answer");
    }
    assert_eq!(index.older_than(at(200), 2).await.expect("an answer"), [mark], "foreign members hide nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_outbox_shares_commands_between_commits() {
    const COMMITS: u64 = 2000;
    let redis = Redis::start().await;
    let index = Arc::new(index(&redis.url()));
    let mut commits = JoinSet::new();
    for _ in 0..COMMITS {
        let index = index.clone();
        commits.spawn(async move {
            let marks = [fresh_mark()];
            index.set(&marks, Timestamp::now()).await.expect("set");
            index.clear(&marks).await.expect("cleared");
        });
    }
    commits.join_all().await;
    let stats: String = redis::cmd("INFO").arg("commandstats").query_async(&mut connection(&redis.url()).await).await.expect("an answer");
    let calls = |command: &str| -> u64 {
        let line = stats.lines().find(|line| line.starts_with(&format!("cmdstat_{command}:"))).expect("a line");
        line.split(['=', ',']).nth(1).expect("a number").parse().expect("a number")
    };
    assert!(calls("zadd") < COMMITS / 10, "{} ZADD for {COMMITS} commits", calls("zadd"));
    assert!(calls("zrem") < COMMITS / 10, "{} ZREM for {COMMITS} commits", calls("zrem"));
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_outbox_fails_in_time_without_redis_and_recovers() {
    let mut redis = Redis::start().await;
    let index = index(&redis.url());
    let kept = fresh_mark();
    index.set(std::slice::from_ref(&kept), at(0)).await.expect("set");
    redis.process.take().expect("a redis").kill();

    let began = std::time::Instant::now();
    index.set(&[fresh_mark()], at(0)).await.expect_err("there is no redis");
    index.older_than(at(1), 1).await.expect_err("there is no redis");
    assert!(began.elapsed() < 6 * DEADLINE, "{:?}", began.elapsed());

    redis.restart().await;
    let marks = [fresh_mark()];
    poll_until(PATIENCE, async || index.set(&marks, at(0)).await.ok()).await.expect("it comes back");
    assert_eq!(index.set_among(std::slice::from_ref(&kept)).await.expect("an answer"), [kept], "the mark survived");
}
