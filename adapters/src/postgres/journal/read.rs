use std::str::FromStr;

use futures::TryStreamExt;
use ports::{Chain, JournalRow};
use sqlx::{
    Connection, PgConnection, PgPool, Row,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::sync::mpsc;

use super::hash;

pub(super) async fn chain(pool: &PgPool, aggregate_id: &str) -> sqlx::Result<Option<Chain>> {
    // One statement: rows and head of one moment.
    const CHAIN: &str = "SELECT head.version AS head, journal.position, journal.version, journal.record, journal.hash
        FROM (SELECT $1::text COLLATE \"C\" AS aggregate_id) AS asked
        LEFT JOIN journal_heads AS head USING (aggregate_id) LEFT JOIN journal USING (aggregate_id) ORDER BY journal.version";
    let rows = sqlx::query(CHAIN).bind(aggregate_id).fetch_all(pool).await?;
    let head = rows.first().map(|row| row.try_get::<Option<i64>, _>("head")).transpose()?.flatten();
    let there = rows.iter().filter(|row| row.try_get::<Option<i64>, _>("version").is_ok_and(|version| version.is_some()));
    let rows: Vec<_> = there.map(read).collect::<sqlx::Result<_>>()?;
    let known = head.is_some() || !rows.is_empty();
    Ok(known.then(|| Chain { aggregate_id: aggregate_id.to_owned(), rows, head: head.map(i64::cast_unsigned) }))
}

/// On a connection of its own, without a bound on the time: a large journal takes long.
pub(super) async fn chains(url: &str, to: mpsc::Sender<Chain>) -> sqlx::Result<()> {
    // Heads without any row come last.
    const CHAINS: &str = "SELECT coalesce(journal.aggregate_id, head.aggregate_id) AS aggregate_id, head.version AS head,
            journal.position, journal.version, journal.record, journal.hash
        FROM journal FULL JOIN journal_heads AS head USING (aggregate_id)
        ORDER BY journal.aggregate_id NULLS LAST, journal.version";
    let mut connection = connect(url).await?;
    {
        let mut rows = sqlx::query(CHAINS).fetch(&mut connection);
        let mut current: Option<Chain> = None;
        while let Some(row) = rows.try_next().await? {
            let aggregate_id: &str = row.try_get("aggregate_id")?;
            if current.as_ref().is_none_or(|chain| chain.aggregate_id != aggregate_id) {
                let head = row.try_get::<Option<i64>, _>("head")?.map(i64::cast_unsigned);
                let before = current.replace(Chain { aggregate_id: aggregate_id.to_owned(), rows: vec![], head });
                if let Some(chain) = before
                    && to.send(chain).await.is_err()
                {
                    return Ok(());
                }
            }
            if let Some(chain) = &mut current
                && row.try_get::<Option<i64>, _>("version")?.is_some()
            {
                chain.rows.push(read(&row)?);
            }
        }
        if let Some(chain) = current {
            // Whoever asked may have gone.
            let _ = to.send(chain).await;
        }
    }
    connection.close().await
}

/// For those who read everything.
pub(super) async fn connect(url: &str) -> sqlx::Result<PgConnection> {
    let options = PgConnectOptions::from_str(url)?.application_name("todo-journal-scan").options([("jit", "off")]);
    PgConnection::connect_with(&options).await
}

fn read(row: &PgRow) -> sqlx::Result<JournalRow> {
    Ok(JournalRow {
        position: row.try_get::<i64, _>("position")?.cast_unsigned(),
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        record: row.try_get("record")?,
        hash: hash(row)?,
    })
}
