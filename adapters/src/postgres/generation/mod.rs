//! A new generation of a view, built beside the one that everybody sees, and put in its place.
//!
//! A view is a schema. The next generation is another schema with the same tables; taking the place is renaming both, in one
//! transaction. Whoever reads is never held up: PostgreSQL looks names up again once a schema was renamed.

mod making;
mod switch;
mod watch;

use std::{
    borrow::Cow,
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use super::{
    PgAnalytics, PgViews, analytics,
    connect::{self, Database},
    views,
};

pub use switch::{Lacking, Switching};
pub use watch::PgReplays;

/// How long a replay that was killed may still seem to be there.
const GONE: Duration = Duration::from_secs(3);

/// Where a generation of a view is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The schema of its tables.
    pub schema: &'static str,
    /// Its name in the table of offsets.
    pub projection: Cow<'static, str>,
    /// The channel that tells listeners of every commit.
    pub channel: &'static str,
}

impl Place {
    /// That of the generation that everybody sees.
    pub(super) const fn live(schema: &'static str, projection: &'static str, channel: &'static str) -> Self {
        Self { schema, projection: Cow::Borrowed(projection), channel }
    }
}

/// The table of the generation that somebody writes: PostgreSQL's own number of it, 0 while it is not known.
///
/// A projection reads rows, folds events into them and writes them. If another generation takes the place in between, what was
/// folded is of the old one: then it is not written, and folded again.
#[derive(Debug, Default)]
pub(super) struct Table(AtomicI64);

impl Table {
    pub(super) fn expected(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether `number` is the expected one.
    pub(super) fn is(&self, number: i64) -> bool {
        [0, number].contains(&self.expected())
    }

    /// As [`is`](Self::is), and expects it from now on.
    pub(super) fn found(&self, number: i64) -> bool {
        [0, number].contains(&self.0.swap(number, Ordering::Relaxed))
    }
}

/// A view that can be built again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rebuildable {
    /// [`PgViews`].
    Views,
    /// [`PgAnalytics`].
    Analytics,
}

impl Rebuildable {
    fn live(self) -> &'static Place {
        match self {
            Self::Views => &views::LIVE,
            Self::Analytics => &analytics::LIVE,
        }
    }

    fn next(self) -> &'static str {
        match self {
            Self::Views => "views_next",
            Self::Analytics => "analytics_next",
        }
    }

    fn old(self) -> &'static str {
        match self {
            Self::Views => "views_old",
            Self::Analytics => "analytics_old",
        }
    }

    /// Its tables that every write touches, in the order of the writes: who waits for the first holds none of the others.
    fn locked(self) -> &'static [&'static str] {
        match self {
            Self::Views => &["people", "lists", "todos"],
            Self::Analytics => &["todos", "past_overdue"],
        }
    }
}

/// What a generation is built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltFrom {
    /// The journal: its positions are the offsets.
    Journal,
    /// Kafka.
    Kafka,
}

impl BuiltFrom {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Kafka => "kafka",
        }
    }
}

/// Why a generation is not built, or does not take the place of the one before.
#[derive(Debug, thiserror::Error)]
pub enum GenerationError {
    /// Two would undo each other's work.
    #[error("another replay of this view is under way: wait until it has ended")]
    Busy,
    /// What lies there was built otherwise.
    #[error("an unfinished replay from {0} lies there: go on with --from {0}, or begin anew with --restart")]
    Other(String),
    /// The tables have changed since the generation was begun.
    #[error("the tables were brought to another version since this replay began: begin anew with --restart")]
    Changed,
    /// The tables are not there.
    #[error("the database has no tables of this version: run `todo database apply`")]
    NoTables,
    /// The journal has not got what the live view has.
    #[error("the journal is behind the live view: see that `todo projections` keeps it, and run this again")]
    JournalBehind,
    /// The database does not do it.
    #[error("the database does not do it")]
    Database(#[from] sqlx::Error),
    /// There is nothing to connect to.
    #[error(transparent)]
    Connect(#[from] connect::Error),
}

/// A generation that is being built. One at a time: it is held by a lock that the database gives back when this ends, however
/// it ends. What was built stays, so that the next attempt goes on there.
#[derive(Debug)]
pub struct PgGeneration {
    view: Rebuildable,
    from: BuiltFrom,
    url: String,
    connection: PgConnection,
    /// What the tables were made for.
    stamp: String,
    resumed: bool,
}

impl PgGeneration {
    /// An empty generation, or what an interrupted attempt left of one, in the database at `url`, as its tables' owner. Nobody
    /// sees it. With `anew` nothing of an earlier attempt is used.
    ///
    /// # Errors
    /// If somebody else builds one, it was begun otherwise, or the database does not do it.
    pub async fn open(url: &str, view: Rebuildable, from: BuiltFrom, anew: bool) -> Result<Self, GenerationError> {
        let mut connection = connect(url).await?;
        let begun = Instant::now();
        while !lock(&mut connection, view).await? {
            // The database may not have noticed yet that somebody has just gone.
            if begun.elapsed() > GONE {
                return Err(GenerationError::Busy);
            }
            tokio::time::sleep(GONE / 20).await;
        }
        let stamp = making::stamp(&mut connection, from).await?;
        let resumed = making::make(&mut connection, view, &stamp, anew).await?;
        Ok(Self { view, from, url: url.to_owned(), connection, stamp, resumed })
    }

    /// Whether an earlier attempt left something.
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// What is built from.
    pub fn from(&self) -> BuiltFrom {
        self.from
    }

    /// The views in it.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn views(&self) -> Result<PgViews, connect::Error> {
        let place = self.place();
        let writing = Database::for_building(&self.url, place.schema)?;
        PgViews::of(&self.url, place, writing)
    }

    /// The facts in it.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn analytics(&self) -> Result<PgAnalytics, connect::Error> {
        let place = self.place();
        let writing = Database::for_building(&self.url, place.schema)?;
        PgAnalytics::of(&self.url, place, writing)
    }

    /// Gives it everything that reading it needs: indexes, counts, statistics. To be called when most is in: that is faster
    /// than to keep them up by every row. Calling it again does what is left.
    ///
    /// # Errors
    /// If the database does not do it.
    pub async fn finish(&mut self) -> Result<(), GenerationError> {
        making::finish(&mut self.connection, self.view).await
    }

    fn place(&self) -> Place {
        let (schema, live) = (self.view.next(), self.view.live());
        // Nobody waits for it.
        Place { schema, projection: projection(self.view, self.from).into(), channel: channel(live.channel) }
    }
}

/// Its name in the table of offsets: those of the journal are no offsets of Kafka.
fn projection(view: Rebuildable, from: BuiltFrom) -> String {
    format!("{}/{}", view.next(), from.name())
}

fn channel(live: &str) -> &'static str {
    if live == views::LIVE.channel { "todo_views_next" } else { "todo_analytics_next" }
}

/// Without a bound on the time: indexes of a large view take long.
async fn connect(url: &str) -> Result<PgConnection, GenerationError> {
    let options: PgConnectOptions = url.parse().map_err(|_| connect::Error::Url)?;
    let options = options.application_name("todo-replay").options([("jit", "off"), ("search_path", "public")]);
    Ok(PgConnection::connect_with(&options).await?)
}

async fn lock(connection: &mut PgConnection, view: Rebuildable) -> sqlx::Result<bool> {
    const LOCK: &str = "SELECT pg_try_advisory_lock(hashtext('todo replay ' || $1))";
    sqlx::query_scalar(LOCK).bind(view.live().schema).fetch_one(connection).await
}

async fn run(connection: &mut PgConnection, statements: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection).await.map(|_| ())
}
