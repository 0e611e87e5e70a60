//! What each person wrote last, shared by all gateways.

use std::{collections::BTreeMap, time::Duration};

use ::redis::{Script, aio::ConnectionManager};
use async_trait::async_trait;
use domain::UserId;
use ports::{Positions, PositionsError};

use super::{Error, shared::Shared};

/// What each person wrote last, in one sorted set for each person: members are aggregates, scores their versions.
pub struct RedisPositions {
    connection: ConnectionManager,
    notes: Shared<Note>,
    settle: Script,
}

impl RedisPositions {
    /// Positions that are forgotten about a minute after the person's last write, each noted within about twice
    /// `deadline`. Must be called within a tokio runtime.
    pub fn new(connection: ConnectionManager, deadline: Duration) -> Self {
        // Only what the views have reached: a newer write may have come since they were asked.
        let settle = Script::new(
            "for i = 1, #ARGV, 2 do
               local noted = redis.call('ZSCORE', KEYS[1], ARGV[i])
               if noted and tonumber(noted) <= tonumber(ARGV[i + 1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
             end",
        );
        let notes = Shared::start(connection.clone(), deadline, commands);
        Self { connection, notes, settle }
    }
}

/// Seconds after a person's last write.
const LIFETIME: u64 = 60;

struct Note {
    key: String,
    aggregate_id: String,
    version: u64,
}

/// Two commands for each person.
fn commands(notes: &[Note], pipeline: &mut ::redis::Pipeline) {
    let mut people: BTreeMap<&str, Vec<&Note>> = BTreeMap::new();
    for note in notes {
        people.entry(&note.key).or_default().push(note);
    }
    for (key, notes) in people {
        // GT: a version never goes down.
        let mut positions = ::redis::cmd("ZADD");
        positions.arg(key).arg("GT");
        for note in notes {
            positions.arg(note.version).arg(&note.aggregate_id);
        }
        pipeline.add_command(positions).ignore();
        pipeline.cmd("EXPIRE").arg(key).arg(LIFETIME).ignore();
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
        let note = Note { key: key(user), aggregate_id: aggregate_id.to_owned(), version };
        self.notes.write(vec![note]).await.map_err(|error| PositionsError(error.into()))
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
