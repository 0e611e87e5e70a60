use std::{collections::BTreeSet, time::Duration};

use domain::{ListId, UserId};
use jiff::Timestamp;
use ports::News;
use tokio::{
    sync::mpsc::Sender,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};
use tracing::{debug, warn};

use super::{
    Said,
    sight::{Seen, Sight},
    streams::Slot,
};
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
    /// The lists that the reader is in, or was in while this lasted: whether they still are is asked each time.
    lists: BTreeSet<ListId>,
    to: Sender<Said>,
}

/// Follows the journal for one reader, in a task of its own: how fast the reader is, is nobody else's business.
pub(super) fn start(edge: Edge, user: UserId, news: News, first: Said, to: Sender<Said>, slot: Slot, until: Option<Timestamp>) {
    let stop = edge.gateway.stop.clone();
    let left = until.map(|until| Duration::try_from(until.duration_since(edge.gateway.clock.now())).unwrap_or_default());
    tokio::spawn(async move {
        let (gone, after) = (to.clone(), first.position());
        let mut follower = Follower { edge, user, news, after, lists: BTreeSet::new(), to };
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
        match self.edge.gateway.views.lists(&self.user).await {
            Ok(rows) => self.lists.extend(rows.into_iter().map(|row| row.id)),
            Err(error) => return Ok(waits("views", &error)),
        }
        let anew = match self.edge.gateway.views.user(&self.user).await {
            Ok(user) => user.anew,
            Err(error) => return Ok(waits("views", &error)),
        };
        loop {
            let lists: Vec<_> = self.lists.iter().copied().collect();
            let page = match self.edge.gateway.journal.since(&self.user, &lists, self.after, PAGE).await {
                Ok(page) => page,
                Err(error) => return Ok(waits("journal", &error)),
            };
            let mut last = page.len() < PAGE;
            // What each list says of the reader counts for this page alone.
            let mut sight = Sight::new(&self.edge, &self.user, anew);
            for event in page {
                let seen = match sight.of(&event, &self.lists).await {
                    Ok(seen) => seen,
                    Err(error) => return Ok(waits("lists", &error)),
                };
                self.after = event.position;
                if seen != Seen::Hidden {
                    self.hand(Said::Event(event)).await?;
                    events += 1;
                    metrics::counter!("todo_live_events_sent_total").increment(1);
                }
                match seen {
                    Seen::Hidden | Seen::Shown => {}
                    Seen::Last => return Err(Ended::Gone),
                    Seen::Left(list) => drop(self.lists.remove(&list)),
                    // The page was asked for without this list: what happened in it since is not in it.
                    Seen::Joined(list) if self.lists.insert(list) => {
                        last = false;
                        break;
                    }
                    Seen::Joined(_) => {}
                }
            }
            if last {
                return Ok(Some(events));
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

/// Nothing is lost: the reader stays where they are, and this is asked again.
fn waits(what: &'static str, error: &dyn std::fmt::Debug) -> Option<u64> {
    metrics::counter!("todo_live_journal_failures_total").increment(1);
    warn!(?error, "live updates wait for the {what}");
    None
}
