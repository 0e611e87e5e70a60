use std::{
    collections::{BTreeMap, HashSet},
    sync::PoisonError,
};

use domain::ListId;
use jiff::tz::TimeZone;
use ports::{JournalEntry, JournalError, Moved};
use sqlx::PgPool;

use super::{PROJECTION, PgJournal, failed, told};

impl PgJournal {
    /// Makes the partitions of the entries' months, each once in a process's life.
    pub(super) async fn make_partitions(&self, entries: &[JournalEntry]) -> Result<(), JournalError> {
        let known = || self.months.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: BTreeMap<(i16, i8), i64> = {
            let known = known();
            let month = |entry: &JournalEntry| {
                let date = TimeZone::UTC.to_datetime(entry.at).date();
                ((date.year(), date.month()), entry.at.as_microsecond())
            };
            entries.iter().map(month).filter(|(month, _)| !known.contains(month)).collect()
        };
        for (month, at) in missing {
            let make = sqlx::query("SELECT journal_partition(timestamptz 'epoch' + $1 * interval '1 microsecond')").bind(at);
            self.writing.bounded(make.execute(&self.writing.pool)).await.map_err(failed)?;
            known().insert(month);
        }
        Ok(())
    }
}

/// Where the chain of one aggregate goes from and to.
struct Step<'a> {
    before: u64,
    last: &'a JournalEntry,
    /// Known where the chain begins.
    owner: Option<&'a str>,
    /// Where it is from now on, if it says so.
    moved: Option<Moved>,
}

/// One transaction. The row of the position serialises all that append, so that what is checked stays true.
/// Gives whom it is news for: the owners of what was appended, whom it is about, and as `/` with its id the lists that it happened
/// in, each with the last position of theirs.
pub(super) async fn append(pool: &PgPool, entries: &[JournalEntry], offsets: &[(i32, i64)]) -> sqlx::Result<Vec<(String, i64)>> {
    let mut steps: BTreeMap<&str, Step<'_>> = BTreeMap::new();
    for entry in entries {
        let owner = (entry.version == 1).then(|| entry.principal.as_str());
        let step = steps.entry(&entry.aggregate_id).or_insert(Step { before: entry.version - 1, last: entry, owner, moved: None });
        step.last = entry;
        step.moved = entry.audience.moved.or(step.moved);
    }
    let mut transaction = pool.begin().await?;
    let mut news = vec![];
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    if !entries.is_empty() {
        let last: i64 = sqlx::query_scalar("UPDATE journal_position SET position = position + $1 RETURNING position")
            .bind(count)
            .fetch_one(&mut *transaction)
            .await?;
        let moved = sqlx::query(HEADS)
            .bind(steps.keys().copied().collect::<Vec<_>>())
            .bind(steps.values().map(|step| step.before.cast_signed()).collect::<Vec<_>>())
            .bind(steps.values().map(|step| step.last.version.cast_signed()).collect::<Vec<_>>())
            .bind(steps.values().map(|step| step.last.hash.as_bytes().to_vec()).collect::<Vec<_>>())
            .bind(steps.values().map(|step| step.owner).collect::<Vec<_>>())
            .bind(steps.values().map(|step| step.moved.is_some()).collect::<Vec<_>>())
            .bind(steps.values().map(|step| step.moved?.to.map(ListId::uuid)).collect::<Vec<_>>())
            .execute(&mut *transaction)
            .await?;
        if moved.rows_affected() != steps.len() as u64 {
            // Dropping the transaction takes everything back.
            return Err(sqlx::Error::Protocol("a head has moved since it was asked for".into()));
        }
        news = sqlx::query_as(ROWS)
            .bind(last - count)
            .bind(entries.iter().map(|entry| entry.aggregate_id.as_str()).collect::<Vec<_>>())
            .bind(entries.iter().map(|entry| entry.version.cast_signed()).collect::<Vec<_>>())
            .bind(entries.iter().map(|entry| entry.at.as_microsecond()).collect::<Vec<_>>())
            .bind(entries.iter().map(|entry| entry.event_id).collect::<Vec<_>>())
            .bind(entries.iter().map(|entry| entry.record.0.as_str()).collect::<Vec<_>>())
            .bind(entries.iter().map(|entry| entry.hash.as_bytes().to_vec()).collect::<Vec<_>>())
            .fetch_all(&mut *transaction)
            .await?;
        news.extend(told::tell(&mut transaction, entries, last - count).await?);
    }
    move_offsets(&mut transaction, PROJECTION, offsets).await?;
    transaction.commit().await?;
    Ok(news)
}

/// New heads, and those that are still where they were asked for.
const HEADS: &str = "
    WITH step AS (
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::text[], $6::boolean[], $7::uuid[])
            AS step (aggregate_id, before, version, hash, owner, moved, list)
    ), moved AS (
        UPDATE journal_heads AS head SET version = step.version, hash = step.hash,
            list = CASE WHEN step.moved THEN step.list ELSE head.list END
        FROM step WHERE step.before > 0 AND head.aggregate_id = step.aggregate_id AND head.version = step.before
        RETURNING head.aggregate_id
    ), begun AS (
        INSERT INTO journal_heads (aggregate_id, version, hash, owner, list)
        SELECT aggregate_id, version, hash, owner, list FROM step WHERE before = 0
        ON CONFLICT (aggregate_id) DO NOTHING
        RETURNING aggregate_id
    )
    SELECT aggregate_id FROM moved UNION ALL SELECT aggregate_id FROM begun";

const ROWS: &str = "
    WITH added AS (
        INSERT INTO journal (position, aggregate_id, version, at, event_id, owner, record, hash)
        SELECT $1 + number, entry.aggregate_id, entry.version, timestamptz 'epoch' + at * interval '1 microsecond', event_id,
            head.owner, record, entry.hash
        FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::uuid[], $6::text[], $7::bytea[])
            WITH ORDINALITY AS entry (aggregate_id, version, at, event_id, record, hash, number)
        JOIN journal_heads AS head ON head.aggregate_id = entry.aggregate_id
        RETURNING owner, position
    )
    SELECT owner, max(position) FROM added GROUP BY owner";

/// Moves a projection's offsets within its transaction.
pub(in super::super) async fn move_offsets(
    transaction: &mut sqlx::PgConnection,
    projection: &str,
    offsets: &[(i32, i64)],
) -> sqlx::Result<()> {
    // One statement cannot write a row twice.
    let mut seen = HashSet::new();
    let last: Vec<_> = offsets.iter().rev().filter(|(partition, _)| seen.insert(*partition)).collect();
    sqlx::query(
        "INSERT INTO feed_offsets (projection, partition, next)
        SELECT $1, partition, next FROM unnest($2::integer[], $3::bigint[]) AS offsets (partition, next)
        ON CONFLICT (projection, partition) DO UPDATE SET next = excluded.next",
    )
    .bind(projection)
    .bind(last.iter().map(|(partition, _)| *partition).collect::<Vec<_>>())
    .bind(last.iter().map(|(_, next)| *next).collect::<Vec<_>>())
    .execute(transaction)
    .await?;
    Ok(())
}
