//! The feed as projections read it, from a real broker.
#![cfg(feature = "cluster")]
#![allow(clippy::print_stdout, reason = "one of them measures")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use adapters::kafka::{
    consumer::{ConsumerConfig, KafkaReader},
    feed::{FeedConfig, KafkaFeed},
};
use async_trait::async_trait;
use ports::{Delivery, EventFeed, FeedPosition, FeedPositionError, FeedReader, ViewStore};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    consumer::{BaseConsumer, Consumer},
    producer::{FutureProducer, FutureRecord},
};
use support::{PATIENCE, broker::Broker};
use testkit::{
    MemoryViews, poll_until,
    samples::{fresh_todo_id, records},
};

/// One topic of three partitions on one broker.
struct Topic<'a> {
    broker: &'a Broker,
    name: &'static str,
    feed: KafkaFeed,
}

impl<'a> Topic<'a> {
    async fn make(broker: &'a Broker, name: &'static str) -> Self {
        let admin: AdminClient<_> = ClientConfig::new().set("bootstrap.servers", broker.brokers()).create().expect("an admin");
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let topic = NewTopic::new(name, 3, TopicReplication::Fixed(1));
        admin.create_topics([&topic], &options).await.expect("an answer").remove(0).expect("a topic");
        Self { broker, name, feed: KafkaFeed::new(FeedConfig { topic: name.into(), ..FeedConfig::new(broker.brokers()) }).expect("a feed") }
    }

    fn config(&self) -> ConsumerConfig {
        ConsumerConfig::live(self.broker.brokers(), self.name, format!("views-of-{}", self.name))
    }

    fn read(&self, views: &Arc<impl FeedPosition + 'static>) -> KafkaReader {
        KafkaReader::start(&self.config(), views.clone()).expect("a reader")
    }

    /// One event of each of `count` new todos.
    async fn publish(&self, count: usize) -> BTreeSet<String> {
        let ids: BTreeSet<_> = (0..count).map(|_| fresh_todo_id().to_string()).collect();
        futures::future::join_all(ids.iter().map(async |id| self.feed.publish(&records(id, 1..=1)).await.expect("published"))).await;
        ids
    }
}

async fn next(reader: &mut KafkaReader) -> Vec<Delivery> {
    tokio::time::timeout(PATIENCE, reader.next(500)).await.expect("a batch in time").expect("a batch")
}

/// Stores what was read, as a projection does.
async fn settle(views: &MemoryViews, batch: &[Delivery]) {
    let offsets: BTreeMap<_, _> = batch.iter().map(|delivery| (delivery.partition, delivery.offset + 1)).collect();
    views.store(&[], &offsets.into_iter().collect::<Vec<_>>()).await.expect("stored");
}

fn id(delivery: &Delivery) -> String {
    delivery.event.as_ref().expect("an event").aggregate_id.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_reader_goes_on_where_the_views_stand() {
    let broker = Broker::start().await;
    let topic = Topic::make(&broker, "resume").await;
    let views = Arc::new(MemoryViews::default());
    let published = topic.publish(1200).await;

    let mut reader = topic.read(&views);
    let (mut seen, mut stored) = (BTreeSet::new(), BTreeSet::new());
    while seen.len() < 1200 {
        let batch = next(&mut reader).await;
        assert!(batch.len() <= 500, "{} at once", batch.len());
        seen.extend(batch.iter().map(id));
        // What is read later is never stored.
        if stored.len() < 500 {
            settle(&views, &batch).await;
            stored.extend(batch.iter().map(id));
        }
    }
    assert_eq!(seen, published, "from the beginning, everything");
    drop(reader);
    // Whatever the group was told, the views know better.
    tell_group_the_end(&topic);

    let mut reader = topic.read(&views);
    let mut again = BTreeSet::new();
    while again.len() < published.len() - stored.len() {
        let batch = next(&mut reader).await;
        settle(&views, &batch).await;
        again.extend(batch.iter().map(id));
    }
    assert!(again.is_disjoint(&stored), "what is stored is not read again");
    assert_eq!(again, published.difference(&stored).cloned().collect(), "what is not stored is");

    // A smaller question gets a smaller answer, and the rest with the next one.
    let versions = fresh_todo_id().to_string();
    topic.feed.publish(&records(&versions, 1..=7)).await.expect("published");
    let mut order = Vec::new();
    while order.len() < 7 {
        let batch = tokio::time::timeout(PATIENCE, reader.next(2)).await.expect("in time").expect("a batch");
        assert!((1..=2).contains(&batch.len()));
        order.extend(batch.into_iter().map(|delivery| delivery.event.expect("an event").version));
    }
    assert_eq!(order, [1, 2, 3, 4, 5, 6, 7]);
}

fn tell_group_the_end(topic: &Topic<'_>) {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", topic.broker.brokers())
        .set("group.id", format!("views-of-{}", topic.name))
        .create()
        .expect("a consumer");
    let mut end = TopicPartitionList::new();
    for partition in 0..3 {
        end.add_partition_offset(topic.name, partition, Offset::Offset(100_000)).expect("a partition");
    }
    consumer.commit(&end, rdkafka::consumer::CommitMode::Sync).expect("committed: the group has no members now");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_reader_says_what_it_cannot_read() {
    let broker = Broker::start().await;
    let topic = Topic::make(&broker, "damaged").await;
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", broker.brokers()).create().expect("a producer");
    let good = serde_json::to_string(&records(&fresh_todo_id().to_string(), 1..=1)[0]).expect("json");
    let lost_field = good.replacen("\"principal\"", "\"nobody\"", 1);
    let wrong_type = good.replacen("\"somebody\"", "[\"hush\"]", 1);
    let bodies = [Some("hush"), Some(""), Some("{\"hush\":1}"), Some(&lost_field), Some(&wrong_type), Some("\u{0}"), None, Some(&good)];
    for body in bodies {
        let mut record = FutureRecord::<str, str>::to(topic.name).key("same").partition(1);
        record.payload = body;
        producer.send(record, PATIENCE).await.expect("delivered");
    }
    let views = Arc::new(MemoryViews::default());
    let mut reader = topic.read(&views);
    let mut read = Vec::new();
    while read.len() < bodies.len() {
        read.extend(next(&mut reader).await);
    }
    assert!(read.iter().map(|delivery| (delivery.partition, delivery.offset)).eq((0..8).map(|offset| (1, offset))));
    let good = read.pop().expect("the last");
    assert!(good.event.is_ok(), "{good:?}");
    for (delivery, body) in read.iter().zip(bodies) {
        let problem = delivery.event.as_ref().expect_err("no event");
        assert!(!problem.is_empty() && !problem.contains("hush") && !problem.contains("somebody"), "{body:?} gives {problem}");
    }
}

/// Two processes share the partitions; when one goes, the other goes on with all of them, and nothing is left out.
#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_readers_share_and_take_over() {
    let broker = Broker::start().await;
    let topic = Topic::make(&broker, "shared").await;
    let views = Arc::new(MemoryViews::default());
    let (mut first, mut second) = (topic.read(&views), topic.read(&views));
    // Rebalancing takes a few seconds: until then one of the two may have all partitions.
    let (mut published, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let shared = poll_until(PATIENCE, async || {
        published.append(&mut topic.publish(30).await);
        let mut partitions = [BTreeSet::new(), BTreeSet::new()];
        let quiet = Duration::from_millis(300);
        for (reader, partitions) in [&mut first, &mut second].into_iter().zip(&mut partitions) {
            while let Ok(batch) = tokio::time::timeout(quiet, reader.next(500)).await {
                let batch = batch.expect("a batch");
                settle(&views, &batch).await;
                seen.extend(batch.iter().map(id));
                partitions.extend(batch.iter().map(|delivery| delivery.partition));
            }
        }
        let [one, two] = partitions;
        (!one.is_empty() && !two.is_empty() && one.is_disjoint(&two) && one.union(&two).eq(&[0, 1, 2])).then_some(())
    });
    assert!(shared.await.is_some(), "both readers get partitions, none gets the same");

    drop(first);
    let begin = Instant::now();
    published.append(&mut topic.publish(300).await);
    while seen.len() < published.len() {
        let batch = next(&mut second).await;
        settle(&views, &batch).await;
        seen.extend(batch.iter().map(id));
    }
    assert_eq!(seen, published);
    assert!(begin.elapsed() < Duration::from_secs(20), "whoever leaves in order is not waited for: {:?}", begin.elapsed());
}

/// Views that are away at first.
#[derive(Default)]
struct Late {
    views: MemoryViews,
    asked: AtomicU32,
}

#[async_trait]
impl FeedPosition for Late {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        match self.asked.fetch_add(1, Ordering::SeqCst) {
            0..2 => Err(FeedPositionError("away".into())),
            _ => self.views.offsets().await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_reader_waits_for_views_and_broker() {
    let mut broker = Broker::start().await;
    let before = {
        let topic = Topic::make(&broker, "outage").await;
        topic.publish(10).await
    };
    broker.process.take().expect("a broker").kill();
    let views = Arc::new(Late::default());
    views.views.store(&[], &[(0, 0), (1, 0), (2, 0)]).await.expect("stored");
    let config = ConsumerConfig::live(broker.brokers(), "outage", "views-of-outage");
    let mut reader = KafkaReader::start(&config, views.clone()).expect("a reader, though nothing is there");
    broker.restart().await;
    let mut seen = BTreeSet::new();
    let end = Instant::now() + PATIENCE;
    while seen.len() < 10 {
        assert!(Instant::now() < end, "it never reads again");
        // That Kafka was away is no error of the reader's: each would make a projection wait after Kafka is back.
        let batch = tokio::time::timeout(PATIENCE, reader.next(500)).await.expect("in time").expect("no error");
        seen.extend(batch.iter().map(id));
    }
    assert_eq!(seen, before);
    assert!(views.asked.load(Ordering::SeqCst) > 2, "it asked until the views answered");
}

/// Whoever waits to see their own write waits for this. Prints how long each way of fetching takes.
#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_reader_tells_its_lag() {
    let broker = Broker::start().await;
    let topic = Topic::make(&broker, "told").await;
    let views = Arc::new(MemoryViews::default());
    let mut reader = KafkaReader::start(&topic.config(), views.clone()).expect("a reader");
    topic.publish(25).await;
    let told = poll_until(PATIENCE, async || {
        // Each call says that the batch before is stored.
        if let Ok(batch) = tokio::time::timeout(Duration::from_millis(100), reader.next(500)).await {
            settle(&views, &batch.expect("a batch")).await;
        }
        (group_offsets(&topic) == 25).then_some(())
    });
    assert!(told.await.is_some(), "the group is told {} of 25", group_offsets(&topic));
}

/// How many records the group has been told to be done.
fn group_offsets(topic: &Topic<'_>) -> i64 {
    let group = format!("views-of-{}", topic.name);
    let consumer: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", topic.broker.brokers()).set("group.id", group).create().expect("a consumer");
    let mut asked = TopicPartitionList::new();
    for partition in 0..3 {
        asked.add_partition(topic.name, partition);
    }
    let told = consumer.committed_offsets(asked, PATIENCE).expect("offsets");
    told.elements().iter().filter_map(|element| if let Offset::Offset(next) = element.offset() { Some(next) } else { None }).sum()
}
