use std::time::Duration;

use domain::UserId;
use jiff::Timestamp;
use ports::News;
use tokio::{
    sync::mpsc::Sender,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};
use tracing::{debug, warn};

use super::{Said, streams::Slot};
use crate::edge::Edge;

/// How many events are read at a time.
const PAGE: usize = 64;
/// How long to wait after the journal could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a stream goes no further.
enum Ended {
    /// The reader takes too long.
    Slow,
    /// Nobody reads.
    Gone,
}

struct Follower {
    edge: Edge,
    user: UserId,
    news: News,
    /// Where the reader is.
    after: u64,
    to: Sender<Said>,
}

/// Follows the journal for one reader, in a task of its own: how fast the reader is, is nobody else's business.
pub(super) fn start(edge: Edge, user: UserId, news: News, first: Said, to: Sender<Said>, slot: Slot, until: Option<Timestamp>) {
    let stop = edge.gateway.stop.clone();
    let left = until.map(|until| Duration::try_from(until.duration_since(edge.gateway.clock.now())).unwrap_or_default());
    tokio::spawn(async move {
        let (gone, after) = (to.clone(), first.position());
        let mut follower = Follower { edge, user, news, after, to };
        tokio::select! {
            ended = follower.follow(first) => if let Err(Ended::Slow) = ended {
                metrics::counter!("todo_live_slow_readers_dropped_total").increment(1);
                debug!("a reader of live updates was too slow");
            },
            () = gone.closed() => {}
            () = stop.cancelled() => {}
            () = over(left) => debug!("a stream of live updates outlived its token"),
        }
        drop(slot);
    });
}

/// Ends when so much time has passed; never where there is no end.
async fn over(left: Option<Duration>) {
    match left {
        Some(left) => tokio::time::sleep(left).await,
        None => std::future::pending().await,
    }
}

impl Said {
    fn position(&self) -> u64 {
        match self {
            Self::Hello { position } | Self::Reset { position } => *position,
            Self::Event(event) => event.position,
            Self::Heartbeat => 0,
        }
    }
}

impl Follower {
    async fn follow(&mut self, first: Said) -> Result<(), Ended> {
        let every = self.edge.gateway.options.live.heartbeat;
        let mut heartbeat = interval_at(Instant::now() + every, every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.hand(first).await?;
        let mut told = true;
        loop {
            let read = self.catch_up().await?;
            if let Some(1..) = read
                && !told
            {
                metrics::counter!("todo_live_missed_total").increment(1);
            }
            let again = Instant::now() + PAUSE;
            told = tokio::select! {
                _ = self.news.behind(self.after) => true,
                () = sleep_until(again), if read.is_none() => true,
                _ = heartbeat.tick() => {
                    self.hand(Said::Heartbeat).await?;
                    false
                }
            };
        }
    }

    /// Hands over all that the journal has. How much it was; `None` if the journal does not answer.
    async fn catch_up(&mut self) -> Result<Option<u64>, Ended> {
        let mut events = 0;
        loop {
            let page = match self.edge.gateway.journal.since(&self.user, self.after, PAGE).await {
                Ok(page) => page,
                Err(error) => {
                    metrics::counter!("todo_live_journal_failures_total").increment(1);
                    warn!(?error, "live updates wait for the journal");
                    return Ok(None);
                }
            };
            let last = page.len() < PAGE;
            for event in page {
                self.after = event.position;
                if self.hidden(&event.record).await {
                    continue;
                }
                self.hand(Said::Event(event)).await?;
                events += 1;
                metrics::counter!("todo_live_events_sent_total").increment(1);
            }
            if last {
                return Ok(Some(events));
            }
        }
    }

    /// Whether an event is of what the reader made once and may see no longer. Where that cannot be found out, it is hidden.
    async fn hidden(&self, record: &str) -> bool {
        /// The only part that is needed.
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Of {
            aggregate_id: String,
        }
        let Ok(Of { aggregate_id }) = serde_json::from_str(record) else { return true };
        let Ok(id) = aggregate_id.parse() else { return false };
        match self.edge.gateway.views.sees(&self.user, id).await {
            // What the views do not know yet has just been made, by its reader.
            Ok(sees) => sees == Some(false),
            Err(error) => {
                warn!(?error, "an event is kept back: it is not known who may see it");
                true
            }
        }
    }

    async fn hand(&self, said: Said) -> Result<(), Ended> {
        match timeout(self.edge.gateway.options.live.patience, self.to.send(said)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ended::Gone),
            Err(_) => Err(Ended::Slow),
        }
    }
}
