//! What each person wrote last, shared by all gateways.

use std::time::Duration;

use ::redis::{Script, aio::ConnectionManager};
use async_trait::async_trait;
use domain::UserId;
use ports::{Positions, PositionsError};

use super::Error;

/// What each person wrote last, in one sorted set for each person: members are aggregates, scores their versions.
pub struct RedisPositions {
    connection: ConnectionManager,
    lifetime: Duration,
    settle: Script,
}

impl RedisPositions {
    /// Positions that are forgotten about a minute after the person's last write.
    pub fn new(connection: ConnectionManager) -> Self {
        // Only what the views have reached: a newer write may have come since they were asked.
        let settle = Script::new(
            "for i = 1, #ARGV, 2 do
               local noted = redis.call('ZSCORE', KEYS[1], ARGV[i])
               if noted and tonumber(noted) <= tonumber(ARGV[i + 1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
             end",
        );
        Self { connection, lifetime: Duration::from_secs(60), settle }
    }
}

fn key(user: &UserId) -> String {
    format!("positions:{{{user}}}")
}

fn failed(error: ::redis::RedisError) -> PositionsError {
    PositionsError(Error::from(error).into())
}

#[async_trait]
impl Positions for RedisPositions {
    async fn note(&self, user: &UserId, aggregate_id: &str, version: u64) -> Result<(), PositionsError> {
        let key = key(user);
        let mut both = ::redis::pipe();
        // GT: a version never goes down.
        both.cmd("ZADD").arg(&key).arg("GT").arg(version).arg(aggregate_id).ignore();
        both.cmd("EXPIRE").arg(&key).arg(self.lifetime.as_secs()).ignore();
        both.exec_async(&mut self.connection.clone()).await.map_err(failed)
    }

    async fn outstanding(&self, user: &UserId) -> Result<Vec<(String, u64)>, PositionsError> {
        let mut range = ::redis::cmd("ZRANGE");
        range.arg(key(user)).arg(0).arg(-1).arg("WITHSCORES");
        range.query_async(&mut self.connection.clone()).await.map_err(failed)
    }

    async fn settled(&self, user: &UserId, reached: &[(String, u64)]) -> Result<(), PositionsError> {
        if reached.is_empty() {
            return Ok(());
        }
        let mut call = self.settle.key(key(user));
        for (aggregate_id, version) in reached {
            call.arg(aggregate_id).arg(*version);
        }
        call.invoke_async(&mut self.connection.clone()).await.map_err(failed)
    }
}
