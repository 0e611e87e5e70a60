use std::str::FromStr;

use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use super::connect::Error;

/// Makes the tables, or brings them to this program's version, as their owner; and lets `service` do what the services
/// need, and no more: it can add to the journal but neither change nor delete what is in it. Several may do so at once.
///
/// # Errors
/// If the database is away or refuses, or is of a newer program.
pub async fn apply(url: &str, service: &str) -> Result<(), Error> {
    let plain =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !plain(service) {
        return Err(Error::Role);
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| Error::Url)?.application_name("todo-apply");
    // Views have a schema of their own since migration 11.
    let options = options.options([("search_path", "public,views")]);
    let mut connection = PgConnection::connect_with(&options).await.map_err(Error::Apply)?;
    // Roles and grants of two at once would meet in PostgreSQL's own tables. Given back when the connection is closed.
    let lock = "SELECT pg_advisory_lock(hashtext('todo database apply'))";
    sqlx::query(lock).execute(&mut connection).await.map_err(Error::Apply)?;
    sqlx::migrate!("src/postgres/migrations").run(&mut connection).await?;
    for statement in [
        format!("DO $$ BEGIN CREATE ROLE {service} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"),
        format!("GRANT USAGE ON SCHEMA public TO {service}"),
        GRANTS.replace("SERVICE", service),
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.map_err(Error::Apply)?;
    }
    connection.close().await.map_err(Error::Apply)
}

/// All on everything but the journal and the record of migrations. Partitions are reached through their parent only.
const GRANTS: &str = "
    DO $$
    DECLARE
        one record;
    BEGIN
        FOR one IN SELECT c.oid::regclass AS name, c.relname, c.relispartition FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
        LOOP
            IF one.relispartition THEN
                EXECUTE format('REVOKE ALL ON %s FROM SERVICE', one.name);
            ELSIF one.relname IN ('journal', 'journal_told', 'journal_checkpoints', 'journal_checkpoint_heads') THEN
                EXECUTE format('REVOKE ALL ON %s FROM SERVICE', one.name);
                EXECUTE format('GRANT SELECT, INSERT ON %s TO SERVICE', one.name);
            ELSIF one.relname IN ('journal_heads', 'journal_position', 'journal_forks') THEN
                EXECUTE format('REVOKE ALL ON %s FROM SERVICE', one.name);
                EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO SERVICE', one.name);
            ELSE
                EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO SERVICE', one.name);
            END IF;
        END LOOP;
        GRANT USAGE ON SCHEMA views, analytics TO SERVICE;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA views, analytics TO SERVICE;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO SERVICE;
        GRANT EXECUTE ON FUNCTION journal_partition(timestamptz) TO SERVICE;
    END
    $$";
