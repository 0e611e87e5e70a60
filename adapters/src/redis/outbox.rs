//! Marks of outboxes, in one sorted set: member `TYPE/ID@VERSION`, score the time in microseconds.
//!
//! A mark is set before every commit, so this costs once per command, and is shared by those who ask at the same time.

use std::{fmt::Write as _, time::Duration};

use ::redis::aio::ConnectionManager;
use async_trait::async_trait;
use jiff::Timestamp;
use ports::{ActorKey, Mark, OutboxIndex, OutboxIndexError, OutboxState, OutboxWatch, Source};

use super::{Error, shared::Shared};

const KEY: &str = "outbox:pending";
/// The outbox index in Redis.
pub struct RedisOutboxIndex {
    connection: ConnectionManager,
    changes: Shared<Change>,
    types: Vec<&'static str>,
    deadline: Duration,
}

impl RedisOutboxIndex {
    /// Marks of actors of `types`, each request answered within about twice `deadline`. Must be called within a tokio
    /// runtime, whose task goes on until the index is dropped.
    pub fn new(connection: ConnectionManager, types: Vec<&'static str>, deadline: Duration) -> Self {
        let changes = Shared::start(connection.clone(), deadline, commands, |_| {});
        Self { connection, changes, types, deadline }
    }

    async fn write(&self, changes: Vec<Change>) -> Result<(), OutboxIndexError> {
        self.changes.write(changes).await.map_err(|error| OutboxIndexError(error.into()))
    }

    async fn ask<T: ::redis::FromRedisValue>(&self, command: &::redis::Cmd) -> Result<T, OutboxIndexError> {
        let mut connection = self.connection.clone();
        let answer = tokio::time::timeout(self.deadline, command.query_async(&mut connection)).await;
        let answer = answer.map_err(|_| Error::Deadline(self.deadline)).and_then(|answer| answer.map_err(Error::from));
        answer.map_err(|error| OutboxIndexError(error.into()))
    }

    fn mark(&self, member: &str) -> Option<Mark> {
        let (actor_type, rest) = member.split_once('/')?;
        let (id, version) = rest.rsplit_once('@')?;
        let actor_type = self.types.iter().find(|known| **known == actor_type)?;
        Some(Mark { key: ActorKey::new(actor_type, id), version: version.parse().ok()? })
    }
}

#[async_trait]
impl OutboxIndex for RedisOutboxIndex {
    async fn set(&self, marks: &[Mark], at: Timestamp) -> Result<(), OutboxIndexError> {
        if marks.is_empty() {
            return Ok(());
        }
        self.write(marks.iter().map(|mark| Change::Set(member(mark), at.as_microsecond())).collect()).await
    }

    async fn clear(&self, marks: &[Mark]) -> Result<(), OutboxIndexError> {
        if marks.is_empty() {
            return Ok(());
        }
        self.write(marks.iter().map(|mark| Change::Clear(member(mark))).collect()).await
    }

    async fn set_among(&self, marks: &[Mark]) -> Result<Vec<Mark>, OutboxIndexError> {
        if marks.is_empty() {
            return Ok(Vec::new());
        }
        let mut scores = ::redis::cmd("ZMSCORE");
        scores.arg(KEY).arg(marks.iter().map(member).collect::<Vec<_>>());
        let scores: Vec<Option<f64>> = self.ask(&scores).await?;
        Ok(marks.iter().zip(scores).filter(|(_, score)| score.is_some()).map(|(mark, _)| mark.clone()).collect())
    }

    async fn older_than(&self, before: Timestamp, limit: usize) -> Result<Vec<Mark>, OutboxIndexError> {
        let mut marks = Vec::new();
        let mut offset = 0;
        // Members of other programs must not hide ours.
        while marks.len() < limit {
            let mut range = ::redis::cmd("ZRANGE");
            range.arg(KEY).arg("-inf").arg(format!("({}", before.as_microsecond())).arg("BYSCORE").arg("LIMIT").arg(offset).arg(limit);
            let members: Vec<String> = self.ask(&range).await?;
            offset += members.len();
            for member in &members {
                match self.mark(member) {
                    Some(mark) => marks.push(mark),
                    None => tracing::warn!(member, "{KEY} has a member that is no mark of the actors here"),
                }
            }
            if members.len() < limit {
                break;
            }
        }
        marks.truncate(limit);
        Ok(marks)
    }
}

/// How many marks there are and how old they are, for whoever watches them.
#[derive(Clone)]
pub struct RedisOutbox(pub ConnectionManager);

#[async_trait]
impl OutboxWatch for RedisOutbox {
    async fn outbox(&self) -> Result<OutboxState, Source> {
        let mut asked = ::redis::pipe();
        asked.atomic().cmd("ZCARD").arg(KEY).cmd("ZRANGE").arg(KEY).arg(0).arg(0).arg("WITHSCORES");
        let (waiting, oldest): (u64, Vec<(String, f64)>) = asked.query_async(&mut self.0.clone()).await?;
        let oldest = oldest.first().and_then(|(_, at)| Timestamp::from_microsecond(*at as i64).ok());
        Ok(OutboxState { waiting, oldest })
    }
}

fn member(mark: &Mark) -> String {
    let mut member = String::with_capacity(mark.key.actor_type.len() + mark.key.id.len() + 12);
    let _ = write!(member, "{}@{}", mark.key, mark.version);
    member
}

enum Change {
    /// A member, and its time in microseconds.
    Set(String, i64),
    Clear(String),
}

/// At most one command for all that is set, and one for all that is cleared.
fn commands(changes: &[Change], pipeline: &mut ::redis::Pipeline) {
    let (mut sets, mut clears) = (::redis::cmd("ZADD"), ::redis::cmd("ZREM"));
    sets.arg(KEY);
    clears.arg(KEY);
    let (mut any_set, mut any_clear) = (false, false);
    for change in changes {
        match change {
            Change::Set(member, at) => {
                any_set = true;
                sets.arg(*at).arg(member);
            }
            Change::Clear(member) => {
                any_clear = true;
                clears.arg(member);
            }
        }
    }
    // Clears first: where both meet at once, a mark too many only costs the sweeper a look.
    if any_clear {
        pipeline.add_command(clears).ignore();
    }
    if any_set {
        pipeline.add_command(sets).ignore();
    }
}
