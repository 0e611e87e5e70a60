//! Which processes host actors now: whoever puts records back must know that there are none.
//!
//! One sorted set: member a process' own id, score Redis' time when it was last heard of, in seconds; and a hash of how many actors
//! each has in memory, for people who look.

use std::{collections::BTreeMap, time::Duration};

use ::redis::{Script, aio::ConnectionManager};
use async_trait::async_trait;
use ports::{HostState, HostWatch, Source};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use uuid::Uuid;

use super::Error;

const KEY: &str = "actor-hosts";
const ACTORS: &str = "actor-hosts:actors";
/// How often a host says that it is there.
const BEAT: Duration = Duration::from_secs(3);
/// Who was silent for so many seconds is gone.
const GONE: u64 = 15;

/// Says that this process hosts actors, and how many of each type, until `stop`; and then that it does no more.
pub async fn announce_until(mut connection: ConnectionManager, actors: impl Fn() -> BTreeMap<String, u64> + Send, stop: CancellationToken) {
    let me = Uuid::now_v7().to_string();
    // 1 where it was not there.
    let announce =
        Script::new("redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) return redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])");
    // From the start: of a counter that is first seen at one, nobody can tell that it has grown.
    let lost = metrics::counter!("todo_redis_losses_total");
    lost.increment(0);
    let mut known = false;
    loop {
        let counts = serde_json::to_string(&actors()).unwrap_or_default();
        match announce.key(KEY).key(ACTORS).arg(&me).arg(counts).invoke_async::<u64>(&mut connection).await {
            // Others forget only those who were silent for long.
            Ok(1) if known => {
                lost.increment(1);
                error!(
                    "Redis has lost what it held, or is another one: actors go on from nothing and their events will be refused; stop the hosts, see docs/runbooks/RedisLost.md"
                );
            }
            Ok(_) => {}
            Err(error) => warn!(error = ?Error::from(error), "Redis was not told that actors are hosted here"),
        }
        known = true;
        if stop.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_none() {
            break;
        }
    }
    let leave = Script::new("redis.call('HDEL', KEYS[2], ARGV[1]) return redis.call('ZREM', KEYS[1], ARGV[1])");
    let left: ::redis::RedisResult<u64> = leave.key(KEY).key(ACTORS).arg(&me).invoke_async(&mut connection).await;
    if let Err(error) = left {
        warn!(error = ?Error::from(error), "Redis was not told that no actors are hosted here any more");
    }
}

/// How many processes host actors, as far as Redis was told within the last seconds.
///
/// # Errors
/// If Redis cannot be asked.
pub async fn hosts(connection: &ConnectionManager) -> Result<u64, Error> {
    let count =
        Script::new("redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] - ARGV[1]) return redis.call('ZCARD', KEYS[1])");
    Ok(count.key(KEY).arg(GONE).invoke_async(&mut connection.clone()).await?)
}

/// Who hosts actors, as far as Redis was told within the last seconds.
#[derive(Clone)]
pub struct RedisHosts(pub ConnectionManager);

#[async_trait]
impl HostWatch for RedisHosts {
    async fn hosts(&self) -> Result<Vec<HostState>, Source> {
        // Who was killed never said that it was gone.
        const LIST: &str = "
            local gone = redis.call('ZRANGE', KEYS[1], '-inf', '(' .. (redis.call('TIME')[1] - ARGV[1]), 'BYSCORE')
            for _, name in ipairs(gone) do redis.call('ZREM', KEYS[1], name) redis.call('HDEL', KEYS[2], name) end
            return redis.call('HGETALL', KEYS[2])";
        let list = Script::new(LIST);
        let counts: BTreeMap<String, String> = list.key(KEY).key(ACTORS).arg(GONE).invoke_async(&mut self.0.clone()).await?;
        Ok(counts.into_iter().map(|(name, actors)| HostState { name, actors: serde_json::from_str(&actors).unwrap_or_default() }).collect())
    }
}
