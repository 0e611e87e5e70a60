//! Commands, their outcomes and dead letters on a real broker.
#![cfg(feature = "cluster")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use adapters::kafka::{commands::KafkaCommands, consumer::ConsumerConfig, outcomes::KafkaOutcomes, topics::Topics};
use async_trait::async_trait;
use ports::{Arrival, CommandOutcome, CommandSource, Outcomes, Verdict};
use rdkafka::{
    ClientConfig, Message,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    consumer::{BaseConsumer, Consumer},
    message::{Header, Headers, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use support::{PATIENCE, broker::Broker};
use testkit::{
    contracts::command_source::{self, CommandTopic, Commands, Written},
    poll_until,
    samples::{at, fresh_todo_id},
};

/// One topic of three partitions, and the group that reads it.
struct Topic {
    brokers: String,
    name: String,
    producer: FutureProducer,
}

impl Topic {
    async fn make(broker: &Broker, name: impl Into<String>) -> Self {
        let (brokers, name) = (broker.brokers(), name.into());
        let admin: AdminClient<_> = ClientConfig::new().set("bootstrap.servers", &brokers).create().expect("an admin");
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let topic = NewTopic::new(&name, 3, TopicReplication::Fixed(1));
        admin.create_topics([&topic], &options).await.expect("an answer").remove(0).expect("a topic");
        let producer = ClientConfig::new().set("bootstrap.servers", &brokers).create().expect("a producer");
        Self { brokers, name, producer }
    }

    fn read(&self) -> KafkaCommands {
        let config = ConsumerConfig::live(&self.brokers, &self.name, format!("readers-of-{}", self.name));
        KafkaCommands::start(&config).expect("a source")
    }
}

#[async_trait]
impl CommandTopic for Topic {
    async fn write(&self, messages: &[Written]) {
        for Written { key, headers, body } in messages {
            let headers =
                headers.iter().fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(value.as_bytes()) }));
            let mut record = FutureRecord::<str, [u8]>::to(&self.name).headers(headers);
            (record.key, record.payload) = (key.as_deref(), body.as_deref());
            self.producer.send(record, PATIENCE).await.expect("delivered");
        }
    }

    async fn open(&self) -> Box<dyn CommandSource> {
        Box::new(self.read())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_commands_keep_the_contract() {
    let broker = Broker::start().await;
    let number = AtomicU32::new(0);
    let fresh = async || {
        let topic = Topic::make(&broker, format!("commands-{}", number.fetch_add(1, Ordering::SeqCst))).await;
        Commands { topic: Box::new(topic), keep: Box::new(()) }
    };
    command_source::suite(fresh).await;
}

fn numbered(numbers: std::ops::Range<u32>) -> Vec<Written> {
    numbers.map(|n| Written { key: Some(format!("key {n}")), headers: vec![], body: Some(n.to_string().into_bytes()) }).collect()
}

/// Whoever loses partitions is told, its late commits change nothing, and the other goes on where it had come to.
#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_commands_change_hands() {
    let broker = Broker::start().await;
    let topic = Topic::make(&broker, "hands").await;
    topic.write(&numbered(0..60)).await;
    let mut first = topic.read();
    let mut taken = vec![];
    while taken.len() < 60 {
        match tokio::time::timeout(PATIENCE, first.next(100)).await.expect("in time").expect("an arrival") {
            Arrival::Messages(messages) => taken.extend(messages),
            Arrival::Lost(partitions) => panic!("{partitions:?} are lost, though nobody else reads"),
        }
    }
    let ends: BTreeMap<i32, i64> = taken.iter().map(|message| (message.place.partition, message.place.offset + 1)).collect();
    assert_eq!(ends.len(), 3);
    // All is worked on, nothing is committed.
    let mut second = topic.read();
    let lost = match tokio::time::timeout(PATIENCE, first.next(100)).await.expect("a rebalance in time").expect("an arrival") {
        Arrival::Lost(partitions) => partitions,
        Arrival::Messages(messages) => panic!("{messages:?} came twice"),
    };
    assert!(!lost.is_empty() && lost.len() < 3, "{lost:?}: whoever stays keeps some");
    // While hands change, Kafka may refuse a commit, which is then made again.
    let ends: Vec<_> = ends.into_iter().collect();
    let deadline = std::time::Instant::now() + PATIENCE;
    while let Err(error) = first.commit(&ends).await {
        assert!(std::time::Instant::now() < deadline, "not committed: {error:?}");
    }
    let wanted = taken.iter().filter(|message| lost.contains(&message.place.partition)).count();
    let mut again = BTreeSet::new();
    while again.len() < wanted {
        match tokio::time::timeout(PATIENCE, second.next(100)).await.expect("in time").expect("an arrival") {
            Arrival::Messages(messages) => again.extend(messages.into_iter().map(|message| message.place)),
            Arrival::Lost(_) => {}
        }
    }
    assert!(again.iter().all(|place| lost.contains(&place.partition)), "what the first one keeps does not come to the second");
    // The first one leaves: what it committed does not come again.
    drop(first);
    topic.write(&numbered(60..90)).await;
    let mut later = BTreeSet::new();
    while later.len() < 30 {
        if let Arrival::Messages(messages) = tokio::time::timeout(PATIENCE, second.next(100)).await.expect("in time").expect("an arrival") {
            later.extend(messages.into_iter().map(|message| String::from_utf8(message.body.expect("a body").to_vec()).expect("text")));
        }
    }
    assert_eq!(later, (60..90).map(|n| n.to_string()).collect());
}

/// Nobody takes anything for longer than Kafka waits for a poll: the member stays, and memory stays bounded.
#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_commands_wait_for_a_slow_reader() {
    let broker = Broker::start().await;
    let topic = Topic::make(&broker, "slow").await;
    topic.write(&numbered(0..2000)).await;
    let mut config = ConsumerConfig::live(&topic.brokers, &topic.name, "slow");
    for (name, value) in [("max.poll.interval.ms", "6000"), ("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "1000")] {
        config.settings.push((name.into(), value.into()));
    }
    let mut source = KafkaCommands::start(&config).expect("a source");
    let mut seen = BTreeSet::new();
    let count = |arrival: Arrival, seen: &mut BTreeSet<_>| match arrival {
        Arrival::Messages(messages) => seen.extend(messages.into_iter().map(|message| message.place)),
        Arrival::Lost(partitions) => panic!("{partitions:?} are lost"),
    };
    count(source.next(1).await.expect("an arrival"), &mut seen);
    assert!(tokio::time::timeout(Duration::from_secs(8), source.next(0)).await.is_err(), "the member stays");
    while seen.len() < 2000 {
        count(tokio::time::timeout(PATIENCE, source.next(100)).await.expect("in time").expect("an arrival"), &mut seen);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_commands_and_commits_outlast_the_broker() {
    let mut broker = Broker::start().await;
    let topic = Topic::make(&broker, "outage").await;
    topic.write(&numbered(0..10)).await;
    broker.process.take().expect("a broker").kill();
    let mut source = topic.read();
    assert!(tokio::time::timeout(Duration::from_secs(1), source.next(100)).await.is_err(), "no error for what heals by itself");
    broker.restart().await;
    let mut places = BTreeSet::new();
    while places.len() < 10 {
        if let Arrival::Messages(messages) = tokio::time::timeout(PATIENCE, source.next(100)).await.expect("in time").expect("an arrival") {
            places.extend(messages.into_iter().map(|message| message.place));
        }
    }
    broker.process.take().expect("a broker").kill();
    let last = places.last().expect("some");
    let next = [(last.partition, last.offset + 1)];
    let early = tokio::time::timeout(PATIENCE, source.commit(&next)).await.expect("a commit does not wait without end");
    broker.restart().await;
    if early.is_err() {
        let committed = poll_until(PATIENCE, async || source.commit(&next).await.ok()).await;
        assert!(committed.is_some(), "commits go on once the broker is back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_outcomes_are_cloud_events_by_todo() {
    let broker = Broker::start().await;
    Topics::new(&broker.brokers()).expect("an address").apply().await.expect("topics");
    let outcomes = KafkaOutcomes::new(&broker.brokers(), &[]).expect("a sink");
    let accepted = CommandOutcome {
        outcome_id: fresh_todo_id().uuid(),
        command_id: "c 1".into(),
        correlation_id: "import 7".into(),
        outcome: Verdict::Accepted,
        todo_id: Some(fresh_todo_id()),
        version: Some(3),
        events: Some(2),
        problem: None,
        timestamp: at(0),
    };
    let refused = CommandOutcome { outcome: Verdict::Refused, todo_id: None, version: None, events: None, ..accepted.clone() };
    for outcome in [&accepted, &refused] {
        outcomes.publish(outcome).await.expect("published");
    }
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", broker.brokers())
        .set("group.id", "test")
        .set("auto.offset.reset", "earliest")
        .create()
        .expect("a consumer");
    consumer.subscribe(&["todo-command-outcomes"]).expect("subscribed");
    let mut found = BTreeMap::new();
    let end = std::time::Instant::now() + PATIENCE;
    while found.len() < 2 {
        assert!(std::time::Instant::now() < end, "an outcome does not arrive");
        let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) else { continue };
        let header = |name: &str| {
            let header = message.headers().expect("headers").iter().find(|header| header.key == name).expect("the header");
            String::from_utf8(header.value.expect("a value").to_vec()).expect("text")
        };
        let body: CommandOutcome = serde_json::from_slice(message.payload().expect("a body")).expect("an outcome");
        assert_eq!((header("ce_specversion"), header("content-type")), ("1.0".into(), "application/json".into()));
        assert_eq!((header("ce_id"), header("ce_subject")), (body.outcome_id.to_string(), body.command_id.clone()));
        assert_eq!((header("ce_source"), header("ce_time")), ("/todo-gateway".into(), body.timestamp.to_string()));
        let key = String::from_utf8(message.key().expect("a key").to_vec()).expect("text");
        found.insert(header("ce_type"), (key, body));
    }
    assert_eq!(found["CommandAccepted"], (accepted.todo_id.expect("a todo").to_string(), accepted));
    assert_eq!(found["CommandRefused"], ("import 7".into(), refused));
}
