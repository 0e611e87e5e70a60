//! A broker that asks for certificates and lets each user do only what it was given, as the cluster's does.
#![cfg(feature = "cluster")]

mod support;

use std::{fs, path::Path, time::Duration};

use adapters::kafka::{
    feed::{FeedConfig, KafkaFeed},
    tls,
    topics::Topics,
};
use ports::EventFeed;
use support::{broker::Broker, tls::authority};
use testkit::samples::{fresh_todo_id, records};

/// The folder that Strimzi's secrets are mounted as, for one user.
fn user(folder: &Path, name: &str) -> Vec<(String, String)> {
    let own = folder.join(format!("user-{name}"));
    fs::create_dir(&own).expect("a folder");
    for (from, to) in [("ca.crt".to_owned(), "ca.crt"), (format!("{name}.crt"), "user.crt"), (format!("{name}.key"), "user.key")] {
        fs::copy(folder.join(from), own.join(to)).expect("a copy");
    }
    tls::settings(&own)
}

#[tokio::test(flavor = "multi_thread")]
async fn stack_kafka_asks_who_we_are_and_lets_each_do_only_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    authority(folder.path(), &["broker", "todo-backend", "stranger"]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    fs::write(folder.path().join("broker.pem"), read("broker.key") + &read("broker.crt")).expect("a file");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (store, trust) = (at("broker.pem"), at("ca.crt"));
    // Only the controller's listener, which is plain here, knows somebody without a name: the broker itself.
    let broker = Broker::start_with(|settings| {
        settings.replace("PLAINTEXT://127.0.0.1:", "SSL://127.0.0.1:").replace("=PLAINTEXT", "=SSL")
            + &format!(
                "\nlistener.security.protocol.map=SSL:SSL,CONTROLLER:PLAINTEXT\nssl.keystore.type=PEM\nssl.keystore.location={store}\nssl.truststore.type=PEM\nssl.truststore.location={trust}\n\
                 ssl.client.auth=required\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n\
                 super.users=User:CN=broker;User:CN=todo-backend;User:ANONYMOUS\n"
            )
    })
    .await;
    let ours = user(folder.path(), "todo-backend");
    Topics::with(&broker.brokers(), &ours).expect("settings").apply().await.expect("topics by who may");
    let feed = |settings: Vec<(String, String)>| {
        let soon = ("message.timeout.ms".to_owned(), "5000".to_owned());
        let settings = settings.into_iter().chain([soon]).collect();
        KafkaFeed::new(FeedConfig { settings, ..FeedConfig::new(broker.brokers()) }).expect("a feed")
    };
    let events = records(&fresh_todo_id().to_string(), 1..=1);
    feed(ours).publish(&events).await.expect("published by who may");
    // The CA vouches for this one, but nobody gave it a right.
    let stranger = user(folder.path(), "stranger");
    feed(stranger).publish(&events).await.expect_err("refused by the ACLs");
    // And without a certificate nobody gets as far as that.
    let bare = vec![("security.protocol".to_owned(), "ssl".to_owned()), ("ssl.ca.location".to_owned(), at("ca.crt"))];
    let outcome = tokio::time::timeout(Duration::from_secs(30), feed(bare).publish(&events)).await;
    outcome.expect("an answer").expect_err("refused without a certificate");
}
