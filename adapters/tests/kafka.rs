//! The feed and the topics on a real broker.
#![cfg(feature = "cluster")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use adapters::kafka::{
    feed::{FeedConfig, KafkaFeed},
    topics::{Change, Topics, declared},
};
use async_trait::async_trait;
use domain::EventRecord;
use ports::{Delivery, EventFeed, FeedError, FeedReader};
use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, Consumer, StreamConsumer},
    message::{BorrowedMessage, Headers},
};
use support::{PATIENCE, broker::Broker};
use testkit::{
    contracts::event_feed::{self, Feed},
    samples::{fresh_todo_id, records},
};

fn consumer<C: rdkafka::config::FromClientConfig + Consumer>(brokers: &str) -> C {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("group.id", "test").set("enable.auto.commit", "false").set("check.crcs", "true");
    let consumer: C = config.create().expect("a consumer");
    let mut partitions = rdkafka::TopicPartitionList::new();
    for partition in 0..3 {
        partitions.add_partition_offset("todo-events", partition, rdkafka::Offset::Beginning).expect("a partition");
    }
    consumer.assign(&partitions).expect("assigned");
    consumer
}

/// Reads one event at a time, from the beginning.
struct Reader(StreamConsumer);

#[async_trait]
impl FeedReader for Reader {
    async fn next(&mut self, _max: usize) -> Result<Vec<Delivery>, FeedError> {
        let message = self.0.recv().await.map_err(|error| FeedError(error.into()))?;
        let copied = |bytes: Option<&[u8]>| bytes.expect("key and body").to_vec().into();
        Ok(vec![Delivery::read(message.partition(), message.offset(), copied(message.key()), copied(message.payload()))])
    }
}

async fn broker_with_topics() -> Broker {
    let broker = Broker::start().await;
    Topics::new(&broker.brokers()).expect("an address").apply().await.expect("topics");
    broker
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_feed_keeps_the_contract() {
    let broker = broker_with_topics().await;
    let feed = Arc::new(KafkaFeed::new(FeedConfig::new(broker.brokers())).expect("a feed"));
    let fresh = async || Feed { feed: feed.clone(), reader: Box::new(Reader(consumer(&broker.brokers()))), keep: Box::new(()) };
    event_feed::suite(fresh).await;
    events_are_cloud_events(&broker, &feed).await;
}

async fn events_are_cloud_events(broker: &Broker, feed: &KafkaFeed) {
    let events = records(&fresh_todo_id().to_string(), 1..=1);
    let event: &EventRecord = &events[0];
    feed.publish(&events).await.expect("published");
    let reader: BaseConsumer = consumer(&broker.brokers());
    let end = std::time::Instant::now() + PATIENCE;
    let message = loop {
        assert!(std::time::Instant::now() < end, "the event does not arrive");
        let Some(message) = reader.poll(Duration::from_millis(100)) else { continue };
        let message = message.expect("a message");
        if message.key() == Some(event.aggregate_id.as_bytes()) {
            break message;
        }
    };
    let header = |name: &str| header(&message, name);
    assert_eq!(header("ce_specversion"), "1.0");
    assert_eq!(header("ce_id"), event.event_id.to_string());
    assert_eq!(header("ce_source"), "/todo-backend");
    assert_eq!(header("ce_type"), event.event_type);
    assert_eq!(header("ce_subject"), event.aggregate_id);
    assert_eq!(header("ce_time"), event.timestamp.to_string());
    assert_eq!(header("content-type"), "application/json");
    let body: EventRecord = serde_json::from_slice(message.payload().expect("a body")).expect("an event");
    assert!(body == *event);
}

fn header(message: &BorrowedMessage<'_>, name: &str) -> String {
    let headers = message.headers().expect("headers");
    let header = headers.iter().find(|header| header.key == name).unwrap_or_else(|| panic!("no header {name}"));
    String::from_utf8(header.value.expect("a value").to_vec()).expect("text")
}

/// A broker that goes away loses nothing, repeats nothing and changes no order.
#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_feed_outlasts_the_broker() {
    let mut broker = broker_with_topics().await;
    let feed = Arc::new(KafkaFeed::new(FeedConfig::new(broker.brokers())).expect("a feed"));
    let (id, other) = (fresh_todo_id().to_string(), fresh_todo_id().to_string());
    feed.publish(&records(&id, 1..=5)).await.expect("published");
    broker.process.take().expect("a broker").kill();
    let mut calls = tokio::task::JoinSet::new();
    for (id, versions) in [(&id, 6..=8), (&other, 1..=9), (&id, 9..=12)] {
        let (feed, events) = (feed.clone(), records(id, versions));
        // One after another, so that each is polled before the next begins.
        let (polled, began) = tokio::sync::oneshot::channel();
        calls.spawn(async move {
            let mut publish = feed.publish(&events);
            assert!(futures::poll!(&mut publish).is_pending(), "there is no broker");
            polled.send(()).expect("a waiting test");
            publish.await
        });
        began.await.expect("a poll");
    }
    broker.restart().await;
    let answers = tokio::time::timeout(PATIENCE, calls.join_all()).await.expect("the broker is back");
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");

    let mut reader = Reader(consumer(&broker.brokers()));
    let mut versions: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for _ in 0..21 {
        let next = tokio::time::timeout(PATIENCE, reader.next(1)).await.expect("an event in time").expect("an event");
        let event = next.into_iter().next().expect("one").event.expect("an event");
        versions.entry(event.aggregate_id).or_default().push(event.version);
    }
    assert_eq!(versions, BTreeMap::from([(id, (1..=12).collect()), (other, (1..=9).collect())]));
}

/// librdkafka takes the partition of a key as Dapr's component does (FNV-1a of the key, as sarama has it).
#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_feed_shares_daprs_partitions() {
    let broker = broker_with_topics().await;
    let feed = KafkaFeed::new(FeedConfig::new(broker.brokers())).expect("a feed");
    let ids: Vec<String> = (0..24).map(|_| fresh_todo_id().to_string()).collect();
    for id in &ids {
        feed.publish(&records(id, 1..=1)).await.expect("published");
    }
    let mut reader = Reader(consumer(&broker.brokers()));
    let mut used = BTreeSet::new();
    for _ in &ids {
        let next = tokio::time::timeout(PATIENCE, reader.next(1)).await.expect("in time").expect("an event").remove(0);
        let key = next.event.expect("an event").aggregate_id;
        let hash = key.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        // sarama takes the hash as a signed number and the remainder without its sign.
        let partition = (hash.cast_signed() % 3).abs();
        assert_eq!(next.partition, partition, "{key}");
        used.insert(partition);
    }
    assert_eq!(used.len(), 3, "all partitions are used");
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_topics_become_as_declared() {
    let broker = Broker::start().await;
    let topics = Topics::new(&broker.brokers()).expect("an address");
    let names: Vec<String> = declared(1).expect("topics").into_iter().map(|topic| topic.name).collect();
    assert_eq!(topics.describe(&names).await.expect("an answer"), (1, vec![]));

    let created = topics.apply().await.expect("applied");
    assert!(created.iter().all(|change| matches!(change, Change::Create(_))) && created.len() == names.len(), "{created:?}");
    let (_, mut present) = topics.describe(&names).await.expect("an answer");
    let mut wanted = declared(1).expect("topics");
    present.sort_by(|a, b| a.name.cmp(&b.name));
    wanted.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(present, wanted);
    let events = wanted.iter().find(|topic| topic.name == "todo-events").expect("the topic of events");
    assert_eq!((events.partitions, events.replicas, events.config["retention.ms"].as_str()), (3, 1, "604800000"));
    assert_eq!(topics.apply().await.expect("applied"), [], "the second time there is nothing to do");

    // Somebody else made a topic smaller, with another setting and one that nobody declared.
    let admin: rdkafka::admin::AdminClient<_> = ClientConfig::new().set("bootstrap.servers", broker.brokers()).create().expect("an admin");
    let options = rdkafka::admin::AdminOptions::new().operation_timeout(Some(PATIENCE));
    admin.delete_topics(&["todo-commands"], &options).await.expect("an answer")[0].as_ref().expect("deleted");
    let small = rdkafka::admin::NewTopic::new("todo-commands", 1, rdkafka::admin::TopicReplication::Fixed(1));
    let small = small.set("retention.ms", "1000000").set("segment.ms", "600000");
    let make = async || admin.create_topics([&small], &options).await.ok()?.remove(0).ok();
    testkit::poll_until(PATIENCE, make).await.expect("made again");

    let kinds: Vec<&str> = topics.apply().await.expect("applied").iter().map(kind).collect();
    assert_eq!(kinds, ["grow todo-commands", "configure todo-commands"]);
    let commands = ["todo-commands".to_owned()];
    let topic = topics.describe(&commands).await.expect("an answer").1.remove(0);
    assert_eq!(topic.partitions, 3);
    assert_eq!((topic.config["retention.ms"].as_str(), topic.config["segment.ms"].as_str()), ("604800000", "600000"));
    assert_eq!(topics.apply().await.expect("applied"), []);
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Grow { name, to: 3 } if name == "todo-commands" => "grow todo-commands",
        Change::Configure { name, .. } if name == "todo-commands" => "configure todo-commands",
        _ => "something else",
    }
}

#[test]
fn declared_topics_are_those_of_the_design() {
    let seen: Vec<_> =
        declared(3).expect("topics").into_iter().map(|t| (t.name, t.partitions, t.replicas, t.config["retention.ms"].clone())).collect();
    const DAY: u64 = 86_400_000;
    let wanted = [
        ("todo-events", 3, 7),
        ("todo-commands", 3, 7),
        ("todo-command-outcomes", 3, 7),
        ("todo-notifications", 2, 1),
        ("todo-analytics", 3, 30),
        ("todo-dead-letters", 3, 30),
    ];
    let wanted: Vec<_> =
        wanted.into_iter().map(|(name, partitions, days)| (name.to_owned(), partitions, 3, (days * DAY).to_string())).collect();
    assert_eq!(seen, wanted);
    for topic in declared(1).expect("topics") {
        assert_eq!((topic.replicas, topic.config["min.insync.replicas"].as_str()), (1, "1"), "{}", topic.name);
    }
}
