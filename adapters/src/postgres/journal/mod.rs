//! The journal of the cluster shape: written by a projection, read by whoever asks what happened.

mod append;
mod checkpoints;
mod forks;
mod read;
mod told;

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use async_trait::async_trait;
use domain::{ChainHash, ListId, UserId};
use ports::{
    Chain, FeedPosition, FeedPositionError, Journal, JournalEntry, JournalError, JournalHead, JournalStore, Positioned, ViewsError,
};
use sqlx::Row;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::connect::{Database, Error};

/// Its own name among the projections that share the table of offsets.
pub(super) const PROJECTION: &str = "journal";
/// How many questions are answered at once in one process.
const READERS: u32 = 4;

/// The journal in PostgreSQL.
#[derive(Debug)]
pub struct PgJournal {
    reading: Database,
    writing: Database,
    /// For those who read all of it.
    url: String,
    /// The months whose partitions are known to be there.
    months: Mutex<HashSet<(i16, i8)>>,
}

impl PgJournal {
    /// The journal in the database at `url`, whose tables [`super::apply`] has made. It connects when it is first asked
    /// something.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn new(url: &str) -> Result<Self, Error> {
        let (reading, writing) = (Database::for_reading(url, "public", READERS)?, Database::for_writing(url, "public")?);
        Ok(Self { reading, writing, url: url.to_owned(), months: Mutex::default() })
    }
}

fn failed(error: ViewsError) -> JournalError {
    JournalError(error.into())
}

/// The server's own messages may quote values, and those may be private.
fn away(error: sqlx::Error) -> JournalError {
    failed(super::connect::away(error))
}

#[async_trait]
impl Journal for PgJournal {
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError> {
        self.reading.bounded(read::chain(&self.reading.pool, aggregate_id)).await.map_err(failed)
    }

    async fn chains(&self, to: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        read::chains(&self.url, to).await.map_err(away)
    }

    async fn since(&self, person: &UserId, lists: &[ListId], after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        self.reading.bounded(told::since(&self.reading.pool, person, lists, after, limit)).await.map_err(failed)
    }

    async fn all_since(&self, after: u64, limit: usize) -> Result<Vec<Positioned>, JournalError> {
        const ALL: &str = "SELECT position, record FROM journal WHERE position > $1 ORDER BY position LIMIT $2";
        let (after, limit) = (after.cast_signed(), i64::try_from(limit).unwrap_or(i64::MAX));
        let select = sqlx::query(ALL).bind(after).bind(limit).try_map(positioned);
        self.writing.bounded(select.fetch_all(&self.writing.pool)).await.map_err(failed)
    }

    async fn last_position(&self) -> Result<u64, JournalError> {
        let select = sqlx::query_scalar::<_, i64>("SELECT position FROM journal_position");
        self.reading.bounded(select.fetch_one(&self.reading.pool)).await.map(i64::cast_unsigned).map_err(failed)
    }
}

fn positioned(row: sqlx::postgres::PgRow) -> sqlx::Result<Positioned> {
    Ok(Positioned { position: row.try_get::<i64, _>("position")?.cast_unsigned(), record: row.try_get("record")?, lists: vec![] })
}

fn hash(row: &sqlx::postgres::PgRow) -> sqlx::Result<Option<ChainHash>> {
    Ok(ChainHash::from_bytes(row.try_get("hash")?))
}

#[async_trait]
impl FeedPosition for PgJournal {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.writing.offsets(PROJECTION).await
    }
}

#[async_trait]
impl JournalStore for PgJournal {
    async fn heads(&self, aggregate_ids: &[String]) -> Result<HashMap<String, JournalHead>, JournalError> {
        let select = sqlx::query("SELECT aggregate_id, version, hash FROM journal_heads WHERE aggregate_id = ANY($1)");
        let select = select.bind(aggregate_ids).try_map(|row: sqlx::postgres::PgRow| {
            let hash = hash(&row)?.ok_or_else(|| super::connect::damaged("hash"))?;
            Ok((row.try_get("aggregate_id")?, JournalHead { version: row.try_get::<i64, _>("version")?.cast_unsigned(), hash }))
        });
        let heads: Vec<_> = self.writing.bounded(select.fetch_all(&self.writing.pool)).await.map_err(failed)?;
        Ok(heads.into_iter().collect())
    }

    async fn event_ids(&self, of: &[(String, u64)]) -> Result<HashMap<(String, u64), Uuid>, JournalError> {
        let ids: Vec<&str> = of.iter().map(|(id, _)| id.as_str()).collect();
        let versions: Vec<i64> = of.iter().map(|(_, version)| version.cast_signed()).collect();
        const KNOWN: &str = "SELECT journal.aggregate_id, journal.version, event_id FROM unnest($1::text[], $2::bigint[])
            AS asked (aggregate_id, version) JOIN journal USING (aggregate_id, version)";
        let select = sqlx::query_as::<_, (String, i64, Uuid)>(KNOWN).bind(ids).bind(versions);
        let known = self.writing.bounded(select.fetch_all(&self.writing.pool)).await.map_err(failed)?;
        Ok(known.into_iter().map(|(id, version, event)| ((id, version.cast_unsigned()), event)).collect())
    }

    async fn append(&self, entries: &[JournalEntry], offsets: &[(i32, i64)]) -> Result<Vec<(UserId, u64)>, JournalError> {
        self.make_partitions(entries).await?;
        let mut news = self.writing.bounded(append::append(&self.writing.pool, entries, offsets)).await.map_err(failed)?;
        // It stands by now: who is not told looks by themselves, later.
        match self.writing.bounded(told::members(&self.writing.pool, &news)).await {
            Ok(members) => news.extend(members),
            Err(error) => tracing::warn!(?error, "the members of lists are not told of their news"),
        }
        let mut highest = HashMap::<UserId, u64>::new();
        // What is no person has no stream either.
        for (user, last) in news.into_iter().filter_map(|(user, last)| Some((user.parse().ok()?, last.cast_unsigned()))) {
            let position = highest.entry(user).or_default();
            *position = last.max(*position);
        }
        Ok(highest.into_iter().collect())
    }
}
