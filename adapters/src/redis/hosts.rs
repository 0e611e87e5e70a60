//! Which processes host actors now: whoever puts records back must know that there are none.
//!
//! One sorted set: member a process' own id, score Redis' time when it was last heard of, in seconds.

use std::time::Duration;

use ::redis::{Script, aio::ConnectionManager};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use uuid::Uuid;

use super::Error;

const KEY: &str = "actor-hosts";
/// How often a host says that it is there.
const BEAT: Duration = Duration::from_secs(3);
/// Who was silent for so many seconds is gone.
const GONE: u64 = 15;

/// Says that this process hosts actors until `stop`, and then that it does no more.
pub async fn announce_until(mut connection: ConnectionManager, stop: CancellationToken) {
    let me = Uuid::now_v7().to_string();
    // 1 where it was not there.
    let announce = Script::new("return redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])");
    // From the start: of a counter that is first seen at one, nobody can tell that it has grown.
    let lost = metrics::counter!("todo_redis_losses_total");
    lost.increment(0);
    let mut known = false;
    loop {
        match announce.key(KEY).arg(&me).invoke_async::<u64>(&mut connection).await {
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
    let left: ::redis::RedisResult<u64> = ::redis::cmd("ZREM").arg(KEY).arg(&me).query_async(&mut connection).await;
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
