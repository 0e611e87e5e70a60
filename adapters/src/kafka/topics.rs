//! The topics, from the one place that declares them, to whatever Kafka there is.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    admin::{
        AdminClient, AdminOptions, AlterConfig, ConfigSource, NewPartitions, NewTopic, OwnedResourceSpecifier, ResourceSpecifier,
        TopicReplication,
    },
    client::DefaultClientContext,
    error::{KafkaError, RDKafkaErrorCode},
};
use serde::Deserialize;

/// Strimzi's resources, which also the operator applies in a cluster.
const DECLARED: &str = include_str!("../../../deploy/kafka/topics.yaml");
const PATIENCE: Duration = Duration::from_secs(10);

/// One topic as it is, or as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// How many partitions.
    pub partitions: usize,
    /// On how many brokers each of them lies.
    pub replicas: usize,
    /// The settings that differ from the brokers' own, by Kafka's names.
    pub config: BTreeMap<String, String>,
}

/// What must be done so that a topic is as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is not there.
    Create(Topic),
    /// It has too few partitions.
    Grow {
        /// The topic.
        name: String,
        /// How many it should have.
        to: usize,
    },
    /// Settings differ.
    Configure {
        /// The topic.
        name: String,
        /// All settings that it should have of its own.
        config: BTreeMap<String, String>,
    },
}

/// Why the topics are not as declared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The declaration cannot be read.
    #[error("deploy/kafka/topics.yaml is no list of KafkaTopic resources: {0}")]
    Declaration(String),
    /// Kafka cannot be asked.
    #[error("Kafka cannot be asked for its topics")]
    Ask(#[source] KafkaError),
    /// Kafka does not do it.
    #[error("Kafka refused to change topic {topic}: {code}")]
    Refused {
        /// Which topic.
        topic: String,
        /// Kafka's reason.
        code: RDKafkaErrorCode,
    },
    /// The asking was cut off.
    #[error("the program is stopping")]
    Stopped,
    /// Kafka took all changes, and still shows the old topics.
    #[error("Kafka does not show the changed topics after {PATIENCE:?}; still to do: {0:?}")]
    NotShown(Vec<Change>),
}

/// The topics as declared, for a Kafka of `brokers` brokers: with fewer than declared, replicas and the replicas that must
/// confirm are lowered.
///
/// # Errors
/// [`Error::Declaration`]: a defect of this build.
pub fn declared(brokers: usize) -> Result<Vec<Topic>, Error> {
    #[derive(Deserialize)]
    struct Resource {
        metadata: Metadata,
        spec: Spec,
    }
    #[derive(Deserialize)]
    struct Metadata {
        name: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Spec {
        topic_name: Option<String>,
        partitions: usize,
        replicas: usize,
        #[serde(default)]
        config: BTreeMap<String, Scalar>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar {
        Number(i64),
        Switch(bool),
        Text(String),
    }
    let resources: Vec<Resource> = serde_saphyr::from_multiple(DECLARED).map_err(|error| Error::Declaration(error.to_string()))?;
    let brokers = brokers.max(1);
    let topic = |resource: Resource| {
        let config = resource.spec.config.into_iter().map(|(name, value)| {
            let value = match value {
                Scalar::Number(number) if name == "min.insync.replicas" => {
                    number.min(i64::try_from(brokers).unwrap_or(i64::MAX)).to_string()
                }
                Scalar::Number(number) => number.to_string(),
                Scalar::Switch(on) => on.to_string(),
                Scalar::Text(text) => text,
            };
            (name, value)
        });
        Topic {
            name: resource.spec.topic_name.unwrap_or(resource.metadata.name),
            partitions: resource.spec.partitions,
            replicas: resource.spec.replicas.min(brokers),
            config: config.collect(),
        }
    };
    Ok(resources.into_iter().map(topic).collect())
}

/// Makes the topics of the Kafka at `brokers` as declared: see [`Topics::apply`].
///
/// # Errors
/// As [`Topics::new`] and [`Topics::apply`].
pub async fn apply(brokers: &str) -> Result<Vec<Change>, Error> {
    Topics::new(brokers)?.apply().await
}

/// Kafka's own view of topics.
pub struct Topics {
    admin: Arc<AdminClient<DefaultClientContext>>,
}

impl Topics {
    /// Asks the Kafka at `brokers` (`host:port`, several separated by commas). Nothing happens yet.
    ///
    /// # Errors
    /// If the address is wrong.
    pub fn new(brokers: &str) -> Result<Self, Error> {
        Self::with(brokers, &[])
    }

    /// The same with more settings of librdkafka, for example for TLS.
    ///
    /// # Errors
    /// If the address or a setting is wrong.
    pub fn with(brokers: &str, settings: &[(String, String)]) -> Result<Self, Error> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", brokers).set("client.id", "todo-topics");
        for (name, value) in settings {
            config.set(name, value);
        }
        Ok(Self { admin: Arc::new(config.create().map_err(Error::Ask)?) })
    }

    /// How many brokers there are, and the topics among `names` that there are.
    ///
    /// # Errors
    /// If Kafka does not answer.
    pub async fn describe(&self, names: &[String]) -> Result<(usize, Vec<Topic>), Error> {
        let admin = Arc::clone(&self.admin);
        let asking = tokio::task::spawn_blocking(move || admin.inner().fetch_metadata(None, PATIENCE));
        let metadata = asking.await.map_err(|_| Error::Stopped)?.map_err(Error::Ask)?;
        let present =
            metadata.topics().iter().filter(|topic| names.iter().any(|name| name == topic.name()) && !topic.partitions().is_empty());
        let mut topics: Vec<Topic> = present
            .map(|topic| Topic {
                name: topic.name().to_owned(),
                partitions: topic.partitions().len(),
                replicas: topic.partitions().iter().map(|partition| partition.replicas().len()).min().unwrap_or(0),
                config: BTreeMap::new(),
            })
            .collect();
        let names: Vec<String> = topics.iter().map(|topic| topic.name.clone()).collect();
        let specifiers: Vec<_> = names.iter().map(|name| ResourceSpecifier::Topic(name)).collect();
        if !specifiers.is_empty() {
            let answers = self.admin.describe_configs(&specifiers, &options()).await.map_err(Error::Ask)?;
            for answer in answers {
                let resource = answer.map_err(|code| Error::Refused { topic: "settings".into(), code })?;
                let found = topics.iter_mut().find(|topic| resource.specifier == OwnedResourceSpecifier::Topic(topic.name.clone()));
                let Some(topic) = found else { continue };
                let own = resource.entries.into_iter().filter(|entry| entry.source == ConfigSource::DynamicTopic);
                topic.config = own.filter_map(|entry| Some((entry.name, entry.value?))).collect();
            }
        }
        Ok((metadata.brokers().len(), topics))
    }

    /// Makes the topics as declared, waits until they show, and says what that took; nothing, the second time. Never takes
    /// a partition away.
    ///
    /// # Errors
    /// If Kafka does not answer or refuses; what was changed before stays so.
    pub async fn apply(&self) -> Result<Vec<Change>, Error> {
        let names: Vec<String> = declared(1)?.into_iter().map(|topic| topic.name).collect();
        let end = Instant::now() + PATIENCE;
        let mut made = Vec::new();
        loop {
            let (brokers, present) = self.describe(&names).await?;
            let left = diff(&declared(brokers)?, &present);
            if left.is_empty() {
                return Ok(made);
            }
            if Instant::now() >= end {
                return Err(Error::NotShown(left));
            }
            for change in left {
                // Brokers show a change a little after it was made, be it ours or another process's.
                if !made.contains(&change) && self.make(&change).await? {
                    made.push(change);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether it was necessary.
    async fn make(&self, change: &Change) -> Result<bool, Error> {
        let (topic, code) = match change {
            Change::Create(topic) => {
                let replication = TopicReplication::Fixed(i32::try_from(topic.replicas).unwrap_or(i32::MAX));
                let partitions = i32::try_from(topic.partitions).unwrap_or(i32::MAX);
                let new = topic
                    .config
                    .iter()
                    .fold(NewTopic::new(&topic.name, partitions, replication), |new, (name, value)| new.set(name, value));
                let answers = self.admin.create_topics([&new], &options()).await.map_err(Error::Ask)?;
                let code = refusal(answers);
                if code == Some(RDKafkaErrorCode::TopicAlreadyExists) {
                    return Ok(false);
                }
                (&topic.name, code)
            }
            Change::Grow { name, to } => {
                let answers = self.admin.create_partitions([&NewPartitions::new(name, *to)], &options()).await.map_err(Error::Ask)?;
                (name, refusal(answers))
            }
            Change::Configure { name, config } => {
                let all = config.iter().fold(AlterConfig::new(ResourceSpecifier::Topic(name)), |all, (name, value)| all.set(name, value));
                let answers = self.admin.alter_configs([&all], &options()).await.map_err(Error::Ask)?;
                (name, answers.into_iter().find_map(|answer| answer.err().map(|(_, code)| code)))
            }
        };
        code.map_or(Ok(true), |code| Err(Error::Refused { topic: topic.clone(), code }))
    }
}

/// What turns `present` into `declared`. Settings that nobody declared are kept.
pub fn diff(declared: &[Topic], present: &[Topic]) -> Vec<Change> {
    let mut changes = Vec::new();
    for topic in declared {
        let Some(found) = present.iter().find(|found| found.name == topic.name) else {
            changes.push(Change::Create(topic.clone()));
            continue;
        };
        if found.partitions < topic.partitions {
            changes.push(Change::Grow { name: topic.name.clone(), to: topic.partitions });
        }
        if topic.config.iter().any(|(name, value)| found.config.get(name) != Some(value)) {
            let config = found.config.clone().into_iter().chain(topic.config.clone()).collect();
            changes.push(Change::Configure { name: topic.name.clone(), config });
        }
    }
    changes
}

fn refusal(answers: Vec<Result<String, (String, RDKafkaErrorCode)>>) -> Option<RDKafkaErrorCode> {
    answers.into_iter().find_map(|answer| answer.err().map(|(_, code)| code))
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE))
}
