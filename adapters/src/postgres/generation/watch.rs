use async_trait::async_trait;
use ports::{Journal, ReplayState, ReplayWatch, Source};

use super::super::{
    PgJournal,
    connect::{Database, Error},
};

/// The generations that are built, or that an interrupted replay left, for whoever watches them.
#[derive(Debug)]
pub struct PgReplays {
    reading: Database,
    journal: PgJournal,
}

impl PgReplays {
    /// Those in the database at `url`. It connects when it is first asked.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self { reading: Database::for_reading(url, "public", 1)?, journal: PgJournal::new(url)? })
    }
}

#[async_trait]
impl ReplayWatch for PgReplays {
    async fn replays(&self) -> Result<Vec<ReplayState>, Source> {
        // Positions of the journal begin with 1; what is behind Kafka's end is what the journal has from there.
        const NEXT: &str = r"SELECT projection, sum(next)::bigint FROM feed_offsets
            WHERE projection LIKE 'views\_next/%' OR projection LIKE 'analytics\_next/%' OR projection = 'journal'
            GROUP BY projection ORDER BY projection";
        let select = sqlx::query_as::<_, (String, i64)>(NEXT);
        let offsets = self.reading.bounded(select.fetch_all(&self.reading.pool)).await?;
        let published = offsets.iter().find(|(name, _)| name == "journal").map_or(0, |(_, next)| *next);
        let written = self.journal.last_position().await?;
        let replay = |(name, next): &(String, i64)| {
            let (view, from) = name.split_once("_next/")?;
            let (done, total) = if from == "journal" { (next - 1, written) } else { (*next, published.cast_unsigned()) };
            Some(ReplayState { view: view.to_owned(), done: done.max(0).cast_unsigned(), total })
        };
        Ok(offsets.iter().filter_map(replay).collect())
    }
}
