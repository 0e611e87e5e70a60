use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::TodoId;
use sqlx::{PgPool, postgres::PgListener};
use uuid::Uuid;

use super::upsert::CHANNEL;
use crate::views::Waiters;

/// How often to look although nobody called: a call may be lost with its connection.
const LOOK: Duration = Duration::from_millis(250);

/// Wakes those who wait, with one query for all of them after each commit that is called out. Never ends.
pub(super) async fn wake(pool: PgPool, waiters: Arc<Waiters>) {
    let mut listener = None;
    loop {
        if listener.is_none() {
            listener = connect(&pool).await;
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
        if let Ok(shown) = versions(&pool, &wanted).await {
            waiters.shown(shown);
        }
    }
}

async fn connect(pool: &PgPool) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(pool).await.ok()?;
    listener.listen(CHANNEL).await.ok()?;
    Some(listener)
}

/// The versions that the views show of these todos.
pub(super) async fn versions(pool: &PgPool, ids: &[TodoId]) -> sqlx::Result<HashMap<TodoId, u64>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows: Vec<(Uuid, i64)> = sqlx::query_as("SELECT id, version FROM todos WHERE id = ANY($1)").bind(ids).fetch_all(pool).await?;
    Ok(rows.into_iter().map(|(id, version)| (TodoId::new(id), version.cast_unsigned())).collect())
}
