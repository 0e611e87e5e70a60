use std::time::Duration;

use domain::{
    ListId, TodoId, UserId,
    analytics::{Completion, Happenings, Overdue},
};
use jiff::Timestamp;
use ports::{Completed, FactQuery, TodoFacts};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, QueryBuilder, Row, postgres::PgRow};
use uuid::Uuid;

use crate::views::instant;

const COLUMNS: &str =
    "id, version, owner, list, created_at, created_list, completed_at, completed_list, lead_time, deleted, due_at, overdue_since";

pub(super) async fn ready(pool: &PgPool, schema: &str) -> sqlx::Result<()> {
    sqlx::query(AssertSqlSafe(format!("SELECT 1 FROM {schema}.todos LIMIT 1"))).fetch_optional(pool).await.map(|_| ())
}

pub(super) async fn facts(pool: &PgPool, schema: &str, ids: &[TodoId]) -> sqlx::Result<Vec<TodoFacts>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let select = AssertSqlSafe(format!("SELECT {COLUMNS} FROM {schema}.todos WHERE id = ANY($1)"));
    sqlx::query(select).bind(ids).try_map(facts_of).fetch_all(pool).await
}

/// All of one moment.
pub(super) async fn happenings(pool: &PgPool, schema: &str, owner: &UserId, query: &FactQuery) -> sqlx::Result<Happenings> {
    let (from, until) = (query.from.as_microsecond(), query.until.as_microsecond());
    let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let about = |what: &str, list: &str| about(schema, what, list, owner, query.list);

    let mut created = about("created_at FROM .todos", "created_list");
    created.push(" AND created_at >= ").push_bind(from).push(" AND created_at < ").push_bind(until);
    let created = rows(created, &mut snapshot, |row| at(&row, 0)).await?;

    let mut completed = about("completed_at, lead_time FROM .todos", "completed_list");
    completed.push(" AND completed_at >= ").push_bind(from).push(" AND completed_at < ").push_bind(until);
    let completion = |row: PgRow| Ok(Completion { at: at(&row, 0)?, lead_time: duration(row.try_get(1)?) });
    let completed = rows(completed, &mut snapshot, completion).await?;

    let mut now = about("overdue_since FROM .todos", "list");
    now.push(" AND overdue_since < ").push_bind(until);
    let mut overdue = rows(now, &mut snapshot, |row| Ok(Overdue { since: at(&row, 0)?, until: None })).await?;

    let mut past = about("since, until FROM .past_overdue", "list");
    past.push(" AND until > ").push_bind(from).push(" AND since < ").push_bind(until);
    overdue.extend(rows(past, &mut snapshot, |row| Ok(Overdue { since: at(&row, 0)?, until: Some(at(&row, 1)?) })).await?);

    snapshot.commit().await?;
    Ok(Happenings { created, completed, overdue })
}

/// Rounded down to a quarter of an hour, also before 1970.
pub(super) async fn active_quarters(pool: &PgPool, schema: &str, owner: &UserId, list: Option<ListId>) -> sqlx::Result<Vec<Timestamp>> {
    let quarter = "DISTINCT completed_at - ((completed_at % 900000000) + 900000000) % 900000000 AS quarter FROM .todos";
    let mut select = about(schema, quarter, "completed_list", owner, list);
    select.push(" AND completed_at IS NOT NULL ORDER BY quarter");
    select.build().try_map(|row: PgRow| at(&row, 0)).fetch_all(pool).await
}

/// A question about `owner`, in one list or in all. In `what`, tables begin with the dot behind the schema.
fn about(schema: &str, what: &str, column: &str, owner: &UserId, list: Option<ListId>) -> QueryBuilder<Postgres> {
    let mut select = QueryBuilder::new(format!("SELECT {} WHERE owner = ", what.replace(" .", &format!(" {schema}."))));
    select.push_bind(owner.as_str().to_owned());
    if let Some(list) = list {
        select.push(format!(" AND {column} = ")).push_bind(list.uuid());
    }
    select
}

async fn rows<T: Send + Unpin>(
    mut select: QueryBuilder<Postgres>,
    connection: &mut PgConnection,
    read: impl FnMut(PgRow) -> sqlx::Result<T> + Send,
) -> sqlx::Result<Vec<T>> {
    select.build().try_map(read).fetch_all(connection).await
}

fn facts_of(row: PgRow) -> sqlx::Result<TodoFacts> {
    let list = |column| row.try_get(column).map(ListId::new);
    let optional = |column: &str| row.try_get::<Option<i64>, _>(column)?.map(|stored| instant(stored).ok_or_else(damaged)).transpose();
    let completed = match optional("completed_at")? {
        None => None,
        Some(at) => Some(Completed { at, list: list("completed_list")?, lead_time: duration(row.try_get("lead_time")?) }),
    };
    Ok(TodoFacts {
        id: TodoId::new(row.try_get("id")?),
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        owner: row.try_get::<String, _>("owner")?.parse().map_err(|_| damaged())?,
        list: list("list")?,
        created_at: optional("created_at")?.ok_or_else(damaged)?,
        created_list: list("created_list")?,
        completed,
        deleted: row.try_get("deleted")?,
        due: optional("due_at")?,
        overdue_since: optional("overdue_since")?,
    })
}

fn duration(microseconds: Option<i64>) -> Option<Duration> {
    microseconds.map(|microseconds| Duration::from_micros(microseconds.unsigned_abs()))
}

fn at(row: &PgRow, column: usize) -> sqlx::Result<Timestamp> {
    instant(row.try_get(column)?).ok_or_else(damaged)
}

fn damaged() -> sqlx::Error {
    sqlx::Error::Decode("a stored fact is damaged".into())
}
