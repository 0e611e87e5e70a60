//! `todo audit` on the data of a real `todo serve`, before and after somebody had their hands in it.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{os::unix::fs::PermissionsExt, path::Path, process::Command};

use serde_json::{Value, json};
use support::{Embedded, PATIENCE, todo};
use testkit::poll_until;

/// Whether it succeeded, and what it said.
fn audit(what: &str, data: &Path) -> (bool, String) {
    let output = todo().args(["audit", what, "--data"]).arg(data).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
}

/// What somebody does who has the file and knows SQL.
fn tamper(data: &Path, statement: &str) {
    let script = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for (trigger,) in connection.execute(\"SELECT name FROM sqlite_master WHERE type = 'trigger'\").fetchall():
    connection.execute('DROP TRIGGER ' + trigger)
changed = connection.execute(sys.argv[2]).rowcount
connection.commit()
assert changed >= 1, changed";
    let status = Command::new("python3").args(["-c", script]).arg(data.join("todo.db")).arg(statement).status().unwrap();
    assert!(status.success(), "{statement}");
}

/// A todo with three versions.
async fn life(todo: &Embedded) -> String {
    let http = reqwest::Client::new();
    let created: Value =
        http.post(format!("{}/api/v1/todos", todo.base)).json(&json!({ "title": "buy milk" })).send().await.unwrap().json().await.unwrap();
    let url = created["url"].as_str().unwrap();
    for patch in [json!({ "title": "buy bread" }), json!({ "completed": true })] {
        assert!(http.patch(url).json(&patch).send().await.unwrap().status().is_success());
    }
    created["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_tells_what_happened_and_shows_no_private_text() {
    let todo = Embedded::start().await;
    let id = life(&todo).await;
    // Beside the running server.
    let (good, said) = audit(&id, &todo.data);
    assert!(good, "{said}");
    let lines: Vec<_> = said.lines().collect();
    for (line, event) in lines.iter().zip(["TodoCreated", "TitleChanged", "TodoCompleted"]) {
        assert!(line.contains(event) && line.contains("  local  "), "{line}");
    }
    assert_eq!((lines.len(), lines.last()), (4, Some(&"in order")));
    assert!(!said.contains("milk") && !said.contains("bread"), "{said}");
    let (good, said) = audit("todo-nobody", &todo.data);
    assert!(!good && said.contains("give the id of a todo"), "{said}");
}

#[tokio::test]
async fn verify_finds_and_names_whatever_was_done() {
    let mut todo = Embedded::start().await;
    let (a, b, c) = (life(&todo).await, life(&todo).await, life(&todo).await);
    let (good, said) = audit("verify", &todo.data);
    assert!(good && said.starts_with("9 events of 3 aggregates\n") && said.ends_with("\nin order\n"), "{said}");
    assert!(todo.stop().await.unwrap().success());

    tamper(&todo.data, &format!("UPDATE events SET record = replace(record, 'bread', 'wine') WHERE aggregate_id = '{a}' AND version = 2"));
    tamper(&todo.data, &format!("DELETE FROM events WHERE aggregate_id = '{b}' AND version = 3"));
    let copy = format!(
        "INSERT INTO events (aggregate_id, version, record, hash)
         SELECT aggregate_id, 4, replace(record, '\"version\":3', '\"version\":4'), hash FROM events WHERE aggregate_id = '{c}' AND version = 3"
    );
    tamper(&todo.data, &copy);
    let (good, said) = audit("verify", &todo.data);
    assert!(!good, "{said}");
    for finding in [format!("changed: {a} version 2\n"), format!("missing: {b} version 3\n"), format!("inserted: {c} version 4\n")] {
        assert!(said.contains(&finding), "not found: {finding}{said}");
    }
    assert!(said.contains("3 findings"), "{said}");
    assert!(!audit(&a, &todo.data).0);
}

/// What is signed while the server runs, and what somebody cannot hide who has the whole file but not the key.
#[tokio::test]
async fn checkpoints_find_what_the_chains_cannot() {
    let mut todo = Embedded::start_with(&["--checkpoint-every", "1s"]).await;
    let (a, b, c) = (life(&todo).await, life(&todo).await, life(&todo).await);
    let covered = poll_until(PATIENCE, async || {
        let (good, said) = audit("verify", &todo.data);
        (good && said.contains("signatures checked; 0 events are younger")).then_some(said)
    });
    let said = covered.await.unwrap_or_else(|| panic!("never covered: {:?}", audit("verify", &todo.data)));
    assert!(!said.contains("\n0 checkpoints"), "{said}");
    assert!(todo.stop().await.unwrap().success());
    let key = todo.data.join("checkpoint.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    // A chain with its actor, the end of another with its actor's version.
    tamper(&todo.data, &format!("DELETE FROM events WHERE aggregate_id = '{a}'"));
    tamper(&todo.data, &format!("DELETE FROM actors WHERE key = 'Todo/{a}'"));
    tamper(&todo.data, &format!("DELETE FROM events WHERE aggregate_id = '{b}' AND version = 3"));
    tamper(&todo.data, &format!("UPDATE actors SET value = json_set(value, '$.version', 2) WHERE key = 'Todo/{b}'"));
    let (good, said) = audit("verify", &todo.data);
    assert!(!good, "{said}");
    for finding in [format!("vanished: {a} versions 1 to 3 (checkpoint "), format!("vanished: {b} version 3 (checkpoint ")] {
        assert!(said.contains(&finding), "not found: {finding}{said}");
    }
    assert!(!said.contains(&c), "{said}");
    assert!(!audit(&a, &todo.data).0);

    // Who brings the checkpoints into line as well lacks the key.
    tamper(&todo.data, &format!("DELETE FROM checkpoint_heads WHERE aggregate_id = '{a}'"));
    tamper(&todo.data, "UPDATE checkpoints SET aggregates = aggregates - 1 WHERE number = (SELECT max(number) FROM checkpoints)");
    let (good, said) = audit("verify", &todo.data);
    assert!(!good && said.contains("forged: checkpoint ") && said.contains("changed: the heads kept with checkpoint "), "{said}");
    std::fs::write(todo.data.join("checkpoint.pub"), "no key").unwrap();
    assert!(audit("verify", &todo.data).1.contains("--public-key"));
}

#[test]
fn it_says_what_to_do_where_there_is_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (good, said) = audit("verify", folder.path());
    assert!(!good && said.contains("--data"), "{said}");
}
