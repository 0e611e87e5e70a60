//! The contract suites, run against the in-memory versions.

use std::sync::Arc;

use async_trait::async_trait;
use ports::{
    CommandSource,
    memory::{
        MemoryChannels, MemoryFeed, MemoryJournal, MemoryLive, MemoryNotifications, MemoryOperations, MemoryOutboxIndex, MemoryPositions,
        MemoryStore, MemoryTimers, MemoryTopic,
    },
};
use testkit::{
    MemoryAnalytics, MemoryFeedReader, MemoryViews,
    contracts::{
        Fresh, aggregate_store,
        analytics::{self, Facts},
        channels::{self, ArrivedCall, ArrivedLetter},
        checkpoints::{self, Kept},
        command_source::{self, CommandTopic, Commands, Written},
        event_feed::{self, Feed},
        forks,
        journal::{self, Journals},
        live, notifications, operations, outbox_index, positions, record_store, timers,
        view_reader_store::{self, Views},
    },
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn aggregates() {
    aggregate_store::suite(async || Fresh::of(MemoryStore::default())).await;
    aggregate_store::an_absent_actor_takes_no_later_write(async || Fresh::of(MemoryStore::default())).await;
}

#[tokio::test]
async fn records() {
    record_store::suite(async || Fresh::of(MemoryStore::default())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn feed() {
    event_feed::suite(async || {
        let feed = Arc::new(MemoryFeed::default());
        Feed { feed: feed.clone(), reader: Box::new(MemoryFeedReader::new(feed)), keep: Box::new(()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn outbox() {
    outbox_index::suite(async || Fresh::of(MemoryOutboxIndex::default())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recent_writes() {
    positions::suite(async |bounds| Fresh::of(MemoryPositions::new(bounds))).await;
}

#[tokio::test]
async fn alarm_clocks() {
    timers::suite(async || Fresh::of(MemoryTimers::default())).await;
}

#[tokio::test]
async fn sagas_as_people_see_them() {
    operations::suite(async || Fresh::of(MemoryOperations::default())).await;
}

#[tokio::test]
async fn views() {
    view_reader_store::suite(async || Views::of(MemoryViews::default())).await;
}

#[tokio::test]
async fn journal() {
    journal::suite(async || Journals::of(MemoryJournal::default())).await;
    checkpoints::suite(async || Kept::of(MemoryJournal::default())).await;
    forks::suite(async || Fresh::of(MemoryJournal::default())).await;
}

struct Topic(Arc<MemoryTopic>);

#[async_trait]
impl CommandTopic for Topic {
    async fn write(&self, messages: &[Written]) {
        for Written { key, headers, body } in messages {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            self.0.write(key.as_deref(), &headers, body.as_deref());
        }
    }

    async fn open(&self) -> Box<dyn CommandSource> {
        Box::new(self.0.open())
    }
}

#[tokio::test]
async fn commands() {
    command_source::suite(async || Commands { topic: Box::new(Topic(Arc::default())), keep: Box::new(()) }).await;
}

#[tokio::test]
async fn facts() {
    analytics::suite(async || Facts::of(MemoryAnalytics::default())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn live_news() {
    live::suite(async || {
        let live = Arc::new(MemoryLive::default());
        live::Pair { here: live.clone(), there: live }
    })
    .await;
}

#[tokio::test]
async fn told() {
    notifications::suite(async || Fresh::of(MemoryNotifications::default())).await;
}

#[tokio::test]
async fn mail() {
    let channels = MemoryChannels::default();
    let arrived = async || {
        let letter = |letter: ports::Letter| ArrivedLetter {
            id: letter.id.to_string(),
            to: letter.to.expose().to_owned(),
            subject: letter.subject.0,
            text: letter.text.0,
            html: letter.html.0,
            unsubscribe: letter.unsubscribe.0,
        };
        channels.letters().into_iter().map(letter).collect()
    };
    channels::mailer(&channels, arrived).await;
}

#[tokio::test]
async fn webhooks() {
    let channels = MemoryChannels::default();
    let arrived = async || {
        let call = |call: ports::WebhookCall| ArrivedCall {
            id: call.id.to_string(),
            hook: call.hook.to_string(),
            body: call.body.0,
            signed: true,
        };
        channels.calls().into_iter().map(call).collect()
    };
    let url = domain::user::WebhookUrl::parse("url", "https://example.org/hook").expect("a URL");
    channels::webhooks(&channels, &url, arrived).await;
}
