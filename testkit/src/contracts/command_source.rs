//! The contract of [`CommandSource`].

use std::{any::Any, collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use ports::{Arrival, CommandSource, RawMessage};
use tokio::time::timeout;

/// A message to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What keeps it in order with others.
    pub key: Option<String>,
    /// Named values beside the body.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

/// An empty topic that only one group reads.
#[async_trait]
pub trait CommandTopic: Send + Sync {
    /// Writes messages, in order.
    async fn write(&self, messages: &[Written]);
    /// A source that goes on where what was committed ends. The one before is gone.
    async fn open(&self) -> Box<dyn CommandSource>;
}

/// A topic to be tested.
pub struct Commands {
    /// Empty, and read by nobody else.
    pub topic: Box<dyn CommandTopic>,
    /// What must live as long as it does: a server.
    pub keep: Box<dyn Any>,
}

/// How long messages may take to arrive: a new member of a group waits for its partitions.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait for what must not come.
const QUIET: Duration = Duration::from_millis(300);

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(fresh: impl AsyncFn() -> Commands) {
    messages_arrive_as_they_were_written(fresh().await).await;
    what_is_not_committed_comes_again(fresh().await).await;
}

fn written(key: &str, body: &str) -> Written {
    Written { key: Some(key.to_owned()), headers: vec![], body: Some(body.as_bytes().to_vec()) }
}

async fn next(source: &mut dyn CommandSource, max: usize) -> Vec<RawMessage> {
    match timeout(PATIENCE, source.next(max)).await.expect("messages in time").expect("a source that can be read") {
        Arrival::Messages(messages) => {
            assert!((1..=max).contains(&messages.len()), "of at most {max}, {} came", messages.len());
            messages
        }
        Arrival::Lost(partitions) => panic!("nobody else reads, but {partitions:?} were lost"),
    }
}

async fn all(source: &mut dyn CommandSource, count: usize) -> Vec<RawMessage> {
    let mut all = vec![];
    while all.len() < count {
        all.extend(next(source, 7).await);
    }
    assert_eq!(all.len(), count);
    all
}

async fn messages_arrive_as_they_were_written(Commands { topic, keep: _keep }: Commands) {
    let headers =
        vec![("traceparent".to_owned(), "00-1".to_owned()), ("twice".to_owned(), "1".to_owned()), ("twice".to_owned(), "2".to_owned())];
    let special = [
        Written { key: None, headers: headers.clone(), body: Some(vec![0, 159, 146, 150]) },
        Written { key: Some("k".to_owned()), headers, body: None },
        Written { key: Some("k".to_owned()), headers: vec![], body: Some(vec![]) },
        Written { key: Some("käse".to_owned()), headers: vec![], body: Some(vec![b'x'; 300_000]) },
    ];
    let many: Vec<_> = (0..60).map(|n| written(&format!("key {}", n % 5), &n.to_string())).collect();
    topic.write(&special).await;
    topic.write(&many).await;
    let mut source = topic.open().await;
    assert!(timeout(QUIET, source.next(0)).await.is_err(), "nobody asked for messages");
    let mut arrived = all(&mut *source, 64).await;
    // Each partition in order, each key in one partition.
    let mut offsets: BTreeMap<i32, i64> = BTreeMap::new();
    for message in &arrived {
        if let Some(before) = offsets.insert(message.place.partition, message.place.offset) {
            assert!(before < message.place.offset, "{message:?} came after {before}");
        }
    }
    let seen = |message: &RawMessage| Written {
        key: message.key.as_ref().map(|key| String::from_utf8(key.to_vec()).expect("text")),
        headers: message.headers.iter().map(|(name, value)| (name.clone(), String::from_utf8(value.to_vec()).expect("text"))).collect(),
        body: message.body.as_ref().map(|body| body.to_vec()),
    };
    for key in 0..5 {
        let key = format!("key {key}");
        let of_key = |message: &Written| message.key.as_deref() == Some(key.as_str());
        let in_order: Vec<_> = arrived.iter().map(seen).filter(of_key).collect();
        assert_eq!(in_order, many.iter().filter(|message| of_key(message)).cloned().collect::<Vec<_>>());
    }
    arrived.retain(|message| message.key.as_ref().is_none_or(|key| !key.starts_with(b"key ")));
    let arrived: Vec<_> = arrived.iter().map(seen).collect();
    assert_eq!(arrived.len(), special.len());
    assert!(special.iter().all(|message| arrived.contains(message)), "{arrived:?}");
}

async fn what_is_not_committed_comes_again(Commands { topic, keep: _keep }: Commands) {
    topic.write(&(0..30).map(|n| written("k", &n.to_string())).collect::<Vec<_>>()).await;
    let mut source = topic.open().await;
    let first = all(&mut *source, 30).await;
    let number = |message: &RawMessage| String::from_utf8(message.body.clone().expect("a body").to_vec()).expect("text");
    assert!(first.iter().map(number).eq((0..30).map(|n| n.to_string())));
    source.commit(&[(first[9].place.partition, first[9].place.offset + 1)]).await.expect("committed");
    drop(source);
    let mut source = topic.open().await;
    let again = all(&mut *source, 20).await;
    assert_eq!(again, first[10..], "what was committed does not come again, all else does");
    source.commit(&[(again[19].place.partition, again[19].place.offset + 1)]).await.expect("committed");
    drop(source);
    topic.write(&[written("k", "last")]).await;
    let mut source = topic.open().await;
    let last = next(&mut *source, 7).await;
    assert!(last.iter().map(number).eq(["last"]));
    source.commit(&[]).await.expect("nothing to commit is fine");
}
