//! The real stack, through `tools/stack`, which tests share: it stays up between them and is taken down by `make test`.

use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use testkit::{contract::Published, poll_until};

/// Long enough for a sidecar to come back and take its actors.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The stack in some layout.
pub(crate) struct Stack {
    env: HashMap<String, String>,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn run(program: &str, args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    command.args(args).current_dir(repository()).envs(env.iter().copied());
    // A stack of the tests' own, beside one that somebody works with.
    if std::env::var_os("STACK_DIR").is_none() {
        command.env("STACK_DIR", std::env::temp_dir().join("todo-stack-test")).env("STACK_PORT_BASE", "23000");
    }
    // The binary that was built with this test, so that both are of one source.
    command.env("TODO_BIN", env!("CARGO_BIN_EXE_todo")).env("RUST_LOG", "info");
    // So that tests that kill need not wait long. tools/test-on-stack says the same.
    command.env("KAFKA_SESSION_TIMEOUT", "4s");
    command.output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn must(program: &str, args: &[&str]) -> String {
    must_with(&[], program, args)
}

fn must_with(env: &[(&str, &str)], program: &str, args: &[&str]) -> String {
    let output = run(program, args, env);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program} {args:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

impl Stack {
    /// Brings up what is missing, in this layout and with these callbacks.
    pub(crate) fn up(layout: &str, callbacks: &str) -> Self {
        Self::brought_up(&["--layout", layout, "--callbacks", callbacks])
    }

    /// `todo token` with these words, by the keys that the stack's edges check by.
    pub(crate) fn token(&self, words: &[&str]) -> String {
        let made = super::todo().arg("token").args(words).env("TODO_TOKEN_KEYS", self.var("TODO_TOKEN_KEYS")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// With Prometheus and a collector of traces.
    pub(crate) fn up_observed() -> Self {
        Self::brought_up(&["--layout", "split", "--callbacks", "stream", "--observability"])
    }

    fn brought_up(how: &[&str]) -> Self {
        let env = must("tools/stack", &[&["up", "--env"][..], how].concat());
        let env = env.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Self { env }
    }

    /// What a program of the repository prints.
    pub(crate) fn says(program: &str) -> String {
        must(program, &[])
    }

    /// Stops every service and sidecar, and what watches them, so that others may run; the stores go on.
    pub(crate) fn down() {
        must("tools/stack", &["down", "--services"]);
    }

    /// `tools/stack` with these words.
    pub(crate) fn tell(&self, words: &[&str]) {
        must("tools/stack", words);
    }

    /// `tools/stack` with these words, for processes that are to have this in their environment, too.
    pub(crate) fn tell_with(&self, env: &[(&str, &str)], words: &[&str]) {
        must_with(env, "tools/stack", words);
    }

    /// Runs `gateway` and a second one beside it, whose environment has this as well. Their addresses.
    pub(crate) fn two_gateways(&self, env: &[(&str, &str)]) -> [String; 2] {
        self.tell(&["scale", "gateway", "1"]);
        self.tell_with(env, &["scale", "gateway", "2"]);
        let all = must("tools/stack", &["env"]);
        let urls = all.lines().find_map(|line| line.strip_prefix("GATEWAY_URLS=")).unwrap_or_else(|| panic!("no gateways: {all}"));
        let urls: Vec<_> = urls.split(',').map(str::to_owned).collect();
        urls.try_into().unwrap_or_else(|urls| panic!("not two gateways: {urls:?}"))
    }

    /// The process id of one of its processes.
    pub(crate) fn pid(&self, name: &str) -> u64 {
        let file = Path::new(self.var("STACK_DIR")).join("run").join(format!("{name}.json"));
        let record: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        record["pid"].as_u64().unwrap()
    }

    /// What PostgreSQL answers to a query, a line for each row.
    pub(crate) fn sql(&self, query: &str) -> Vec<String> {
        must("psql", &[self.var("DATABASE_URL"), "-qtAc", query]).lines().map(str::to_owned).collect()
    }

    /// The versions of `id` in the journal, in the order of their positions.
    pub(crate) fn journal_of(&self, id: &str) -> Vec<u64> {
        let rows = self.sql(&format!("SELECT version FROM journal WHERE aggregate_id = '{id}' ORDER BY position"));
        rows.iter().map(|row| row.parse().unwrap()).collect()
    }

    /// One of `tools/stack env`.
    pub(crate) fn var(&self, name: &str) -> &str {
        self.env.get(name).unwrap_or_else(|| panic!("tools/stack env has no {name}"))
    }

    /// The public API.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.var("GATEWAY_URL"))
    }

    /// What `redis-cli` prints for these words.
    pub(crate) fn redis(&self, words: &[&str]) -> String {
        must("redis-cli", &[&["-u", self.var("REDIS_URL")], words].concat())
    }

    /// The fields of a hash in Redis.
    pub(crate) fn redis_hash(&self, key: &str) -> HashMap<String, String> {
        let text = must("redis-cli", &["-u", self.var("REDIS_URL"), "--json", "HGETALL", key]);
        serde_json::from_str(&text).unwrap()
    }

    /// Where an actor's record lies.
    pub(crate) fn record_key(id: &str) -> String {
        format!("todo-backend||Todo||{id}||aggregate")
    }

    /// The actor's record, out of the raw store.
    pub(crate) fn record(&self, id: &str) -> Value {
        let hash = self.redis_hash(&Self::record_key(id));
        let sealed: Value = serde_json::from_str(hash.get("data").unwrap_or_else(|| panic!("{id} is not in Redis"))).unwrap();
        // The record is text within JSON: daprd would otherwise write its numbers in a way of its own.
        let record: Value = serde_json::from_str(sealed["record"].as_str().unwrap()).unwrap();
        assert_eq!(sealed["writes"], record["writes"]);
        record
    }

    /// What lies under each of these keys as an actor's record, asked all at once; `None` where there is nothing.
    pub(crate) fn records(&self, keys: &[String]) -> Vec<Option<Value>> {
        let mut command = Command::new("redis-cli");
        command.args(["-u", self.var("REDIS_URL")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let asked: String = keys.iter().map(|key| format!("HGET {key} data\n")).collect();
        let mut stdin = child.stdin.take().unwrap();
        // Apart, since both ends would wait once the pipes are full.
        let asking = std::thread::spawn(move || stdin.write_all(asked.as_bytes()).unwrap());
        let answer = child.wait_with_output().unwrap();
        asking.join().unwrap();
        let record = |sealed: &str| {
            let sealed: Value = (!sealed.is_empty()).then(|| serde_json::from_str(sealed).unwrap())?;
            Some(serde_json::from_str(sealed["record"].as_str().unwrap()).unwrap())
        };
        let records: Vec<_> = String::from_utf8(answer.stdout).unwrap().lines().map(record).collect();
        assert_eq!(records.len(), keys.len());
        records
    }

    /// What `todo sagas` says to an operator, and whether it is content: through a sidecar of nobody who hosts, since that of a host
    /// that is gone reaches nobody.
    pub(crate) fn operate(&self, words: &[&str]) -> (bool, String, String) {
        let mut command = super::todo();
        command.arg("sagas").args(words).env("DATABASE_URL", self.var("DATABASE_URL"));
        let output = command.env("DAPR_GRPC_PORT", self.var("GATEWAY_DAPR_GRPC").rsplit(':').next().unwrap()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// How many outbox marks are set.
    pub(crate) fn marks(&self) -> u64 {
        must("redis-cli", &["-u", self.var("REDIS_URL"), "ZCARD", "outbox:pending"]).trim().parse().unwrap()
    }

    /// A whole topic, as `kcat` prints it with these words.
    pub(crate) fn read(&self, topic: &str, words: &[&str]) -> String {
        // How long Kafka keeps back the answer that there is no more: half a second unless it is told.
        let soon = "fetch.wait.max.ms=50";
        must("kcat", &[&["-b", self.var("KAFKA_BROKERS"), "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-X", soon], words].concat())
    }

    /// Every fact on `todo-analytics` about the todo `id`, in the order of the topic, with its key and headers.
    pub(crate) fn facts_of(&self, id: &str) -> Vec<(String, String, Value)> {
        let format = "%k\t%h\t%s\n";
        let text = self.read("todo-analytics", &["-f", format]);
        let facts = text.lines().map(|line| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_else(|| panic!("no fact: {line}"));
            let (key, headers, body) = (part(), part(), part());
            (key, headers, serde_json::from_str::<Value>(&body).unwrap())
        });
        facts.filter(|(_, _, fact)| fact["todoId"] == id).collect()
    }

    /// Every event on `todo-events` whose key is `id`, in the order of the topic.
    pub(crate) fn events_of(&self, id: &str) -> Vec<Value> {
        let format = "%k\t%s\n";
        let text = self.read("todo-events", &["-f", format]);
        text.lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(key, _)| *key == id)
            .map(|(_, body)| serde_json::from_str(body).unwrap())
            .collect()
    }

    /// Every message of a topic with where it lies, `PARTITION:OFFSET`, in the order of the topic's partitions.
    pub(crate) fn messages(&self, topic: &str) -> Vec<(String, Published)> {
        let text = self.read(topic, &["-J"]);
        let message = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |value: &Value| value.as_str().map(str::to_owned);
            // A flat list of names and values.
            let headers = line["headers"].as_array().map_or(&[][..], Vec::as_slice);
            let headers = headers.chunks(2).map(|pair| (text(&pair[0]).unwrap(), text(&pair[1]).unwrap_or_default()));
            let published =
                Published { key: text(&line["key"]), headers: headers.collect(), body: text(&line["payload"]).map(String::into_bytes) };
            (format!("{}:{}", line["partition"], line["offset"]), published)
        };
        text.lines().map(message).collect()
    }

    /// Waits until the topic has exactly these versions of `id`, in order.
    pub(crate) async fn expect_versions(&self, id: &str, versions: &[u64]) {
        let found = async || {
            let found: Vec<_> = self.events_of(id).iter().map(|event| event["version"].as_u64().unwrap()).collect();
            (found == versions).then_some(())
        };
        let arrived = poll_until(PATIENCE, found).await;
        assert!(arrived.is_some(), "{id}: expected {versions:?}, found {:?}", self.events_of(id));
    }
}

/// The sum of a metric over all its labels, as the process at `base` shows it; 0 where it shows none.
pub(crate) async fn metric(base: &str, name: &str) -> f64 {
    let text = reqwest::get(format!("{base}/metrics")).await.unwrap().text().await.unwrap();
    let is_it = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
    text.lines().filter(is_it).map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}
