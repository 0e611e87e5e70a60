use std::{future::Future, str::FromStr, time::Duration};

use ports::{FeedPositionError, ViewsError};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// How long a query may take before people are told that the views are away.
const READ: Duration = Duration::from_secs(2);
/// How long a batch may take before it is tried again.
const WRITE: Duration = Duration::from_secs(15);
/// How long a batch of a replay may take: it is larger, and nobody waits for it.
const BUILD: Duration = Duration::from_secs(60);
/// What the network may add before we stop waiting for the server's own time-out.
const NETWORK: Duration = Duration::from_millis(500);

/// Why there is nothing to connect to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be read.
    #[error("the database URL is malformed: write postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
    Url,
    /// The tables could not be made.
    #[error("the tables cannot be made")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The service's role has a name that would have to be quoted.
    #[error("the service's role has an unusual name: use a-z, 0-9 and _")]
    Role,
    /// The database is away, or refuses.
    #[error("the database does not do it")]
    Apply(#[source] sqlx::Error),
}

/// Connections with a bound on how long anybody waits for an answer.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub pool: PgPool,
    patience: Duration,
}

impl Database {
    /// For queries: `connections` at once. Names are looked for in `schema` first.
    pub(super) fn for_reading(url: &str, schema: &str, connections: u32) -> Result<Self, Error> {
        // People have very different numbers of todos: a plan that fits everybody fits nobody.
        Self::lazy(url, "todo-views-read", schema, connections, READ, &[("plan_cache_mode", "force_custom_plan")])
    }

    /// For the projection.
    pub(super) fn for_writing(url: &str, schema: &str) -> Result<Self, Error> {
        Self::lazy(url, "todo-views-write", schema, 2, WRITE, &[])
    }

    /// For building a generation that nobody sees yet. A crash of the server may take its last batches back, together with
    /// how far it had come: they are only made once more.
    pub(super) fn for_building(url: &str, schema: &str) -> Result<Self, Error> {
        Self::lazy(url, "todo-replay-write", schema, 2, BUILD, &[("synchronous_commit", "off")])
    }

    /// Connects when it is first needed, so that a process starts while the database is away.
    fn lazy(url: &str, name: &str, schema: &str, connections: u32, patience: Duration, more: &[(&str, &str)]) -> Result<Self, Error> {
        // The parser's message may repeat the URL, and that holds a password.
        let options = PgConnectOptions::from_str(url).map_err(|_| Error::Url)?;
        let timeout = patience.as_millis().to_string();
        let path = format!("{schema},public");
        let options = options
            .application_name(name)
            .options([("statement_timeout", timeout.as_str()), ("search_path", &path), ("jit", "off")])
            .options(more.iter().copied());
        let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(READ).connect_lazy_with(options);
        Ok(Self { pool, patience })
    }

    /// How far the projection of this name has read the feed.
    pub(super) async fn offsets(&self, projection: &str) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        let select = sqlx::query_as("SELECT partition, next FROM feed_offsets WHERE projection = $1").bind(projection);
        self.bounded(select.fetch_all(&self.pool)).await.map_err(|error| FeedPositionError(error.into()))
    }

    /// What `ask` gives, or that the database is away.
    pub(super) async fn bounded<T>(&self, ask: impl Future<Output = sqlx::Result<T>>) -> Result<T, ViewsError> {
        match tokio::time::timeout(self.patience + NETWORK, ask).await {
            Ok(answer) => answer.map_err(away),
            Err(elapsed) => Err(ViewsError::Unavailable(elapsed.into())),
        }
    }
}

/// The server's own messages may quote values, and those may be private: only their code is kept.
pub(super) fn away(error: sqlx::Error) -> ViewsError {
    match &error {
        sqlx::Error::Database(refusal) => {
            ViewsError::Unavailable(format!("PostgreSQL answers SQLSTATE {}", refusal.code().unwrap_or_default()).into())
        }
        _ => ViewsError::Unavailable(error.into()),
    }
}

/// A stored value is not what this program writes.
pub(super) fn damaged(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: "the stored value is damaged".into() }
}
