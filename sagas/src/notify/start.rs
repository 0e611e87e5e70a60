use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Access, Envelope, Trace,
    notification::{Command, MAX_AGE, Notification},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use ports::{
    Arrival, Clock, CommandSource, DeadLetter, DeadLetters, Dispatch, DispatchError, FeedError, Notice, NoticeFeed, RawMessage, Reply, send,
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::steps::name;

/// Starts the notifications that notices name.
#[derive(Clone)]
pub struct Starter {
    /// Where commands go.
    pub dispatch: Arc<dyn Dispatch>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// So many at a time.
const CONCURRENCY: usize = 16;

impl Starter {
    /// Starts what `notice` names; what was started before stays as it is.
    ///
    /// # Errors
    /// If it is not known that it was started.
    pub async fn start(&self, notice: &Notice) -> Result<(), DispatchError> {
        let now = self.clock.now();
        let kind = notice.subject.kind();
        if now.duration_since(notice.at) > MAX_AGE {
            metrics::counter!("todo_notices_total", "kind" => kind, "outcome" => "too-old").increment(1);
            return Ok(());
        }
        let id = notice.notification_id;
        let envelope = Envelope {
            command_id: name(&format!("start:{id}"), id.uuid()),
            aggregate_id: id.to_string(),
            expected_version: None,
            principal: notice.person.clone(),
            at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
            replayable: false,
            trace: Trace { traceparent: None, correlation_id: Some(id.to_string()), causation_id: None },
            access: Access::default(),
            command: Command::Start { subject: notice.subject.clone(), at: notice.at },
        };
        let outcome = match send::<Notification>(&*self.dispatch, &envelope).await? {
            Reply::Accepted(accepted) if accepted.replayed => "known",
            Reply::Accepted(_) => "started",
            // It came more than once.
            Reply::Refused { refusal } => {
                debug!(notification = %id, %refusal, "a notice leads to nothing new");
                "known"
            }
        };
        metrics::counter!("todo_notices_total", "kind" => kind, "outcome" => outcome).increment(1);
        Ok(())
    }

    async fn start_all(&self, notices: impl IntoIterator<Item = Notice>) -> Result<(), DispatchError> {
        let starting = stream::iter(notices).map(|notice| async move { self.start(&notice).await });
        starting.buffer_unordered(CONCURRENCY).try_collect().await
    }
}

/// Where no topic lies in between: what is handed over is started.
#[async_trait]
impl NoticeFeed for Starter {
    async fn publish(&self, notices: &[Notice]) -> Result<(), FeedError> {
        self.start_all(notices.iter().cloned()).await.map_err(|error| FeedError(error.into()))
    }
}

/// Reads notices from a topic and starts what they name.
pub struct NoticeReader {
    /// What starts it.
    pub starter: Starter,
    /// Where messages go that are no notices.
    pub letters: Arc<dyn DeadLetters>,
    /// The name of the group of readers.
    pub group: String,
}

/// So many messages are taken at a time.
const BATCH: usize = 256;
/// The pause after the first failure; it doubles up to the longest.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

impl NoticeReader {
    /// Reads until `shutdown`. A message is committed once its notification was started, or it lies among the dead letters: so after a
    /// crash anywhere it comes again, and the notification knows that it was started.
    pub async fn run(self, mut source: Box<dyn CommandSource>, shutdown: CancellationToken) {
        shutdown.run_until_cancelled(self.go_on(&mut *source)).await;
    }

    async fn go_on(&self, source: &mut dyn CommandSource) {
        let mut failures = 0;
        loop {
            let messages = match source.next(BATCH).await {
                Ok(Arrival::Messages(messages)) => messages,
                // What is under way may end: to start a notification twice is to start it once.
                Ok(Arrival::Lost(_)) => continue,
                Err(error) => {
                    warn!(?error, "no notices this time");
                    failures += 1;
                    pause(failures).await;
                    continue;
                }
            };
            failures = 0;
            while let Err(error) = self.take(&messages).await {
                metrics::counter!("todo_notices_retried_total").increment(1);
                warn!(?error, "notices wait");
                failures += 1;
                pause(failures).await;
            }
            failures = 0;
            let next: Vec<_> = messages.iter().map(|message| (message.place.partition, message.place.offset + 1)).collect();
            if let Err(error) = source.commit(&next).await {
                warn!(?error, "notices were not committed and may come again");
            }
        }
    }

    async fn take(&self, messages: &[RawMessage]) -> Result<(), ports::Source> {
        let (mut notices, mut letters) = (vec![], vec![]);
        for message in messages {
            match message.body.as_deref().map(serde_json::from_slice::<Notice>) {
                Some(Ok(notice)) => notices.push(notice),
                // serde's own words may quote what is there.
                _ => letters.push(DeadLetter {
                    message: message.clone(),
                    group: self.group.clone(),
                    kind: "malformed".to_owned(),
                    reason: "it is no notice".to_owned(),
                    at: self.starter.clock.now(),
                }),
            }
        }
        if !letters.is_empty() {
            self.letters.park(&letters).await?;
        }
        Ok(self.starter.start_all(notices).await?)
    }
}

async fn pause(failures: u32) {
    tokio::time::sleep((FIRST * 2_u32.pow(failures.min(10))).min(LONGEST)).await;
}
