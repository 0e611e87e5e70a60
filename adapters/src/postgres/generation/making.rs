//! The tables of a generation: those of the live one, whatever they are.

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, postgres::PgRow};

use super::{BuiltFrom, GenerationError, Rebuildable, run};

/// What a generation is built from, and which version of the tables it has: whoever changes them lets it be begun anew.
pub(super) async fn stamp(connection: &mut PgConnection, from: BuiltFrom) -> Result<String, GenerationError> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('public._sqlx_migrations') IS NOT NULL").fetch_one(&mut *connection).await?;
    if !there {
        return Err(GenerationError::NoTables);
    }
    const LATEST: &str = "SELECT max(version), count(*) FROM _sqlx_migrations WHERE success";
    let (latest, count): (Option<i64>, i64) = sqlx::query_as(LATEST).fetch_one(connection).await?;
    Ok(format!("{} {}.{count}", from.name(), latest.ok_or(GenerationError::NoTables)?))
}

/// Makes the tables, unless they are there from an earlier attempt: then `true`.
pub(super) async fn make(connection: &mut PgConnection, view: Rebuildable, stamp: &str, anew: bool) -> Result<bool, GenerationError> {
    let (live, next) = (view.live().schema, view.next());
    const FOUND: &str = "SELECT to_regnamespace($1) IS NOT NULL, to_regnamespace($2) IS NOT NULL,
        obj_description(to_regnamespace($2), 'pg_namespace')";
    let (known, there, found): (bool, bool, Option<String>) =
        sqlx::query_as(FOUND).bind(live).bind(next).fetch_one(&mut *connection).await?;
    if !known {
        return Err(GenerationError::NoTables);
    }
    // What a replay left that was killed between its last two steps.
    run(connection, format!("DROP SCHEMA IF EXISTS {} CASCADE", view.old())).await?;
    if there && !anew {
        let found = found.unwrap_or_default();
        if found == stamp {
            return Ok(true);
        }
        let from = |stamp: &str| stamp.split(' ').next().unwrap_or_default().to_owned();
        return Err(if from(&found) == from(stamp) { GenerationError::Changed } else { GenerationError::Other(from(&found)) });
    }
    let mut transaction = connection.begin().await?;
    run(
        &mut transaction,
        format!(
            "DROP SCHEMA IF EXISTS {next} CASCADE;
             DELETE FROM feed_offsets WHERE projection LIKE '{next}/%';
             CREATE SCHEMA {next};
             COMMENT ON SCHEMA {next} IS '{stamp}';"
        ),
    )
    .await?;
    let statements = ask(&mut transaction, TABLES, live, next).await?;
    run(&mut transaction, statements.join(";\n")).await?;
    transaction.commit().await?;
    Ok(false)
}

/// Indexes that no constraint makes, counts with the triggers that keep them, statistics.
pub(super) async fn finish(connection: &mut PgConnection, view: Rebuildable) -> Result<(), GenerationError> {
    let (live, next) = (view.live().schema, view.next());
    let missing = ask(connection, INDEXES, live, next).await?;
    if !missing.is_empty() {
        // Rows were written again and again: without the dead ones, indexes are made faster.
        run(connection, "SET maintenance_work_mem = '128MB'".to_owned()).await?;
        for table in ask(connection, TABLE_NAMES, live, next).await? {
            run(connection, format!("VACUUM (ANALYZE) {next}.{table}")).await?;
        }
    }
    for index in missing {
        run(connection, index).await?;
    }
    let triggers = ask(connection, TRIGGERS, live, next).await?;
    if !triggers.is_empty() {
        // Together: from here on the triggers keep what was counted.
        let mut transaction = connection.begin().await?;
        if view == Rebuildable::Views {
            run(&mut transaction, COUNTS.replace("NEXT", next)).await?;
        }
        run(&mut transaction, triggers.join(";\n")).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// What a query about both schemas says, a line each.
pub(super) async fn ask(connection: &mut PgConnection, query: &str, live: &str, next: &str) -> sqlx::Result<Vec<String>> {
    let query = query.replace("LIVE", live).replace("NEXT", next);
    sqlx::query(AssertSqlSafe(query)).try_map(|row: PgRow| row.try_get(0)).fetch_all(connection).await
}

const TABLE_NAMES: &str = "SELECT relname::text FROM pg_class WHERE relnamespace = 'NEXT'::regnamespace AND relkind = 'r' ORDER BY 1";

/// Statements that make the tables with what they need while they are filled: their constraints. Under the names that they
/// have, since migrations go by names. Whoever may do something with the live tables may do it with these.
const TABLES: &str = "
    WITH live AS (
        SELECT oid, relname, reloptions, relacl, relowner FROM pg_class WHERE relnamespace = 'LIVE'::regnamespace AND relkind = 'r'
    )
    SELECT statement FROM (
        SELECT 1, format('CREATE TABLE NEXT.%I (LIKE LIVE.%1$I INCLUDING ALL EXCLUDING CONSTRAINTS EXCLUDING INDEXES EXCLUDING STATISTICS)',
            relname) FROM live
        UNION ALL
        SELECT 2, format('ALTER TABLE NEXT.%I SET (%s)', relname, array_to_string(reloptions, ', ')) FROM live WHERE reloptions IS NOT NULL
        UNION ALL
        SELECT 3, format('ALTER TABLE NEXT.%I ADD CONSTRAINT %I %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
        FROM live JOIN pg_constraint ON conrelid = live.oid WHERE contype IN ('p', 'u', 'c')
        UNION ALL
        SELECT 4, format('GRANT %s ON NEXT.%I TO %I', privilege_type, relname, grantee::regrole)
        FROM live, aclexplode(relacl) WHERE grantee <> relowner AND grantee <> 0
        UNION ALL
        SELECT 4, format('GRANT %s ON SCHEMA NEXT TO %I', privilege_type, grantee::regrole)
        FROM pg_namespace, aclexplode(nspacl) WHERE pg_namespace.oid = 'LIVE'::regnamespace AND grantee <> nspowner AND grantee <> 0
    ) AS statements (step, statement) ORDER BY step, statement";

/// Statements that make the indexes that are still missing.
const INDEXES: &str = "
    SELECT replace(indexdef, ' ON LIVE.', ' ON NEXT.') FROM pg_indexes AS live WHERE schemaname = 'LIVE'
        AND NOT EXISTS (SELECT FROM pg_indexes AS next WHERE next.schemaname = 'NEXT' AND next.indexname = live.indexname)
    ORDER BY 1";

/// Statements that make the triggers that are still missing.
const TRIGGERS: &str = "
    SELECT replace(pg_get_triggerdef(trigger.oid), ' ON LIVE.', ' ON NEXT.')
    FROM pg_trigger AS trigger JOIN pg_class AS live ON live.oid = tgrelid
    WHERE relnamespace = 'LIVE'::regnamespace AND NOT tgisinternal AND NOT EXISTS (
        SELECT FROM pg_trigger AS made JOIN pg_class AS next ON next.oid = made.tgrelid
        WHERE next.relnamespace = 'NEXT'::regnamespace AND next.relname = live.relname AND made.tgname = trigger.tgname)
    ORDER BY 1";

/// As in the migration that began to count.
const COUNTS: &str = "
    LOCK TABLE NEXT.todos IN SHARE ROW EXCLUSIVE MODE;
    TRUNCATE NEXT.todo_counts;
    INSERT INTO NEXT.todo_counts (owner, kind, name, open, completed)
    SELECT todos.owner, added.kind, added.name, sum(added.open), sum(added.completed)
    FROM NEXT.todos AS todos, todo_counted(todos.list, todos.completed, todos.deleted, todos.todo, todos.due_at) AS added
    GROUP BY 1, 2, 3;";
