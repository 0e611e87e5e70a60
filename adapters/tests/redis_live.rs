//! Live news on the real Redis.
#![cfg(feature = "cluster")]

mod support;

use std::{sync::Arc, time::Duration};

use adapters::redis::{connect, live::RedisLive};
use ports::{Live, News};
use support::{PATIENCE, engine::Redis};
use testkit::{
    contracts::live::{self, Pair},
    poll_until,
    samples::fresh_user,
};

const DEADLINE: Duration = Duration::from_millis(500);

fn news(redis: &Redis) -> Arc<RedisLive> {
    let publishing = connect(&redis.url(), DEADLINE).expect("an address");
    Arc::new(RedisLive::new(&redis.url(), publishing, DEADLINE).expect("an address"))
}

async fn ask(redis: &Redis, command: &[&str]) -> Vec<String> {
    let client = redis::Client::open(redis.url()).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a redis");
    redis::cmd(command[0]).arg(&command[1..]).query_async(&mut connection).await.expect("an answer")
}

/// Waits until `news` tells of something, whatever it is.
async fn told(news: &mut News) {
    tokio::time::timeout(PATIENCE, news.behind(0)).await.expect("it is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_live_keeps_the_contract() {
    let redis = Redis::start().await;
    live::suite(async || Pair { here: news(&redis), there: news(&redis) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_live_listens_on_one_connection_to_those_who_are_watched() {
    let redis = Redis::start().await;
    let live = news(&redis);
    let (me, them) = (fresh_user(), fresh_user());
    let channels = async || {
        let mut channels = ask(&redis, &["PUBSUB", "CHANNELS", "live:*"]).await;
        channels.sort();
        channels
    };
    let until = async |expected: &[&domain::UserId]| {
        let mut expected: Vec<_> = expected.iter().map(|user| format!("live:{user}")).collect();
        expected.sort();
        let reached = poll_until(PATIENCE, async || (channels().await == expected).then_some(())).await;
        assert!(reached.is_some(), "expected {expected:?}, found {:?}", channels().await);
    };
    until(&[]).await;
    let (first, second, other) = (live.watch(&me), live.watch(&me), live.watch(&them));
    until(&[&me, &them]).await;
    let mut info = redis::Client::open(redis.url()).expect("an address").get_multiplexed_async_connection().await.expect("a redis");
    let clients: String = redis::cmd("CLIENT").arg("LIST").arg("TYPE").arg("PUBSUB").query_async(&mut info).await.expect("an answer");
    assert_eq!(clients.lines().filter(|line| !line.is_empty()).count(), 1, "{clients}");
    drop(first);
    drop(other);
    until(&[&me]).await;
    drop(second);
    until(&[]).await;
    let _again = live.watch(&me);
    until(&[&me]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_live_makes_everybody_look_once_redis_is_back() {
    let mut redis = Redis::start().await;
    let live = news(&redis);
    let (me, them) = (fresh_user(), fresh_user());
    let mut all = [live.watch(&me), live.watch(&them)];
    for news in &mut all {
        told(news).await;
    }
    redis.process.take().expect("a redis").kill();
    live.publish(&[(me.clone(), 7)]).await.expect_err("there is no redis");
    redis.restart().await;
    // Nobody publishes again what was lost, and nobody needs to.
    for news in &mut all {
        told(news).await;
    }
    // It tells again of what comes now.
    let publishing = poll_until(PATIENCE, async || live.publish(&[(me.clone(), 8)]).await.ok());
    publishing.await.expect("published");
    let heard = async { while all[0].behind(7).await != 8 {} };
    tokio::time::timeout(PATIENCE, heard).await.expect("it is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_redis_live_takes_any_message_as_a_sign() {
    let redis = Redis::start().await;
    let live = news(&redis);
    let me = fresh_user();
    let mut news = live.watch(&me);
    told(&mut news).await;
    let client = redis::Client::open(redis.url()).expect("an address");
    let mut raw = client.get_multiplexed_async_connection().await.expect("a redis");
    for garbage in ["", "-1", "soon", "99999999999999999999999"] {
        let heard: u64 = redis::cmd("PUBLISH").arg(format!("live:{me}")).arg(garbage).query_async(&mut raw).await.expect("an answer");
        assert_eq!(heard, 1);
        told(&mut news).await;
    }
}
