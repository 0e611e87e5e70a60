//! The views of the embedded shape, in a file of their own: `views.db`.
//!
//! The file is made from the feed and can be made again, so it need not survive a power cut to the last commit: what
//! is lost there is lost together with the feed's offset, and is read once more.

mod counts;
#[cfg(test)]
mod plans;
mod query;
mod read;
mod schema;
mod search;
mod write;

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{PersonId, TodoId, UserId, user::User};
use ports::{Counts, DueBounds, FeedPosition, FeedPositionError, Page, PersonRow, TodoQuery, TodoRow, ViewReader, ViewStore, ViewsError};
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
        let rows = self.readers.with(move |connection| read::rows(connection, &[id])).await?;
        Ok(rows.into_iter().find(|row| row.todo.owner == *viewer))
    }

    async fn todos(&self, viewer: &UserId, query: &TodoQuery) -> Result<Page, ViewsError> {
        let search = Search::of(viewer, query)?;
        self.readers.with(move |connection| search.page(connection)).await
    }

    async fn user(&self, viewer: &UserId) -> Result<User, ViewsError> {
        let id = PersonId::of(viewer);
        let people = self.readers.with(move |connection| read::people(connection, &[id])).await?;
        Ok(people.into_iter().next().map(|row| row.user).unwrap_or_default())
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

    async fn store_all(&self, rows: &[TodoRow], people: &[PersonRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError> {
        let (answer, stored) = oneshot::channel();
        let batch = Batch { rows: rows.to_vec(), people: people.to_vec(), offsets: offsets.to_vec(), answer };
        self.batches.send(batch).await.map_err(|_| ViewsError::Unavailable("the writer has stopped".into()))?;
        stored.await.map_err(|error| ViewsError::Unavailable(error.into()))?.map_err(|error| ViewsError::Unavailable(error.into()))
    }
}
