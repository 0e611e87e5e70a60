//! A new generation of the facts, built beside those that everybody sees, and put in their place.

use sqlx::{AssertSqlSafe, Row};

use super::{LIVE, NEXT, PgAnalytics};
use crate::postgres::connect::Error;

/// Why a new generation does not take the place of the old one.
#[derive(Debug, thiserror::Error)]
pub enum NotYet {
    /// It has not read as far as the old one: events in between would be missing. Go on, and try again.
    #[error("the new generation has not read as far as the old one")]
    Behind,
    /// The database does not do it.
    #[error("the generations cannot be switched")]
    Database(#[from] sqlx::Error),
}

impl PgAnalytics {
    /// An empty generation of the facts, or what an interrupted attempt left of one: its offsets say where to go on. Nobody
    /// sees it until [`switch`](Self::switch). The tables must be there ([`apply`](crate::postgres::apply)), and `url` name their
    /// owner.
    ///
    /// # Errors
    /// If the URL is malformed, or the database does not make it.
    pub async fn next_generation(url: &str) -> Result<Self, NextError> {
        let next = Self::of(url, NEXT)?;
        let mut transaction = next.writing.pool.begin().await?;
        // Two that begin at once must not meet.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtext('analytics generations'))").execute(&mut *transaction).await?;
        let make = format!(
            "CREATE SCHEMA IF NOT EXISTS {NEXT};
             CREATE TABLE IF NOT EXISTS {NEXT}.todos (LIKE {LIVE}.todos INCLUDING ALL);
             CREATE TABLE IF NOT EXISTS {NEXT}.past_overdue (LIKE {LIVE}.past_overdue INCLUDING ALL);
             DO $$
             DECLARE
                one record;
             BEGIN
                FOR one IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
                    WHERE table_schema = '{LIVE}' AND table_name = 'todos' AND grantee <> current_user
                LOOP
                    EXECUTE format('GRANT USAGE ON SCHEMA {NEXT} TO %I', one.grantee);
                    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {NEXT} TO %I', one.grantee);
                END LOOP;
             END
             $$;"
        );
        sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(next)
    }

    /// Puts this generation in the place of the one that everybody sees, which is dropped: in one transaction. Consumes it:
    /// its name is gone.
    ///
    /// # Errors
    /// [`NotYet::Behind`] with nothing changed, else if the database does not do it.
    pub async fn switch(&self) -> Result<(), NotYet> {
        let mut transaction = self.writing.pool.begin().await?;
        // Whoever writes the old generation waits now, and its offsets stand still. Readers wait for a moment.
        let lock = format!("LOCK TABLE {LIVE}.todos, {LIVE}.past_overdue IN ACCESS EXCLUSIVE MODE");
        sqlx::query(AssertSqlSafe(lock)).execute(&mut *transaction).await?;
        let behind = "SELECT EXISTS (
                SELECT FROM feed_offsets live LEFT JOIN feed_offsets next ON next.projection = $2 AND next.partition = live.partition
                WHERE live.projection = $1 AND (next.next IS NULL OR next.next < live.next))";
        let behind = sqlx::query(behind).bind(LIVE).bind(NEXT).fetch_one(&mut *transaction).await?;
        if behind.try_get(0)? {
            return Err(NotYet::Behind);
        }
        let change = format!(
            "DROP SCHEMA {LIVE} CASCADE; ALTER SCHEMA {NEXT} RENAME TO {LIVE};
             DELETE FROM feed_offsets WHERE projection = '{LIVE}';
             UPDATE feed_offsets SET projection = '{LIVE}' WHERE projection = '{NEXT}';"
        );
        sqlx::raw_sql(AssertSqlSafe(change)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Why there is no new generation.
#[derive(Debug, thiserror::Error)]
pub enum NextError {
    /// There is nothing to connect to.
    #[error(transparent)]
    Connect(#[from] Error),
    /// The database does not make it.
    #[error("the new generation's tables cannot be made")]
    Database(#[from] sqlx::Error),
}
