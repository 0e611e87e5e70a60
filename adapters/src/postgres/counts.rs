use domain::{ListId, todo::Tag};
use jiff::Timestamp;
use ports::{Count, Counts, DueBounds};
use sqlx::PgPool;
use uuid::Uuid;

use super::connect::damaged;

/// One statement, so that all counts are of one moment. Lists, tags and days are kept up by every write; of the
/// days that a boundary cuts, the part is counted along the index.
const COUNT: &str = "
    (SELECT kind, name, sum(open)::bigint AS open, sum(completed)::bigint AS completed FROM todo_counts
        WHERE owner = ANY($1) AND kind IN ('all', 'trash') GROUP BY kind, name)
    UNION ALL
    (SELECT kind, name, sum(open)::bigint AS open, sum(completed)::bigint AS completed FROM todo_counts
        WHERE owner = ANY($1) AND kind = 'list' AND open + completed > 0
        GROUP BY kind, name ORDER BY sum(open) DESC, sum(completed) DESC, name LIMIT $5)
    UNION ALL
    (SELECT kind, name, sum(open)::bigint AS open, sum(completed)::bigint AS completed FROM todo_counts
        WHERE owner = ANY($1) AND kind = 'tag' AND open + completed > 0
        GROUP BY kind, name ORDER BY sum(open) DESC, sum(completed) DESC, name LIMIT $5)
    UNION ALL
    SELECT 'today', '', count(*), 0 FROM todos WHERE owner = ANY($1) AND NOT deleted AND NOT completed AND due_at >= $3 AND due_at < $4
    UNION ALL
    SELECT 'overdue', '', sum(open)::bigint, 0 FROM (
        SELECT open FROM todo_counts WHERE owner = ANY($1) AND kind = 'due' AND name < due_day($6)
        UNION ALL
        SELECT count(*) FROM todos WHERE owner = ANY($1) AND NOT deleted AND NOT completed AND due_at >= $6 AND due_at < $2) AS overdue
    UNION ALL
    SELECT 'upcoming', '', sum(open)::bigint, 0 FROM (
        SELECT count(*) AS open FROM todos WHERE owner = ANY($1) AND NOT deleted AND NOT completed AND due_at >= $4 AND due_at < $7
        UNION ALL
        SELECT open FROM todo_counts WHERE owner = ANY($1) AND kind = 'due' AND name >= due_day($7)) AS upcoming";

/// A day of UTC, in microseconds: `due_day` numbers them.
const DAY: i64 = 86_400_000_000;

/// How many todos this part of the views has, but for those in the trash.
pub(super) async fn size(pool: &PgPool, scope: &str) -> sqlx::Result<i64> {
    let select = "SELECT open + completed FROM todo_counts WHERE owner = $1 AND kind = 'all' AND name = ''";
    Ok(sqlx::query_scalar(select).bind(scope).fetch_optional(pool).await?.unwrap_or(0))
}

/// What there is in these parts of the views.
pub(super) async fn counts(pool: &PgPool, scopes: &[String], due: &DueBounds) -> sqlx::Result<Counts> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(COUNT)
        .bind(scopes)
        .bind(due.now.as_microsecond())
        .bind(due.today.as_microsecond())
        .bind(due.tomorrow.as_microsecond())
        .bind(i64::try_from(Counts::MOST).unwrap_or(i64::MAX))
        .bind(day_of(due.now))
        .bind(day_of(due.tomorrow) + DAY)
        .fetch_all(pool)
        .await?;
    let mut counts = Counts::default();
    for (kind, name, open, completed) in rows {
        let count = Count { open: open.cast_unsigned(), completed: completed.cast_unsigned() };
        match kind.as_str() {
            "all" => counts.all = count,
            "trash" => counts.deleted = count.open,
            "list" => counts.lists.push((ListId::new(Uuid::try_parse(&name).map_err(|_| damaged("name"))?), count)),
            "tag" => counts.tags.push((Tag::parse("tag", &name).map_err(|_| damaged("name"))?, count)),
            "today" => counts.today = count.open,
            "overdue" => counts.overdue = count.open,
            _ => counts.upcoming = count.open,
        }
    }
    Ok(counts)
}

/// When the day of `instant` began.
fn day_of(instant: Timestamp) -> i64 {
    instant.as_microsecond().div_euclid(DAY) * DAY
}
