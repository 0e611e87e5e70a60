use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use adapters::sqlite::{DataFolder, DataFolderError, SqliteAnalytics, SqliteJournal, SqliteViews, remove, replace};
use anyhow::{Context, bail};
use ports::{FeedPosition, Journal};
use projections::{Analytics, Ended, Goal, JournalReader, Projection, REPLAY_BATCH, Replay, TodoViews};
use tokio_util::sync::CancellationToken;

use super::{View, tell_stopped};
use crate::{
    embedded::{ANALYTICS_DB, TODO_DB, VIEWS_DB, data_folder},
    progress::Progress,
};

/// Builds a file beside the live one, and renames it. `todo serve` has the live one open, and so must not run.
pub(super) async fn run(view: View, data: Option<PathBuf>, restart: bool, stop: &CancellationToken) -> anyhow::Result<()> {
    let data = data_folder(data)?;
    if !data.join(TODO_DB).exists() {
        bail!("{} has no {TODO_DB}: name the folder of a `todo serve` with --data, or say --from for a cluster", data.display());
    }
    let folder = DataFolder::open(&data).map_err(|error| match error {
        DataFolderError::InUse(path) => {
            anyhow::anyhow!("{} is in use by `todo serve`: stop it, run this again, and then start it", path.display())
        }
        other => other.into(),
    })?;
    let (live, next) = match view {
        View::Views => (folder.file(VIEWS_DB), folder.file("views-next.db")),
        View::Analytics => (folder.file(ANALYTICS_DB), folder.file("analytics-next.db")),
    };
    if restart {
        remove(&next).with_context(|| next.display().to_string())?;
    }
    let journal = SqliteJournal::open(&folder.file(TODO_DB)).context("start and stop `todo serve` of this version once")?;
    build(view, &next, Arc::new(journal), stop).await?;
    replace(&next, &live).with_context(|| format!("{} is as it was", live.display()))?;
    Ok(())
}

async fn build(view: View, next: &Path, journal: Arc<dyn Journal>, stop: &CancellationToken) -> anyhow::Result<()> {
    let (projection, offsets): (Box<dyn Projection>, _) = match view {
        View::Views => {
            let views = Arc::new(SqliteViews::open(next).context("views-next.db")?);
            let offsets = views.offsets().await?;
            (Box::new(TodoViews(views)), offsets)
        }
        View::Analytics => {
            let facts = Arc::new(SqliteAnalytics::open(next).context("analytics-next.db")?);
            let offsets = facts.offsets().await?;
            // Nobody is told what was told before.
            (Box::new(Analytics::quiet(facts)), offsets)
        }
    };
    let last = journal.last_position().await?;
    let done = offsets.first().map_or(0, |(_, next)| next.cast_unsigned().saturating_sub(1));
    let progress = Progress::begin(view.name(), done, last);
    let reader = JournalReader::start(journal, &offsets, REPLAY_BATCH);
    let mut replay = Replay::new(Box::new(reader), offsets, &*projection);
    let goal = if last > 0 { Goal::from([(JournalReader::PARTITION, last.cast_signed() + 1)]) } else { Goal::new() };
    let ended = replay.until(&goal, stop, |events| progress.add(events)).await?;
    tell_stopped(&replay, &progress);
    let done = progress.done();
    if ended == Ended::Interrupted {
        progress.clear();
        bail!("interrupted after {done} of {last} events: the same command goes on there");
    }
    progress.end(&format!("{done} events: the new one takes its place"));
    Ok(())
}
