//! People are told on the real engine, by real mail and a real program of theirs, though whoever tells them is killed in the middle.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack, metric};
use testkit::poll_until;

/// An attempt of which nothing was heard is made again after a minute.
const RECOVERY: Duration = Duration::from_secs(240);
/// So many notices come by Kafka, and so many tests by HTTP.
const NOTICES: usize = 60;
const TESTS: usize = 20;

/// A mail server and a program, killed when this is dropped.
struct Receivers {
    child: Child,
    folder: tempfile::TempDir,
    smtp: u16,
    https: u16,
}

impl Drop for Receivers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let done = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().unwrap();
    assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

impl Receivers {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        openssl(at, "req -newkey rsa:2048 -nodes -days 1 -x509 -keyout ca.key -out ca.crt -subj /CN=ca");
        openssl(at, "req -newkey rsa:2048 -nodes -days 1 -keyout server.key -out server.csr -subj /CN=server");
        fs::write(at.join("extensions"), "subjectAltName=IP:127.0.0.1,DNS:localhost").unwrap();
        openssl(at, "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -extfile extensions -out server.crt");
        let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [smtp, https] = free.map(|listener| listener.local_addr().unwrap().port());
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/receivers/serve");
        let mut command = Command::new(program);
        command.arg(at).arg(format!("--starttls={smtp}")).arg(format!("--https={https}"));
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        let receivers = Self { child, folder, smtp, https };
        let ready = receivers.folder.path().join("ready");
        assert!(poll_until(PATIENCE, async || ready.exists().then_some(())).await.is_some(), "no receivers");
        receivers
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        // The last line may not be whole yet.
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// How often each notification arrived, by mail.
    fn mail(&self) -> BTreeMap<String, usize> {
        counted(self.lines("mail.jsonl").iter().map(|letter| {
            let id = letter["messageId"].as_str().unwrap();
            id.trim_start_matches('<').split('@').next().unwrap().to_owned()
        }))
    }

    /// How often each notification arrived at the program, and was taken.
    fn calls(&self) -> BTreeMap<String, usize> {
        let calls = self.lines("hooks.jsonl");
        let taken = calls.iter().filter(|call| call["status"] == 200);
        counted(taken.map(|call| call["headers"]["todo-notification-id"].as_str().unwrap().to_owned()))
    }
}

fn counted(ids: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for id in ids {
        *counts.entry(id).or_insert(0) += 1;
    }
    counts
}

struct Person<'a> {
    stack: &'a Stack,
    token: String,
}

impl Person<'_> {
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let method = method.parse().unwrap();
        let mut request = Client::new().request(method, self.stack.url(path)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}

/// Notices as the projection writes them.
fn write_notices(stack: &Stack, person: &str, ids: &[String]) {
    let at = jiff::Timestamp::now();
    let lines: String = ids
        .iter()
        .map(|id| format!("{person}\t{}\n", json!({ "notificationId": id, "person": person, "subject": { "kind": "test" }, "at": at })))
        .collect();
    let headers = [
        "ce_specversion=1.0".to_owned(),
        "content-type=application/json".to_owned(),
        // The contract's headers name each message; kcat gives all of one call the same, so each has a call of its own.
    ];
    for (id, line) in ids.iter().zip(lines.lines()) {
        let mut command = Command::new("kcat");
        command.args(["-b", stack.var("KAFKA_BROKERS"), "-P", "-t", "todo-notifications", "-K", "\t"]);
        let own = [
            format!("ce_id={id}"),
            "ce_source=/test".into(),
            "ce_type=notice".into(),
            format!("ce_subject={person}"),
            format!("ce_time={at}"),
        ];
        for header in headers.iter().chain(&own) {
            command.args(["-H", header]);
        }
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(child.stdin.as_mut().unwrap(), format!("{line}\n").as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stack_notifications_arrive_though_their_worker_is_killed() {
    let stack = Stack::up("split", "stream");
    let receivers = Receivers::start().await;
    let (smtp, ca) = (format!("smtp://localhost:{}", receivers.smtp), receivers.folder.path().join("ca.crt").display().to_string());
    let env = [
        ("TODO_SMTP_URL", smtp.as_str()),
        ("TODO_MAIL_FROM", "Todo <todo@example.org>"),
        ("TODO_NOTIFY_CA", &ca),
        ("TODO_WEBHOOKS_TO_PRIVATE_NETWORKS", "true"),
        ("TODO_PUBLIC_URL", stack.var("GATEWAY_URL")),
    ];
    let restart = |how: &str, env: &[(&str, &str)]| {
        tokio::task::block_in_place(|| {
            stack.tell(&[how, "sagas"]);
            stack.tell_with(env, &["start", "sagas"]);
        });
    };
    restart("stop", &env);
    let name = format!("ana-{}", uuid::Uuid::new_v4());
    let ana = Person { stack: &stack, token: stack.token(&["--user", &name]) };
    let me = json!({ "email": "ana@example.org", "zone": "Europe/Berlin", "channels": ["page", "email"] });
    ana.ask("PATCH", "/api/v1/me", Some(me)).await;
    // The first call about every second notification is refused: it is tried again.
    let hook = ana.ask("POST", "/api/v1/me/webhooks", Some(json!({ "url": format!("https://localhost:{}/flaky", receivers.https) }))).await;
    let secrets = json!({ hook["id"].as_str().unwrap(): hook["secret"] });
    fs::write(receivers.folder.path().join("secrets.json"), secrets.to_string()).unwrap();

    let mut due: Vec<String> = (0..NOTICES)
        .map(|n| format!("notification-{}", uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{name}/{n}").as_bytes())))
        .collect();
    write_notices(&stack, &name, &due);
    for _ in 0..TESTS {
        let told = ana.ask("POST", "/api/v1/me/notifications/test", None).await;
        due.push(told["id"].as_str().unwrap().to_owned());
    }
    // In the middle: something arrived, and not everything.
    let begun = poll_until(PATIENCE, async || (!receivers.mail().is_empty()).then_some(())).await;
    assert!(begun.is_some(), "nothing arrived");
    restart("kill", &env);
    let killed_at = receivers.mail().len();

    let due: BTreeSet<String> = due.into_iter().collect();
    let all = poll_until(RECOVERY, async || {
        let (mail, calls) = (receivers.mail(), receivers.calls());
        due.iter().all(|id| mail.contains_key(id) && calls.contains_key(id)).then_some((mail, calls))
    });
    let Some((mail, calls)) = all.await else {
        panic!("of {} there arrived by mail {}, by calls {}", due.len(), receivers.mail().len(), receivers.calls().len());
    };
    // Exactly what was due, whatever came twice.
    assert_eq!(mail.keys().cloned().collect::<BTreeSet<_>>(), due);
    assert_eq!(calls.keys().cloned().collect::<BTreeSet<_>>(), due);
    assert!(receivers.lines("hooks.jsonl").iter().all(|call| call["signed"] == true), "every call is signed");
    let (letters, taken): (usize, usize) = (mail.values().sum(), calls.values().sum());
    eprintln!("{} due; {letters} letters, {taken} calls taken; killed after {killed_at} letters", due.len());

    // The log says so, for each way.
    let one = due.first().unwrap();
    let told = poll_until(RECOVERY, async || {
        let told = ana.ask("GET", &format!("/api/v1/me/notifications/{one}"), None).await;
        (told["status"] == "ended").then_some(told)
    });
    let told = told.await.expect("an end");
    let by: Vec<_> = told["deliveries"].as_array().unwrap().iter().map(|one| (one["by"].clone(), one["status"].clone())).collect();
    let delivered = |by: &str| (json!(by), json!("delivered"));
    assert_eq!(by, [delivered("page"), delivered("email"), delivered("webhook")]);
    let listed = poll_until(PATIENCE, async || {
        let list = ana.ask("GET", "/api/v1/me/notifications", None).await;
        (list.as_array().unwrap().len() == due.len()).then_some(())
    });
    assert!(listed.await.is_some(), "the list has them all");
    assert!(metric(stack.var("SAGAS_URL"), "todo_deliveries_total").await > 0.0);

    // The link in a letter takes mail away, by one click.
    let letter = receivers.lines("mail.jsonl").pop().unwrap();
    let link = letter["unsubscribe"].as_str().unwrap().trim_matches(['<', '>']).to_owned();
    assert_eq!(Client::new().get(&link).send().await.unwrap().status(), 200);
    let me = ana.ask("GET", "/api/v1/me", None).await;
    assert_eq!(me["channels"], json!(["page", "email", "webhook"]), "looking changes nothing");
    let form = Client::new().post(&link).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.body("List-Unsubscribe=One-Click").send().await.unwrap().status(), 200);
    let without = poll_until(PATIENCE, async || {
        let me = ana.ask("GET", "/api/v1/me", None).await;
        (me["channels"] == json!(["page", "webhook"])).then_some(())
    });
    assert!(without.await.is_some(), "no more mail");
    restart("stop", &[]);
}
