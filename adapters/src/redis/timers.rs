//! What is armed, in one sorted set: member `TYPE/ID/NAME`, score the moment in microseconds. The truth of what must ring; a
//! scheduler may do it sooner than the sweep.

use std::time::Duration;

use ::redis::{Script, aio::ConnectionManager};
use async_trait::async_trait;
use jiff::Timestamp;
use ports::{ActorKey, ArmedTimer, Source, Timers, TimersError};

use super::Error;

const KEY: &str = "timers:armed";

/// Rings timers at their time, at least once, if nothing goes wrong; what it loses, the sweep finds.
#[async_trait]
pub trait Scheduler: Send + Sync {
    /// Rings `timer` at its time.
    ///
    /// # Errors
    /// If it is not known that it will.
    async fn schedule(&self, timer: &ArmedTimer) -> Result<(), Source>;

    /// Forgets the ring of `timer`, if it can: a ring too many does no harm.
    async fn forget(&self, timer: &ArmedTimer);
}

/// Where no scheduler can be reached: whatever is armed, a sweep rings.
#[derive(Debug, Clone, Copy)]
pub struct NoScheduler;

#[async_trait]
impl Scheduler for NoScheduler {
    async fn schedule(&self, _: &ArmedTimer) -> Result<(), Source> {
        Ok(())
    }

    async fn forget(&self, _: &ArmedTimer) {}
}

/// Timers in Redis, with a scheduler that makes them ring in time.
pub struct RedisTimers {
    connection: ConnectionManager,
    scheduler: Box<dyn Scheduler>,
    types: Vec<&'static str>,
    disarm: Script,
    deadline: Duration,
}

impl RedisTimers {
    /// Timers of actors of `types`, each request answered within `deadline`.
    pub fn new(connection: ConnectionManager, scheduler: Box<dyn Scheduler>, types: Vec<&'static str>, deadline: Duration) -> Self {
        // Only the arming that is meant: a later one stays. ZSCORE gives the shortest text of the number, as it was written.
        let disarm = Script::new(
            "local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
             if due and tonumber(due) == tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
             return 0",
        );
        Self { connection, scheduler, types, disarm, deadline }
    }

    async fn bounded<T>(&self, ask: impl Future<Output = ::redis::RedisResult<T>>) -> Result<T, TimersError> {
        let answer = tokio::time::timeout(self.deadline, ask).await;
        let answer = answer.map_err(|_| Error::Deadline(self.deadline)).and_then(|answer| answer.map_err(Error::from));
        answer.map_err(|error| TimersError(error.into()))
    }

    fn timer(&self, member: &str, due: f64) -> Option<ArmedTimer> {
        let (actor_type, rest) = member.split_once('/')?;
        let (id, name) = rest.rsplit_once('/')?;
        let actor_type = self.types.iter().find(|known| **known == actor_type)?;
        // Microseconds of this age are whole numbers below 2^53.
        let due = Timestamp::from_microsecond(due as i64).ok()?;
        Some(ArmedTimer { actor: ActorKey::new(actor_type, id), name: name.to_owned(), due })
    }

    async fn remove(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        let mut connection = self.connection.clone();
        let mut call = self.disarm.key(KEY);
        call.arg(member(timer)).arg(timer.due.as_microsecond());
        self.bounded(call.invoke_async::<i64>(&mut connection)).await.map(drop)
    }
}

fn member(timer: &ArmedTimer) -> String {
    format!("{}/{}", timer.actor, timer.name)
}

#[async_trait]
impl Timers for RedisTimers {
    /// It is armed once Redis knows: a scheduler that is away makes it late, and no more.
    async fn arm(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        let mut connection = self.connection.clone();
        let mut add = ::redis::cmd("ZADD");
        add.arg(KEY).arg(timer.due.as_microsecond()).arg(member(timer));
        self.bounded(add.query_async::<i64>(&mut connection)).await?;
        if let Err(error) = self.scheduler.schedule(timer).await {
            metrics::counter!("todo_timers_unscheduled_total").increment(1);
            tracing::warn!(actor = %timer.actor, timer = timer.name, error = &*error, "a timer was not scheduled: a sweep will ring it");
        }
        Ok(())
    }

    async fn cancel(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        self.remove(timer).await?;
        self.scheduler.forget(timer).await;
        Ok(())
    }

    /// The scheduler has forgotten it by itself, or was too late.
    async fn fired(&self, timer: &ArmedTimer) -> Result<(), TimersError> {
        self.remove(timer).await
    }

    async fn due_before(&self, before: Timestamp, limit: usize) -> Result<Vec<ArmedTimer>, TimersError> {
        let mut connection = self.connection.clone();
        let mut range = ::redis::cmd("ZRANGE");
        let until = format!("({}", before.as_microsecond());
        range.arg(KEY).arg("-inf").arg(until).arg("BYSCORE").arg("LIMIT").arg(0).arg(limit).arg("WITHSCORES");
        let members: Vec<(String, f64)> = self.bounded(range.query_async(&mut connection)).await?;
        Ok(members.iter().filter_map(|(member, due)| self.timer(member, *due)).collect())
    }
}
