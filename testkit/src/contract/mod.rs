//! The contract with whoever reads or writes the topics: `docs/asyncapi.yaml` and its schemas.

mod compatibility;
mod documents;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

pub use compatibility::breaks;
pub use documents::Documents;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// What is promised about one message, without references: what is frozen in `docs/schemas/v1`.
///
/// An object of `direction` ("send" by us, "receive" by us), `key`, `headers`, `payload` (JSON Schemas), `equal` (a header or
/// "key" -> the body's field of the same value) and `contentType`.
pub type Promise = Value;

/// A message as it lies in a topic.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its key, if it has one.
    pub key: Option<String>,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// Its body, if it has one.
    pub body: Option<Vec<u8>>,
}

/// One topic of the contract.
pub struct Topic {
    /// How many partitions it has.
    pub partitions: u64,
    /// Its settings, as Kafka spells them.
    pub config: BTreeMap<String, String>,
    messages: BTreeMap<String, Message>,
}

struct Message {
    promise: Promise,
    key: Validator,
    headers: Validator,
    payload: Validator,
}

/// The contract, ready to check messages.
pub struct Contract {
    topics: BTreeMap<String, Topic>,
}

/// The folder `docs` of this repository.
pub fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

impl Contract {
    /// The contract of this repository.
    pub fn read() -> Self {
        Self::of(&Documents::read(&docs()))
    }

    /// The contract that these documents describe.
    pub fn of(documents: &Documents) -> Self {
        let document = documents.inlined("asyncapi.yaml");
        let channels = document["channels"].as_object().expect("channels");
        Self { topics: channels.values().map(|channel| (text(&channel["address"]), topic(&document, channel))).collect() }
    }

    /// The topics by their names.
    pub fn topics(&self) -> &BTreeMap<String, Topic> {
        &self.topics
    }

    /// Every promise by topic and message.
    pub fn promises(&self) -> BTreeMap<(String, String), Promise> {
        let of = |(topic, channel): (&String, &Topic)| {
            let promise = |(name, message): (&String, &Message)| ((topic.clone(), name.clone()), message.promise.clone());
            channel.messages.iter().map(promise).collect::<Vec<_>>()
        };
        self.topics.iter().flat_map(of).collect()
    }

    /// Which message of `topic` this is.
    ///
    /// # Errors
    /// If it is none that the contract knows. Says where it differs, without the values: they may be private.
    pub fn check(&self, topic: &str, published: &Published) -> Result<&str, String> {
        let topic = self.topics.get(topic).ok_or_else(|| format!("no topic {topic}"))?;
        let named = published.headers.get("ce_type").and_then(|name| topic.messages.get_key_value(name));
        let candidates: Vec<_> = named.map_or_else(|| topic.messages.iter().collect(), |named| vec![named]);
        let mut wrong = vec![];
        for (name, message) in candidates {
            match message.check(published) {
                Ok(()) => return Ok(name),
                Err(problem) => wrong.push(format!("no {name}: {problem}")),
            }
        }
        Err(if wrong.is_empty() { "no message is described for this topic".into() } else { wrong.join("; ") })
    }
}

impl Topic {
    /// The messages by their names: what `ce_type` says where there is such a header.
    pub fn messages(&self) -> BTreeSet<&str> {
        self.messages.keys().map(String::as_str).collect()
    }
}

impl Message {
    fn check(&self, published: &Published) -> Result<(), String> {
        let key = json!(published.key);
        let headers = json!(published.headers);
        let body = match &published.body {
            None => Value::Null,
            Some(body) if self.promise["contentType"].as_str().is_some_and(|kind| kind.ends_with("json")) => {
                serde_json::from_slice(body).map_err(|error| format!("the body is no JSON ({:?})", error.classify()))?
            }
            Some(body) => json!(String::from_utf8_lossy(body)),
        };
        for (part, validator, value) in [("key", &self.key, &key), ("headers", &self.headers, &headers), ("body", &self.payload, &body)] {
            let wrong = |error: jsonschema::ValidationError<'_>| {
                // Masked: the message would quote the value.
                format!("{part}{}: {} (schema {})", error.instance_path(), error.masked(), error.schema_path())
            };
            let problems: Vec<_> = validator.iter_errors(value).map(wrong).collect();
            if !problems.is_empty() {
                return Err(problems.join(", "));
            }
        }
        for (outside, field) in self.promise["equal"].as_object().into_iter().flatten() {
            let outer = if outside == "key" { &key } else { &headers[outside] };
            let field = text(field);
            if *outer != body[&field] {
                return Err(format!("{outside} is not the body's {field}"));
            }
        }
        Ok(())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn topic(document: &Value, channel: &Value) -> Topic {
    let kafka = &channel["bindings"]["kafka"];
    assert_eq!(kafka["topic"], channel["address"], "a channel's address is its topic");
    let setting = |(name, value): (&String, &Value)| {
        // `cleanup.policy` is a list there.
        let plain = value.as_array().map_or_else(|| value.clone(), |list| list[0].clone());
        (name.clone(), plain.as_str().map_or_else(|| plain.to_string(), str::to_owned))
    };
    let messages = channel["messages"].as_object().into_iter().flatten();
    Topic {
        partitions: kafka["partitions"].as_u64().expect("partitions"),
        config: kafka["topicConfiguration"].as_object().expect("topicConfiguration").iter().map(setting).collect(),
        messages: messages.map(|(name, message)| (name.clone(), prepared(name, promise(document, channel, message)))).collect(),
    }
}

fn promise(document: &Value, channel: &Value, message: &Value) -> Promise {
    let traits = message["traits"].as_array().cloned().unwrap_or_default();
    let field = |path: &str| {
        let mut sources = std::iter::once(message).chain(&traits);
        sources.find_map(|source| source.pointer(path)).cloned().unwrap_or(Value::Null)
    };
    // Without a schema anything goes.
    let schema = |value: Value| match value {
        Value::Null => json!(true),
        described if described["schemaFormat"].is_string() => described["schema"].clone(),
        plain => plain,
    };
    let sends = |operation: &Value| operation["action"] == "send" && operation["channel"]["address"] == channel["address"];
    let sent = document["operations"].as_object().expect("operations").values().any(sends);
    json!({
        "direction": if sent { "send" } else { "receive" },
        "contentType": field("/contentType"),
        "key": schema(field("/bindings/kafka/key")),
        "headers": schema(field("/headers")),
        "payload": schema(field("/payload")),
        "equal": field("/x-equal"),
    })
}

fn prepared(name: &str, promise: Promise) -> Message {
    let validator = |part: &str| {
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.build(&promise[part]).unwrap_or_else(|error| panic!("{part} of {name} is no JSON Schema: {error}"))
    };
    Message { key: validator("key"), headers: validator("headers"), payload: validator("payload"), promise }
}
