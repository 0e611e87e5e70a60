//! News by Redis' publish/subscribe: one channel for each person, one connection for each process that watches.
//!
//! A message is only a wake-up: it carries a position, and the events come from the journal. What is lost while Redis is
//! away is made up for by a doubt as soon as a channel is subscribed to again.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use ::redis::{
    Client, Msg, Pipeline,
    aio::{ConnectionManager, PubSubSink},
};
use async_trait::async_trait;
use domain::UserId;
use futures::StreamExt;
use ports::{Live, LiveError, News, memory::MemoryLive};
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tracing::{debug, warn};

use super::Error;

const CHANNEL: &str = "live:";
/// Subscribed to again and again, to see whether the connection still works.
const PING: &str = "live-ping";
const PING_EVERY: Duration = Duration::from_secs(5);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);
/// As many subscriptions share a round trip.
const AT_A_TIME: usize = 1024;

/// News by Redis. The connection that listens opens when somebody watches first.
pub struct RedisLive {
    publishing: ConnectionManager,
    watchers: MemoryLive,
    deadline: Duration,
    /// Ends with this.
    _listening: JoinSet<()>,
}

impl RedisLive {
    /// Publishes by `publishing` and listens at `url`, each request answered within `deadline`. Must be called within a
    /// tokio runtime, whose task goes on until this is dropped.
    ///
    /// # Errors
    /// If `url` is no address of Redis.
    pub fn new(url: &str, publishing: ConnectionManager, deadline: Duration) -> Result<Self, Error> {
        let client = Client::open(url).map_err(|error| Error::Address(error.into()))?;
        let (watchers, changes) = MemoryLive::with_changes();
        let mut listening = JoinSet::new();
        listening.spawn(listen_on(client, Listener { watchers: watchers.clone(), changes, deadline }));
        Ok(Self { publishing, watchers, deadline, _listening: listening })
    }
}

#[async_trait]
impl Live for RedisLive {
    async fn publish(&self, news: &[(UserId, u64)]) -> Result<(), LiveError> {
        let mut highest: HashMap<&UserId, u64> = HashMap::new();
        for (user, position) in news {
            let told = highest.entry(user).or_default();
            *told = (*told).max(*position);
        }
        if highest.is_empty() {
            return Ok(());
        }
        let mut pipeline = Pipeline::new();
        for (user, position) in highest {
            pipeline.cmd("PUBLISH").arg(channel(user)).arg(position).ignore();
        }
        let outcome = timeout(self.deadline, pipeline.exec_async(&mut self.publishing.clone())).await;
        let outcome = outcome.map_err(|_| Error::Deadline(self.deadline)).and_then(|answer| answer.map_err(Error::from));
        outcome.map_err(|error| LiveError(error.into()))
    }

    fn watch(&self, user: &UserId) -> News {
        self.watchers.watch(user)
    }
}

fn channel(user: &UserId) -> String {
    format!("{CHANNEL}{user}")
}

struct Listener {
    watchers: MemoryLive,
    /// Whose watchers came or went.
    changes: UnboundedReceiver<UserId>,
    deadline: Duration,
}

/// Listens as long as the program runs.
async fn listen_on(client: Client, mut listener: Listener) {
    loop {
        if listener.watchers.watched().is_empty() && listener.changes.recv().await.is_none() {
            return;
        }
        let Err(error) = listener.listen(&client).await else { return };
        metrics::counter!("todo_live_connections_lost_total").increment(1);
        warn!(?error, "no live news from Redis; those who watch look into the journal meanwhile");
        sleep(PAUSE).await;
    }
}

impl Listener {
    /// Listens on one connection. Ends well only with the program.
    async fn listen(&mut self, client: &Client) -> Result<(), Error> {
        let pubsub = self.within(client.get_async_pubsub()).await?;
        let (mut sink, mut messages) = pubsub.split();
        let mut subscribed = HashSet::new();
        let everybody = self.watchers.watched();
        self.follow(&mut sink, &mut subscribed, everybody).await?;
        debug!(people = subscribed.len(), "listening for live news");
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut changed = Vec::new();
        loop {
            tokio::select! {
                message = messages.next() => self.tell(&message.ok_or(Error::Closed)?),
                count = self.changes.recv_many(&mut changed, AT_A_TIME) => {
                    if count == 0 {
                        return Ok(());
                    }
                    self.follow(&mut sink, &mut subscribed, std::mem::take(&mut changed)).await?;
                }
                _ = ping.tick() => self.within(sink.subscribe(PING)).await?,
            }
        }
    }

    /// Subscribes to the channels of those of `people` who are watched, and leaves those of the others.
    async fn follow(&self, sink: &mut PubSubSink, subscribed: &mut HashSet<UserId>, people: Vec<UserId>) -> Result<(), Error> {
        let (mut come, mut gone) = (HashSet::new(), HashSet::new());
        for user in people {
            match (self.watchers.is_watched(&user), subscribed.contains(&user)) {
                (true, false) => come.insert(user),
                (false, true) => gone.insert(user),
                _ => false,
            };
        }
        for some in come.iter().collect::<Vec<_>>().chunks(AT_A_TIME) {
            self.within(sink.subscribe(some.iter().map(|user| channel(user)).collect::<Vec<_>>())).await?;
            // What was told until now was not heard here.
            some.iter().for_each(|user| self.watchers.doubt(user));
        }
        if !gone.is_empty() {
            self.within(sink.unsubscribe(gone.iter().map(channel).collect::<Vec<_>>())).await?;
        }
        subscribed.retain(|user| !gone.contains(user));
        subscribed.extend(come);
        Ok(())
    }

    fn tell(&self, message: &Msg) {
        let Some(user) = message.get_channel_name().strip_prefix(CHANNEL).and_then(|user| user.parse::<UserId>().ok()) else { return };
        match message.get_payload::<u64>() {
            Ok(position) => self.watchers.tell(&user, position),
            // Whatever it says: there is news.
            Err(_) => self.watchers.doubt(&user),
        }
    }

    async fn within<T>(&self, asking: impl Future<Output = ::redis::RedisResult<T>>) -> Result<T, Error> {
        timeout(self.deadline, asking).await.map_err(|_| Error::Deadline(self.deadline))?.map_err(Error::from)
    }
}
