//! Taking the place of the live generation.

use std::time::Duration;

use domain::{ListId, PersonId, TodoId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, Transaction};

use super::{BuiltFrom, GenerationError, PgGeneration, Rebuildable, making, projection, run};

/// How long those who write may hold the switch up, and it them.
const LOCK: &str = "SET LOCAL lock_timeout = '10s'";
/// How often the old generation is tried to be dropped: whoever still reads it is waited for, in short steps, so that it never
/// meets a reader in a deadlock.
const DROPS: u32 = 100;

/// An aggregate that the new generation has not as far as it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Which.
    pub aggregate_id: String,
    /// How far it must be at least.
    pub version: u64,
}

impl From<(String, i64)> for Lacking {
    fn from((aggregate_id, version): (String, i64)) -> Self {
        Self { aggregate_id, version: version.cast_unsigned() }
    }
}

/// The tables that have a row with a version for each aggregate, and what the ids of these begin with.
fn rows_of(view: Rebuildable) -> &'static [(&'static str, &'static str)] {
    match view {
        Rebuildable::Views => &[("todos", TodoId::PREFIX), ("people", PersonId::PREFIX), ("lists", ListId::PREFIX)],
        Rebuildable::Analytics => &[("todos", TodoId::PREFIX)],
    }
}

async fn still(connection: &mut PgConnection, view: Rebuildable, lacking: &[Lacking]) -> sqlx::Result<Vec<Lacking>> {
    if lacking.is_empty() {
        return Ok(vec![]);
    }
    let next = view.next();
    let mut query = "SELECT asked.id, asked.version FROM unnest($1::text[], $2::bigint[]) AS asked (id, version) WHERE true".to_owned();
    for (table, prefix) in rows_of(view) {
        query += &format!(
            " AND NOT EXISTS (SELECT FROM {next}.{table} AS next WHERE '{prefix}-' || next.id = asked.id AND next.version >= asked.version)"
        );
    }
    let ids: Vec<&str> = lacking.iter().map(|one| one.aggregate_id.as_str()).collect();
    let versions: Vec<i64> = lacking.iter().map(|one| one.version.cast_signed()).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(query)).bind(ids).bind(versions).fetch_all(connection).await?;
    Ok(rows.into_iter().map(Lacking::from).collect())
}

/// The switch, about to be made: the live generation stands still, and is still read.
#[derive(Debug)]
pub struct Switching<'a> {
    transaction: Transaction<'a, Postgres>,
    view: Rebuildable,
    from: BuiltFrom,
    stamp: &'a str,
    /// Where the live generation's reader goes on in Kafka.
    pub live_offsets: Vec<(i32, i64)>,
    /// The last position of the journal.
    pub journal_position: u64,
}

impl PgGeneration {
    /// What the live generation has and this one has not. Built from Kafka, also what the journal has and neither of them: Kafka
    /// may have let go of it.
    ///
    /// # Errors
    /// If the database does not say.
    pub async fn lacking(&mut self) -> Result<Vec<Lacking>, GenerationError> {
        let (live, next) = (self.view.live().schema, self.view.next());
        let mut queries = vec![];
        for (table, prefix) in rows_of(self.view) {
            queries.push(format!(
                "SELECT '{prefix}-' || id, live.version FROM {live}.{table} AS live LEFT JOIN {next}.{table} AS next USING (id)
                 WHERE next.version IS NULL OR next.version < live.version"
            ));
            if self.from == BuiltFrom::Kafka {
                queries.push(format!(
                    "SELECT aggregate_id, head.version FROM journal_heads AS head
                     LEFT JOIN {next}.{table} AS next ON aggregate_id = '{prefix}-' || next.id
                     LEFT JOIN {live}.{table} AS live ON live.id = next.id
                     WHERE starts_with(aggregate_id, '{prefix}-') AND (next.version IS NULL OR next.version < head.version)
                        AND live.version IS DISTINCT FROM next.version"
                ));
            }
        }
        let query = queries.join(" UNION ALL ");
        let rows: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut self.connection).await?;
        Ok(rows.into_iter().map(Lacking::from).collect())
    }

    /// Which of these this one still lacks.
    ///
    /// # Errors
    /// If the database does not say.
    pub async fn still(&mut self, lacking: &[Lacking]) -> Result<Vec<Lacking>, GenerationError> {
        Ok(still(&mut self.connection, self.view, lacking).await?)
    }

    /// Lets the live generation stand still, for as long as this takes: what is to be brought into the new one is bounded then.
    ///
    /// # Errors
    /// [`GenerationError::JournalBehind`] if this is built from a journal that lacks what the live generation has read, or the
    /// database does not do it.
    pub async fn begin_switch(&mut self) -> Result<Switching<'_>, GenerationError> {
        let live = self.view.live();
        let Self { view, from, connection, stamp, .. } = self;
        let mut transaction = connection.begin().await?;
        let tables: Vec<_> = view.locked().iter().map(|table| format!("{}.{table}", live.schema)).collect();
        // Readers take no notice. Writers wait, and look for the tables again when they may go on.
        run(&mut transaction, format!("{LOCK}; LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", tables.join(", "))).await?;
        const OFFSETS: &str = "SELECT partition, next FROM feed_offsets WHERE projection = $1";
        let live_offsets = sqlx::query_as(OFFSETS).bind(&*live.projection).fetch_all(&mut *transaction).await?;
        let mut journal_position = 0_i64;
        if *from == BuiltFrom::Journal {
            const BEHIND: &str = "SELECT EXISTS (SELECT FROM feed_offsets AS live
                LEFT JOIN feed_offsets AS journal ON journal.projection = 'journal' AND journal.partition = live.partition
                WHERE live.projection = $1 AND (journal.next IS NULL OR journal.next < live.next))";
            if sqlx::query_scalar(BEHIND).bind(&*live.projection).fetch_one(&mut *transaction).await? {
                return Err(GenerationError::JournalBehind);
            }
            // A statement of its own: it sees at least what the offsets say.
            journal_position = sqlx::query_scalar("SELECT position FROM journal_position").fetch_one(&mut *transaction).await?;
        }
        Ok(Switching { transaction, view: *view, from: *from, stamp, live_offsets, journal_position: journal_position.cast_unsigned() })
    }

    /// Removes what was live before the switch; `false` if somebody still reads it: the next replay removes it then.
    ///
    /// # Errors
    /// If the database does not do it.
    pub async fn drop_old(&mut self) -> Result<bool, GenerationError> {
        for _ in 0..DROPS {
            // Less than PostgreSQL waits before it looks for deadlocks: it is never a reader that has to give way.
            let drop = format!("BEGIN; SET LOCAL lock_timeout = '200ms'; DROP SCHEMA IF EXISTS {} CASCADE; COMMIT", self.view.old());
            match run(&mut self.connection, drop).await {
                Ok(()) => return Ok(true),
                Err(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("55P03") => {
                    run(&mut self.connection, "ROLLBACK".to_owned()).await?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(false)
    }
}

impl Switching<'_> {
    /// Which of these the new generation still lacks.
    ///
    /// # Errors
    /// If the database does not say.
    pub async fn still(&mut self, lacking: &[Lacking]) -> Result<Vec<Lacking>, GenerationError> {
        Ok(still(&mut self.transaction, self.view, lacking).await?)
    }

    /// Puts the new generation in the place of the live one. Its reader goes on where it was if this was built from the journal:
    /// what comes again is known by its version. Built from Kafka, it goes on where the replay stands.
    ///
    /// # Errors
    /// If nothing was changed.
    pub async fn commit(mut self) -> Result<(), GenerationError> {
        let (live, next, old) = (self.view.live(), self.view.next(), self.view.old());
        if making::stamp(&mut self.transaction, self.from).await? != self.stamp {
            return Err(GenerationError::Changed);
        }
        let (schema, channel) = (live.schema, live.channel);
        let offsets = match self.from {
            BuiltFrom::Journal => String::new(),
            BuiltFrom::Kafka => format!(
                "INSERT INTO feed_offsets (projection, partition, next)
                 SELECT '{}', partition, next FROM feed_offsets WHERE projection = '{}'
                 ON CONFLICT (projection, partition) DO UPDATE SET next = excluded.next;",
                live.projection,
                projection(self.view, self.from)
            ),
        };
        let switch = format!(
            "{offsets}
             DELETE FROM feed_offsets WHERE projection LIKE '{next}/%';
             COMMENT ON SCHEMA {next} IS NULL;
             ALTER SCHEMA {schema} RENAME TO {old};
             ALTER SCHEMA {next} RENAME TO {schema};
             NOTIFY {channel};"
        );
        run(&mut self.transaction, switch).await?;
        Ok(self.transaction.commit().await?)
    }

    /// Lets everything be as it was.
    ///
    /// # Errors
    /// If the database has gone: it is all the same.
    pub async fn cancel(self) -> Result<(), GenerationError> {
        Ok(self.transaction.rollback().await?)
    }
}
