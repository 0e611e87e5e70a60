//! After an erasure nothing of the person is in any table of the embedded shape but the journal, and nothing brings it back.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use support::{Embedded, todo};
use testkit_http::ERASED_MARK;

/// Whom it is about: nothing else has this in it.
const ANA: &str = "zz-ana-of-this-test";

/// In which tables of which files something stands, in how many rows: all tables that there are, whatever their columns hold, also
/// those that the index of words is made of.
fn found(data: &Path, what: &str) -> BTreeMap<String, usize> {
    let script = "import glob, os, sqlite3, sys
what = sys.argv[2].lower().encode()
for file in sorted(glob.glob(os.path.join(sys.argv[1], '*.db'))):
    connection = sqlite3.connect(file)
    tables = connection.execute(\"SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1\")
    for (table,) in tables.fetchall():
        held = 0
        for row in connection.execute(f'SELECT * FROM {table}'):
            values = [value if isinstance(value, bytes) else str(value).encode() for value in row]
            held += any(what in value.lower() for value in values)
        print(os.path.basename(file) + '/' + table, held)";
    let output = Command::new("python3").args(["-c", script]).arg(data).arg(what).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let all: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert!(all.len() > 15, "which tables are there? {text}");
    all.into_iter().map(|(table, held)| (table.to_owned(), held.parse().unwrap())).filter(|(_, held)| *held > 0).collect()
}

/// Every row of a file, as text, but for what is kept for the index of words.
fn dump(file: &Path) -> String {
    let script = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for (table,) in connection.execute(\"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'todo_terms%' ORDER BY 1\").fetchall():
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info({table})') if row[1] != 'number']
    print(table, *sorted(repr(row) for row in connection.execute(f\"SELECT {', '.join(columns)} FROM {table}\")), sep='\\n')";
    let output = Command::new("python3").args(["-c", script]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn token(data: &Path, user: &str) -> String {
    let made = todo().args(["token", "--user", user, "--data"]).arg(data).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// Which tables may still hold a word of hers, and which name her: the journal, which is for the later destruction of keys; and that
/// she was erased, in the operation that did it.
fn only_what_may_stay(data: &Path, when: &str) {
    let words: Vec<_> = found(data, ERASED_MARK).into_keys().collect();
    assert_eq!(words, ["todo.db/events"], "{when}");
    let mut named = found(data, ANA);
    assert!(named.remove("todo.db/events").is_some(), "{when}: the journal is append-only");
    let told = [("operations.db/operations", 1), ("todo.db/actors", 1)].map(|(table, rows)| (table.to_owned(), rows));
    assert_eq!(named, BTreeMap::from(told), "{when}");
}

#[tokio::test]
async fn nothing_of_an_erased_person_is_left_in_any_table_and_a_replay_brings_nothing_back() {
    let mut server = Embedded::start().await;
    let data = server.data.clone();
    let tokens = [ANA, "ben"].map(|user| token(&data, user));
    // The index of words is looked at as it lies in the file, so that the looking itself is tried first.
    let before = testkit_http::Api::at(&server.base).with_token(&tokens[0]);
    before.create(ERASED_MARK).await;
    before.all().await;
    let held: Vec<_> = found(&data, ERASED_MARK).into_keys().collect();
    assert_eq!(held, ["todo.db/actors", "todo.db/events", "views.db/todo_terms_data", "views.db/todos"]);

    testkit_http::erasure(&server.base, tokens.each_ref().map(String::as_str)).await;
    let facts = testkit::poll_until(support::PATIENCE, async || {
        let left = found(&data, ANA);
        ["analytics.db/todos", "analytics.db/past_overdue", "notifications.db/notifications"]
            .iter()
            .all(|table| !left.contains_key(*table))
            .then_some(())
    });
    assert!(facts.await.is_some(), "{:?}", found(&data, ANA));
    only_what_may_stay(&data, "after the erasure");
    assert!(server.stop().await.unwrap().success());
    only_what_may_stay(&data, "after it has stopped");

    let files = ["views.db", "analytics.db"].map(|name| data.join(name));
    let kept = files.each_ref().map(|file| dump(file));
    for view in ["views", "analytics"] {
        let done = todo().args(["replay", view, "--data"]).arg(&data).stdout(Stdio::null()).status().unwrap();
        assert!(done.success());
    }
    assert_eq!(files.each_ref().map(|file| dump(file)), kept, "what is built again is what was kept");
    only_what_may_stay(&data, "after a replay");

    // What is made of the journal by itself where it is missing.
    for file in ["views.db", "analytics.db", "operations.db", "notifications.db"] {
        fs::remove_file(data.join(file)).unwrap();
    }
    let again = Embedded::start_in(&data).await;
    let made = testkit::poll_until(support::PATIENCE, async || {
        (files.each_ref().map(|file| dump(file)) == kept && found(&data, ANA).contains_key("operations.db/operations")).then_some(())
    });
    assert!(made.await.is_some(), "the views are not made again as they were");
    only_what_may_stay(&data, "after everything was made again");
    testkit_http::Api::at(&again.base).with_token(&tokens[0]).bare("GET", "/api/v1/todos", &[]).await.problem(410, "erased");
}

#[tokio::test]
async fn beginning_anew() {
    let server = Embedded::start().await;
    testkit_http::beginning_anew(&server.base).await;
    assert_eq!(found(&server.data, ERASED_MARK).into_keys().collect::<Vec<_>>(), ["todo.db/events"]);
}

/// Killed at some moments of an erasure, the process goes on with it when it is there again.
#[tokio::test]
async fn an_erasure_goes_on_after_kill_9() {
    for moment in [0, 400, 2_500, 3_400] {
        let mut server = Embedded::start().await;
        let api = testkit_http::Api::at(&server.base);
        for _ in 0..30 {
            api.create(ERASED_MARK).await;
        }
        let begun = api.bare("DELETE", "/api/v1/me?confirm=local", &[]).await.expect(202);
        let operation = begun.value()["id"].as_str().unwrap().to_owned();
        // A moment of dying, not a wait for anything.
        tokio::time::sleep(std::time::Duration::from_millis(moment)).await;
        server.kill();
        let again = Embedded::start_in(&server.data).await;
        let api = testkit_http::Api::at(&again.base);
        let path = format!("/api/v1/operations/{operation}");
        let ended = testkit::poll_until(support::PATIENCE, async || {
            (api.bare("GET", &path, &[]).await.expect(200).value()["status"] == "completed").then_some(())
        });
        assert!(ended.await.is_some(), "killed after {moment} ms");
        let left = testkit::poll_until(support::PATIENCE, async || {
            (found(&server.data, ERASED_MARK).into_keys().collect::<Vec<_>>() == ["todo.db/events"]).then_some(())
        });
        assert!(left.await.is_some(), "killed after {moment} ms: {:?}", found(&server.data, ERASED_MARK));
    }
}
