//! The views of the embedded shape, in a file of their own: `views.db`.
//!
//! The file is made from the feed and can be made again, so it need not survive a power cut to the last commit: what
//! is lost there is lost together with the feed's offset, and is read once more.

mod counts;
mod lists;
#[cfg(test)]
mod plans;
mod query;
mod read;
mod schema;
mod search;
mod write;

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{ListId, PersonId, TodoId, UserId};
use ports::{
    Counts, DueBounds, FeedPosition, FeedPositionError, ListRow, Named, Page, PersonRow, TodoQuery, TodoRow, ViewReader, ViewStore,
    ViewsError,
};
use tokio::sync::{mpsc, oneshot};

use self::{search::Search, write::Batch};
use crate::views::{Waiters, row_positions};

pub(super) use read::{Readers, damaged, offsets};
pub use schema::SqliteViewsError;
pub(super) use schema::open_versioned;

/// Views in SQLite: one thread writes, several read beside it.
#[derive(Debug, Clone)]
pub struct SqliteViews {
    batches: mpsc::Sender<Batch>,
    readers: Readers,
    waiters: Arc<Waiters>,
}

impl SqliteViews {
    /// Opens the file, or makes it anew where it is missing or of another version of this program.
    ///
    /// # Errors
    /// If the file can be neither used nor made.
    pub fn open(path: &Path) -> Result<Self, SqliteViewsError> {
        let connection = schema::open(path)?;
        let readers = Readers::open(path)?;
        let waiters = Arc::new(Waiters::default());
        let (batches, queue) = mpsc::channel(1);
        let wake = waiters.clone();
        let writer = std::thread::Builder::new().name("views-write".into());
        writer.spawn(move || write::run(connection, queue, &wake)).map_err(SqliteViewsError::Thread)?;
        Ok(Self { batches, readers, waiters })
    }
}

#[async_trait]
impl ViewReader for SqliteViews {
    async fn todo(&self, viewer: &UserId, id: TodoId) -> Result<Option<TodoRow>, ViewsError> {
        let viewer = viewer.clone();
        let found = self.readers.with(move |connection| {
            // One transaction: row and members are of one moment.
            let transaction = connection.unchecked_transaction()?;
            let sees = lists::sees(&transaction, &viewer, id)? == Some(true);
            Ok(if sees { read::row_of(&transaction, id)? } else { None })
        });
        found.await
    }

    async fn todos(&self, viewer: &UserId, query: &TodoQuery) -> Result<Page, ViewsError> {
        // Whatever is wrong with the query is so whoever asks.
        Search::of(viewer.as_str(), query)?;
        let (viewer, query) = (viewer.clone(), query.clone());
        let page = self.readers.with(move |connection| {
            // One transaction: todos and members are of one moment.
            let transaction = connection.unchecked_transaction()?;
            let scopes = lists::scopes(&transaction, &viewer, &query)?;
            let searches = scopes.iter().filter_map(|scope| Search::of(scope, &query).ok());
            let parts = searches.map(|search| search.rows(&transaction)).collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(read::page(read::merged(parts, query.sort), query.sort, query.limit))
        });
        page.await
    }

    async fn person(&self, viewer: &UserId) -> Result<PersonRow, ViewsError> {
        let id = PersonId::of(viewer);
        let people = self.readers.with(move |connection| read::people(connection, &[id])).await?;
        Ok(people.into_iter().next().unwrap_or_else(|| PersonRow::nothing(viewer)))
    }

    async fn lists(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        let viewer = viewer.clone();
        self.readers.with(move |connection| lists::of(connection, &viewer)).await
    }

    async fn invitations(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        let viewer = viewer.clone();
        self.readers.with(move |connection| lists::inviting(connection, &viewer)).await
    }

    async fn list_size(&self, id: ListId) -> Result<u64, ViewsError> {
        self.readers.with(move |connection| lists::size(connection, id)).await
    }

    async fn sees(&self, viewer: &UserId, id: TodoId) -> Result<Option<bool>, ViewsError> {
        let viewer = viewer.clone();
        self.readers.with(move |connection| lists::sees(connection, &viewer, id)).await
    }

    async fn naming(&self, person: &UserId) -> Result<Named, ViewsError> {
        let person = person.clone();
        // One transaction: todos and lists are of one moment.
        self.readers.with(move |connection| lists::naming(&*connection.unchecked_transaction()?, &person)).await
    }

    async fn counts(&self, viewer: &UserId, due: &DueBounds) -> Result<Counts, ViewsError> {
        let (viewer, due) = (viewer.clone(), *due);
        self.readers.with(move |connection| counts::counts(connection, &viewer, &due)).await
    }

    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, ViewsError> {
        let Some(positions) = row_positions(positions) else {
            tokio::time::sleep(patience).await;
            return Ok(false);
        };
        let ids: Vec<_> = positions.iter().map(|(id, _)| *id).collect();
        let versions = self.readers.with(move |connection| read::versions(connection, &ids));
        self.waiters.wait(&positions, patience, versions).await
    }

    async fn ready(&self) -> Result<(), ViewsError> {
        self.readers.with(|connection| read::versions(connection, &[])).await.map(|_: HashMap<_, _>| ())
    }
}

#[async_trait]
impl FeedPosition for SqliteViews {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        self.readers.with(read::offsets).await.map_err(|error| FeedPositionError(error.into()))
    }
}

#[async_trait]
impl ViewStore for SqliteViews {
    async fn rows(&self, ids: &[TodoId]) -> Result<Vec<TodoRow>, ViewsError> {
        let ids = ids.to_vec();
        self.readers.with(move |connection| read::rows(connection, &ids)).await
    }

    async fn people(&self, ids: &[PersonId]) -> Result<Vec<PersonRow>, ViewsError> {
        let ids = ids.to_vec();
        self.readers.with(move |connection| read::people(connection, &ids)).await
    }

    async fn list_rows(&self, ids: &[ListId]) -> Result<Vec<ListRow>, ViewsError> {
        let ids = ids.to_vec();
        self.readers.with(move |connection| lists::rows(connection, &ids)).await
    }

    async fn store_all(&self, rows: &[TodoRow], people: &[PersonRow], lists: &[ListRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError> {
        let (answer, stored) = oneshot::channel();
        let (rows, people, lists, offsets) = (rows.to_vec(), people.to_vec(), lists.to_vec(), offsets.to_vec());
        let batch = Batch { rows, people, lists, offsets, answer };
        self.batches.send(batch).await.map_err(|_| ViewsError::Unavailable("the writer has stopped".into()))?;
        stored.await.map_err(|error| ViewsError::Unavailable(error.into()))?.map_err(|error| ViewsError::Unavailable(error.into()))
    }
}
