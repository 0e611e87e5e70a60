//! Actors' records where Dapr's state store keeps them, for whoever puts many back at once.
//!
//! Key `APP-ID||TYPE||ID||aggregate`, a hash: `data` is the sealed record, `version` Redis' own count of writes. That is how
//! daprd 1.18 lays actor state out; the tests on the real one hold it.

use std::collections::BTreeMap;

use ::redis::{Pipeline, Script, aio::ConnectionManager};
use async_trait::async_trait;
use ports::{ActorKey, RecordStore, RecordStoreError, Stored};

use super::Error;
use crate::dapr::state::{self, seal, unseal};

/// The records of actors in Redis.
pub struct RedisRecords {
    connection: ConnectionManager,
    /// The app-id that hosts each type: it is a part of the keys.
    apps: BTreeMap<&'static str, &'static str>,
    create: Script,
}

/// What lies under a key: `data` and `version`.
type Found = (Option<Vec<u8>>, Option<u64>);

impl RedisRecords {
    /// Records of actors of these types, each with the app-id that hosts it.
    pub fn new(connection: ConnectionManager, apps: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        // Whole or not at all, and never over what is there.
        let create = Script::new(
            "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('HMGET', KEYS[1], 'data', 'version') end
             redis.call('HSET', KEYS[1], 'data', ARGV[1], 'version', ARGV[2])
             return false",
        );
        Self { connection, apps: apps.into_iter().collect(), create }
    }

    fn key(&self, actor: &ActorKey) -> Result<String, RecordStoreError> {
        let app = self.apps.get(actor.actor_type);
        let app = app.ok_or_else(|| RecordStoreError(format!("no app is known to host {}", actor.actor_type).into()))?;
        Ok(format!("{app}||{}||{}||{}", actor.actor_type, actor.id, state::KEY))
    }
}

#[async_trait]
impl RecordStore for RedisRecords {
    async fn present(&self, keys: &[ActorKey]) -> Result<Vec<Option<Stored>>, RecordStoreError> {
        if keys.is_empty() {
            return Ok(vec![]);
        }
        let mut pipeline = Pipeline::new();
        for key in keys {
            pipeline.cmd("HMGET").arg(self.key(key)?).arg("data").arg("version");
        }
        let found: Vec<Found> = pipeline.query_async(&mut self.connection.clone()).await.map_err(failed)?;
        Ok(found.into_iter().map(|found| if found == (None, None) { None } else { Some(stored(found)) }).collect())
    }

    async fn create_all(&self, records: &[(ActorKey, Stored)]) -> Result<Vec<Option<Stored>>, RecordStoreError> {
        if records.is_empty() {
            return Ok(vec![]);
        }
        let mut pipeline = Pipeline::new();
        pipeline.load_script(&self.create).ignore();
        for (key, record) in records {
            let text = str::from_utf8(&record.value).map_err(|error| RecordStoreError(error.into()))?;
            let data = seal(record.writes, text).map_err(|error| RecordStoreError(error.into()))?;
            pipeline.invoke_script(self.create.key(self.key(key)?).arg(data).arg(record.writes));
        }
        let found: Vec<Option<Found>> = pipeline.query_async(&mut self.connection.clone()).await.map_err(failed)?;
        Ok(found.into_iter().map(|found| found.map(stored)).collect())
    }
}

/// The count is Redis' own, since that is what fences; what is no sealed record is given as it is, and no reader takes it
/// for a record.
fn stored((data, version): Found) -> Stored {
    let data = data.unwrap_or_default();
    let value = unseal(&data).map_or_else(|_| data.into(), |sealed| sealed.value);
    Stored { writes: version.unwrap_or_default(), value }
}

fn failed(error: ::redis::RedisError) -> RecordStoreError {
    RecordStoreError(Error::from(error).into())
}
