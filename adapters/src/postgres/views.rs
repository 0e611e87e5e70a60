use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use domain::{ListId, PersonId, TodoId, UserId};
use ports::{
    Counts, DueBounds, FeedPosition, FeedPositionError, ListRow, Named, Page, PersonRow, TodoQuery, TodoRow, ViewReader, ViewStore,
    ViewsError,
};
use sqlx::{AssertSqlSafe, Row, postgres::PgRow};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    connect::{Database, Error, damaged},
    counts,
    erasing::Erasing,
    generation::{Place, Table},
    listen::{self, Watched},
    lists, people,
    query::{self, COLUMNS, Part},
    upsert,
    words::{self, KnownWords, NewWords},
};
use crate::views::{Cursor, Waiters, instant, row_positions, terms, versions};

/// How many queries run at once in one process; one more connection listens.
const READERS: u32 = 9;
const VERSIONS: &str = "SELECT 't', id, version FROM todos WHERE id = ANY($1)
    UNION ALL SELECT 'p', id, version FROM people WHERE id = ANY($2)
    UNION ALL SELECT 'l', id, version FROM lists WHERE id = ANY($3)";

/// The views that everybody sees.
pub(super) static LIVE: Place = Place::live("views", "todos", "todo_views");

/// Views in PostgreSQL.
#[derive(Debug)]
pub struct PgViews {
    place: Place,
    table: Table,
    reading: Database,
    writing: Database,
    waiters: Arc<Waiters>,
    known_words: KnownWords,
    /// Runs from the first time that somebody waits.
    waking: OnceLock<JoinHandle<()>>,
}

impl PgViews {
    /// Views in the database at `url`. It connects when it is first asked something.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::of(url, LIVE.clone(), Database::for_writing(url, LIVE.schema)?)
    }

    pub(super) fn of(url: &str, place: Place, writing: Database) -> Result<Self, Error> {
        let reading = Database::for_reading(url, place.schema, READERS)?;
        let (waiters, known_words, waking) = (Arc::default(), KnownWords::default(), OnceLock::new());
        Ok(Self { place, table: Table::default(), reading, writing, waiters, known_words, waking })
    }

    /// Gives the table that it found: nothing is written into another one than that of which rows were read.
    async fn write(
        &self,
        rows: &[TodoRow],
        people: &[PersonRow],
        lists: &[ListRow],
        new: &NewWords,
        offsets: &[(i32, i64)],
    ) -> sqlx::Result<i64> {
        let erasing = Erasing::in_batch(rows, people);
        if people.is_empty() && lists.is_empty() && erasing.is_none() {
            return upsert::store(&self.writing.pool, &self.place, &self.table, rows, new, offsets).await;
        }
        // Seldom: then it may take some more round trips.
        let mut transaction = self.writing.pool.begin().await?;
        // In the order in which a switch locks them: see `Rebuildable::locked`.
        if !people.is_empty() {
            people::store(&mut *transaction, people).await?;
        }
        if !lists.is_empty() {
            lists::store(&mut transaction, lists).await?;
        }
        let parts = match &erasing {
            Some(erasing) => erasing.parts(&mut transaction).await?,
            None => vec![],
        };
        let table = upsert::store(&mut *transaction, &self.place, &self.table, rows, new, offsets).await?;
        if let Some(erasing) = &erasing {
            erasing.forget(&mut transaction, &parts).await?;
        }
        if self.table.is(table) {
            transaction.commit().await?;
        }
        Ok(table)
    }
}

impl Drop for PgViews {
    fn drop(&mut self) {
        if let Some(waking) = self.waking.get() {
            waking.abort();
        }
    }
}

#[async_trait]
impl ViewReader for PgViews {
    async fn todo(&self, viewer: &UserId, id: TodoId) -> Result<Option<TodoRow>, ViewsError> {
        let select = AssertSqlSafe(format!("SELECT {COLUMNS} FROM todos WHERE id = $2 AND {}", lists::SEES));
        let select = sqlx::query(select).bind(viewer.as_str()).bind(id.uuid()).try_map(row);
        self.reading.bounded(select.fetch_optional(&self.reading.pool)).await
    }

    async fn todos(&self, viewer: &UserId, query: &TodoQuery) -> Result<Page, ViewsError> {
        let scopes = self.reading.bounded(lists::scopes(&self.reading.pool, viewer, query)).await?;
        if scopes.is_empty() {
            // Whatever is wrong with the query is so whoever asks.
            query::select(query, &[Part::default()])?;
            return Ok(Page { rows: vec![], next: None });
        }
        let mut parts = vec![];
        for scope in scopes {
            let mut terms = terms(&scope, &query.tags, query.search.as_deref());
            self.reading.bounded(words::forgive(&self.reading.pool, &scope, &mut terms)).await?;
            let size = if terms.is_empty() { 0 } else { self.reading.bounded(counts::size(&self.reading.pool, &scope)).await? };
            parts.push(Part { scope, terms, size });
        }
        let mut select = query::select(query, &parts)?;
        let select = select.build().try_map(row);
        let mut rows = self.reading.bounded(select.fetch_all(&self.reading.pool)).await?;
        let more = rows.len() > query.limit;
        rows.truncate(query.limit);
        let next = rows.last().filter(|_| more).map(|last| Cursor::behind(query.sort, last));
        Ok(Page { rows, next })
    }

    async fn person(&self, viewer: &UserId) -> Result<PersonRow, ViewsError> {
        self.reading.bounded(people::person(&self.reading.pool, viewer)).await
    }

    async fn counts(&self, viewer: &UserId, due: &DueBounds) -> Result<Counts, ViewsError> {
        let scopes = self.reading.bounded(lists::all_scopes(&self.reading.pool, viewer)).await?;
        self.reading.bounded(counts::counts(&self.reading.pool, &scopes, due)).await
    }

    async fn lists(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        self.reading.bounded(lists::of(&self.reading.pool, viewer)).await
    }

    async fn invitations(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        self.reading.bounded(lists::inviting(&self.reading.pool, viewer)).await
    }

    async fn list_size(&self, id: ListId) -> Result<u64, ViewsError> {
        self.reading.bounded(lists::size(&self.reading.pool, id)).await
    }

    async fn naming(&self, person: &UserId) -> Result<Named, ViewsError> {
        // It looks at every row, which takes longer than somebody waits for a page.
        self.writing.bounded(lists::naming(&self.writing.pool, person)).await
    }

    async fn sees(&self, viewer: &UserId, id: TodoId) -> Result<Option<bool>, ViewsError> {
        let select = AssertSqlSafe(format!("SELECT {} FROM todos WHERE id = $2", lists::SEES));
        let select = sqlx::query_scalar(select).bind(viewer.as_str()).bind(id.uuid());
        self.reading.bounded(select.fetch_optional(&self.reading.pool)).await
    }

    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, ViewsError> {
        let Some(positions) = row_positions(positions) else {
            tokio::time::sleep(patience).await;
            return Ok(false);
        };
        let watched = Watched { channel: self.place.channel, versions: VERSIONS.to_owned() };
        let ids: Vec<_> = positions.iter().map(|(id, _)| *id).collect();
        let versions = self.reading.bounded(listen::versions(&self.reading.pool, &watched, &ids));
        self.waking.get_or_init(|| tokio::spawn(listen::wake(self.reading.pool.clone(), watched.clone(), self.waiters.clone())));
        self.waiters.wait(&positions, patience, versions).await
    }

    async fn ready(&self) -> Result<(), ViewsError> {
        let ask = sqlx::query("SELECT 1 FROM todos LIMIT 1");
        self.reading.bounded(ask.fetch_optional(&self.reading.pool)).await.map(|_| ())
    }
}

#[async_trait]
impl FeedPosition for PgViews {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.writing.offsets(&self.place.projection).await
    }
}

#[async_trait]
impl ViewStore for PgViews {
    async fn rows(&self, ids: &[TodoId]) -> Result<Vec<TodoRow>, ViewsError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let select = AssertSqlSafe(format!("SELECT {COLUMNS} FROM todos WHERE id = ANY($1)"));
        let select = sqlx::query(select).bind(ids).try_map(row);
        self.writing.bounded(select.fetch_all(&self.writing.pool)).await
    }

    async fn people(&self, ids: &[PersonId]) -> Result<Vec<PersonRow>, ViewsError> {
        self.writing.bounded(people::rows(&self.writing.pool, ids)).await
    }

    async fn list_rows(&self, ids: &[ListId]) -> Result<Vec<ListRow>, ViewsError> {
        self.writing.bounded(lists::rows(&self.writing.pool, ids)).await
    }

    async fn store_all(&self, rows: &[TodoRow], people: &[PersonRow], lists: &[ListRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError> {
        let new = self.known_words.new_in(rows);
        let table = self.writing.bounded(self.write(rows, people, lists, &new, offsets)).await?;
        if !self.table.found(table) {
            // The new one may lack words that the old one had.
            self.known_words.forget();
            return Err(ViewsError::Unavailable("the views were built again: what was read of them is old".into()));
        }
        self.known_words.stored(&new);
        self.waiters.shown(versions(rows, people, lists));
        Ok(())
    }
}

fn row(row: PgRow) -> sqlx::Result<TodoRow> {
    let at = |column: &str, microseconds: Option<i64>| microseconds.and_then(instant).ok_or_else(|| damaged(column));
    let completed: Option<i64> = row.try_get("completed_at")?;
    Ok(TodoRow {
        id: TodoId::new(row.try_get("id")?),
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        created_at: at("created_at", row.try_get("created_at")?)?,
        updated_at: at("updated_desc", row.try_get::<i64, _>("updated_desc")?.checked_neg())?,
        completed_at: completed.map(|stored| at("completed_at", Some(stored))).transpose()?,
        // The parser's own message may quote a value, and that may be private.
        todo: serde_json::from_str(row.try_get("todo")?).map_err(|_| damaged("todo"))?,
    })
}
