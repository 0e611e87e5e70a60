use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::{ListId, PersonId, TodoId};
use sqlx::{AssertSqlSafe, PgPool, postgres::PgListener};
use uuid::Uuid;

use crate::views::{RowId, Waiters};

/// How often to look although nobody called: a call may be lost with its connection.
const LOOK: Duration = Duration::from_millis(250);

/// What to listen for, and what to look at.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    /// The channel that tells of every commit.
    pub channel: &'static str,
    /// Gives what it is (`t`, `p` or `l`), id and version of the todos whose ids are bound to it first, of the people whose ids
    /// are bound second, and of the lists whose ids are bound third.
    pub versions: String,
}

/// Wakes those who wait, with one query for all of them after each commit that is called out. Never ends.
pub(super) async fn wake(pool: PgPool, watched: Watched, waiters: Arc<Waiters>) {
    let mut listener = None;
    loop {
        if listener.is_none() {
            listener = connect(&pool, watched.channel).await;
        }
        match &mut listener {
            None => tokio::time::sleep(LOOK).await,
            Some(calls) => match tokio::time::timeout(LOOK, calls.try_recv()).await {
                // Several calls at once are one reason to look.
                Ok(Ok(_)) => while calls.next_buffered().is_some() {},
                Ok(Err(_)) => listener = None,
                Err(_) => {}
            },
        }
        let wanted = waiters.wanted();
        if wanted.is_empty() {
            continue;
        }
        // What cannot be asked now is asked again soon.
        if let Ok(shown) = versions(&pool, &watched, &wanted).await {
            waiters.shown(shown);
        }
    }
}

async fn connect(pool: &PgPool, channel: &str) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(pool).await.ok()?;
    listener.listen(channel).await.ok()?;
    Some(listener)
}

/// The versions that are shown of these rows.
pub(super) async fn versions(pool: &PgPool, watched: &Watched, ids: &[RowId]) -> sqlx::Result<HashMap<RowId, u64>> {
    let (mut todos, mut people, mut lists) = (vec![], vec![], vec![]);
    for id in ids {
        match id {
            RowId::Todo(id) => todos.push(id.uuid()),
            RowId::Person(id) => people.push(id.uuid()),
            RowId::List(id) => lists.push(id.uuid()),
        }
    }
    let rows: Vec<(String, Uuid, i64)> =
        sqlx::query_as(AssertSqlSafe(watched.versions.clone())).bind(todos).bind(people).bind(lists).fetch_all(pool).await?;
    let row = |(kind, id, version): (String, Uuid, i64)| {
        let id = match kind.as_str() {
            "t" => RowId::Todo(TodoId::new(id)),
            "l" => RowId::List(ListId::new(id)),
            _ => RowId::Person(PersonId::new(id)),
        };
        (id, version.cast_unsigned())
    };
    Ok(rows.into_iter().map(row).collect())
}
