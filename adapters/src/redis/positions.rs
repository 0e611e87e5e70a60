//! What each person wrote last, shared by all gateways.

use std::{collections::BTreeMap, time::Duration};

use ::redis::{Pipeline, Script, aio::ConnectionManager};
use async_trait::async_trait;
use domain::UserId;
use ports::{Positions, PositionsBounds, PositionsError};

use super::{Error, shared::Shared};

/// What each person wrote last, in two keys for each: a hash of aggregates and their versions, and a sorted set of the same
/// aggregates by when that version was noted. Both are as small as the bounds say, and expire with what they hold.
pub struct RedisPositions {
    connection: ConnectionManager,
    notes: Shared<Note>,
    lifetime: Duration,
    outstanding: Script,
    settle: Script,
}

impl RedisPositions {
    /// Positions that remember as much of each person as `bounds` say, each noted within about twice `deadline`. Must be
    /// called within a tokio runtime.
    pub fn new(connection: ConnectionManager, deadline: Duration, bounds: PositionsBounds) -> Self {
        let script = format!("{DROP_AGED}{NOTE}");
        let commands = move |notes: &[Note], pipeline: &mut Pipeline| note(&script, bounds, notes, pipeline);
        Self {
            notes: Shared::start(connection.clone(), deadline, commands, |dropped| {
                metrics::counter!("todo_positions_dropped_total").increment(dropped.iter().sum());
            }),
            connection,
            lifetime: bounds.lifetime,
            outstanding: Script::new(&format!("{DROP_AGED}return redis.call('HGETALL', KEYS[1])")),
            settle: Script::new(SETTLE),
        }
    }
}

/// Times are Redis' own, in microseconds: gateways' clocks need not agree. ARGV[1] is the lifetime.
const DROP_AGED: &str = "
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[1])) do
        redis.call('ZREM', KEYS[2], id)
        redis.call('HDEL', KEYS[1], id)
    end
    ";

/// ARGV[2] is how many are kept, then come aggregates and versions. A version never goes down, and what is noted later has a
/// later time, also within one moment.
const NOTE: &str = "
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
    if last[2] and tonumber(last[2]) >= now then now = tonumber(last[2]) + 1 end
    for i = 3, #ARGV, 2 do
        local noted = redis.call('HGET', KEYS[1], ARGV[i])
        if not noted or tonumber(noted) < tonumber(ARGV[i + 1]) then
            redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
            redis.call('ZADD', KEYS[2], now + i, ARGV[i])
        end
    end
    local dropped = 0
    local over = redis.call('ZCARD', KEYS[2]) - ARGV[2]
    if over > 0 then
        dropped = over
        for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do redis.call('HDEL', KEYS[1], id) end
        redis.call('ZREMRANGEBYRANK', KEYS[2], 0, over - 1)
    end
    local left = math.ceil(ARGV[1] / 1000)
    redis.call('PEXPIRE', KEYS[1], left)
    redis.call('PEXPIRE', KEYS[2], left)
    return dropped";

/// Only what the views have reached: a newer write may have come since they were asked.
const SETTLE: &str = "
    for i = 1, #ARGV, 2 do
        local noted = redis.call('HGET', KEYS[1], ARGV[i])
        if noted and tonumber(noted) <= tonumber(ARGV[i + 1]) then
            redis.call('HDEL', KEYS[1], ARGV[i])
            redis.call('ZREM', KEYS[2], ARGV[i])
        end
    end";

struct Note {
    user: UserId,
    aggregate_id: String,
    version: u64,
}

/// One call for each person. With the script's text: by its digest, the first call after a restart of Redis would fail.
fn note(script: &str, bounds: PositionsBounds, notes: &[Note], pipeline: &mut Pipeline) {
    let mut people: BTreeMap<&UserId, Vec<&Note>> = BTreeMap::new();
    for note in notes {
        people.entry(&note.user).or_default().push(note);
    }
    for (user, notes) in people {
        let call = pipeline.cmd("EVAL").arg(script).arg(2).arg(&keys(user));
        call.arg(micros(bounds.lifetime)).arg(bounds.most);
        for note in notes {
            call.arg(&note.aggregate_id).arg(note.version);
        }
    }
}

/// Versions, and times.
fn keys(user: &UserId) -> [String; 2] {
    // In one slot of a cluster.
    ["versions", "times"].map(|what| format!("positions:{what}:{{{user}}}"))
}

fn micros(lifetime: Duration) -> u64 {
    u64::try_from(lifetime.as_micros()).unwrap_or(u64::MAX)
}

fn failed(error: ::redis::RedisError) -> PositionsError {
    PositionsError(Error::from(error).into())
}

#[async_trait]
impl Positions for RedisPositions {
    async fn note(&self, user: &UserId, aggregate_id: &str, version: u64) -> Result<(), PositionsError> {
        let note = Note { user: user.clone(), aggregate_id: aggregate_id.to_owned(), version };
        self.notes.write(vec![note]).await.map_err(|error| PositionsError(error.into()))
    }

    async fn outstanding(&self, user: &UserId) -> Result<Vec<(String, u64)>, PositionsError> {
        let [versions, times] = keys(user);
        let mut call = self.outstanding.key(versions);
        call.key(times).arg(micros(self.lifetime));
        call.invoke_async(&mut self.connection.clone()).await.map_err(failed)
    }

    async fn settled(&self, user: &UserId, reached: &[(String, u64)]) -> Result<(), PositionsError> {
        if reached.is_empty() {
            return Ok(());
        }
        let [versions, times] = keys(user);
        let mut call = self.settle.key(versions);
        call.key(times);
        for (aggregate_id, version) in reached {
            call.arg(aggregate_id).arg(*version);
        }
        call.invoke_async(&mut self.connection.clone()).await.map_err(failed)
    }
}
